"""The provider at hand: how it stands, the form, and what can be done with it."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.pages.operations.providers.form import ProviderForm
from atlas_desktop.ui.pages.operations.providers.words import standing_of, trial_words
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.provider_draft import ProviderDraft
    from atlas_desktop.app.provider_state import Trying
    from atlas_desktop.contract.providers import Provider
    from atlas_desktop.ui.theme import Theme


class Doer(Protocol):
    """What the pane's buttons and fields do."""

    def save(self) -> None:
        """Keep what is written."""
        ...

    def attempt(self) -> None:
        """Try it as it is written."""
        ...

    def discard(self) -> None:
        """Back to what the table says."""
        ...

    def ask_to_remove(self) -> None:
        """Take the provider out, after a question."""
        ...

    def edited(self) -> None:
        """Something was typed or chosen."""
        ...


class ProviderPane(QWidget):
    """The form scrolls between a head and a foot that stay."""

    def __init__(self, theme: "Theme", doer: Doer) -> None:
        super().__init__()
        self.form = ProviderForm(theme, edited=doer.edited, keep=doer.save, attempt=doer.attempt)
        self._title = PlainLabel("", role="title")
        self._icon = IconMark(theme)
        self._standing = PlainLabel("", role="strong")
        self._more = PlainLabel("", role="caption", tone="muted")
        self._more.setWordWrap(True)
        self._trial_icon = IconMark(theme)
        self.trial = PlainLabel("", role="caption", tone="muted")
        self.trial.setWordWrap(True)
        self._save = button(tr("Save provider"), doer.save, "primary")
        self._try = button(tr("Try it"), doer.attempt)
        self._discard = button(tr("Discard changes"), doer.discard, "quiet")
        self._remove = button(tr("Remove provider\u2026"), doer.ask_to_remove, "quiet")
        self._foot = self._bottom()
        head = QWidget()
        line = row(head, margins=(4, 2, 4, 2), gap=2)
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._more)
        line.addLayout(words, 1)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._standing, 0, Qt.AlignmentFlag.AlignTop)
        body = column(self)
        body.addWidget(head)
        body.addWidget(hairline())
        body.addWidget(self.form, 1)
        body.addWidget(self._foot)

    def _bottom(self) -> QWidget:
        foot = QWidget()
        around = column(foot)
        around.addWidget(hairline())
        strip = surface("strip")
        inside = column(strip, margins=(4, 2, 4, 2), gap=1)
        said = row(gap=2)
        said.addWidget(self._trial_icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.trial, 1)
        inside.addLayout(said)
        acts = row(gap=2)
        acts.addWidget(self._save)
        acts.addWidget(self._try)
        acts.addWidget(self._discard)
        acts.addStretch(1)
        acts.addWidget(self._remove)
        inside.addLayout(acts)
        around.addWidget(strip)
        return foot

    def show_provider(
        self, draft: "ProviderDraft", provider: "Provider | None", why: str, *, writable: bool, changed: bool
    ) -> None:
        """``provider`` is None for one that is not in the table yet."""
        self.show_head(draft, provider, changed=changed)
        self.form.show_draft(draft, provider, why, writable=writable)
        self._foot.setVisible(writable)

    def show_head(self, draft: "ProviderDraft", provider: "Provider | None", *, changed: bool) -> None:
        """How it stands, and whether there is something to save."""
        self._title.setText(draft.title or draft.name or tr("New provider"))
        if provider is None:
            self._icon.show_icon("draft", "muted")
            self._standing.setText(tr("Not saved yet"))
            self._standing.set_tone("muted")
            self._more.setText(tr("Calls go to it once it is saved. Try it first."))
        else:
            standing = standing_of(provider)
            self._icon.show_icon(standing.icon, standing.tone)
            self._standing.setText(standing.words)
            self._standing.set_tone(standing.tone)
            self._more.setText(standing.more)
        self._save.setEnabled(changed)
        self._discard.setVisible(changed)
        self._discard.setText(tr("Discard changes") if provider is not None else tr("Discard"))
        self._remove.setVisible(provider is not None)

    def show_trial(self, trying: "Trying | None") -> None:
        """What trying brought, or that it is asked."""
        if trying is None:
            self._trial_icon.show_icon("", "muted")
            self.trial.setText("")
            self.trial.hide()
        else:
            words, icon, tone = trial_words(trying)
            self._trial_icon.show_icon(icon, tone)
            self.trial.setText(words)
            self.trial.set_tone(tone)
            self.trial.show()
        self._try.setEnabled(trying is None or trying.step == "done")
