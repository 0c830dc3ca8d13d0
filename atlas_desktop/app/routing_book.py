"""What would answer an operation's next call: asked of the server, which alone has the scores of all calls."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask, Phase, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.providers import Routing
from atlas_desktop.tasks import Tasks


@dataclass(frozen=True, slots=True)
class RoutingState:
    """``key`` is the operation's. What was known of it is kept while it is asked again."""

    key: str | None = None
    phase: Phase = "nothing"
    routing: Routing | None = None


class RoutingBook:
    """Used on the UI's loop. ``changed`` tells every new `RoutingState`. Nothing is asked while nobody looks."""

    def __init__(self, ask: Ask, tasks: Tasks, failed: Callable[[Exception], None]) -> None:
        self._ask = ask
        self._looked_at = False
        self.state = RoutingState()
        self.changed: Signal[RoutingState] = Signal("routing")
        self._asking = Errand(tasks, "routing is asked for", self._fetch, failed)

    def follow(self, key: str | None, *, shown: bool) -> None:
        """This operation is at hand; ``shown``: somebody looks at its routing."""
        other, begins = key != self.state.key, shown and not self._looked_at
        self._looked_at = shown
        if other:
            self._put(RoutingState(key))
        if shown and key is not None and (other or begins):
            self._asking.ask()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        if self._looked_at:
            self._asking.ask()

    async def settled(self) -> bool:
        """Wait until nothing is asked any more. False if that was so already."""
        return await self._asking.through()

    async def _fetch(self) -> None:
        key = self.state.key
        if key is None:
            return
        if self.state.routing is None:
            self._put(replace(self.state, phase="loading"))
        try:
            found = await self._ask(lambda client: client.providers.routing(key))
        except (NotOnline, AtlasError) as error:
            if self.state.key == key:
                self._put(replace(self.state, phase=phase_of(error)))
            return
        if self.state.key == key:
            self._put(RoutingState(key, "ready", found))

    def _put(self, state: RoutingState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
