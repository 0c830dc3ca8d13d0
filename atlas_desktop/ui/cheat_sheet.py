"""Every key, over the window: a view of the commands as they are now. The same key closes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from atlas_desktop.app.commands import Command
from atlas_desktop.app.key_table import lines
from atlas_desktop.app.palette import folded
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.overlay import Overlay
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

_KEYS: Final = 2
_LINE: Final = 24
_WIDEST: Final = 1080
_COLUMN: Final = 300
_HEAD: Final = 96


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    widgets: tuple[QWidget, ...]


class CheatSheet(Overlay):
    """Takes no decisions. Typing leaves only the lines that fit; made when it is first opened, and anew when the
    keys have changed."""

    def __init__(self, theme: Theme, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(theme, parent, tr("Keys"))
        self._commands = tuple(commands)
        self._lines: list[_Line] = []
        self._groups: list[tuple[QWidget, list[_Line]]] = []
        self._table: QWidget | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find a key or what it does"))
        self.line.setAccessibleName(tr("Find a key or what it does"))
        self.line.setMaximumWidth(280)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("Keys by subject"))
        head = row(margins=(5, 3, 5, 2), gap=3)
        head.addWidget(PlainLabel(tr("Keys"), role="title"))
        head.addWidget(self.line, 1)
        head.addStretch()
        head.addWidget(KeyCaps(theme, [("Esc", tr("close"))]).hug())
        self.body.addLayout(head)
        around = row(margins=(5, 1, 1, 3))
        around.addWidget(self.area)
        self.body.addLayout(around, 1)
        self.line.textChanged.connect(self._find)

    def set_commands(self, commands: Sequence[Command]) -> None:
        """Show these keys."""
        self._commands = tuple(commands)
        self._table = None
        if self.isVisible():
            self.open()

    def open(self) -> None:
        """Over the window, with all keys."""
        if self._table is None:
            self._build()
        self.line.clear()
        super().open()

    def take_focus(self) -> None:
        """Typing searches."""
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def scroll_by_key(self, name: str) -> bool:
        """Scroll by a key; False for a key that does not."""
        steps = {"Down": 0.1, "Up": -0.1, "PgDown": 0.9, "PgUp": -0.9}
        if name not in steps:
            return False
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + round(steps[name] * bar.pageStep()))
        return True

    def wanted(self, room: QRect) -> QRect:
        """In the middle, as high as there are keys."""
        width = min(room.width(), _WIDEST)
        wanted = (self._table.sizeHint().height() if self._table is not None else 0) + _HEAD
        height = min(room.height(), wanted)
        return QRect(room.center().x() - width // 2, room.center().y() - height // 2, width, height)

    def _find(self, typed: str) -> None:
        wanted = folded(typed).split()
        for heading, inside in self._groups:
            shown = False
            for line in inside:
                fits = all(part in line.words for part in wanted)
                shown = shown or fits
                for widget in line.widgets:
                    widget.setVisible(fits)
            heading.setVisible(shown)

    def _build(self) -> None:
        self._groups = []
        self._table = holder = surface("surface")
        count = max(min((self._over.width() - 8 * _LINE) // _COLUMN, 3), 1)
        layout = row(holder, gap=8)
        columns = [column(gap=4) for _ in range(count)]
        for each in columns:
            layout.addLayout(each, 1)
        menus = dict.fromkeys(each.menu for each in self._commands)
        groups = [(menu, [each for each in self._commands if each.menu == menu]) for menu in menus]
        total = sum(len(members) + 2 for _, members in groups)
        filled = 0
        for menu, members in groups:
            place = min(filled * count // max(total, 1), count - 1)
            self._add_group(columns[place], menu, [each for each in members if each.keys])
            filled += len(members) + 2
        for each in columns:
            each.addStretch()
        self.area.setWidget(holder)

    def _add_group(self, into: QVBoxLayout, menu: str, members: Sequence[Command]) -> None:
        if not members:
            return
        holder = QWidget()
        layout = QGridLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * GRID)
        layout.setVerticalSpacing(0)
        layout.setColumnStretch(0, 1)
        layout.addWidget(PlainLabel(tr(menu), role="caption", tone="accent"), 0, 0, 1, 2)
        shown = []
        for number, (words, keys) in enumerate(lines(members, lambda each: tr(each.title)), 1):
            title = PlainLabel(words)
            title.setWordWrap(True)
            # A long title takes two lines: it does not push the keys of its column out of sight.
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            caps = KeyCaps(self._theme, [(stroke, "") for stroke in keys[:_KEYS]]).hug()
            caps.setFixedHeight(_LINE)
            layout.addWidget(title, number, 0)
            layout.addWidget(caps, number, 1, Qt.AlignmentFlag.AlignRight)
            shown.append(_Line(folded(" ".join((tr(menu), words, *keys))), (title, caps)))
        self._groups.append((holder, shown))
        into.addWidget(holder)
