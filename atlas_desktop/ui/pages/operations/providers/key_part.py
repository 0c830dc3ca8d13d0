"""Where a provider's key comes from: the keyring, an environment variable, or nowhere. It is never shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.app.provider_draft import KeyWay, ProviderDraft
from atlas_desktop.ui.pages.operations.providers.words import key_words
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.key_field import KeyField
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.providers import Provider


class KeyPart(QWidget):
    """What is typed into `key` stays in it until it is taken."""

    def __init__(self, edited: Callable[[], object]) -> None:
        super().__init__()
        self._edited = edited
        self.way = Segments(
            [("keyring", tr("Keyring")), ("env", tr("Environment variable")), ("none", tr("None"))],
            self._chosen,
        )
        self.way.name(tr("Key"), tr("Where the key of the provider comes from"))
        self.key = KeyField()
        self.key.setAccessibleName(tr("Key of the provider"))
        self.key.textEdited.connect(lambda _: edited())
        self.variable = QLineEdit()
        self.variable.setAccessibleName(tr("Environment variable"))
        self.variable.setPlaceholderText(tr("such as {name}", name="OPENAI_API_KEY"))
        self.variable.textEdited.connect(lambda _: edited())
        self.fault = PlainLabel("", role="caption", tone="bad")
        self._said = PlainLabel("", role="caption", tone="muted")
        for label in (self.fault, self._said):
            label.setWordWrap(True)
        across = row(gap=0)
        across.addWidget(self.way)
        across.addStretch(1)
        body = column(self, gap=1)
        body.addLayout(across)
        body.addWidget(self.key)
        body.addWidget(self.variable)
        body.addWidget(self.fault)
        body.addWidget(self._said)

    @property
    def chosen(self) -> KeyWay:
        """Which of the three."""
        return cast("KeyWay", self.way.value or "none")

    def show_draft(
        self, draft: ProviderDraft, provider: "Provider | None", why: str, *, writable: bool
    ) -> None:
        """``why``: what keeps us from the keyring, if anything does."""
        self.way.show_value(draft.key_way)
        if self.variable.text() != draft.variable:
            self.variable.setText(draft.variable)
        self.variable.setReadOnly(not writable)
        self.way.setEnabled(writable)
        kept = key_words(provider)
        self.key.setPlaceholderText(
            tr("kept: leave empty to go on with it") if kept else tr("the key the provider gave you")
        )
        self.key.setVisible(writable and draft.key_way == "keyring")
        self.variable.setVisible(draft.key_way == "env")
        self._said.setText(self._sentence(draft, kept, why))
        self._said.setVisible(bool(self._said.text()))

    def show_fault(self, words: str) -> None:
        """What is wrong with the variable's name."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def _sentence(self, draft: ProviderDraft, kept: str, why: str) -> str:
        if draft.key_way == "keyring":
            fresh = tr(
                "It goes into this system's keyring and to the local Atlas: never into a file, never shown again."
            )
            return why or kept or fresh
        if draft.key_way == "env":
            return tr("The server reads it from its environment at its start. Only the name is kept.")
        return tr("The provider is asked without a key.")

    def _chosen(self, way: str) -> None:
        self.key.setVisible(way == "keyring")
        self.variable.setVisible(way == "env")
        if way != "keyring":
            self.key.clear()
        self._edited()
