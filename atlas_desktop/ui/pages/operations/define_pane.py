"""What is said of an operation that was only seen on calls, and the form that makes it a defined one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.ui.pages.operations.desk import Desk

_WIDTH = 560
_LINES = 4


class DefinePane(QWidget):
    """Name and description; the schema and the gates come after, each with its own trial."""

    def __init__(self, theme: Theme, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._key: str | None = None
        self._why = PlainLabel("", tone="muted")
        self._why.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.setMaxLength(200)
        self.about = ProseField(
            theme, tr("Description"), tr("What a right answer is, in a sentence or two."), lines=_LINES
        )
        self._define = button(tr("Define operation"), self.save, "primary")
        FormKeys(self, keep=self.save, attempt=lambda: None).watch(self.name, self.about)
        inside = surface("surface")
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        body = column(holder, gap=2)
        body.addWidget(PlainLabel(tr("Seen on calls, not defined yet"), role="title"))
        body.addWidget(self._why)
        body.addSpacing(12)
        for label, field in ((tr("Name"), self.name), (tr("Description"), self.about)):
            words = PlainLabel(label, role="caption", tone="muted")
            words.setBuddy(field)
            body.addWidget(words)
            body.addWidget(field)
        body.addSpacing(4)
        body.addWidget(self._define, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        across = row(inside, margins=(6, 6, 6, 6))
        across.addWidget(holder, 8)
        across.addStretch(1)
        column(self).addWidget(inside)

    def show_state(self, state: "BookState") -> None:
        """The operation at hand."""
        if state.key != self._key:
            self._key = state.key
            self.name.clear()
            self.about.show_text("")
        self.name.setPlaceholderText(state.key or "")
        calls = state.line.calls if state.line is not None else 0
        seen = trn("{count:,} call carries its key.", "{count:,} calls carry its key.", calls)
        self._why.setText(
            f"{seen} "
            + tr(
                "Once it is defined it can have an output schema, evaluators and ship gates, its datasets can be promoted, "
                "and training can be requested. Its calls stay as they are."
            )
        )
        self._define.setEnabled(state.online)
        self._define.setToolTip("" if state.online else tr("Go online first: it is defined at the server."))

    def take_focus(self) -> None:
        """The cursor into the name."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Define it."""
        if self._define.isEnabled():
            self._desk.define(self.name.text().strip(), self.about.text.strip())
