"""The judge of the Atlas on this computer: an OpenAI-compatible endpoint, its model, and a key in the keyring."""

from dataclasses import dataclass, field, replace
from typing import Final

from atlas_desktop.api.address import Address, parse_address
from atlas_desktop.api.errors import BadAddress
from atlas_desktop.app.problems import KnownError, problem_from
from atlas_desktop.app.secrets import Kept, KeyVault
from atlas_desktop.app.settings import SettingsFile
from atlas_desktop.contract.secret import Secret

_VAULT_ID: Final = "local.judge"
"""No connection has a dot in its id."""


@dataclass(frozen=True, slots=True)
class JudgeChoice:
    """Whom the local Atlas is to ask. ``model`` is asked where an evaluator names none; ``key`` may be empty."""

    base_url: str
    model: str | None = None
    key: Secret = field(default=Secret(""), repr=False)

    def for_child(self) -> dict[str, str]:
        """What goes over the pipe to the child, the key in the clear: never anywhere else."""
        return {"base_url": self.base_url, "key": self.key.reveal(), "model": self.model or ""}


class JudgeSettings:
    """Kept in the settings, but for the key. A change holds from the local Atlas's next start."""

    def __init__(self, settings: SettingsFile, vault: KeyVault) -> None:
        self._settings = settings
        self._vault = vault

    async def chosen(self) -> JudgeChoice | None:
        """The judge, with its key where one is known; None when none is set up."""
        now = self._settings.current
        if not now.judge_address:
            return None
        key = await self._vault.get(_VAULT_ID)
        return JudgeChoice(now.judge_address, now.judge_model or None, key or Secret(""))

    async def choose(self, base_url: str, model: str, key: Secret) -> Kept | None:
        """Take this judge; an empty key leaves the one kept, if the endpoint is the same. Raises KnownError.

        Gives where the key was put, None when there was none to put anywhere.
        """
        address = _checked(base_url)
        before = self._settings.current.judge_address
        kept: Kept | None = None
        if key:
            kept = await self._vault.set(_VAULT_ID, key)
        elif not before or _checked(before).root != address.root:
            # A key goes only where it was given for.
            await self._vault.delete(_VAULT_ID)
        await self._settings.change(judge_address=address.base, judge_model=model.strip())
        return kept

    async def forget(self) -> bool:
        """No judge any more. False if the key may still be in a keyring that could not be asked."""
        gone = await self._vault.delete(_VAULT_ID)
        await self._settings.change(judge_address="", judge_model="")
        return gone


def _checked(base_url: str) -> Address:
    try:
        return parse_address(base_url)
    except BadAddress as error:
        raise KnownError(replace(problem_from(error), at="settings")) from error
