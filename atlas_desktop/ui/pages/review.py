"""Review: the list, the call at hand, and every decision."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.models.call_list_model import CallListModel
from atlas_desktop.ui.pages.alike_pane import AlikePane
from atlas_desktop.ui.pages.call_panes import CallPanes
from atlas_desktop.ui.pages.division import Division
from atlas_desktop.ui.pages.emptiness import Emptiness
from atlas_desktop.ui.pages.facet_pane import FacetPane
from atlas_desktop.ui.pages.list_pane import ListPane
from atlas_desktop.ui.pages.listing import Listing
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from atlas_desktop.ui.widgets.filter_completion import COMPLETE
from atlas_desktop.ui.widgets.gate_meter import GateMeterLine
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.strip import Notice, Question
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.review_state import Current, NeedsConfirm
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.selection import Selection
    from atlas_desktop.ui.pages.exporting import Exports

_QUESTIONS: Final = {
    "up": mark("Rate {count:,} calls as good?"),
    "down": mark("Rate {count:,} calls as bad?"),
    "unsure": mark("Mark {count:,} calls as unsure?"),
    "clear": mark("Clear the rating of {count:,} calls?"),
}
_TEACH: Final = (
    ("rate.up", mark("good")), ("rate.down", mark("bad")), ("rate.unsure", mark("unsure")), ("rate.skip", mark("skip")),
    ("rate.undo", mark("undo")), ("move.next", mark("next")), ("move.previous", mark("back")),
    ("select.toggle", mark("select")), ("view.filter", mark("filter")), ("view.palette", mark("all commands")),
    ("view.keys", mark("all keys")),
)  # fmt: skip
_TEACH_EDITOR: Final = (
    ("edit.submit", mark("submit, go on")), ("edit.submit_stay", mark("submit")), ("view.escape", mark("leave")),
    ("edit.next_change", mark("next change")), ("edit.restore", mark("restore")),
    ("edit.next_problem", mark("problem")), ("edit.complete", mark("complete")),
    ("edit.evaluate", mark("evaluate")), ("edit.next_call", mark("next call")), ("edit.layout_typing", mark("layout")),
    ("edit.format", mark("format")),
)  # fmt: skip
_TEACH_TYPING: Final = (
    ("view.escape", mark("leave")), ("view.palette", mark("all commands")), ("view.keys", mark("all keys")),
)  # fmt: skip
Lesson = Literal["calls", "editor", "filter", "typing"]
_LESSONS: Final = {
    "calls": _TEACH, "editor": _TEACH_EDITOR, "filter": _TEACH_TYPING, "typing": _TEACH_TYPING,
}  # fmt: skip


class ReviewPage(QWidget):
    """A view of ``Review`` and ``CallBrowser``; asks the context to run what takes time."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__()
        self._theme = theme
        self._context = context
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self._focused = False
        self._shown: int | None = None
        self._text_due = QTimer(self)
        self._text_due.setSingleShot(True)
        self._text_due.setInterval(0)
        self._text_due.timeout.connect(self._show_call)
        self._lesson: Lesson = "calls"
        self.opening: str | None = None
        """The connection that is being opened, while there is nothing else to show."""
        self.filter = FilterBar(theme, self)
        self.model = CallListModel(self)
        self.list = ListPane(theme, self.model, self._is_selected)
        self.facets = FacetPane(theme)
        self.panes = CallPanes(theme)
        self.alike = AlikePane(theme, context)
        self.question = Question(theme)
        self.notice = Notice(theme)
        self._exports: Exports | None = None
        self._empty = Empty(theme)
        self.division = Division(self.facets, self.list, self.panes, self.alike, self._empty)
        self.listing = Listing(theme, context, self.filter, self.list, self.facets)
        self._emptiness = Emptiness(self._empty, context, self.filter.edit)
        self.meter = GateMeterLine(theme)
        self._caps = KeyCaps(theme)
        self._keys = surface("strip")
        row(self._keys, margins=(3, 0, 3, 0)).addWidget(self._caps)
        self._lay_out()
        self._connect()
        self.show_keys(context.session.keyboard)

    @property
    def painted(self) -> int | None:
        """The call that is on the screen, painted."""
        return self.panes.painted

    @property
    def exports(self) -> "Exports":
        """What takes calls out; its strip stands over the list."""
        if self._exports is None:
            from atlas_desktop.ui.pages.exporting import Exports  # noqa: PLC0415 - 20 ms that a start does not need

            self._exports = Exports(self._theme, self.take_focus)
            self._column.insertWidget(2, self._exports.strip)
        return self._exports

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Review this workspace from now on."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._workspace = workspace
        self.opening = None
        self._shown = None
        self.meter.forget()
        self.panes.show_call(None, "")
        self.model.set_browser(workspace.browser if workspace else None)
        self._stops += self.listing.set_workspace(workspace)
        self._stops += self.alike.set_workspace(workspace)
        if workspace is None:
            self._show_emptiness()
            return
        browser, review = workspace.browser, workspace.review
        self._stops += [
            browser.reset.connect(lambda _: self._list_reset()),
            browser.state_changed.connect(lambda _: self._state()),
            review.current_changed.connect(self._current),
            review.selection_changed.connect(self._selection),
            review.progress_changed.connect(lambda _: self._state()),
            workspace.meter.changed.connect(self.meter.show_meter),
            workspace.meter.changed.connect(self.panes.name_evaluators),
        ]
        self._state()
        self._current(review.current)

    def ask(self, needs: "NeedsConfirm") -> None:
        """The strip that asks before a decision about many calls."""
        verdict = needs.edit.verdict
        words = _QUESTIONS[verdict] if verdict is not None else mark("Change {count:,} calls?")
        self.question.ask(
            tr(words, count=needs.count),
            tr("Rate {count:,}", count=needs.count) if verdict else tr("Change {count:,}", count=needs.count),
            lambda: self._confirmed(needs),
        )

    def tell(self, problem: "Problem") -> None:
        """A problem, beside the work."""
        self.notice.tell(problem)

    def cycle_panes(self) -> None:
        """The focus goes to the next pane."""
        order: list[QWidget] = [
            self.list.view,
            *([self.list.header] if self.list.header.isVisible() else []),
            *self.panes.stops(),
            *([self.alike] if self.alike.isVisible() else []),
            self.filter.line,
            *([self.facets.list] if self.facets.isVisible() else []),
        ]
        at = next((number for number, widget in enumerate(order) if widget.hasFocus()), -1)
        order[(at + 1) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)

    def step_back(self) -> bool:
        """One step down the ladder of what is open here: suggestions, a name, look-alikes. False if nothing is."""
        if self.filter.close_suggestions() or self.listing.naming.cancel():
            return True
        if self._exports is not None and self._exports.strip.close_strip():
            return True
        if self.facets.list.hasFocus() or self.list.header.hasFocus():
            self.take_focus()
            return True
        return self.alike.close_if_open()

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self._keyboard = keyboard
        hints = keyboard.hints(*((name, tr(words)) for name, words in _LESSONS[self._lesson]))
        if self._lesson == "filter":
            hints = [(COMPLETE, tr("complete")), *hints]
        self._caps.set_hints(hints)
        self._show_emptiness()

    def teach(self, lesson: Lesson) -> None:
        """Teach the keys that act now: those that decide, the editor's, or the few that do not type."""
        if lesson != self._lesson:
            self._lesson = lesson
            self.show_keys(self._keyboard)

    def set_focus_mode(self, on: bool) -> None:
        """Only the call and the keys that decide about it, or everything again."""
        self._focused = on
        for part in (self.filter, self._filter_line, self.list):
            part.setVisible(not on)
        self.meter.away(on)
        self.division.facets_away(on)

    def take_focus(self) -> None:
        """Keys go to the list; in focus mode, where it is not there, to the conversation."""
        stops: list[QWidget] = [self.list.view, *self.panes.stops(), self]
        next(each for each in stops if each.isVisibleTo(self) or each is self).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """A page of the conversation."""
        self.panes.scroll_page(direction)

    def toggle_alike(self) -> None:
        """Other answers to the same prompt, beside this one; away when they are there already."""
        if not self.alike.toggle():
            self.take_focus()

    def sizes(self) -> dict[str, str]:
        """How the screen is divided, to be remembered."""
        return self.division.sizes(self.panes.splits())

    def restore(self, sizes: dict[str, str]) -> None:
        """Divide it as it was; what does not fit is ignored."""
        self.division.restore(sizes, self.panes.splits())

    def _lay_out(self) -> None:
        self._filter_line = hairline()
        layout = self._column = column(self)
        layout.addWidget(self.filter)
        layout.addWidget(self._filter_line)
        for strip in (self.listing.naming, self.listing.deleted, self.notice):
            layout.addWidget(strip)
        layout.addWidget(self.division, 1)
        layout.addWidget(self.meter)
        layout.addWidget(self.question)
        layout.addWidget(hairline())
        layout.addWidget(self._keys)

    def _connect(self) -> None:
        self.list.view.chosen.connect(self._go)
        self.meter.clicked.connect(lambda _=False: self._context.show_gates())
        self.list.view.toggled.connect(self._toggle)
        self.list.new_wanted.connect(self._show_new)
        self.listing.laid_out.connect(self.division.lay_out)
        self.listing.alike_wanted.connect(self.toggle_alike)
        self.alike.asked.connect(self.question.ask)
        self.alike.closed.connect(self.take_focus)

    def _confirmed(self, needs: "NeedsConfirm") -> None:
        self._context.spawn("decide many", self._decide(needs))

    async def _decide(self, needs: "NeedsConfirm") -> None:
        review = self._context.review
        if review is not None:
            self._context.decided(
                await review.decide(needs.edit, seq=None, stay=needs.stay, confirmed=needs.count)
            )

    def _show_new(self) -> None:
        if self._workspace is not None:
            self._context.spawn("show new calls", self._workspace.review.show_new())

    def _go(self, position: int) -> None:
        if self._workspace is not None:
            self._workspace.review.go(position)
            self.list.view.setFocus()

    def _toggle(self, position: int) -> None:
        if self._workspace is not None:
            self._workspace.review.toggle_select(position)

    def _list_reset(self) -> None:
        if self._workspace is not None:
            self._state()
            # The review hears of a new list before the view does, which then forgets its current row.
            self.list.view.show_current(self._workspace.review.current.position)

    def _current(self, current: "Current") -> None:
        if current.total and not current.beside:
            self.list.view.show_current(current.position)
        # Another call's text takes half a frame to lay out: the rating in the list is painted before it.
        if current.call is not None and self._shown not in (None, current.seq):
            self._text_due.start()
        else:
            self._show_call()
        self._show_emptiness()

    def _show_call(self) -> None:
        """The call at hand, in the panes."""
        self._text_due.stop()
        if self._workspace is None:
            return
        current = self._workspace.review.current
        where = (
            tr("beside the list")
            if current.beside
            else tr("{position:,} of {total:,}", position=current.position + 1, total=current.total)
        )
        self._shown = current.seq if current.call is not None else None
        if current.call is not None:
            self.panes.show_call(current.call, where)
        elif current.problem is not None:
            self.panes.show_call(None, "")
            self.notice.tell(current.problem)
        else:
            self.panes.loading()

    def _selection(self, selection: "Selection") -> None:
        self.list.view.viewport().update()
        self._state()

    def _is_selected(self, seq: int) -> bool:
        return self._workspace is not None and self._workspace.review.is_selected(seq)

    def _state(self) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        browser, review = workspace.browser, workspace.review
        self.filter.set_count(browser.calls, browser.total, rows=len(browser))
        self.list.show_state(browser.new_count, review.selected_count, review.progress)
        if browser.problem is not None:
            self.notice.tell(browser.problem)
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        browser = self._workspace.browser if self._workspace else None
        empty = browser is None or not len(browser)
        self.division.show_empty(empty)
        self._keys.setVisible(not empty)
        if empty:
            self._emptiness.show(self._workspace, self.opening, self._keyboard)
