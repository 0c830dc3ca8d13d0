"""The key-map editor: a preset, and one's own keys over it. A key that is taken is refused, and says by whom."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.app.key_map import Clash, Keys
from atlas_desktop.app.key_presets import PRESET_NAMES, PRESETS
from atlas_desktop.app.palette import folded
from atlas_desktop.ui.models.key_row_model import KeyRow
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.key_capture import KeyCapture
from atlas_desktop.ui.widgets.key_rows import KeyRowList
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Notice
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context

_WIDTH = 720


class KeysPage(QWidget):
    """Each change holds at once, everywhere."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__()
        self._context = context
        self._keyboard = context.session.keyboard
        self._editing: str | None = None
        self._replaces = False
        self.notice = Notice(theme)
        names = {**PRESET_NAMES, "no_single_keys": tr("No single keys")}
        self.presets = Segments([(each, names[each]) for each in PRESETS], self._choose_preset)
        self.presets.name(tr("Key map"), tr("The key map of a program you know, or Atlas's own."))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find a command or a key"))
        self.line.setAccessibleName(tr("Find a command or a key"))
        self.list = KeyRowList(theme, tr("Commands and their keys"))
        self.capture = KeyCapture(theme, self._prefixes)
        self.said = PlainLabel("", tone="muted")
        self.said.setWordWrap(True)
        self.change = button(tr("Change key"), lambda: self._listen(replaces=True), "primary")
        self.add = button(tr("Add key"), lambda: self._listen(replaces=False))
        self.remove = button(tr("Remove keys"), lambda: self._give(()))
        self.restore = button(tr("As in the key map"), self._restore)
        self._lay_out()
        self.line.textChanged.connect(lambda _: self.show_keys())
        self.list.chosen.connect(lambda _: self._listen(replaces=True))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._stood())
        self.capture.heard.connect(self._heard)
        self.capture.given_up.connect(self._given_up)
        self.show_keys()

    def show_keys(self) -> None:
        """The keys as they are now; the row one stands on stays."""
        settings = self._context.session.settings.current
        self.presets.show_value(settings.key_preset)
        wanted = folded(self.line.text()).split()
        rows = [
            KeyRow(each.id, tr(each.title), tr(each.menu), each.keys, each.id in settings.key_changes)
            for each in self._keyboard.commands
        ]
        here = self.list.current.id if self.list.current is not None else None
        self.list.rows.set_rows([each for each in rows if _fits(each, wanted)])
        self.list.stand_on((self.list.rows.position_of(here) if here else None) or 0)
        self._stood()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The list has the keys."""
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def _lay_out(self) -> None:
        body = surface("surface")
        body.setMaximumWidth(_WIDTH)
        inside = column(body, gap=2)
        inside.addWidget(self.notice)
        head = row(gap=3)
        head.addWidget(PlainLabel(tr("Keys"), role="title"), 1)
        head.addWidget(button(tr("Back to the settings"), lambda: self._context.show("settings"), "quiet"))
        inside.addLayout(head)
        inside.addWidget(self.presets)
        inside.addWidget(self.line)
        inside.addWidget(hairline())
        inside.addWidget(self.list, 1)
        inside.addWidget(hairline())
        inside.addWidget(self.said)
        inside.addWidget(self.capture)
        acts = row(gap=2)
        for each in (self.change, self.add, self.remove, self.restore):
            acts.addWidget(each)
        acts.addStretch()
        inside.addLayout(acts)
        outside = surface("surface")
        around = row(outside, margins=(8, 6, 8, 5))
        around.addStretch(1)
        around.addWidget(body, 8)
        around.addStretch(1)
        column(self).addWidget(outside)
        self.said.setMinimumHeight(5 * GRID)

    def _stood(self) -> None:
        row_, settings = self.list.current, self._context.session.settings.current
        for each in (self.change, self.add):
            each.setEnabled(row_ is not None)
        self.remove.setEnabled(row_ is not None and bool(row_.keys))
        self.restore.setEnabled(row_ is not None and row_.id in settings.key_changes)

    def _choose_preset(self, preset: str) -> None:
        self.said.setText("")
        self._context.spawn("key map", self._context.session.settings.change(key_preset=preset))

    def _prefixes(self) -> set[str]:
        return {key.split(" ")[0] for each in self._keyboard.commands for key in each.keys if " " in key}

    def _listen(self, *, replaces: bool) -> None:
        row_ = self.list.current
        if row_ is not None:
            self._editing, self._replaces = row_.id, replaces
            self._say("")
            self.capture.listen()

    def _heard(self, stroke: str) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        command = self._keyboard.command(self._editing or "")
        clash = self._keyboard.clash(command, stroke)
        if clash is not None:
            self._say(_refusal(clash), bad=True)
            return
        kept = () if self._replaces else tuple(each for each in command.keys if each != stroke)
        self._give((*kept, stroke))

    def _given_up(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self, keys: Keys) -> None:
        row_ = self.list.current
        if row_ is not None:
            shown = ", ".join(keys)
            title = row_.title
            self._say(
                tr("{command} is now {keys}.", command=title, keys=shown)
                if keys
                else tr("{command} has no key now; the command palette has it.", command=title)
            )
            self._change(row_.id, keys)

    def _restore(self) -> None:
        row_ = self.list.current
        if row_ is not None:
            settings = self._context.session.settings
            left = {name: keys for name, keys in settings.current.key_changes.items() if name != row_.id}
            self._say(tr("{command} is as in the key map again.", command=row_.title))
            self._context.spawn("change key", settings.change(key_changes=left))

    def _change(self, command_id: str, keys: Keys) -> None:
        changes = self._keyboard.with_keys(command_id, keys)
        self._context.spawn("change key", self._context.session.settings.change(key_changes=changes))

    def _say(self, words: str, *, bad: bool = False) -> None:
        self.said.setText(words)
        self.said.set_tone("bad" if bad else "muted")
        if words:
            self._context.say(words)


def _fits(row_: KeyRow, wanted: list[str]) -> bool:
    words = folded(f"{row_.detail} {row_.title} {' '.join(row_.keys)}")
    return all(part in words for part in wanted)


def _refusal(clash: Clash) -> str:
    other = clash.command
    if other is None:
        return tr("{key} stays as it is: it always means the same here.", key=clash.key)
    if clash.theirs == clash.key:
        return tr(
            "{key} is taken: it is “{command}” ({menu}). Give that another key first.",
            key=clash.key, command=tr(other.title), menu=tr(other.menu),
        )  # fmt: skip
    return tr(
        "{key} cannot be told from {theirs}, which is “{command}” ({menu}). Give that another key first.",
        key=clash.key, theirs=clash.theirs, command=tr(other.title), menu=tr(other.menu),
    )  # fmt: skip
