"""The provider table of the gateway: read and written at the server, its keys kept in this computer's keyring."""

import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from atlas_desktop.api.errors import AtlasError, ConflictError
from atlas_desktop.app.asking import Ask, phase_of, problem_of_asking
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import KnownError, Problem
from atlas_desktop.app.provider_draft import ProviderDraft, host_of, spec_again, spec_of
from atlas_desktop.app.provider_keys import ProviderKeys
from atlas_desktop.app.provider_state import ProvidersState, Trying
from atlas_desktop.app.routing_book import RoutingBook
from atlas_desktop.app.secrets import Kept
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.keys import ApiKeyMade
from atlas_desktop.contract.providers import (
    Provider,
    ProviderSpec,
    ProviderStatus,
    ProviderTable,
    ProviderTry,
)
from atlas_desktop.contract.secret import Secret
from atlas_desktop.logs import register_secret
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

T = TypeVar("T")
_NO_KEY: Final = Secret("")
_log = logging.getLogger(__name__)


class Providers:
    """Used on the UI's loop. ``changed`` tells every new `ProvidersState`.

    Only the app may change the table, and only of the Atlas it started itself; of any other it is read.
    """

    def __init__(
        self,
        ask: Ask,
        tasks: Tasks,
        keys: ProviderKeys,
        *,
        local: bool,
        online: Callable[[], bool],
        reached: Callable[[], str],
    ) -> None:
        self._ask = ask
        self._keys = keys
        self._online = online
        self._reached = reached
        self._looked = False
        self.state = ProvidersState(local=local)
        self.changed: Signal[ProvidersState] = Signal("providers")
        self.failed: Signal[Exception] = Signal("providers failed")
        self.routing = RoutingBook(ask, tasks, self.failed.emit)
        """What would answer the next call of an operation."""
        self._fetching = Errand(tasks, "providers are asked for", self._fetch, self.failed.emit)

    def show(self) -> None:
        """The table is on the screen: ask for it."""
        self._looked = True
        self._fetching.ask()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        online = self._online()
        if online != self.state.online:
            self._put(replace(self.state, online=online, reached=self._reached()))
            if online and self._looked:
                self._fetching.ask()
            self.routing.online_changed()

    async def settled(self) -> None:
        """Wait until nothing is asked any more."""
        while any([await self._fetching.through(), await self.routing.settled()]):
            continue

    async def save(
        self, draft: ProviderDraft, key: Secret = _NO_KEY, *, instead_of: str | None = None
    ) -> Kept | None:
        """Write this provider into the table, in the place of the one of that name, or as a new one.

        A ``key`` that is given is kept and handed over; gives where it was put, None without one. Raises KnownError;
        then the table is as it was.
        """
        before = self.state.provider(instead_of)
        spec = spec_of(draft)
        entry = spec.key.keyring if spec.key is not None else None
        if (
            entry is not None
            and before is not None
            and not key
            and host_of(before.base_url) != host_of(spec.base_url)
        ):
            raise KnownError(_key_for_another(host_of(spec.base_url)))
        others = [(spec if each is before else spec_again(each)) for each in self.state.providers]
        await self._write(others if before is not None else [*others, spec])
        if before is not None and (old := _entry(before)) is not None and old != entry:
            await self._keys.forget(old)
        if entry is None or not key:
            return None
        kept = await self._keys.keep(entry, key)
        await self._hand_over([spec.name])
        return kept

    async def remove(self, name: str) -> bool:
        """Take it out of the table, and its key out of the keyring. False if that could not be asked. KnownError."""
        gone = self.state.provider(name)
        await self._write([spec_again(each) for each in self.state.providers if each.name != name])
        entry = _entry(gone) if gone is not None else None
        return entry is None or await self._keys.forget(entry)

    async def attempt(self, draft: ProviderDraft, model: str, key: Secret = _NO_KEY) -> None:
        """Ask one tiny completion as it is written now, kept or not. What comes of it is in the state."""
        spec = spec_of(draft)
        trying = Trying(spec.name, model)
        self._put(replace(self.state, trying=trying))
        try:
            asked = ProviderTry(provider=spec, model=model, key=await self._key_to_try(spec, key))
            body = asked if asked.key is not None else ProviderTry(provider=spec, model=model)
            result = await self._ask(lambda client: client.providers.attempt(body))
            self._tried(trying, replace(trying, step="done", result=result))
        except (NotOnline, AtlasError) as error:
            problem = problem_of_asking(error)
            self._tried(trying, replace(trying, step="done", words=f"{problem.title}. {problem.detail}"))
        except BaseException:
            self._tried(trying, None)
            raise
        self._fetching.ask()

    async def make_key(self, name: str) -> ApiKeyMade:
        """A key of the server's for a program; its text is told this once. Raises KnownError."""
        made = await self._asked(lambda client: client.keys.create(name))
        register_secret(made.key.reveal())
        return made

    def forget_trial(self) -> None:
        """What was tried is not what is written any more."""
        self._put(replace(self.state, trying=None))

    # inside

    async def _key_to_try(self, spec: ProviderSpec, key: Secret) -> Secret | None:
        """The one that was typed, else the one that is kept: that only for the host it was given for."""
        entry = spec.key.keyring if spec.key is not None else None
        if entry is None:
            return None
        if key:
            return key
        known = next((each for each in self.state.providers if _entry(each) == entry), None)
        if known is None or host_of(known.base_url) != host_of(spec.base_url):
            return None
        return await self._keys.get(entry)

    def _tried(self, trying: Trying, now: Trying | None) -> None:
        if self.state.trying is trying:
            self._put(replace(self.state, trying=now))

    async def _write(self, providers: Iterable[ProviderSpec]) -> None:
        table, specs = self.state.table, list(providers)
        if table is None:
            raise KnownError(problem_of_asking(NotOnline()))
        try:
            written = await self._asked(lambda client: client.providers.replace(table.revision, specs))
        except ConflictError:
            self._fetching.ask()
            raise KnownError(_changed_meanwhile()) from None
        await self._take(written)

    async def _asked(self, make: "Callable[[AsyncAtlas], Coroutine[Any, Any, T]]") -> T:
        try:
            return await self._ask(make)
        except ConflictError:
            raise
        except (NotOnline, AtlasError) as error:
            problem = problem_of_asking(error)
            raise KnownError(
                replace(problem, safe=tr("What you typed is still here; nothing was changed."))
            ) from error

    async def _fetch(self) -> None:
        if self.state.table is None:
            self._put(replace(self.state, phase="loading"))
        try:
            table = await self._ask(lambda client: client.providers.list())
            if not self.state.presets and table.writable:
                presets = await self._ask(lambda client: client.providers.presets())
                self._put(replace(self.state, presets=tuple(presets)))
        except (NotOnline, AtlasError) as error:
            self._put(replace(self.state, phase=phase_of(error), online=self._online()))
            return
        await self._take(table)
        await self._hand_over_missing()

    async def _hand_over_missing(self) -> None:
        """Keys that are known here and not there: put into the keyring since, or the table named them later."""
        found = self.state.providers if self.state.local and self.state.writable else ()
        missing = [each.name for each in found if each.status.key == "missing" and _entry(each) is not None]
        try:
            if missing and await self._hand_over(missing):
                await self._take(await self._ask(lambda client: client.providers.list()))
        except (KnownError, NotOnline, AtlasError) as error:
            # The table that was read stays on the screen, and says itself whose key is missing.
            _log.info("keys of providers were not handed over: %s", type(error).__name__)

    async def _hand_over(self, names: Iterable[str]) -> bool:
        """Give the server the keys of these providers that are known here. False when none was."""
        handed = False
        for name in names:
            provider = self.state.provider(name)
            entry = _entry(provider) if provider is not None else None
            key = await self._keys.get(entry) if entry is not None else None
            if key is not None:
                status = await self._asked(partial(_give, name=name, key=key))
                self._stands(name, status)
                handed = True
        self._put(replace(self.state, why_no_keyring=self._keys.why or ""))
        return handed

    def _stands(self, name: str, status: ProviderStatus) -> None:
        table = self.state.table
        if table is not None:
            data = [
                each.model_copy(update={"status": status}) if each.name == name else each
                for each in table.data
            ]
            self._put(replace(self.state, table=table.model_copy(update={"data": data})))

    async def _take(self, table: ProviderTable) -> None:
        state = replace(
            self.state, phase="ready", table=table, online=self._online(), reached=self._reached()
        )
        self._put(state)
        if state.local and table.writable:
            found = [(each.name, _entry(each)) for each in table.data]
            await self._keys.remember([(name, entry) for name, entry in found if entry is not None])

    def _put(self, state: ProvidersState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


async def _give(client: "AsyncAtlas", name: str, key: Secret) -> ProviderStatus:
    return await client.providers.keep_key(name, key)


def _entry(provider: Provider) -> str | None:
    return provider.key.keyring if provider.key is not None else None


def _changed_meanwhile() -> Problem:
    return Problem(
        code="providers_changed",
        title=tr("The provider table was changed meanwhile"),
        detail=tr("Its file is another by now; it has been read again."),
        safe=tr("What you typed is still here; nothing was changed."),
        action=tr("Look at what it says now, then save again."),
    )


def _key_for_another(host: str) -> Problem:
    return Problem(
        code="key_for_another_host",
        title=tr("The key was given for another address"),
        detail=tr("It is not sent to {host} by itself.", host=host),
        safe=tr("What you typed is still here; nothing was changed."),
        action=tr("Enter the key for this address, or choose that it needs none."),
    )
