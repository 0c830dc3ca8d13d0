"""Brings the server's truth here, page by page, and checks that it adds up."""

import asyncio
from collections.abc import Callable
from functools import partial

from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.page import UnreadablePage
from atlas_desktop.store.rows import Applied
from atlas_desktop.store.store import Store
from atlas_desktop.sync.answers import Fault, Queue
from atlas_desktop.sync.definitions import Definitions
from atlas_desktop.sync.line import Failed, Line
from atlas_desktop.sync.listing import Listing, fewer
from atlas_desktop.sync.plan import Next, PageFacts, after_page, way_of
from atlas_desktop.sync.words import OTHER_ORGANIZATION
from atlas_desktop.wording import tr

_LARGE = (
    512 * 1024
)  # bytes of a page: parsing more at once would hold up the other threads (GIL) for too long

_DISBELIEVE = 5  # unreadable pages in a row


class Pull:
    """The pull loop. ``pulled`` counts calls that came, ``to_pull`` those still to come where the server says."""

    def __init__(self, store: Store, line: Line, tell: Callable[[Changed], None]) -> None:
        self._store = store
        self._line = line
        self._tell = tell
        self.turn = line.turn(probes=True)
        self.listing = Listing(store, line, self.turn, tell)
        self.definitions = Definitions(store, line, self.turn, tell)
        self.synced_at_ms: int | None = None
        self.caught_up = False
        self.pulled = 0
        self.to_pull: int | None = None
        self._page = line.pace.page
        self._doubted = 0
        self._unread = 0
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Do not wait for the next poll."""
        self._wanted.set()

    async def run(self) -> None:
        """Pull until cancelled."""
        while True:
            # Before the step: what is wished for while its answer is on the way, it may not tell yet.
            self._wanted.clear()
            if await self.step():
                await self._rest()
            else:
                await self._line.clock.sleep(0)  # other loops' turn between two pages

    async def step(self) -> bool:
        """One request, or none; whether everything there is has come."""
        await self.turn.come()
        line = self._line
        if line.way is None:
            await self._detect()
            return False
        if self.definitions.due:
            await self.definitions.pull()
            return False
        if line.way.pull == "changes":
            return await self._changes()
        if line.way.pull == "listing":
            done, came = await self.listing.step()
            self.pulled += came
        else:
            # Nothing to pull, but somebody has to notice when the server is away or back.
            done = not isinstance(await self.turn.ask(line.client.capabilities, "read"), Failed)
        if done:
            at_ms = self._now_ms()
            await self._store.pull.synced(at_ms)
            self._complete(at_ms)
        return done

    async def _rest(self) -> None:
        line = self._line
        await line.clock.wait(self._wanted, line.pace.poll * line.rng.uniform(0.8, 1.2))

    async def _detect(self) -> None:
        line = self._line
        key = line.key
        answer = await self.turn.ask(line.client.capabilities, "read")
        if isinstance(answer, Failed) or key != line.key:
            return
        ours = await self._is_ours(answer)
        if key != line.key:
            return
        if not ours:
            line.shut("auth", tr(OTHER_ORGANIZATION))
            return
        line.way = way_of(answer)
        line.stir()

    async def _is_ours(self, capabilities: Capabilities) -> bool:
        """Whether this key reaches the organization the file is of; a new file takes whatever comes first."""
        identity = self._store.identity
        known = await identity.get("organization")
        if known is not None and capabilities.organization not in {None, known}:
            return False
        for name in ("organization", "reviewer"):
            value = getattr(capabilities, name)
            if value is not None and await identity.get(name) != value:
                await identity.put(name, value)
        return True

    async def _changes(self) -> bool:
        line = self._line
        after = await self._store.pull.cursor()
        raw = await self.turn.ask(partial(line.client.calls.changes_raw, after, self._page), "page")
        if isinstance(raw, Failed):
            if raw.judgement.queue is Queue.SMALLER:
                self._page = fewer(self._page, self.turn, raw)
                self._tell(Changed())
            return False
        self.turn.too_large = False
        self._fit_page(len(raw))
        at_ms = self._now_ms()
        try:
            applied = await self._store.pull.apply(raw, after, at_ms=at_ms)
        except UnreadablePage as error:
            await self._unreadable(error)
            return False
        self._unread = 0
        self._tell(applied.changed)
        return not applied.stale and await self._conclude(after, applied, at_ms)

    async def _unreadable(self, error: UnreadablePage) -> None:
        """An answer that is no page: the network's doing at first; when it stays so, the server's."""
        self._unread += 1
        self.turn.failed(Fault("ambiguous", message=str(error)), "read")
        if self._unread == _DISBELIEVE:
            # A server restored from an older copy counts from behind our cursor.
            await self._store.pull.restart()
        elif self._unread > 2 * _DISBELIEVE:
            self._unread = 0
            self._line.shut("lying", str(error))

    async def _conclude(self, after: int, applied: Applied, at_ms: int) -> bool:
        self.pulled += applied.changed.added
        digest, total = await self._store.pull.digest_and_total()
        self.to_pull = None if applied.total is None else max(0, applied.total - total)
        page = PageFacts(
            after, applied.next_after, applied.has_more, applied.total, applied.digest, total, digest
        )
        step = after_page(page, doubted=self._doubted)
        match step:
            case Next.DONE:
                self._doubted = 0
                self._complete(at_ms)
            case Next.AGAIN | Next.FROM_ZERO:
                self._doubted += 1
                if step is Next.FROM_ZERO:
                    await self._store.pull.restart()
            case Next.LYING:
                self._doubted = 0
                self._line.shut("lying", f"{applied.total} calls, of which {total} came")
        return step is Next.DONE

    def _complete(self, at_ms: int) -> None:
        self.to_pull = None
        self.synced_at_ms = at_ms
        self.caught_up = True
        self._tell(Changed())

    def _now_ms(self) -> int:
        return int(self._line.clock.now().timestamp() * 1000)

    def _fit_page(self, size: int) -> None:
        if size > _LARGE:
            self._page = min(self._page, max(10, self._page // 2))
        elif size < _LARGE // 4:
            self._page = min(self._line.pace.page, self._page * 2)
