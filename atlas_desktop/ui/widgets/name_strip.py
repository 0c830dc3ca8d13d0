"""Asks for a name where the work is: not a dialog. Enter takes it, Esc leaves everything as it was."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Strip
from atlas_desktop.wording import tr


class NameField(QLineEdit):
    """Enter takes the name."""

    def __init__(self, take: Callable[[], object]) -> None:
        super().__init__()
        self._take = take

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types but Enter."""
        if "Enter" in names(event):
            self._take()
            return
        super().keyPressEvent(event)


class NameStrip(Strip):
    """One question for a name at a time. ``done`` gets it and answers what is wrong with it, or nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("bottom")
        self._done: Callable[[str], str | None] = lambda _: None
        self._left: Callable[[], object] = lambda: None
        self._words = PlainLabel("", role="strong")
        self._wrong = PlainLabel("", role="caption", tone="bad")
        self.field = NameField(self._take)
        self.field.setMaximumWidth(320)
        self.field.setAccessibleName(tr("Name"))
        self.field.textEdited.connect(lambda _: self._wrong.setText(""))
        self._yes = button(tr("Save"), self._take, "primary")
        self.line.addWidget(self._words)
        self.line.addWidget(self.field, 1)
        self.line.addWidget(self._yes)
        self.line.addWidget(self._wrong)
        self.line.addStretch(1)
        self.line.addWidget(KeyCaps(theme, [("Esc", tr("cancel"))]).hug())

    def ask(
        self,
        words: str,
        name: str,
        verb: str,
        done: Callable[[str], str | None],
        left: Callable[[], object],
    ) -> None:
        """Ask, with ``name`` to begin with. ``left`` is called when the strip has gone, whatever came of it."""
        self._done, self._left = done, left
        self._words.setText(words)
        self._wrong.setText("")
        self._yes.setText(verb)
        self._yes.setAccessibleName(verb)
        self.field.setAccessibleName(words)
        self.field.setText(name)
        self.field.selectAll()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel(self) -> bool:
        """Ask no more. False when nothing was asked."""
        asked = self.isVisible()
        self.hide()
        if asked:
            self._left()
        return asked

    def _take(self) -> None:
        wrong = self._done(" ".join(self.field.text().split()))
        if wrong is None:
            self.cancel()
        else:
            self._wrong.setText(wrong)
