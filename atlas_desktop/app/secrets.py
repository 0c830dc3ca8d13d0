"""Keys live in the operating system's keyring, or in memory for this session: never in a file."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.secret import Secret
from atlas_desktop.logs import register_secret
from atlas_desktop.wording import mark, tr

# keyring takes 100 ms to load: its own thread does it, when the first key is asked for.
# ruff: noqa: PLC0415
if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE: Final = "atlas-desktop"
LIMIT_SECONDS: Final = 3.0

# By name: a plug-in such as keyrings.alt registers itself and writes keys into a plain file.
_ALLOWED: Final = frozenset(
    {
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.libsecret", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
        ("keyring.backends.kwallet", "DBusKeyringKWallet5"),
        ("keyring.backends.kwallet", "DBusKeyringKWallet6"),
        ("keyring.backends.macOS", "Keyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
    }
)
_ABSENT: Final = mark("This computer has no keyring.")
_LOCKED: Final = mark("The keyring is locked.")
_HANGING: Final = mark("The keyring did not answer within {seconds:.0f} seconds.")
_FAILED: Final = mark("The keyring could not be used.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a key was put. ``why`` is a plain sentence when it is only in memory."""

    where: Literal["keyring", "memory"]
    why: str | None = None


def news_of(kept: Kept) -> Problem | None:
    """What to tell the person when the key could only be kept in memory."""
    if kept.why is None:
        return None
    return Problem(
        code="key_in_memory",
        title=tr("No keyring keeps this key"),
        detail=kept.why,
        safe=tr("It is never written to a file."),
        action=tr(
            "To keep it, unlock or set up the system's keyring; after the next start enter the key on Sync."
        ),
        at="settings",
    )


def _why(reason: str) -> str:
    said = tr(reason, seconds=LIMIT_SECONDS)
    return f"{said} {tr('The key is kept until you quit and asked for again at the next start.')}"


class _Unusable(Exception):  # noqa: N818 - a reason, not an error: the key is kept in memory then
    """The sentence that says why the keyring is not used."""


class KeyVault:
    """The keys of the connections, by connection id.

    The keyring is asked in a thread, for 3 s at most: one that hangs (a daemon waiting for a password nobody
    sees) is not asked again in this session. Without a keyring that is trusted, keys stay in memory and ``why``
    says so.
    """

    def __init__(
        self, backend: "Callable[[], KeyringBackend] | None" = None, *, limit: float = LIMIT_SECONDS
    ) -> None:
        self._find = backend or system_ring
        self._limit = limit
        self._in_memory: dict[str, Secret] = {}
        self._hangs = False
        self.why: str | None = None

    async def get(self, connection_id: str) -> Secret | None:
        """The key of this connection, or None; then ``why`` may say what keeps us from it."""
        if (kept := self._in_memory.get(connection_id)) is not None:
            return kept
        try:
            text = await self._ask(lambda ring: ring.get_password(SERVICE, connection_id))
        except _Unusable as unusable:
            self.why = str(unusable)
            return None
        self.why = None
        if not text:
            return None
        register_secret(text)
        return Secret(text)

    async def set(self, connection_id: str, key: Secret) -> Kept:
        """Keep a key, in the keyring if there is one."""
        register_secret(key.reveal())
        self._hangs = False  # the person acts: perhaps it was a password prompt that is answered by now
        try:
            await self._ask(lambda ring: ring.set_password(SERVICE, connection_id, key.reveal()))
        except _Unusable as unusable:
            self.why = str(unusable)
            self._in_memory[connection_id] = key
            return Kept("memory", self.why)
        self.why = None
        self._in_memory.pop(connection_id, None)
        return Kept("keyring")

    async def delete(self, connection_id: str) -> bool:
        """Forget a key, here and in the keyring. False if it may still be there: the keyring could not be asked."""
        self._in_memory.pop(connection_id, None)
        try:
            await self._ask(lambda ring: _delete(ring, connection_id))
        except _Unusable as unusable:
            self.why = str(unusable)
            return self.why == _why(_ABSENT)
        return True

    def drop(self) -> None:
        """Forget the keys in memory: the session ends."""
        self._in_memory.clear()

    async def _ask(self, work: "Callable[[KeyringBackend], T]") -> T:
        if self._hangs:
            raise _Unusable(_why(_HANGING))
        try:
            return await in_daemon_thread("keyring", lambda: _with_ring(self._find, work), limit=self._limit)
        except TimeoutError:
            self._hangs = True
            raise _Unusable(_why(_HANGING)) from None
        except _Unusable:
            raise
        except Exception as error:  # noqa: BLE001 - D-Bus, ctypes and COM each bring their own
            # The type only: a backend may put what it was given into its message.
            _log.warning("the keyring failed with %s", type(error).__name__)
            raise _Unusable(_why(_FAILED)) from None


def system_ring() -> "KeyringBackend":
    """The keyring of this computer."""
    import keyring

    return keyring.get_keyring()


def trusted(ring: "KeyringBackend") -> "KeyringBackend":
    """This backend, or the best one of a chain, if it keeps keys as the system does. Raises otherwise."""
    from keyring.backends.chainer import ChainerBackend

    chain = ring.backends if isinstance(ring, ChainerBackend) else [ring]
    for each in chain:
        if (type(each).__module__, type(each).__qualname__) in _ALLOWED:
            return each
    raise _Unusable(_why(_ABSENT))


def _with_ring(find: "Callable[[], KeyringBackend]", work: "Callable[[KeyringBackend], T]") -> T:
    from keyring.errors import KeyringLocked

    try:
        return work(trusted(find()))
    except KeyringLocked:
        raise _Unusable(_why(_LOCKED)) from None


def _delete(ring: "KeyringBackend", connection_id: str) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        ring.delete_password(SERVICE, connection_id)
    except PasswordDeleteError:
        if ring.get_password(SERVICE, connection_id) is not None:
            raise
