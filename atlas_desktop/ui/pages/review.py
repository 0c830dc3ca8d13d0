"""Review: the list, the call at hand, and every decision."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from atlas_desktop.domain.query import Query
from atlas_desktop.ui.models.call_list_model import CallListModel
from atlas_desktop.ui.pages.call_panes import CallPanes
from atlas_desktop.ui.pages.list_pane import ListPane
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.strip import Notice, Question
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.review_state import Current, NeedsConfirm
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.selection import Selection

_QUESTIONS: Final = {
    "up": mark("Rate {count:,} calls as good?"),
    "down": mark("Rate {count:,} calls as bad?"),
    "unsure": mark("Mark {count:,} calls as unsure?"),
    "clear": mark("Clear the rating of {count:,} calls?"),
}
_LIST_WIDTH: Final = 340
_TEACH: Final = (
    ("rate.up", mark("good")), ("rate.down", mark("bad")), ("rate.unsure", mark("unsure")), ("rate.skip", mark("skip")),
    ("rate.undo", mark("undo")), ("move.next", mark("next")), ("move.previous", mark("back")),
    ("select.toggle", mark("select")), ("view.filter", mark("filter")), ("view.palette", mark("all commands")),
    ("view.keys", mark("all keys")),
)  # fmt: skip


class ReviewPage(QWidget):
    """A view of ``Review`` and ``CallBrowser``; asks the context to run what takes time."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__()
        self._context = context
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.opening: str | None = None
        """The connection that is being opened, while there is nothing else to show."""
        self.filter = FilterBar(theme)
        self.model = CallListModel(self)
        self.list = ListPane(theme, self.model, self._is_selected)
        self.panes = CallPanes(theme)
        self.question = Question(theme)
        self.notice = Notice(theme)
        self._empty = Empty(theme)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self.panes)
        self.split.addWidget(self._empty)
        self.split.setStretchFactor(1, 1)
        self.split.setStretchFactor(2, 1)
        self.split.setSizes([_LIST_WIDTH, 900, 900])
        self._keys = surface("strip")
        self._caps = KeyCaps(theme)
        row(self._keys, margins=(3, 0, 3, 0)).addWidget(self._caps)
        layout = column(self)
        self._filter_line = hairline()
        layout.addWidget(self.filter)
        layout.addWidget(self._filter_line)
        layout.addWidget(self.notice)
        layout.addWidget(self.split, 1)
        layout.addWidget(self.question)
        layout.addWidget(hairline())
        layout.addWidget(self._keys)
        self.filter.changed.connect(self._apply)
        self.filter.left.connect(self.list.view.setFocus)
        self.filter.facets_wanted.connect(self._load_facets)
        self.list.view.chosen.connect(self._go)
        self.list.view.toggled.connect(self._toggle)
        self.list.new_wanted.connect(self._show_new)
        self.show_keys(context.session.keyboard)

    @property
    def painted(self) -> int | None:
        """The call that is on the screen, painted."""
        return self.panes.painted

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Review this workspace from now on."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._workspace = workspace
        self.opening = None
        self.panes.show_call(None, "")
        self.model.set_browser(workspace.browser if workspace else None)
        if workspace is None:
            self._show_emptiness()
            return
        browser, review = workspace.browser, workspace.review
        self._stops = [
            browser.reset.connect(lambda _: self._list_reset()),
            browser.state_changed.connect(lambda _: self._state()),
            review.current_changed.connect(self._current),
            review.selection_changed.connect(self._selection),
            review.progress_changed.connect(lambda _: self._state()),
        ]
        self.filter.show_query(browser.query)
        self._load_facets()
        self._state()
        self._current(review.current)

    def ask(self, needs: "NeedsConfirm") -> None:
        """The strip that asks before a decision about many calls."""
        self.question.ask(
            tr(_QUESTIONS[needs.verdict], count=needs.count),
            tr("Rate {count:,}", count=needs.count),
            lambda: self._confirmed(needs),
        )

    def tell(self, problem: "Problem") -> None:
        """A problem, beside the work."""
        self.notice.tell(problem)

    def cycle_panes(self) -> None:
        """The focus goes to the next pane."""
        order: list[QWidget] = [self.list.view, *self.panes.stops(), self.filter.line]
        at = next((number for number, widget in enumerate(order) if widget.hasFocus()), -1)
        order[(at + 1) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        self._keyboard = keyboard
        self._caps.set_hints(keyboard.hints(*((name, tr(words)) for name, words in _TEACH)))
        self._show_emptiness()

    def set_focus_mode(self, on: bool) -> None:
        """Only the call and the keys that decide about it, or everything again."""
        for part in (self.filter, self._filter_line, self.list):
            part.setVisible(not on)

    def take_focus(self) -> None:
        """Keys go to the list; in focus mode, where it is not there, to the conversation."""
        stops: list[QWidget] = [self.list.view, *self.panes.stops(), self]
        next(each for each in stops if each.isVisibleTo(self) or each is self).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """A page of the conversation."""
        self.panes.scroll_page(direction)

    def sizes(self) -> dict[str, str]:
        """How the screen is divided, to be remembered."""
        return {name: _encoded(split.saveState()) for name, split in self._splits().items()}

    def restore(self, sizes: dict[str, str]) -> None:
        """Divide it as it was; what does not fit is ignored."""
        for name, split in self._splits().items():
            if name in sizes:
                split.restoreState(QByteArray.fromBase64(sizes[name].encode()))
            split.setHandleWidth(1)

    def _splits(self) -> dict[str, QSplitter]:
        return {"review": self.split, **self.panes.splits()}

    def _confirmed(self, needs: "NeedsConfirm") -> None:
        self._context.spawn("decide many", self._decide(needs))

    async def _decide(self, needs: "NeedsConfirm") -> None:
        review = self._context.review
        if review is not None:
            self._context.decided(
                await review.decide(needs.verdict, seq=None, stay=needs.stay, confirmed=needs.count)
            )

    def _apply(self, query: Query) -> None:
        if self._workspace is not None:
            self._context.spawn("filter", self._workspace.browser.apply(query))

    def _show_new(self) -> None:
        if self._workspace is not None:
            self._context.spawn("show new calls", self._workspace.browser.show_new())

    def _go(self, position: int) -> None:
        if self._workspace is not None:
            self._workspace.review.go(position)
            self.list.view.setFocus()

    def _toggle(self, position: int) -> None:
        if self._workspace is not None:
            self._workspace.review.toggle_select(position)

    def _load_facets(self) -> None:
        if self._workspace is not None:
            self._context.spawn("filter menus", self._read_facets(self._workspace))

    async def _read_facets(self, workspace: "Workspace") -> None:
        operations = await workspace.store.calls.operations()
        customers = await workspace.store.calls.customers()
        if workspace is self._workspace:
            self.filter.set_facets(operations, customers)

    def _list_reset(self) -> None:
        if self._workspace is not None:
            self.filter.show_query(self._workspace.browser.query)
            self._state()
            # The review hears of a new list before the view does, which then forgets its current row.
            self.list.view.show_current(self._workspace.review.current.position)

    def _current(self, current: "Current") -> None:
        where = (
            tr("beside the list")
            if current.beside
            else tr("{position:,} of {total:,}", position=current.position + 1, total=current.total)
        )
        if current.call is not None:
            self.panes.show_call(current.call, where)
        elif current.problem is not None:
            self.panes.show_call(None, "")
            self.notice.tell(current.problem)
        else:
            self.panes.loading()
        if current.total and not current.beside:
            self.list.view.show_current(current.position)
        self._show_emptiness()

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
        self.filter.set_count(len(browser), browser.total)
        self.list.show_state(browser.new_count, review.selected_count, review.progress)
        if browser.problem is not None:
            self.notice.tell(browser.problem)
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        browser = self._workspace.browser if self._workspace else None
        empty = browser is None or not len(browser)
        self.panes.setVisible(not empty)
        self._empty.setVisible(empty)
        self._keys.setVisible(not empty)
        if not empty:
            return
        if browser is None:
            self._empty.say(tr("Opening {name}…", name=self.opening) if self.opening else "")
        elif browser.loading:
            self._empty.say(tr("Reading calls…"))
        elif browser.total:
            self._empty.say(
                tr("No call fits this filter"),
                trn(
                    "{count:,} call is stored on this computer.",
                    "{count:,} calls are stored on this computer.",
                    browser.total,
                ),
                self._keyboard.hints(("view.filter", tr("change the filter"))),
            )
        else:
            self._empty.say(
                tr("No calls yet"),
                tr("They appear here as they arrive. You can rate them offline, too."),
                self._keyboard.hints(("go.sync", tr("what sync is doing")), ("view.keys", tr("all keys"))),
            )


def _encoded(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()
