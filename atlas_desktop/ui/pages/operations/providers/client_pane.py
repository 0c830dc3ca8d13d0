"""How a program reaches the gateway: its base URL, and a few lines to begin with."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from atlas_desktop.ui.pages.operations.providers.client_key import ClientKey
from atlas_desktop.ui.pages.operations.providers.words import SERVE_COMMAND, snippet
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr


class ClientPart(QWidget):
    """``copy`` takes a text and what it is; ``make`` the name of a key to be made."""

    def __init__(
        self, theme: Theme, copy: Callable[[str, str], object], make: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.key = ClientKey(theme, make, copy)
        self._copy = copy
        self._address = ""
        self._theme = theme
        self._shown = PlainLabel("")
        self._shown.setFont(theme.fonts.payload)
        self._shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = PlainLabel("", role="caption", tone="muted")
        self._about.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("kind", "field")
        self.text.setFont(theme.fonts.payload)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Lines for an OpenAI client"))
        self._copy_address = button(tr("Copy base URL"), self.copy_address, "quiet")
        self._copy_lines = button(tr("Copy lines"), self.copy_snippet, "quiet")
        body = column(self, gap=2)
        body.addWidget(PlainLabel(tr("Your OpenAI client"), role="strong"))
        first = row(gap=2)
        first.addWidget(self._shown, 1)
        first.addWidget(self._copy_address)
        body.addLayout(first)
        body.addWidget(self._about)
        body.addWidget(self.key)
        body.addWidget(self.text)
        last = row(gap=2)
        last.addStretch(1)
        last.addWidget(self._copy_lines)
        body.addLayout(last)
        theme.changed.connect(self._fonts)

    def show_address(self, address: str, *, local: bool) -> None:
        """Where the gateway answers now; nothing while nobody does."""
        self._address = address
        self._shown.setText(address or tr("no server is reached now"))
        for each in (self._copy_address, self._copy_lines, self.text):
            each.setEnabled(bool(address))
        self._about.setText(
            tr(
                "It answers while the app runs, and stays the same from start to start unless another program has taken it. "
                "{serve} answers without the app, with the same calls and keys.",
                serve=SERVE_COMMAND,
            )
            if local
            else tr("Use a key of yours for this Atlas.")
        )
        self.key.setVisible(local)
        words = snippet(address) if address else ""
        if self.text.toPlainText() != words:
            self.text.setPlainText(words)
        self._fonts()

    def copy_address(self) -> None:
        """The base URL to the clipboard."""
        if self._address:
            self._copy(self._address, tr("base URL"))

    def copy_snippet(self) -> None:
        """The lines to the clipboard, with the key that was just made."""
        if self._address:
            made = self.key.made
            lines = snippet(self._address, made.key.reveal()) if made is not None else snippet(self._address)
            self._copy(lines, tr("lines for an OpenAI client"))

    def _fonts(self) -> None:
        self.text.setFont(self._theme.fonts.payload)
        lines = max(self.text.document().blockCount(), 1)
        self.text.setFixedHeight(lines * self.text.fontMetrics().lineSpacing() + 20)
