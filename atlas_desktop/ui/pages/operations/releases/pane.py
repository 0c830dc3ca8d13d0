"""The releases of an operation: the one on its way, and everything that was ever done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QWidget

from atlas_desktop.app.release_state import ReleasesState, is_live, next_stage
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.pages.operations.area import Section
from atlas_desktop.ui.pages.operations.releases.begin_form import BeginForm
from atlas_desktop.ui.pages.operations.releases.moving import Moving
from atlas_desktop.ui.pages.operations.releases.no_release import NoRelease
from atlas_desktop.ui.pages.operations.releases.release_view import ReleaseDoes, ReleaseView
from atlas_desktop.ui.pages.operations.releases.rollback_form import RollbackForm
from atlas_desktop.ui.pages.operations.releases.words import (
    advance_question,
    advance_verb,
    history_lines,
    stage_words,
    why_words,
)
from atlas_desktop.ui.widgets.layouts import column, hairline, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.releases import Release
    from atlas_desktop.ui.pages.operations.view import OperationsView
    from atlas_desktop.ui.pages.work_page import Place
    from atlas_desktop.ui.theme import Theme

_LOOK_AGAIN_MS: Final = 4_000
_LEAST: Final = 140
_WHOLE: Final = 100
_TAUGHT: Final = (
    ("release.advance", mark("advance")),
    ("release.roll_back", mark("roll back…")),
    ("release.begin", mark("start a release…")),
    ("release.widen", mark("widen the canary")),
)
_TYPING: Final = (("operation.save", mark("do it")), ("view.escape", mark("leave the text")))


class ReleasesPane(Section):
    """Implements ``ReleaseActs``."""

    def __init__(self, theme: "Theme", page: "OperationsView") -> None:
        super().__init__()
        self._page = page
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.state = ReleasesState()
        does = ReleaseDoes(self.begin, self.advance, self._widen_to, self._ask_why)
        self.view = ReleaseView(theme, does)
        self.moving = Moving(self, page)
        self.form = BeginForm(theme, self.moving.begin, self.leave, self._say)
        self.rollback = RollbackForm(theme, self.moving.roll_back, self.leave, self._say)
        self.list = LineList(theme, tr("Steps of the releases"))
        self._past = PlainLabel(tr("Steps"), role="caption", tone="muted")
        self.empty = NoRelease(theme)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_AGAIN_MS)
        self._clock.timeout.connect(self._tick)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = surface("surface")
        body = column(inside)
        body.addWidget(self.view)
        for each in (self.form, self.rollback):
            each.hide()
            self.view.slot.addWidget(each)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Releases"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area, self._inside = area, inside
        inside.installEventFilter(self)
        full = QWidget()
        layout = column(full)
        layout.addWidget(area)
        layout.addWidget(hairline())
        self._past.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self._past)
        layout.addWidget(hairline())
        layout.addWidget(self.list, 1)
        self._full = full
        self._stack = QStackedWidget()
        self._stack.addWidget(full)
        self._stack.addWidget(self.empty)
        self._stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._stack.setAccessibleName(tr("Releases"))
        column(self).addWidget(self._stack)

    # what the page asks for: see Section

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        for stop in self._stops:
            stop()
        self._stops, self._workspace = [], workspace
        if workspace is None:
            self._show(ReleasesState())
            return
        self._stops = [workspace.gateway.releases.changed.connect(self._show)]
        self._show(workspace.gateway.releases.state)
        self._look(self.isVisible())

    def show_state(self, state: "BookState") -> None:
        """The operation at hand is this one."""
        if self._workspace is not None:
            self._workspace.gateway.releases.follow(state.key)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: its scores come by themselves."""
        super().showEvent(event)
        self._look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._look(False)

    def take_focus(self) -> None:
        """The steps, where letters are keys."""
        target: QWidget = self.list if self._stack.currentWidget() is self._full else self._stack
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next step, or the next model to choose from."""
        (self.form.models if self.form.models.hasFocus() else self.list).step(direction)

    def open_current(self) -> None:
        """The model at hand into its field."""
        if self.form.models.hasFocus():
            self.form.models.open_current()

    def step_back(self) -> bool:
        """From a form to the release; what is typed is kept."""
        if self.form.isVisible() or self.rollback.isVisible():
            self.leave()
            return True
        if takes_text(QApplication.focusWidget()):
            self.take_focus()
            return True
        return False

    def save(self) -> None:
        """Do what is written."""
        if self.form.isVisible():
            self.form.save()
        elif self.rollback.isVisible():
            self.rollback.save()

    def taught(self, place: "Place") -> list[tuple[str, str]]:
        """Commands with a word each."""
        if place != "keys":
            return [(command, tr(said)) for command, said in _TYPING]
        return [(command, tr(said)) for command, said in _TAUGHT if command in self._useful]

    @property
    def _useful(self) -> set[str]:
        """What does something now."""
        release = self.state.at_hand
        if release is None or not is_live(release):
            return {"release.begin"}
        if not release.open:
            return {"release.begin", "release.roll_back"}
        widens = release.stage == "canary" and release.percent < _WHOLE
        return {"release.advance", "release.roll_back"} | ({"release.widen"} if widens else set())

    # what keys do: see ReleaseActs

    def begin(self) -> None:
        """Write which model is to be released."""
        if not self._come():
            return
        if self.state.open is not None:
            self._say(tr("One release at a time: advance this one, or roll it back first"))
            return
        if self._workspace is not None:
            self._workspace.gateway.releases.list_models()
        self.rollback.hide()
        self.form.show()
        self._turn()
        self.form.take_focus()

    def advance(self) -> None:
        """To the next stage, after a question; why not, where it cannot."""
        if not self._come():
            return
        release = self.state.open
        if release is None or next_stage(release) is None:
            self._say(tr("No release is on its way here"))
        elif self.state.hindrance not in ("nothing", "no_ship_gates"):
            self._say(why_words(self.state))
        else:
            gated = self.state.hindrance != "no_ship_gates"
            question = advance_question(release, gates=gated)
            self._page.question.ask(
                question, advance_verb(release), lambda: self.moving.advance(acknowledge=not gated)
            )

    def widen(self) -> None:
        """The cursor into the canary's share."""
        if not self._come():
            return
        if self.view.percent.isVisible() and self.view.percent.isEnabled():
            self.view.percent.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.percent.selectAll()
        else:
            self._say(tr("There is no canary here that could be widened now"))

    def roll_back(self) -> None:
        """Write why it is taken out of the traffic."""
        if self._come() and self.state.at_hand is not None:
            self._ask_why(self.state.at_hand)

    # inside

    def _come(self) -> bool:
        """To this section; False where there is no operation to release for."""
        if not self._page.state.defined:
            self._say(tr("Define the operation first: then it can have releases"))
            return False
        if not self.isVisible():
            self._page.show_section("releases")
        return True

    def _look(self, shown: bool) -> None:
        if self._workspace is not None:
            self._workspace.gateway.releases.show(shown)
        if shown and self._workspace is not None:
            self._clock.start()
        else:
            self._clock.stop()

    def _tick(self) -> None:
        if self._workspace is not None:
            self._workspace.gateway.releases.look()

    def _show(self, state: ReleasesState) -> None:
        if state.key != self.state.key:
            self.form.hide()
            self.rollback.hide()
        self.state = state
        self.view.show_state(state)
        self.form.show_state(state)
        self.rollback.show_online(state.online and not state.acting)
        lines = history_lines(state.releases)
        self.list.show_lines(lines)
        self.list.setAccessibleDescription(self.view.accessibleName())
        for each in (self.list, self._past):
            each.setVisible(bool(lines))
        self._turn()
        self._page.lessons_changed()

    def _turn(self) -> None:
        filled = self.state.at_hand is not None or not self.form.isHidden()
        self._stack.setCurrentWidget(self._full if filled else self.empty)
        if not filled:
            key = self._page.context.session.keyboard.key("release.begin") or ""
            self.empty.show_state(self.state, key, self.begin)
        self._fit()

    def _widen_to(self, percent: int) -> None:
        self.moving.widen(percent)

    def _ask_why(self, release: "Release") -> None:
        if release.stage not in ("shadow", "canary", "prod"):
            self._say(tr("It has no traffic: it is {stage}", stage=stage_words(release.stage)))
            return
        if not self.state.online:
            self._say(tr("The server is not reached: releases are moved there, nothing is put off."))
            return
        self.form.hide()
        self.rollback.show()
        self.rollback.open(release, online=self.state.online)
        self._fit()
        self._area.ensureWidgetVisible(self.rollback)

    def leave(self) -> None:
        """Back to the release; what is typed is kept."""
        self.form.hide()
        self.rollback.hide()
        self._turn()
        self.take_focus()

    @property
    def workspace(self) -> "Workspace | None":
        """Whose releases are shown."""
        return self._workspace

    def _say(self, sentence: str) -> None:
        self._page.context.say(sentence)

    def _fit(self) -> None:
        """The release takes what it needs, its steps what is left."""
        height = self._inside.sizeHint().height()
        most = max(self.height() * 3 // 4, _LEAST)
        self._area.setFixedHeight(
            min(height, most) if not self.list.isHidden() else max(self.height(), _LEAST)
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside takes another room now."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much room as there is now."""
        super().resizeEvent(event)
        self._fit()
