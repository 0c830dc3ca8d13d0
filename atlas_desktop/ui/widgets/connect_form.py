"""Address, key, and what the connection is called here. The reviewer's name belongs to the key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from atlas_desktop.contract.secret import Secret
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.key_field import KeyField
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Notice
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.secrets import Kept

_KEYRING: Final = mark(
    "The key goes into this system's keyring, or where there is none into memory until you quit: "
    "never into a file, never shown again."
)
_NO_ADDRESS: Final = mark("Enter the address of an Atlas first.")
_NO_KEY: Final = mark("Enter a key first.")
_HOSTED: Final = "https://api.newmen.ai/v1"


@dataclass(frozen=True, slots=True)
class Values:
    """What was typed."""

    title: str
    base_url: str
    key: Secret


class ConnectForm(QWidget):
    """Calls ``on_connect`` when there is enough to try. ``notice`` is for what came of it."""

    def __init__(self, theme: Theme, on_connect: Callable[[], object]) -> None:
        super().__init__()
        self._on_connect = on_connect
        self.address = _field(tr("Address"), _HOSTED)
        self.key = KeyField()
        self.name = _field(tr("Name"), tr("how this connection is called here"))
        self._connect = button(tr("Connect"), self._submit)
        self.notice = Notice(theme)
        self._said = PlainLabel("", tone="muted")
        self._said.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(2 * GRID)
        fields = (self.address, self.key, self.name)
        for line, field in enumerate(fields):
            label = PlainLabel(field.accessibleName(), tone="muted")
            label.setBuddy(field)
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1)
            field.textEdited.connect(lambda _: self.say(""))
        sentence = PlainLabel(tr(_KEYRING), role="caption", tone="muted")
        sentence.setWordWrap(True)
        grid.addWidget(sentence, len(fields), 1)
        last = row(gap=3)
        last.addWidget(self._connect)
        last.addWidget(self._said, 1)
        grid.addLayout(last, len(fields) + 1, 1)
        grid.addWidget(self.notice, len(fields) + 2, 0, 1, 2)

    def values(self) -> Values:
        """What was typed; the key leaves the field."""
        address = self.address.text().strip()
        return Values(self.name.text().strip(), address, self.key.take())

    def say(self, text: str) -> None:
        """What is going on, beside the button."""
        self._said.setText(text)

    def kept(self, kept: "Kept") -> None:
        """Where the key was put."""
        self._said.setText(kept.why or tr("The key is in the keyring."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter connects."""
        if "Enter" in names(event):
            self._submit()
            return
        super().keyPressEvent(event)

    def _submit(self) -> None:
        self.notice.hide()
        for field, missing in ((self.address, _NO_ADDRESS), (self.key, _NO_KEY)):
            if not field.text().strip():
                self.say(tr(missing))
                announce(self, tr(missing))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._on_connect()


def _field(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
    return field
