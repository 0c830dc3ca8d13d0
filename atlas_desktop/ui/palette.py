"""The command palette: everything there is to do, found by a few letters of it."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.app.palette import Entry, ranked
from atlas_desktop.ui.models.key_row_model import KeyRow
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.key_rows import KeyRowList
from atlas_desktop.ui.widgets.layouts import hairline
from atlas_desktop.ui.widgets.overlay import Overlay
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

_WIDEST: Final = 620
_AIR: Final = 10 * GRID
_LINES: Final = 10
_STEPS: Final = {"Down": 1, "Up": -1, "PgDown": _LINES - 1, "PgUp": 1 - _LINES}


class Palette(Overlay):
    """``chosen`` is called with the id of an entry, when the palette is gone and the focus is back."""

    def __init__(self, theme: Theme, over: QWidget, chosen: Callable[[str], object]) -> None:
        super().__init__(theme, over, tr("Commands"))
        self._chosen = chosen
        self._entries: tuple[Entry, ...] = ()
        self._recent: tuple[str, ...] = ()
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("What would you like to do?"))
        self.line.setAccessibleName(tr("Find a command"))
        self.line.setProperty("kind", "bare")
        self.list = KeyRowList(theme, tr("Commands found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = PlainLabel("", tone="muted")
        self._nothing.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        self._nothing.setWordWrap(True)
        self.body.addWidget(self.line)
        self.body.addWidget(hairline())
        self.body.addWidget(self._nothing)
        self.body.addWidget(self.list, 1)
        self.line.textChanged.connect(lambda _: self._find())
        self.list.chosen.connect(self._choose)

    def ask(self, entries: Sequence[Entry], recent: Sequence[str]) -> None:
        """Open, with these entries, nothing typed."""
        self._entries, self._recent = tuple(entries), tuple(recent)
        self.line.blockSignals(True)
        self.line.clear()
        self.line.blockSignals(False)
        self._find()
        self.open()

    def take_focus(self) -> None:
        """Typing searches."""
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def press(self, name: str) -> bool:
        """A key that moves or chooses; False when it is none of those."""
        if name == "Enter":
            self.list.choose()
        elif name in _STEPS:
            self.list.step(_STEPS[name])
            self._say()
        else:
            return False
        return True

    def wanted(self, room: QRect) -> QRect:
        """At the top, where the eye is."""
        width = min(room.width(), _WIDEST)
        line = self.list.sizeHintForRow(0) if self.list.rows.rowCount() else 0
        head = self.line.sizeHint().height() + 2 * GRID + 1
        rows = max(min(self.list.rows.rowCount(), _LINES), 0) * line
        text = 0 if rows else self._nothing.heightForWidth(width)
        height = head + rows + text + GRID
        top = room.top() + min(_AIR, max(room.height() - height, 0))
        return QRect(room.center().x() - width // 2, top, width, height)

    def _find(self) -> None:
        typed = self.line.text()
        found = ranked(typed, self._entries, self._recent)
        self.list.rows.set_rows([KeyRow(each.id, each.title, each.detail, each.keys[:2]) for each in found])
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._nothing.setText(tr("Nothing is called “{typed}”. Try another word for it.", typed=typed))
        self.list.stand_on(0)
        self._say()
        self.fit()

    def _say(self) -> None:
        """What a screen reader reads with the line: the focus stays in it."""
        row, count = self.list.current, self.list.rows.rowCount()
        found = trn("{count:,} command", "{count:,} commands", count)
        self.line.setAccessibleDescription(
            f"{row.spoken}. {found}" if row is not None else self._nothing.text()
        )

    def _choose(self, entry: str) -> None:
        self.hide()
        self._chosen(entry)
