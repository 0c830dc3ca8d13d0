"""The list at the left: drafts on this computer, and the datasets of the server."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpacerItem, QWidget

from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.dataset_state import DatasetsState
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.store.dataset_drafts import DatasetDraft
    from atlas_desktop.ui.theme import Theme

_DRAFT: Final = "draft "
_LEAST_WIDTH: Final = 220
NEW: Final = "new"


def draft_key(draft_id: int) -> str:
    """The line of a draft on this computer."""
    return f"{_DRAFT}{draft_id}"


def draft_of(key: str | None) -> int | None:
    """Which draft a line is of; None for a dataset's."""
    return int(key.removeprefix(_DRAFT)) if key is not None and key.startswith(_DRAFT) else None


class Shelf(QWidget):
    """``chosen`` is called with the key of a line: a dataset's id, or `draft_key`; ``begin`` by the button."""

    def __init__(self, theme: "Theme", chosen: Callable[[str], object], begin: Callable[[], object]) -> None:
        super().__init__()
        self.list = LineList(theme, tr("Datasets"))
        self.list.chosen.connect(chosen)
        self.begin = button(tr("New dataset"), begin)
        self.state = PlainLabel("", role="caption", tone="muted")
        self.state.setWordWrap(True)
        self._foot = surface("strip")
        row(self._foot, margins=(3, 2, 3, 2)).addWidget(self.state, 1)
        head = surface("surface")
        line = row(head, margins=(3, 2, 2, 2))
        line.addWidget(PlainLabel(tr("Datasets"), role="title"), 1)
        line.addWidget(self.begin)
        layout = column(self)
        layout.addWidget(head)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._foot)
        # No fixed least width: in another language the heading and its button need more.
        layout.addItem(QSpacerItem(_LEAST_WIDTH, 0))

    def show_state(self, state: "DatasetsState", at_hand: str | None, building: str = "") -> None:
        """These; ``building`` names what is being built of a filter or selection."""
        lines: list[Line] = []
        if state.drafts or building:
            lines.append(Line("h local", tr("On this computer"), heading=True))
        if building:
            lines.append(
                Line(NEW, tr("New dataset"), building, icon="draft", icon_tone="accent", strong=True)
            )
        lines += [_draft_line(each) for each in state.drafts]
        if state.datasets:
            lines.append(Line("h server", tr("On the server"), heading=True))
        lines += [_line(each) for each in state.datasets]
        self.list.show_lines(lines, at_hand)
        words = _state_words(state)
        self.state.setText(words)
        self._foot.setVisible(bool(words))

    def step(self, direction: Literal[1, -1]) -> None:
        """The next line that way."""
        self.list.step(direction)

    def take_focus(self) -> None:
        """The keyboard is here."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)


def _line(dataset: "Dataset") -> Line:
    golden = dataset.status == "golden"
    detail = "  ·  ".join(
        (
            dataset.operation_id,
            tr("v{version:,}", version=dataset.version),
            trn("{count:,} item", "{count:,} items", dataset.item_count),
        )
    )
    status = tr("golden") if golden else tr("draft")
    return Line(
        dataset.id, dataset.name, detail, status, "good" if golden else "muted",
        icon="lock" if golden else "draft", icon_tone="good" if golden else "muted", strong=True,
    )  # fmt: skip


def _draft_line(draft: "DatasetDraft") -> Line:
    count = trn("{count:,} call", "{count:,} calls", draft.count)
    return Line(
        draft_key(draft.id), draft.name, f"{draft.operation}  ·  {count}",
        tr("on its way") if draft.sending else tr("collected"), "accent" if draft.sending else "muted",
        icon="pending" if draft.sending else "views", icon_tone="accent", strong=True,
    )  # fmt: skip


def _state_words(state: "DatasetsState") -> str:
    if state.problem is not None:
        return f"{state.problem.title}. {state.problem.detail}"
    if state.phase == "away":
        return tr("The server is not reached: this is the copy of the last time.")
    if state.phase == "limited":
        return tr("This server does not offer datasets.")
    return tr("Reading datasets…") if state.phase == "loading" and not state.datasets else ""
