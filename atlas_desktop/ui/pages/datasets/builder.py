"""The builder: calls as the items they would become, before anything is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from atlas_desktop.domain.filter import format_query, parse
from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.item_model import ItemLine
from atlas_desktop.ui.pages.datasets import builder_words
from atlas_desktop.ui.pages.datasets.offering import exchange
from atlas_desktop.ui.pages.datasets.recipe_bar import RecipeBar
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.filter_line import FilterLine
from atlas_desktop.ui.widgets.item_table import ItemTable
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.dataset_builder import DatasetBuilder
    from atlas_desktop.app.dataset_state import BuilderState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.domain.dataset_plan import Planned
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme

_PAUSE_MS: Final = 250
_MOST_OPERATIONS: Final = 5


class BuilderPane(QWidget):
    """A view of `DatasetBuilder`."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage") -> None:
        super().__init__()
        self._context = context
        self._page = page
        self._workspace: Workspace | None = None
        self._stop: Callable[[], None] = lambda: None
        self._part = "all"
        self._veil = False
        self._offered: list[tuple[str, int]] = []
        self._drawn: object = None
        """What the rows were made of: while thousands of calls are looked at they are often the same."""
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the dataset"))
        self.name.setPlaceholderText(tr("Name of the dataset"))
        self.about = PlainLabel("", role="caption", tone="muted")
        self.send_button = button(tr("Make dataset"), self.send, "primary")
        self.keep_button = button(tr("Keep as draft"), self._keep)
        self.drop_button = button(tr("Discard draft…"), self._discard, "quiet")
        self.filter = FilterLine(theme)
        self.filter.setAccessibleName(tr("Calls to build from"))
        self.filter.setPlaceholderText(tr("Filter: all calls of one operation, corrected:yes, rating:good"))
        self.operations = row(gap=1)
        self._operations: Segments | None = None
        self.recipe = RecipeBar(theme, self._change)
        self.parts = row(gap=0)
        self._parts: Segments | None = None
        self.summary = PlainLabel("", role="caption", tone="muted")
        self.problem = PlainLabel("", tone="bad")
        self.problem.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        self.table = ItemTable(theme, tr("Calls as items"), state_share=0.26)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE_MS)
        self._typing.timeout.connect(self._refilter)
        self._lay_out()
        self._connect()

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Build in this workspace from now on."""
        self._stop()
        self._workspace = workspace
        if workspace is not None:
            self._stop = workspace.builder.changed.connect(self._show)

    def begin(self) -> None:
        """Of the calls selected on Review, else of those in its filter."""
        workspace = self._workspace
        if workspace is None:
            return
        review, browser = workspace.review, workspace.browser
        if review.selected_count:
            calls = review.at_hand()
            words = trn("{count:,} selected call", "{count:,} selected calls", len(calls))
            self.filter.hide()
            self._context.spawn("dataset of a selection", workspace.builder.open_calls(calls, words))
        else:
            self.filter.show()
            self.filter.setText(format_query(browser.query))
            self._refilter()

    def open_draft(self, draft_id: int) -> None:
        """Of this draft."""
        if (builder := self._builder) is not None:
            self.filter.hide()
            self._context.spawn("dataset of a draft", builder.open_draft(draft_id))

    def take_focus(self) -> None:
        """To the preview."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_back(self) -> bool:
        """Out of a field."""
        if self.name.hasFocus() or self.filter.hasFocus():
            self.take_focus()
            return True
        return False

    def step(self, direction: Literal[1, -1]) -> None:
        """The next call that way."""
        self.table.step(direction)

    def open_current(self) -> None:
        """The call at hand, on Review."""
        if (call := self._at_hand()) is not None and self._workspace is not None:
            self._context.spawn("call of the draft", self._visit(self._workspace, call))

    def edit_current(self) -> None:
        """Correct the call at hand: its correction is what is expected."""
        if (call := self._at_hand()) is not None:
            self._context.show("review")
            self._context.editing.open_call(call)

    def drop_current(self) -> None:
        """Without the call at hand."""
        if (call := self._at_hand()) is not None and (builder := self._builder) is not None:
            self._context.spawn("call is left out", builder.remove([call]))

    def keep_current(self) -> None:
        """Of its contradiction only this one."""
        if (call := self._at_hand()) is not None and (builder := self._builder) is not None:
            self._context.spawn("contradiction ends", builder.keep_only(call))

    def undo(self) -> None:
        """What was left out last is back."""
        if (builder := self._builder) is not None:
            self._context.spawn("call is back", self._undo(builder))

    async def _undo(self, builder: "DatasetBuilder") -> None:
        if not await builder.undo():
            self._context.say(tr("Nothing was left out here"))

    def send(self) -> None:
        """Make the dataset."""
        if (builder := self._builder) is None:
            return
        if builder.state.sending:
            self._context.spawn("sending is given up", builder.give_up())
        else:
            self._rename()
            self._context.spawn("dataset is made", builder.send())

    # inside

    @property
    def _builder(self) -> "DatasetBuilder | None":
        return self._workspace.builder if self._workspace is not None else None

    def _at_hand(self) -> int | None:
        key = self.table.key
        return int(key) if key is not None else None

    def _show(self, state: "BuilderState") -> None:
        if not state.open:
            return
        self._veil = self._context.session.settings.current.veil
        if not self.name.hasFocus():
            self.name.setText(one_line(state.recipe.name or state.suggested))
        source = state.source if self.filter.isHidden() else ""
        self.about.setText(
            "  ·  ".join(filter(None, (state.operation, source, builder_words.summary(state))))
        )
        self._show_operations(state)
        self.recipe.show_state(state)
        self._show_parts(state)
        self._show_rows(state)
        self._show_acts(state)

    def _show_acts(self, state: "BuilderState") -> None:
        words = tr("Stop sending") if state.sending else builder_words.send_words(state)
        self.send_button.setText(words.replace("&", "&&"))
        self.send_button.setAccessibleName(words)
        ready = bool(state.plan.count("ready")) and not state.reading
        self.send_button.setEnabled(state.sending or ready)
        self.keep_button.setVisible(state.draft is None)
        self.keep_button.setEnabled(bool(state.plan.items))
        self.drop_button.setVisible(state.draft is not None and not state.sending)
        total, done = (state.to_send, state.sent) if state.sending else (state.total, state.read)
        self.progress.setVisible(state.sending or state.reading)
        self.progress.setMaximum(max(total, 1))
        self.progress.setValue(done)
        self.problem.setText(builder_words.problem_words(state))
        self.problem.set_tone("muted" if state.problem is None and not state.refused else "bad")
        self.problem.setVisible(bool(self.problem.text()))

    def _show_rows(self, state: "BuilderState") -> None:
        made_of = (state.plan, self._part, state.refused, self._veil)
        self.table.reserve(weights=False, splits=bool(state.recipe.test_share))
        if made_of == self._drawn:
            return
        self._drawn = made_of
        refused = dict(state.refused)
        rows = builder_words.shown_part(state.plan, self._part)

        def line(item: "Planned") -> ItemLine:
            made = builder_words.line_of(item, refused)
            if not self._veil:
                return made
            return ItemLine(
                made.key, veiled_preview(made.title), veiled_preview(made.expected), made.icon, made.icon_tone,
                made.state, made.state_tone, made.split,
            )  # fmt: skip

        self.table.show_rows(rows, lambda item: str(item.call), line)
        if self.table.key is None:
            self.table.step(1)

    def _show_parts(self, state: "BuilderState") -> None:
        offered = builder_words.parts_of(state.plan)
        if self._part not in [name for name, _ in offered]:
            self._part = "all"
        if offered != self._offered:
            self._offered = offered
            self._parts = exchange(
                self.parts,
                self._parts,
                [(name, f"{tr(builder_words.NAMES[name])} {number(count)}") for name, count in offered],
                self._take_part,
            )
            self._parts.name(tr("Shown"), tr("Which of the calls are listed."))
        if self._parts is not None:
            self._parts.show_value(self._part)

    def _show_operations(self, state: "BuilderState") -> None:
        known = [(key, count) for key, count in state.operations if key is not None][:_MOST_OPERATIONS]
        if state.draft is not None or len(known) < 2:
            known = []
        choices = [(str(key), f"{one_line(str(key))} {number(count)}") for key, count in known]
        if self._operations is None or self._operations.property("of") != str(choices):
            self._operations = exchange(self.operations, self._operations, choices, self._take_operation)
            self._operations.setProperty("of", str(choices))
            self._operations.name(tr("Operation"), tr("A dataset is of one operation."))
            self._operations.setVisible(bool(choices))
        if state.operation is not None:
            self._operations.show_value(state.operation)

    def _take_operation(self, value: str) -> None:
        if (builder := self._builder) is not None:
            builder.take_operation(value)

    def _take_part(self, value: str) -> None:
        self._part = value
        if (builder := self._builder) is not None:
            self._show_rows(builder.state)

    def _change(self, **parts: Any) -> None:
        if (builder := self._builder) is not None:
            builder.change(**parts)

    def _rename(self) -> None:
        name = self.name.text().strip()
        if (builder := self._builder) is not None and name not in ("", builder.state.suggested):
            builder.change(name=name)

    def _refilter(self) -> None:
        query = parse(self.filter.text()).query
        if (builder := self._builder) is not None:
            typed = format_query(query)
            words = tr("filter {filter}", filter=typed) if typed else tr("all calls")
            self._context.spawn("dataset of a filter", builder.open_filter(query, words))

    def _keep(self) -> None:
        if (builder := self._builder) is not None:
            self._rename()
            self._context.spawn("draft is kept", self._kept(builder))

    async def _kept(self, builder: "DatasetBuilder") -> None:
        draft = await builder.keep_draft()
        if draft is not None:
            self.filter.hide()
            await builder.open_draft(draft.id)
            self._context.say(tr("Kept as the draft {name}.", name=draft.name))

    def _discard(self) -> None:
        builder = self._builder
        draft = builder.state.draft if builder is not None else None
        if builder is not None and draft is not None:
            self._page.question.ask(
                tr("Discard the draft {name}? Its calls stay.", name=draft.name),
                tr("Discard"),
                lambda: self._context.spawn("draft is discarded", builder.discard()),
            )

    async def _visit(self, workspace: "Workspace", call: int) -> None:
        self._context.show("review")
        await workspace.review.visit(call)

    def _connect(self) -> None:
        self.name.editingFinished.connect(self._rename)
        self.filter.textEdited.connect(lambda _: self._typing.start())
        self.filter.finished.connect(self.take_focus)
        self.table.opened.connect(lambda _: self.edit_current())

    def _lay_out(self) -> None:
        head = row(margins=(3, 2, 3, 1), gap=2)
        head.addWidget(self.name, 1)
        for each in (self.drop_button, self.keep_button, self.send_button):
            head.addWidget(each)
        source = column(margins=(3, 0, 3, 0), gap=1)
        source.addWidget(self.about)
        source.addWidget(self.filter)
        source.addLayout(self.operations)
        source.addWidget(self.problem)
        shown = row(margins=(2, 0, 3, 0))
        shown.addLayout(self.parts)
        shown.addStretch()
        top = surface("surface")
        over = column(top)
        over.addLayout(head)
        over.addLayout(source)
        over.addWidget(self.recipe)
        over.addWidget(self.progress)
        over.addWidget(hairline())
        over.addLayout(shown)
        layout = column(self)
        layout.addWidget(top)
        layout.addWidget(hairline())
        layout.addWidget(self.table, 1)
