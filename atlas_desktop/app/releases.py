"""Releases of the operation at hand: begun, watched, advanced, rolled back; at the server or not at all."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from atlas_desktop.api.errors import AtlasError, ShipGatesUnmetError
from atlas_desktop.app.asking import Ask, phase_of
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.release_state import STAGES, ReleasesState, is_live
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.releases import LiveStage, Release, ReleaseAdvance, ReleaseCreate, ReleasesQuery
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

T = TypeVar("T")

_SHOWN: Final = 50
"""Releases of an operation that are listed."""
_ROUTED: Final = "atlas-1"
"""The name calls ask for when they leave the choice to the router: no candidate."""


class ReleaseBook:
    """Used on the UI's loop. ``changed`` tells every new `ReleasesState`. Nothing is asked while nobody looks."""

    def __init__(self, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._ask = ask
        self._online = online
        self._looked_at = False
        self.state = ReleasesState()
        self.changed: Signal[ReleasesState] = Signal("releases")
        self._reading = Errand(tasks, "releases are asked for", self._read, self._failed)
        self._looking = Errand(tasks, "a release is looked at", self._look, self._look_failed)
        self._listing = Errand(tasks, "models are asked for", self._list_models, self._look_failed)

    def follow(self, key: str | None) -> None:
        """Another operation, or none."""
        if key != self.state.key:
            kept = (self.state.models, self.state.models_known)
            self._put(ReleasesState(key=key, models=kept[0], models_known=kept[1], online=self._online()))
            self._ask_now()

    def show(self, shown: bool) -> None:
        """Whether somebody looks: whoever begins to is shown what is so now."""
        self._looked_at = shown
        if shown:
            self._ask_now()

    def refresh(self) -> None:
        """Ask again."""
        self._ask_now()

    def look(self) -> None:
        """Ask how the release at hand stands: its scores come by themselves. Called again and again."""
        release = self.state.at_hand
        if (
            self._looked_at
            and self._online()
            and not self.state.acting
            and release is not None
            and is_live(release)
        ):
            self._looking.ask()

    def list_models(self) -> None:
        """Ask which models there are: somebody begins a release."""
        self._listing.ask()

    def online_changed(self) -> None:
        """The server may have come or gone."""
        online = self._online()
        if online != self.state.online:
            self._put(replace(self.state, online=online))
            if online:
                self._ask_now()

    async def start(self, asked: ReleaseCreate) -> None:
        """Begin a release. Raises KnownError."""
        await self._act(lambda client: client.releases.create(asked))

    async def advance(self, *, percent: int | None = None, acknowledge: bool = False) -> bool:
        """The next stage, or with a ``percent`` a wider canary. Raises KnownError.

        False where gates do not hold: which ones is in ``state.refused``.
        """
        release = self._at_hand()
        # From the stage on the screen: if it moved meanwhile, nobody agreed to what comes after.
        body = ReleaseAdvance(
            percent=percent, acknowledge_no_gates=acknowledge, from_stage=_live(release.stage)
        )
        try:
            await self._act(lambda client: client.releases.advance(release.id, body))
        except _Refused as refused:
            self._put(replace(self.state, refused=refused.error.failed_gates))
            self._ask_now()
            return False
        return True

    async def roll_back(self, release_id: str, reason: str) -> None:
        """Take this one out of the traffic. Raises KnownError."""
        await self._act(lambda client: client.releases.rollback(release_id, reason))

    async def settled(self) -> bool:
        """Wait until nothing is asked any more. False if that was so already."""
        return any([await each.through() for each in (self._reading, self._looking, self._listing)])

    # inside

    def _ask_now(self) -> None:
        if self._looked_at and self.state.key is not None:
            if not self.state.releases:
                self._put(replace(self.state, phase="loading"))
            self._reading.ask()

    async def _read(self) -> None:
        key = self.state.key
        if key is None:
            return
        query = ReleasesQuery(operation_id=key, limit=_SHOWN)
        page = await self._ask(lambda client: client.releases.list(query))
        chosen = next(filter(is_live, page.data), page.data[0] if page.data else None)
        # Lists leave out how a release stands.
        at_hand = (
            await self._ask(lambda client: client.releases.get(chosen.id)) if chosen is not None else None
        )
        if key != self.state.key:
            return
        self._show(at_hand, tuple(page.data))

    async def _look(self) -> None:
        release = self.state.at_hand
        if release is not None:
            self._take(await self._ask(lambda client: client.releases.get(release.id)))

    async def _list_models(self) -> None:
        found = await self._ask(lambda client: client.models.list())
        names = tuple(sorted({each.id for each in found} - {_ROUTED}))
        self._put(replace(self.state, models=names, models_known=True))

    async def _act(self, make: "Callable[[AsyncAtlas], Coroutine[Any, Any, Release]]") -> None:
        self._put(replace(self.state, acting=True, refused=()))
        try:
            release = await self._ask(make)
        except NotOnline:
            raise KnownError(_away()) from None
        except ShipGatesUnmetError as error:
            raise _Refused(error) from error
        except AtlasError as error:
            self._ask_now()
            raise KnownError(
                replace(problem_from(error), safe=tr("What you typed is still here."))
            ) from error
        finally:
            self._put(replace(self.state, acting=False))
        self._take(release)
        self._ask_now()

    def _take(self, release: Release) -> None:
        """A newer word about a release; of another operation than the one that is looked at by now, none."""
        if release.operation_id != self.state.key:
            return
        at_hand = self.state.at_hand
        known = any(each.id == release.id for each in self.state.releases)
        releases = (
            tuple(release if each.id == release.id else each for each in self.state.releases)
            if known
            else (release, *self.state.releases)
        )
        if known and (at_hand is None or at_hand.id != release.id):
            self._put(replace(self.state, releases=releases))
            return
        if at_hand is not None and is_live(at_hand) and not is_live(release):
            # Rolled back, perhaps by the server itself: another may be in force again.
            self._ask_now()
        self._show(release, releases)

    def _show(self, at_hand: Release | None, releases: tuple[Release, ...]) -> None:
        before = self.state.at_hand
        same = (
            before is not None
            and at_hand is not None
            and (before.id, before.stage) == (at_hand.id, at_hand.stage)
        )
        self._put(
            replace(
                self.state, phase="ready", at_hand=at_hand, releases=releases, online=self._online(), problem=None,
                refused=self.state.refused if same else (),
            )
        )  # fmt: skip

    def _at_hand(self) -> Release:
        if self.state.at_hand is None:
            raise KnownError(_away())
        return self.state.at_hand

    def _failed(self, error: Exception) -> None:
        """What was shown stays."""
        phase = phase_of(error)
        problem = problem_from(error) if phase == "failed" else None
        self._put(replace(self.state, phase=phase, problem=problem, online=self._online()))

    def _look_failed(self, error: Exception) -> None:
        """What was known before is shown on: it is asked again soon, and a model can be typed as well."""
        if not isinstance(error, NotOnline | AtlasError):
            self._failed(error)

    def _put(self, state: ReleasesState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _live(stage: str) -> LiveStage | None:
    return next((each for each in STAGES if each == stage), None)


class _Refused(Exception):  # noqa: N818 - never leaves this room
    def __init__(self, error: ShipGatesUnmetError) -> None:
        super().__init__(str(error))
        self.error = error


def _away() -> Problem:
    return Problem(
        code="releases_away",
        title=tr("A release is moved at the server, which is not reached"),
        detail=tr("Whose answers customers get holds for everybody, so nothing is put off for later."),
        safe=tr("Nothing was changed. What you typed is still here."),
        action=tr("Go online, then try again."),
    )
