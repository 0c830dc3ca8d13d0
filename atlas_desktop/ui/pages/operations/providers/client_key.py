"""A key for a program: given a name, made by the local Atlas, shown until one leaves."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.ui.pages.operations.providers.words import KEY_NAME, revoke_command
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.keys import ApiKeyMade
    from atlas_desktop.ui.theme import Theme


class ClientKey(QWidget):
    """``make`` takes the name; ``copy`` a text and what it is."""

    def __init__(
        self, theme: "Theme", make: Callable[[str], object], copy: Callable[[str, str], object]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._make = make
        self._copy = copy
        self.made: ApiKeyMade | None = None
        self.name = QLineEdit(KEY_NAME)
        self.name.setMaxLength(100)
        self.name.setAccessibleName(tr("Name of a new key"))
        self.name.setPlaceholderText(tr("whose key it is, such as {name}", name=KEY_NAME))
        self.name.returnPressed.connect(self.ask)
        self.shown = PlainLabel("")
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.shown.setAccessibleName(tr("Key"))
        self.about = PlainLabel("", role="caption", tone="muted")
        self.about.setWordWrap(True)
        self.copy_button = button(tr("Copy key"), self.copy_key, "quiet")
        body = column(self, gap=1)
        first = row(gap=2)
        first.addWidget(self.name, 1)
        first.addWidget(button(tr("Make a key"), self.ask))
        body.addLayout(first)
        second = row(gap=2)
        second.addWidget(self.shown, 1)
        second.addWidget(self.copy_button)
        body.addLayout(second)
        body.addWidget(self.about)
        theme.changed.connect(self._fonts)
        self._fonts()
        self.show_made(None)

    def ask(self) -> None:
        """Have one made of this name."""
        self._make(self.name.text().strip())

    def show_made(self, made: "ApiKeyMade | None") -> None:
        """The key, this once; None: nobody may see it any more."""
        self.made = made
        self.shown.setText(made.key.reveal() if made is not None else "")
        for each in (self.shown, self.copy_button):
            each.setVisible(made is not None)
        self.about.setText(
            tr("A program needs a key of its own. It goes on working after a restart.")
            if made is None
            else tr(
                "Copy it now: only its hash is kept. {command} takes it back.",
                command=revoke_command(made.prefix),
            )
        )

    def copy_key(self) -> None:
        """The key to the clipboard."""
        if self.made is not None:
            self._copy(self.made.key.reveal(), tr("key of {name}", name=self.made.name))

    def take_focus(self) -> None:
        """The cursor into the name."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _fonts(self) -> None:
        self.shown.setFont(self._theme.fonts.payload)
