"""The versions of the dataset at hand: which led to which, and what differs between two of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from atlas_desktop.domain.diff import diff
from atlas_desktop.domain.item_words import expected_text
from atlas_desktop.domain.veil import veiled, veiled_preview
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.models.item_model import ItemLine
from atlas_desktop.ui.models.line_model import Line, Token
from atlas_desktop.ui.pages.datasets.builder_words import split_words
from atlas_desktop.ui.pages.datasets.section import Section
from atlas_desktop.ui.widgets.correction.pane import show_inline
from atlas_desktop.ui.widgets.correction.side import Side
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.item_table import ItemTable
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.dataset_state import VersionsState
    from atlas_desktop.app.dataset_versions import DatasetVersions
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.domain.dataset_diff import Change, ItemChange
    from atlas_desktop.ui.pages.work_page import WorkPage
    from atlas_desktop.ui.theme import Theme

_LOOKS: Final[dict["Change", tuple[str, Token]]] = {
    "added": ("good", "good"), "removed": ("bad", "bad"), "changed": ("corrected", "accent"),
}  # fmt: skip


class VersionsSection(Section):
    """A view of ``Datasets.versions``."""

    def __init__(self, theme: "Theme", context: "Context", page: "WorkPage") -> None:
        super().__init__(theme, context, page)
        self._versions: DatasetVersions | None = None
        self._stop: Callable[[], None] = lambda: None
        self.list = LineList(theme, tr("Versions"))
        self.words = PlainLabel("", role="strong")
        self.table = ItemTable(theme, tr("Items that differ"), state_share=0.12)
        self.side = Side(theme, tr("Expected output, with what was removed"))
        self.empty = Empty(theme)
        self._right = QStackedWidget()
        self._lay_out()
        self.list.chosen.connect(self._choose)
        self.table.chosen.connect(self._show_pair)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's versions from now on."""
        self._stop()
        self._versions = workspace.datasets.versions if workspace is not None else None
        if self._versions is not None:
            self._stop = self._versions.changed.connect(self._show)

    def show_dataset(self, dataset: "Dataset") -> None:
        """Its versions."""
        if self._versions is not None:
            self._versions.follow(dataset)
            self._show(self._versions.state)

    def clear(self) -> None:
        """None."""
        if self._versions is not None:
            self._versions.follow(None)

    def take_focus(self) -> None:
        """To what differs, else to the versions."""
        target = self.table if self.table.count else self.list
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way."""
        if self.list.hasFocus():
            self.list.step(direction)
        else:
            self.table.step(direction)

    @property
    def _veil(self) -> bool:
        return self.context.session.settings.current.veil

    def _choose(self, key: str) -> None:
        if self._versions is not None:
            self._versions.compare(key)

    def _show(self, state: "VersionsState") -> None:
        lines = [_line(each, state) for each in reversed(state.versions)]
        self.list.show_lines(lines, state.old or state.new)
        changes = state.diff.changes if state.diff is not None else ()
        self.words.setText(_words(state))
        veil = self._veil
        self.table.reserve(weights=False, splits=True)
        self.table.show_rows(changes, lambda each: each.item, lambda each: _change_line(each, state, veil))
        self._right.setCurrentIndex(0 if changes else 1)
        if not changes:
            self._say_nothing(state)
            return
        if self.table.key is None:
            self.table.step(1)
        if self.table.key is not None:
            self._show_pair(self.table.key)

    def _say_nothing(self, state: "VersionsState") -> None:
        if state.phase == "loading":
            self.empty.say(tr("Comparing…"))
        elif state.problem is not None:
            self.empty.say(state.problem.title, state.problem.detail)
        elif state.old is None and len(state.versions) > 1:
            self.empty.say(
                tr("This is the version at hand"), tr("Choose another one beside it to see what differs.")
            )
        elif state.old is None:
            keyboard = self.context.session.keyboard
            self.empty.say(
                tr("One version so far"),
                tr("A branch is a new draft with the same items. Golden versions never change."),
                keyboard.hints(("dataset.branch", tr("branches"))),
            )
        else:
            self.empty.say(tr("The same items"), tr("Nothing differs between these two versions."))

    def _show_pair(self, item: str) -> None:
        if self._versions is not None:
            self.context.spawn("versions of an item", self._pair(self._versions, item))

    async def _pair(self, versions: "DatasetVersions", item: str) -> None:
        before, after = await versions.pair(item)
        if self.table.key != item:
            return
        old = expected_text(before.expected_output) if before is not None else ""
        new = expected_text(after.expected_output) if after is not None else ""
        if self._veil:
            old, new = veiled(old), veiled(new)
        show_inline(self.side.edit, diff(old, new))
        told = []
        if before is not None and after is not None:
            if before.weight != after.weight:
                told.append(tr("weight {old:g} → {new:g}", old=before.weight, new=after.weight))
            if before.split != after.split:
                told.append(
                    tr(
                        "split {old} → {new}",
                        old=split_words(before.split) or "–",
                        new=split_words(after.split) or "–",
                    )
                )
        self.side.state.setText("  ·  ".join(told))

    def _lay_out(self) -> None:
        body = QSplitter(Qt.Orientation.Vertical)
        body.addWidget(self.table)
        body.addWidget(self.side)
        body.setSizes([300, 300])
        self._right.addWidget(body)
        self._right.addWidget(self.empty)
        right = QWidget()
        inside = column(right)
        head = surface("surface")
        row(head, margins=(3, 2, 3, 2)).addWidget(self.words)
        inside.addWidget(head)
        inside.addWidget(hairline())
        inside.addWidget(self._right, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 700])
        for each in (body, split):
            each.setHandleWidth(1)
            each.setChildrenCollapsible(False)
        column(self).addWidget(split)


def _line(dataset: "Dataset", state: "VersionsState") -> Line:
    golden = dataset.status == "golden"
    moment = dataset.promoted_at or dataset.created_at
    when = to_the_minute(round(moment.timestamp() * 1000))
    here = dataset.id == state.new
    return Line(
        dataset.id,
        dataset.name,
        f"{tr('version {version:,}', version=dataset.version)}  ·  {when}",
        tr("at hand") if here else tr("golden") if golden else tr("draft"),
        "accent" if here else "good" if golden else "muted",
        icon="lock" if golden else "draft",
        icon_tone="good" if golden else "muted",
        strong=here,
    )


def _words(state: "VersionsState") -> str:
    if state.diff is None:
        return tr("Versions")
    counts = (
        state.diff.count("changed"),
        state.diff.count("added"),
        state.diff.count("removed"),
        state.diff.same,
    )
    parts = (
        trn("{count:,} changed", "{count:,} changed", counts[0]),
        trn("{count:,} added", "{count:,} added", counts[1]),
        trn("{count:,} removed", "{count:,} removed", counts[2]),
        trn("{count:,} the same", "{count:,} the same", counts[3]),
    )
    told = "  ·  ".join(part for part, count in zip(parts, counts, strict=True) if count)
    old = next((each for each in state.versions if each.id == state.old), None)
    return tr("Since {name}: {told}", name=old.name if old is not None else "", told=told)


def _change_line(change: "ItemChange", state: "VersionsState", veil: bool) -> ItemLine:
    rows = state.old_rows if change.change == "removed" else state.new_rows
    row_ = (rows or {}).get(change.item)
    icon, tone = _LOOKS[change.change]
    words = {"added": tr("added"), "removed": tr("removed"), "changed": tr("changed")}[change.change]
    if row_ is None:
        return ItemLine(change.item, change.item, "", icon, tone, words, tone)
    title, expected = row_.title, row_.expected
    if veil:
        title, expected = veiled_preview(title), veiled_preview(expected)
    return ItemLine(change.item, title, expected, icon, tone, words, tone, split_words(row_.split))
