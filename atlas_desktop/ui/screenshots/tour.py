"""Where the camera goes: every screen, every state, two other languages."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from atlas_desktop.app.language import LanguageChoice
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.session import Session
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.query import Query
from atlas_desktop.store.settled import Conflict, Rejected
from atlas_desktop.ui.screenshots.camera import Camera, breathe, painted, until
from atlas_desktop.ui.screenshots.dataset_tour import datasets
from atlas_desktop.ui.screenshots.gates_tour import gates
from atlas_desktop.ui.screenshots.gateway_tour import gateway
from atlas_desktop.ui.screenshots.operations_tour import operations
from atlas_desktop.ui.screenshots.providers_tour import nobody_yet, providers, served_call
from atlas_desktop.ui.screenshots.trends_tour import trends
from atlas_desktop.ui.stage import Stage
from atlas_desktop.ui.window_size import FIRST

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace

_STRUCTURED: Final = "extract_revenue"
_COMPARED: Final = "answer_question"
_RIGHT_TO_LEFT: Final = "arabic_dialect"
_NO_SPACE: Final = OSError(28, "No space left on device")


async def walk(session: Session, stage: Stage, camera: Camera) -> None:
    """From the first start to the last setting."""
    stage.window.show("welcome")
    await camera.take("welcome")
    stage.window.review_page.opening = "Northwind"
    stage.window.review_page.show_keys(session.keyboard)
    stage.window.show("review")
    await camera.take("review-opening")
    workspace = await session.start_local()
    await until(lambda: session.status.link == "online" and workspace.browser.total > 0)
    await workspace.browser.show_new()
    tour = Tour(session, stage, camera, workspace)
    await tour.review()
    await tour.correcting()
    await tour.overlays()
    await operations(stage, camera, workspace)
    await nobody_yet(stage, camera)
    await gateway(stage, camera, workspace)
    await providers(stage, camera, workspace)
    await served_call(stage, camera, workspace)
    await datasets(stage, camera, workspace)
    await gates(stage, camera, workspace)
    await tour.sync()
    await tour.conflict()
    await tour.settings()
    await tour.trends()


class Tour:
    """Each station leaves the window as the next one needs it: on Review, nothing filtered, nothing open."""

    def __init__(self, session: Session, stage: Stage, camera: Camera, workspace: "Workspace") -> None:
        self._session = session
        self._stage = stage
        self._camera = camera
        self._workspace = workspace

    async def review(self) -> None:
        """The list and the call, and what the list can be."""
        review = self._workspace.review
        for verdict in ("up", "down", "unsure", "up"):
            await painted(self._stage, self._workspace)
            await review.decide(verdict, seq=self._stage.window.painted)
        await self._shot("review")
        await self._do("view.facets", "review-facets")
        await self._do("view.facets")
        await self._do("view.layout", "review-table")
        await self._do("view.layout")
        await self._filter(Query(operation="airline_agent"))
        await self._do("call.fold")
        await self._do("call.inspector", "review-inspector")
        await self._do("call.inspector")
        await self._filter(Query(operation=_RIGHT_TO_LEFT))
        await self._shot("review-right-to-left")
        await self._filter(Query(text="nothing says this"))
        await self._shot("review-empty")
        await self._filter(Query())
        await self._do("view.filter")
        await self._type("ope")
        await self._shot("review-completion")
        await self._leave()
        await self._filter(Query())
        await self._do("view.filter")
        await self._type("latency:fast ")
        await self._shot("review-fault")
        await self._leave()
        await self._filter(Query(rating="none"))
        review.select_all_matching()
        self._stage.window.decided(await review.decide("up", seq=self._stage.window.painted))
        await self._shot("review-bulk")
        await self._leave()
        self._stage.window.tell(problem_from(_NO_SPACE, "decision"))
        await self._shot("review-error")
        await self._leave()
        await self._do("view.focus", "review-focus")
        await self._do("view.focus")

    async def correcting(self) -> None:
        """The editor: JSON with problems and lamps, prose with a diff; tags and a note."""
        await self._filter(Query(operation=_STRUCTURED, text="answers"))
        await self._correct()
        await self._write('{"answers": [{"main_question": 59606, "currency": "EUR", "unit": "dozens"}]}')
        await breathe()
        await self._shot("editor-json")
        await self._write('{"answers": [{"main_question": 59606, "currency": "EUR", "unit": "')
        await self._do("edit.complete", "editor-completion")
        await self._leave()
        await self._filter(Query(operation="chat_assistant"))
        await self._correct()
        await self._type("Good morning. ")
        await self._shot("editor-prose")
        await self._do("edit.layout_typing", "editor-inline")
        await self._do("edit.layout_typing")
        await self._leave()
        await self._filter(Query(operation=_COMPARED))
        await self._correct()
        await self._type("In short: ")
        await until(lambda: bool(self._workspace.lamps.value))
        await self._shot("editor-unasked")
        await self._do("edit.evaluate")
        await until(lambda: [lamp.score for lamp in self._workspace.lamps.value] not in ([], [None]))
        await self._shot("editor-asked")
        await self._leave()
        await self._filter(Query(operation="chat_assistant"))
        for tag in ("accuracy:partial", "acc"):
            await self._do("describe.tag")
            await self._type(tag)
            if tag != "acc":
                self._press(Qt.Key.Key_Return, "\r")
                await breathe()
        await self._shot("tags")
        await self._leave()

    async def _correct(self) -> None:
        """Open the editor, and be in it."""
        await self._do("edit.correct")
        await until(lambda: self._stage.window.correcting.open_now)
        await breathe()

    async def overlays(self) -> None:
        """What lies over the window."""
        await self._filter(Query())
        await self._do("view.palette")
        await self._type("un")
        await self._shot("palette")
        await self._leave()
        await self._do("view.keys", "keys")
        await self._leave()

    async def sync(self) -> None:
        """In step, offline, and something that needs a person."""
        workspace, window = self._workspace, self._stage.window
        await until(lambda: workspace.outbox.counts.pending == 0)
        window.show("sync")
        await self._shot("sync")
        await self._session.set_offline(True)
        await self._filter(Query(rating="none"))
        for verdict in ("down", "up"):
            await painted(self._stage, workspace)
            await workspace.review.decide(verdict, seq=workspace.review.current.seq)
        await until(lambda: self._session.status.link == "by_hand" and workspace.outbox.counts.pending == 2)
        await self._shot("review-offline")
        window.show("sync")
        await self._shot("sync-offline")
        first, _ = await workspace.store.outbox.eligible(2, 1_000_000)
        words = "This call was deleted on the server."
        await workspace.store.outbox.settle([Rejected(first.seq, 404, "call_not_found", words)])
        workspace.outbox.refresh()
        await until(lambda: workspace.outbox.counts.needs_you == 1)
        await self._shot("sync-needs-you")

    async def conflict(self) -> None:
        """Two corrections of one call."""
        workspace = self._workspace
        await self._filter(Query(operation=_STRUCTURED, text="answers"))
        # Not the first one: a draft of the editor's picture lies there.
        workspace.review.go(4)
        await painted(self._stage, workspace)
        call = workspace.review.current.call
        if call is None:
            return
        mine = '{"answers": [{"main_question": 90122, "currency": "USD", "unit": "thousands"}], "sources": [754]}'
        theirs = mine.replace("thousands", "millions").replace("754", "754, 755")
        await workspace.review.correct(mine, seq=call.row.seq, base=None, started="", stay=True)
        rows = await workspace.store.outbox.eligible(10, 1_000_000)
        row = next(each for each in rows if each.call_id == call.row.id)
        current = Feedback(
            id="fb_theirs", call_id=call.row.id, correction=theirs, reviewer="Bo", created_at=datetime.now(UTC),
            revision=99,
        )  # fmt: skip
        refused = Conflict(row.seq, current, "Bo corrected this call meanwhile")
        workspace.sync.store_changed.emit(await workspace.store.outbox.settle([refused]))
        await until(lambda: workspace.correction.state.conflict is not None)
        await self._shot("conflict")
        await self._correct()
        await self._shot("conflict-merging")
        await self._leave()

    async def settings(self) -> None:
        """What can be chosen; then the same in German and in Arabic."""
        await self._session.set_offline(False)
        self._stage.window.show("settings")
        await self._shot("settings")
        self._stage.window.show("keys")
        await self._shot("key-map")
        for language in ("de", "ar"):
            await self._speak(language)
            self._stage.window.show("settings")
            await self._shot(f"settings-{language}")
            self._stage.window.show("keys")
            await self._shot(f"key-map-{language}")
            await self._filter(Query())
            await self._do("view.facets", f"review-{language}")
            await self._do("view.facets")
            await self._do("edit.correct", f"editor-{language}")
            await self._leave()
            await self._do("view.palette", f"palette-{language}")
            await self._leave()
            self._stage.window.show("sync")
            await self._shot(f"sync-{language}")

    async def trends(self) -> None:
        """Last, since thousands of calls come with it."""
        await self._speak("en")
        await trends(self._stage, self._camera, self._workspace)

    async def _speak(self, language: LanguageChoice) -> None:
        before = self._stage.window
        await self._session.settings.change(language=language)
        await until(lambda: self._stage.window is not before)
        self._stage.window.resize(FIRST)
        await breathe()

    async def _do(self, command: str, picture: str | None = None) -> None:
        self._stage.window.run_command(self._session.keyboard.command(command))
        await painted(self._stage, self._workspace)
        if picture is not None:
            await self._shot(picture)

    async def _shot(self, name: str) -> None:
        await breathe()
        await self._camera.take(name)

    async def _filter(self, query: Query) -> None:
        await self._workspace.browser.apply(query)
        self._stage.window.show("review")
        await painted(self._stage, self._workspace)

    def _press(self, key: int, text: str) -> None:
        focus = QApplication.focusWidget()
        if focus is not None:
            pressed = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(focus, pressed)

    async def _write(self, text: str) -> None:
        """Type this instead of all that is there."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QPlainTextEdit):
            focus.selectAll()
        await self._type(text)

    async def _type(self, text: str) -> None:
        for letter in text:
            self._press(0, letter)
        await breathe()
        await breathe()

    async def _leave(self) -> None:
        for _ in range(4):
            self._stage.window.escape()
        await painted(self._stage, self._workspace)
