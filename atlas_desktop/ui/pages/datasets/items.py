"""The items of the dataset at hand: a table, and the one at hand under it to read and to edit."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.models.item_model import ItemLine
from atlas_desktop.ui.pages.datasets.builder_words import split_words
from atlas_desktop.ui.pages.datasets.item_bar import ItemBar
from atlas_desktop.ui.pages.datasets.item_editing import ItemEditing
from atlas_desktop.ui.pages.datasets.item_pane import ItemPane
from atlas_desktop.ui.pages.datasets.items_words import emptiness, partial_words
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.item_table import ItemTable
from atlas_desktop.ui.widgets.layouts import column, hairline
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.datasets import Datasets
    from atlas_desktop.app.item_editor import ItemEditor, ItemEditState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset, DatasetItemUpdate
    from atlas_desktop.store.datasets import ItemRow
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme


class ItemsSection(Section):
    """A view of ``Datasets.items`` and of its editor."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage") -> None:
        super().__init__(theme, context, page)
        self._datasets: Datasets | None = None
        self._workspace: Workspace | None = None
        self._dataset: Dataset | None = None
        self._stops: list[Callable[[], None]] = []
        self._wanted: str | None = None
        self._focus_wanted = False
        self._from_gates = False
        self._veil = False
        self._pane: ItemPane | None = None
        self._editing: ItemEditing | None = None
        self._under = column()
        self.table = ItemTable(theme, tr("Items"), numbered=True)
        self.bar = ItemBar(self._change, self.go_to_call, self.drop_current, self._save)
        self.partial = PlainLabel("", role="caption", tone="warn")
        self.partial.setContentsMargins(12, 4, 12, 4)
        self.empty = Empty(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _: self.edit_current())

    @property
    def pane(self) -> ItemPane:
        """The item at hand. Made when there is one: the list is there before."""
        if self._pane is None:
            made = self._pane = ItemPane(self.theme)
            made.set_reading(self._reading())
            made.expected.typed.connect(self._typed)
            self._under.addWidget(made, 1)
        return self._pane

    @property
    def editing(self) -> ItemEditing:
        """What keys do in its text."""
        if self._editing is None:
            self._editing = ItemEditing(self.theme, self.context, self)
        return self._editing

    @property
    def editor(self) -> "ItemEditor | None":
        """The text of the item at hand."""
        return self._datasets.editor if self._datasets is not None else None

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's items from now on."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._workspace = workspace
        self._datasets = workspace.datasets if workspace is not None else None
        if workspace is not None:
            self._stops = [
                workspace.datasets.items_changed.connect(lambda _: self._show_items()),
                workspace.datasets.editor.changed.connect(self._show_item),
                self.context.session.settings.changed.connect(lambda _: self._show_items()),
            ]

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its items. Once it is golden the one at hand is locked, too."""
        self._dataset = dataset
        self._lock(dataset)
        self._show_items()

    def clear(self) -> None:
        """None."""
        self._dataset = None
        self.table.show_rows((), str, lambda _: ItemLine("", "", ""))

    def take_focus(self) -> None:
        """To the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_back(self) -> bool:
        """Out of the text, with what is typed kept."""
        return self.editing.leave()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next item that way."""
        self.table.step(direction)

    def open_current(self) -> None:
        """The text of the item at hand."""
        self.edit_current()

    def edit_current(self) -> None:
        """The cursor into its expected output; of a golden dataset only the eye goes there."""
        if self.table.key is None:
            self.table.step(1)
        if self._shown_item() is None:
            self._focus_wanted = True
            return
        self.context.spawn("look is noted", self._look())

    def edit_item(self, item_id: str) -> None:
        """This item, with the cursor in its text; submitting goes back to the gates."""
        self._from_gates, self._focus_wanted = True, True
        if self.table.choose(item_id):
            self._wanted = None
            if self._shown_item() == item_id:
                self._focus_wanted = False
                self.edit_current()
        else:
            self._wanted = item_id

    def drop_current(self) -> None:
        """Take the item at hand out, once that is confirmed."""
        key, datasets = self.table.key, self._datasets
        if key is None or datasets is None or self._dataset is None or self._dataset.status == "golden":
            return
        self.page.question.ask(
            tr("Take item {at:,} out of {name}?", at=self.table.place + 1, name=self._dataset.name),
            tr("Take out"),
            lambda: self.context.spawn("item is taken out", self._drop(datasets, key)),
        )

    def undo(self) -> None:
        """The item that was taken out last is back."""
        if self._datasets is not None:
            self.context.spawn("item is back", self._undo(self._datasets))

    def go_to_call(self) -> None:
        """The call the item came from, on Review."""
        item = self._datasets.editor.state.item if self._datasets is not None else None
        if item is not None and item.source_call_id is not None:
            self.context.spawn("call of the item", self._visit(item.source_call_id))

    def next_split(self) -> None:
        """The other part of the dataset."""
        state = self._datasets.editor.state if self._datasets is not None else None
        if state is not None and state.item is not None and not state.locked:
            following = {None: "train", "train": "test", "test": None}.get(state.item.split)
            from atlas_desktop.contract.datasets import DatasetItemUpdate  # noqa: PLC0415

            self._change(DatasetItemUpdate(split=following))

    def weigh(self) -> None:
        """The cursor into the weight."""
        self.bar.weight.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.weight.selectAll()

    @property
    def said(self) -> str:
        """What came of the last saving."""
        state = self._datasets.editor.state if self._datasets is not None else None
        if state is None:
            return ""
        return state.problem.sentence if state.problem is not None else state.said

    def came_from_gates(self) -> bool:
        """Whether the item was opened from the fix list; once."""
        came, self._from_gates = self._from_gates, False
        return came

    def score(self) -> None:
        """Have the gates scored."""
        self.context.gates.score()

    # inside

    def _shown_item(self) -> str | None:
        item = self._datasets.editor.state.item if self._datasets is not None else None
        return item.id if item is not None and item.id == self.table.key else None

    def _lock(self, dataset: "Dataset") -> None:
        state = self._datasets.editor.state if self._datasets is not None else None
        if state is None or state.item is None or state.dataset_id != dataset.id:
            return
        if state.locked != (dataset.status == "golden"):
            self._choose(state.item.id)

    def _show_items(self) -> None:
        datasets, dataset = self._datasets, self._dataset
        if datasets is None or dataset is None or datasets.items.dataset_id != dataset.id:
            return
        items = datasets.items
        reading = self._reading()
        self._veil = reading.veil
        if self._pane is not None:
            self._pane.set_reading(reading)
        self.table.reserve(
            weights=any(row.weight != 1 for row in items.rows),
            splits=any(row.split is not None for row in items.rows),
        )
        self.table.show_rows(items.rows, _key, self._line)
        self._stack.setCurrentIndex(0 if items.rows else 1)
        words = partial_words(items, dataset)
        self.partial.setText(words)
        self.partial.setVisible(bool(words) and bool(items.rows))
        if not items.rows:
            self.empty.say(*emptiness(items, dataset, self.context.session.keyboard))
        elif self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
        elif self.table.key is None:
            self.table.step(1)
        elif self._shown_item() is None:
            self._choose(self.table.key)

    def _line(self, row: "ItemRow") -> ItemLine:
        unsaved = self._datasets is not None and row.id in self._datasets.items.unsaved
        title, expected = row.title, row.expected
        if self._veil:
            title, expected = veiled_preview(title), veiled_preview(expected)
        return ItemLine(
            row.id,
            title or tr("no text"),
            expected,
            icon="corrected" if unsaved else "",
            icon_tone="accent",
            state=tr("not saved") if unsaved else "",
            split=split_words(row.split),
            weight="" if row.weight == 1 else f"×{number(row.weight, 2).rstrip('0').rstrip('.,')}",
        )

    def _choose(self, key: str) -> None:
        if self._datasets is not None and self._dataset is not None:
            self.context.spawn("item is shown", self._datasets.editor.show(self._dataset, key))

    def _reading(self) -> Reading:
        settings = self.context.session.settings.current
        return Reading(rendered=settings.rendered, veil=settings.veil)

    def _show_item(self, state: "ItemEditState") -> None:
        self.bar.show_state(state, self.table.place, self.table.count)
        if state.item is None and self._pane is None:
            return
        self.pane.setVisible(state.item is not None)
        self.pane.show_state(state)
        self.editing.completing.while_typing = state.kind == "json"
        if self._focus_wanted and self._shown_item() is not None:
            self._focus_wanted = False
            self.edit_current()

    async def _undo(self, datasets: "Datasets") -> None:
        back = await datasets.undo_drop()
        if back == "nothing":
            self.context.say(tr("Nothing was taken out here"))
        elif back == "failed":
            self._not_done(datasets)
        else:
            self.table.choose(back.id)
            self.context.say(tr("The item is back, at the end"))

    async def _drop(self, datasets: "Datasets", key: str) -> None:
        if await datasets.drop_item(key):
            undo = self.context.session.keyboard.key("dataset.undo")
            self.context.say(tr("Taken out: {key} puts it back", key=undo))
        else:
            self._not_done(datasets)

    def _not_done(self, datasets: "Datasets") -> None:
        if datasets.items.problem is not None:
            self.tell(datasets.items.problem)
        else:
            self.context.say(tr("Nothing was changed: the server is not reached now"))

    async def _look(self) -> None:
        item = self._datasets.editor.state.item if self._datasets is not None else None
        if item is not None:
            await self.context.reading.note_look(item.source_call_id or item.id)
            self.pane.uncover()
            self.pane.expected.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str, caret: int) -> None:
        if self._datasets is not None:
            self._datasets.editor.typed(text, caret)
            self.editing.completing.typed()

    def _save(self) -> None:
        self.editing.submit(stay=True)

    def _change(self, change: "DatasetItemUpdate") -> None:
        if self._datasets is not None:
            self.context.spawn("item is changed", self._datasets.editor.change(change))

    async def _visit(self, call_id: str) -> None:
        if self._workspace is None:
            return
        seq = await self._workspace.store.calls.seq_of(call_id)
        if seq is None:
            self.context.say(tr("This call is not on this computer."))
            return
        self.context.show("review")
        await self._workspace.review.visit(seq)

    def _lay_out(self) -> None:
        under = QWidget()
        under.setLayout(self._under)
        self._under.addWidget(self.bar)
        self._under.addWidget(hairline())
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(under)
        split.setSizes([300, 420])
        self._stack.addWidget(split)
        self._stack.addWidget(self.empty)
        layout = column(self)
        layout.addWidget(self.partial)
        layout.addWidget(self._stack, 1)


def _key(row: "ItemRow") -> str:
    return row.id
