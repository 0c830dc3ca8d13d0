"""The gateway of one server: its parts, wired; started and closed with it."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from atlas_desktop.contract.delivery import Fingerprints
from atlas_desktop.domain.fingerprints import RequestPrints
from atlas_desktop.domain.routing.model import NO_HISTORY, Decision, NoVariantError
from atlas_desktop.domain.routing.route import route
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.gateway.answer_cache import RecordedAnswers
from atlas_desktop.server.gateway.asked import asked_of, pinned
from atlas_desktop.server.gateway.batch import Batch
from atlas_desktop.server.gateway.completing import Providers, complete
from atlas_desktop.server.gateway.live import Live
from atlas_desktop.server.gateway.live_scoring import LiveScoring
from atlas_desktop.server.gateway.providers.book import ProviderBook
from atlas_desktop.server.gateway.recorder import LiveRecorder
from atlas_desktop.server.gateway.releases import Releases
from atlas_desktop.server.gateway.seams import Ending, LiveCall, Overlay
from atlas_desktop.server.gateway.spool import SpoolError
from atlas_desktop.server.gateway.standing import Standing, Standings
from atlas_desktop.server.gateway.upstream import Upstream
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.tasks import Tasks

_log = logging.getLogger(__name__)


def _bug(name: str, error: BaseException) -> None:
    # The kind alone: its text may hold what a customer wrote.
    _log.error("%s failed: %s", name, type(error).__name__)


@dataclass(slots=True)
class Gateway:
    """What the handlers of the gateway work with."""

    config: ServerConfig
    storage: Storage
    book: ProviderBook
    standings: Standings
    scoring: LiveScoring
    recorder: LiveRecorder
    cache: RecordedAnswers
    releases: Releases | None = None
    batch: Batch | None = None
    upstream: Upstream = field(default_factory=Upstream)
    tasks: Tasks = field(default_factory=lambda: Tasks(_bug))
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @classmethod
    def of(cls, config: ServerConfig, storage: Storage, scorer: Scorer) -> "Gateway":
        """The gateway of a server with this storage."""
        scoring = LiveScoring(config, storage, scorer)
        recorder = LiveRecorder(config, storage, scoring)
        made = cls(
            config=config,
            storage=storage,
            book=ProviderBook.of(config),
            standings=Standings(storage, config),
            scoring=scoring,
            recorder=recorder,
            cache=RecordedAnswers(storage, recorder),
        )
        made.releases = Releases(config, storage, scorer, made, made.recorder.settled, made.standings.forget)
        made.batch = Batch(config, storage, made)
        scoring.listen(made.releases.judged)
        scoring.listen(lambda judged: made.standings.learned(judged.scope, judged.operation))
        return made

    @property
    def providers(self) -> Providers:
        """Those who can be asked."""
        return Providers(self.book, self.upstream)

    async def start(self) -> None:
        """Replay what a crash left; begin what runs beside the requests."""
        await self.book.start()
        if self.book.table.variants:
            self.tasks.spawn("gateway warm-up", self.upstream.warm())
        await self.recorder.start()
        if self.releases is not None:
            await self.releases.start()
        if self.batch is not None:
            await self.batch.start()

    async def close(self) -> None:
        """Finish what runs, commit what is recorded."""
        await self.tasks.close()
        if self.batch is not None:
            await self.batch.close()
        if self.releases is not None:
            await self.releases.close()
        await self.upstream.close()
        await self.recorder.close()
        await self.standings.close()
        await self.book.close()

    def turn(self, name: str) -> asyncio.Lock:
        """One after the other for all that have the same name at once."""
        return self.turns.setdefault(name, asyncio.Lock())

    def begin(self, live: Live) -> None:
        """From here on the call has an end, whatever happens. Raises Refusal (500): nothing is sent then."""
        call = live.call
        try:
            self.recorder.begin(call)
        except SpoolError:
            message = "the call could not be recorded, so nothing was sent to a provider"
            raise Refusal(500, "internal_error", "cannot_record", message) from None
        if call.standing is not None and live.is_decided:
            self.standings.took(call.scope, call.standing, live.decision)

    def ended(self, call: LiveCall, ending: Ending) -> None:
        """A call is over: recorded first, before anybody else hears of it."""
        self.recorder.done(call, ending)
        if self.releases is not None and call.operation is not None and ending.cached_from is None:
            self.releases.after(call, ending)

    async def standing_of(self, scope: Scope, operation: str) -> Standing:
        """What stands for an operation."""
        return self.standings.remembered(scope, operation) or await self.standings.of(scope, operation)

    def overlay(self, scope: Scope, call: LiveCall, prints: Fingerprints) -> Overlay | None:
        """Which release takes a call."""
        return self.releases.overlay(scope, call, prints) if self.releases is not None else None

    def recorded(self, scope: Scope, call: LiveCall, ending: Ending) -> None:
        """A call of a batch is committed: it is scored, and counts for its release."""
        self.scoring.wake(scope)
        if self.releases is not None and call.operation is not None:
            self.releases.after(call, ending)

    def decide(self, call: LiveCall, fingerprints: Fingerprints) -> Decision:
        """Who answers a call; a release it is in goes first. Raises NoVariantError."""
        asked = asked_of(call)
        history = call.standing.history if call.standing is not None else NO_HISTORY
        now = call.created_ms / 1000
        if call.release is not None:
            try:
                return route(pinned(asked, call.release), self.book.table, history, now, down=self.book.down)
            except NoVariantError:
                call.release = None
        return route(asked, self.book.table, history, now, down=self.book.down)

    async def complete(self, call: LiveCall, fingerprints: Fingerprints, decision: Decision) -> Ending:
        """One plain call to a provider, recorded nowhere: for shadows and batches. How it ended, also badly."""
        endings: list[Ending] = []
        live = Live(
            call, RequestPrints(call.request), time.perf_counter(), lambda _, ending: endings.append(ending)
        )
        live.decided(decision)
        try:
            await complete(self.providers, live)
        except UpstreamError as error:
            live.fail(error)
        return endings[0]
