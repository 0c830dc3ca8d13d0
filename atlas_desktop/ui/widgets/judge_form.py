"""The judge of the Atlas on this computer: which endpoint, which model, and its key, which is never shown again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.secrets import Kept
    from atlas_desktop.app.settings import Settings


@dataclass(frozen=True, slots=True)
class JudgeValues:
    """What was typed."""

    base_url: str
    model: str
    key: Secret


class JudgeForm(QWidget):
    """Calls ``on_use`` when there is an address, ``on_forget`` when no judge is wanted."""

    def __init__(self, theme: Theme, on_use: Callable[[], object], on_forget: Callable[[], object]) -> None:
        super().__init__()
        self._on_use = on_use
        self._chosen = ("", "")
        self.address = _field(tr("Judge's address"), tr("an OpenAI-compatible endpoint, ending in /v1"))
        self.model = _field(tr("Judge's model"), tr("asked where an evaluator names none"))
        self.key = KeyField()
        self.key.setAccessibleName(tr("Judge's key"))
        self.notice = Notice(theme)
        self._now = PlainLabel("", tone="muted")
        self._now.setWordWrap(True)
        self._said = PlainLabel("", tone="muted")
        self._said.setWordWrap(True)
        self._use = button(tr("Use this judge"), self._submit)
        self._forget = button(tr("No judge"), on_forget)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(2 * GRID)
        grid.addWidget(self._now, 0, 0, 1, 2)
        labels = (tr("Address"), tr("Model"), tr("Key"))
        for line, (words, field) in enumerate(
            zip(labels, (self.address, self.model, self.key), strict=True), 1
        ):
            label = PlainLabel(words, tone="muted")
            label.setBuddy(field)
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1)
            field.textEdited.connect(lambda _: self.say(""))
        last = row(gap=2)
        last.addWidget(self._use)
        last.addWidget(self._forget)
        last.addWidget(self._said, 1)
        grid.addLayout(last, 4, 1)
        grid.addWidget(self.notice, 5, 0, 1, 2)
        self.notice.hide()

    def values(self) -> JudgeValues:
        """What was typed; the key leaves the field."""
        return JudgeValues(self.address.text().strip(), self.model.text().strip(), self.key.take())

    def show_settings(self, settings: "Settings") -> None:
        """Who judges now. What is being typed stays."""
        chosen = settings.judge_address, settings.judge_model
        if chosen != self._chosen:
            self._chosen = chosen
            self.address.setText(chosen[0])
            self.model.setText(chosen[1])
        host = urlsplit(chosen[0]).netloc
        kept = tr("kept: leave empty to go on with it") if host else tr("the endpoint's key")
        self.key.setPlaceholderText(kept)
        self._forget.setVisible(bool(host))
        if not host:
            words = tr("No judge is set up: an evaluator of the kind Judge gives no score.")
        elif chosen[1]:
            words = tr("{model} at {host} judges.", model=chosen[1], host=host)
        else:
            words = tr("{host} judges, with the model that each evaluator names.", host=host)
        self._now.setText(words)

    def say(self, text: str) -> None:
        """What is going on, beside the button."""
        self._said.setText(text)

    def kept(self, kept: "Kept | None") -> None:
        """Where the key was put, if one was given."""
        if kept is None:
            self.say(tr("The local Atlas asks this judge now."))
        else:
            self.say(kept.why or tr("The key is in the keyring; the local Atlas asks this judge now."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter uses it."""
        if "Enter" in names(event):
            self._submit()
            return
        super().keyPressEvent(event)

    def _submit(self) -> None:
        self.notice.hide()
        if not self.address.text().strip():
            missing = tr("Enter the address of an OpenAI-compatible endpoint first.")
            self.say(missing)
            announce(self, missing)
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._on_use()


def _field(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
    return field
