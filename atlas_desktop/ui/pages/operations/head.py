"""Over the sections: which operation this is, what it is for, and where one stands in it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.ui.pages.operations.desk import Desk

_LINES = 3


class Head(QWidget):
    """Name and description, which can be changed in their place."""

    def __init__(self, theme: Theme, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._state: BookState | None = None
        self._key = PlainLabel("", role="title")
        self._name = PlainLabel("", role="title", tone="muted")
        self._facts = PlainLabel("", role="caption", tone="muted")
        self._about = PlainLabel("")
        self._about.setWordWrap(True)
        self._change = button(tr("Describe\u2026"), self.edit, "quiet")
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.setMaxLength(200)
        self.about = ProseField(theme, tr("Description"), "", lines=_LINES)
        FormKeys(self, keep=self.save, attempt=lambda: None).watch(self.name, self.about)
        self._form = QWidget()
        form = column(self._form, gap=1)
        form.addWidget(self.name)
        form.addWidget(self.about)
        line = row(gap=2)
        line.addWidget(button(tr("Save description"), self.save, "primary"))
        line.addWidget(button(tr("Cancel"), self.leave))
        line.addStretch(1)
        form.addLayout(line)
        body = column(self, margins=(3, 2, 3, 2), gap=0)
        first = row(gap=2)
        first.addWidget(self._key)
        first.addWidget(self._name, 1)
        first.addWidget(self._change, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(first)
        body.addWidget(self._facts)
        body.addWidget(self._about)
        body.addWidget(self._form)
        self.leave()

    @property
    def editing(self) -> bool:
        """Whether the description is being written."""
        return not self._form.isHidden()

    def show_state(self, state: "BookState") -> None:
        """The operation at hand."""
        if self._state is not None and self._state.key != state.key:
            self.leave()
        self._state = state
        operation, line = state.operation, state.line
        self._key.setText(state.key or "")
        name = operation.name if operation is not None and operation.name != state.key else ""
        self._name.setText(name)
        self._about.setText(operation.description or "" if operation is not None else "")
        self._about.setVisible(bool(self._about.text()) and not self.editing)
        self._change.setVisible(state.defined and not self.editing)
        calls = trn("{count:,} call here", "{count:,} calls here", line.calls) if line is not None else ""
        version = ""
        if operation is not None and operation.output_schema is not None:
            version = tr("schema version {version}", version=operation.schema_version)
        standing = tr("defined") if state.defined else tr("seen on calls")
        self._facts.setText("  ·  ".join(filter(None, (standing, version, calls))))

    def edit(self) -> None:
        """Write another name and description."""
        operation = self._state.operation if self._state is not None else None
        if operation is None:
            return
        self.name.setText("" if operation.name == operation.key else operation.name)
        self.name.setPlaceholderText(operation.key)
        self.about.show_text(operation.description or "")
        self._form.show()
        self._about.hide()
        self._change.hide()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Keep it."""
        if self.editing:
            self._desk.keep_description(self.name.text().strip(), self.about.text.strip())

    def leave(self) -> None:
        """Back to reading."""
        self._form.hide()
        if self._state is not None:
            self.show_state(self._state)
