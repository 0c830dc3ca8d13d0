"""An open connection: its store, the list over it, the review, the sync; opened and closed together."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from filelock import FileLock

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.correction import CorrectionEditor
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.dataset_builder import DatasetBuilder
from atlas_desktop.app.dataset_parts import make_datasets
from atlas_desktop.app.datasets import Datasets
from atlas_desktop.app.describe import Describe
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.evaluations import Runs
from atlas_desktop.app.exporting import Exporting
from atlas_desktop.app.facets import FacetCounts
from atlas_desktop.app.fix_entry import beginning
from atlas_desktop.app.gate_meter import GateMeter
from atlas_desktop.app.gateway_parts import GatewayParts, make_gateway_parts
from atlas_desktop.app.home import Home
from atlas_desktop.app.lamps import Lamps
from atlas_desktop.app.look_alikes import LookAlikes
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.note_journal import NoteJournal
from atlas_desktop.app.operations import OperationsBook
from atlas_desktop.app.outbox import OutboxView
from atlas_desktop.app.place import Place
from atlas_desktop.app.problems import KnownError, Problem, problem_from
from atlas_desktop.app.promotion import Promotion
from atlas_desktop.app.provider_keys import ProviderKeys
from atlas_desktop.app.providers import Providers
from atlas_desktop.app.review import Review
from atlas_desktop.app.review_state import Current
from atlas_desktop.app.server_link import ServerLink
from atlas_desktop.app.settings import Connection
from atlas_desktop.app.standing_copy import StandingCopy
from atlas_desktop.app.sync_thread import SyncThread
from atlas_desktop.app.trends import Trends
from atlas_desktop.app.trials import Trials
from atlas_desktop.app.workspace_lock import locked
from atlas_desktop.contract.evaluators import EvaluatorScore, EvaluatorScoreCreate
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import OpenReport, Store
from atlas_desktop.sync.status import SyncStatus
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr

MakeLink = Callable[[Connection, SyncThread, Tasks], ServerLink]
_EXPORTS: Final = "exports.jsonl"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything of one connection. Made by `open_workspace`, ended by `close`."""

    connection: Connection
    store: Store
    browser: CallBrowser
    facets: FacetCounts
    review: Review
    alike: LookAlikes
    place: Place
    outbox: OutboxView
    sync: SyncThread
    lamps: Lamps
    correction: CorrectionEditor
    describe: Describe
    notes: NoteJournal
    datasets: Datasets
    builder: DatasetBuilder
    runs: Runs
    promotion: Promotion
    meter: GateMeter
    exporting: Exporting
    operations: OperationsBook
    trials: Trials
    trends: Trends
    gateway: GatewayParts
    providers: Providers
    link: ServerLink
    tasks: Tasks
    lock: FileLock

    async def close(self) -> None:
        """Stop the engine, close the store, end the child, and let others open it: in that order.

        A decision that is being written is waited for; the engine falls silent before what hears it is gone.
        """
        try:
            await self.correction.close()
            await self.describe.close()
            await self.notes.close()
            await self.datasets.close()
            await self.review.close()
            await self.operations.close()
            await self.place.keep()
            await self.sync.stop()
            self.meter.close()
            await self.tasks.close()
            self.lamps.close()
            self.trials.close()
        finally:
            try:
                await self.store.close()
            finally:
                try:
                    await self.link.close()
                finally:
                    self.lock.release()


async def open_workspace(
    home: Home,
    connection: Connection,
    network: LoopThread,
    make_link: MakeLink,
    on_bug: Callable[[str, BaseException], None],
    *,
    provider_keys: ProviderKeys,
    auto_advance: bool,
    offline: bool,
) -> Workspace:
    """Open the store and make the list. Nothing of it waits for the network. Raises KnownError."""
    lock = locked(home, connection)
    try:
        path = home.store_file(connection.id)
        store = await in_daemon_thread("store opens", lambda: Store.open(path))
    except Exception as error:
        lock.release()
        raise KnownError(problem_from(error, "connection")) from error
    tasks = Tasks(on_bug)
    browser = CallBrowser(store, tasks)
    sync = SyncThread(store, network, offline=offline)
    review = Review(store, browser, tasks, auto_advance=auto_advance)
    lamps, describe = _lamps(store, sync, tasks), Describe(store, review)
    datasets, builder = make_datasets(store, sync, tasks)
    standing = StandingCopy(store)
    promotion = Promotion(sync.ask, tasks, standing)
    link = make_link(connection, sync, tasks)
    workspace = Workspace(
        connection=connection,
        store=store,
        browser=browser,
        facets=FacetCounts(store, browser, tasks),
        review=review,
        alike=LookAlikes(store, review, tasks),
        place=Place(store, review, tasks),
        outbox=OutboxView(store, tasks),
        sync=sync,
        lamps=lamps,
        correction=CorrectionEditor(store, review, lamps, tasks),
        describe=describe,
        notes=NoteJournal(store, describe, tasks),
        datasets=datasets,
        builder=builder,
        runs=Runs(sync.ask, tasks, standing),
        promotion=promotion,
        meter=GateMeter(store, sync.ask, tasks, known=promotion.known),
        exporting=Exporting(store, sync.ask, home.workspace_dir(connection.id) / _EXPORTS),
        operations=_operations(store, sync, tasks),
        trials=Trials(store, sync.ask, tasks),
        trends=_trends(store, sync, tasks),
        gateway=make_gateway_parts(sync, tasks),
        providers=_providers(sync, tasks, link, provider_keys),
        link=link,
        tasks=tasks,
        lock=lock,
    )
    _connect_parts(workspace)
    try:
        await _first_list(workspace)
    except BaseException:
        await workspace.close()
        raise
    return workspace


def _lamps(store: Store, sync: SyncThread, tasks: Tasks) -> Lamps:
    async def ask(evaluator: str, body: EvaluatorScoreCreate) -> EvaluatorScore:
        return await sync.ask(lambda client: client.evaluators.score(evaluator, body))

    lamps = Lamps(store, tasks, ask, lambda: sync.status.link == "online")
    lamps.failed.connect(sync.failed.emit)
    sync.store_changed.connect(lamps.store_changed)
    sync.status_changed.connect(lambda _: lamps.online_changed())
    return lamps


def _operations(store: Store, sync: SyncThread, tasks: Tasks) -> OperationsBook:
    book = OperationsBook(store, sync.ask, tasks, lambda: sync.status.link == "online")
    book.failed.connect(sync.failed.emit)
    sync.store_changed.connect(book.store_changed)
    sync.status_changed.connect(lambda _: book.online_changed())
    return book


def _trends(store: Store, sync: SyncThread, tasks: Tasks) -> Trends:
    trends = Trends(store, sync.ask, tasks, lambda: sync.status.link == "online")
    sync.status_changed.connect(lambda _: trends.online_changed())
    return trends


def _providers(sync: SyncThread, tasks: Tasks, link: ServerLink, keys: ProviderKeys) -> Providers:
    providers = Providers(
        sync.ask,
        tasks,
        keys,
        local=link.local,
        online=lambda: sync.status.link == "online",
        reached=lambda: link.reached.base_url if link.reached is not None else "",
    )
    providers.failed.connect(sync.failed.emit)
    sync.status_changed.connect(lambda _: providers.online_changed())
    return providers


def _connect_parts(workspace: Workspace) -> None:
    review, outbox, sync = workspace.review, workspace.outbox, workspace.sync

    waker = Errand(
        workspace.tasks,
        "sync wakes",
        _wake(sync),
        sync.failed.emit,
        wait=AFTER_THE_FRAME,
    )

    def decided(changed: Changed) -> None:
        outbox.store_changed(changed)
        workspace.facets.store_changed(changed)
        workspace.builder.store_changed(changed)
        workspace.trends.store_changed(changed)
        waker.ask()

    def synced(changed: Changed) -> None:
        review.store_changed(changed)
        outbox.store_changed(changed)
        workspace.facets.store_changed(changed)
        workspace.correction.store_changed(changed)
        workspace.trends.store_changed(changed)
        if changed.operations:
            workspace.meter.refresh()

    def put_back(changed: Changed) -> None:
        review.store_changed(changed)
        workspace.facets.store_changed(changed)
        workspace.trends.store_changed(changed)
        sync.wake()

    def ended(_: object) -> None:
        """Any run may change how gates stand."""
        workspace.promotion.refresh()
        workspace.meter.refresh()

    def scored(_: object) -> None:
        """Runs for the gates are runs."""
        workspace.runs.refresh()
        workspace.meter.refresh()

    workspace.describe.changed.connect(lambda _: workspace.datasets.drafts_changed())
    workspace.datasets.item_changed.connect(
        lambda item: workspace.promotion.item_changed(item.id, beginning(item.expected_output))
    )
    workspace.datasets.item_changed.connect(lambda _: workspace.meter.refresh())
    workspace.builder.made.connect(lambda _: workspace.meter.refresh())
    workspace.promotion.promoted.connect(lambda _: workspace.meter.refresh())
    review.current_changed.connect(lambda current: _measure(workspace.meter, current))
    workspace.promotion.promoted.connect(workspace.datasets.took)
    workspace.trials.failed.connect(sync.failed.emit)

    def linked(status: SyncStatus) -> None:
        if status.link == "online":
            workspace.runs.back_online()
            workspace.promotion.back_online()
            workspace.meter.back_online()

    sync.status_changed.connect(linked)
    workspace.runs.ended.connect(ended)
    workspace.promotion.scored.connect(scored)
    review.changed.connect(decided)
    sync.store_changed.connect(synced)
    outbox.wrote.connect(put_back)


def _measure(meter: GateMeter, current: Current) -> None:
    """The gates of the call at hand; while it is being read those of the one before."""
    if current.call is not None:
        meter.follow(current.call.row.operation)


def _wake(sync: SyncThread) -> Callable[[], Awaitable[None]]:
    async def wake() -> None:
        sync.wake()

    return wake


async def _first_list(workspace: Workspace) -> None:
    # Before the engine runs, and where it cannot: when all of this came is known from earlier.
    synced_at_ms = await workspace.store.pull.synced_at_ms()
    workspace.sync.show(replace(workspace.sync.status, synced_at_ms=synced_at_ms))
    # An empty store is filled by its first sync: until the reviewer acts, the list follows it.
    if await workspace.store.calls.total() == 0:
        workspace.browser.follow()
    seq = await workspace.place.known()
    await workspace.correction.open()
    await workspace.describe.open()
    query, fold = await workspace.place.known_list()
    await workspace.browser.apply(query, keep=seq, fold=fold)
    if seq is not None:
        workspace.review.resume(seq)
    workspace.outbox.refresh()
    if workspace.store.report.read_only is None:
        await workspace.notes.recover()
        workspace.tasks.spawn("trash is emptied", workspace.store.outbox.empty_trash())


def problem_of(report: OpenReport) -> Problem | None:
    """What opening the store found that the person should know."""
    if report.repair is not None:
        return Problem(
            code="store_repaired",
            title=tr("The local file was damaged and has been replaced"),
            detail=report.repair.sentence,
            safe=tr("The damaged file is kept as {name}.", name=report.repair.set_aside.name),
            action=tr("You can go on. What is missing here comes again from the server."),
            at="connection",
        )
    if report.read_only is not None:
        return problem_from(report.read_only, "connection")
    return None


def unsaved_draft(connection: Connection) -> Problem:
    """Leaving the connection now would lose what was written."""
    return Problem(
        code="draft_not_saved",
        title=tr("A correction you wrote could not be saved"),
        detail=tr("The disk does not take it, and leaving {name} would lose it.", name=connection.title),
        safe=tr("It is still in its place."),
        action=tr("Make room on the disk, or choose the other connection again to go there without it."),
        at="connection",
        retry=True,
    )
