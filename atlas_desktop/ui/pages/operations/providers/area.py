"""Who serves calls: what keys and buttons do in the Providers area."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt

from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.provider_draft import ProviderDraft, draft_of, faults_of
from atlas_desktop.app.provider_keys import entry_for
from atlas_desktop.contract.secret import Secret
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.pages.operations.providers.begin_pane import OWN
from atlas_desktop.ui.pages.operations.providers.pane import ProviderPane
from atlas_desktop.ui.pages.operations.providers.view import BEGIN, NEW, ProvidersView
from atlas_desktop.ui.pages.operations.providers.words import trial_words
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.providers import Providers
    from atlas_desktop.ui.theme import Theme


class ProvidersArea(ProvidersView):
    """Implements ``ProviderActs`` and the pane's ``Doer``. A problem stands on the page's notice."""

    def make_pane(self, theme: "Theme") -> ProviderPane:
        """The pane, whose buttons do what the area does."""
        return ProviderPane(theme, self)

    # what keys do: see ProviderActs

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row of the list that has the focus."""
        if self.begin.presets.hasFocus():
            self.begin.step(direction)
        elif self.form.models.hasFocus():
            self.form.step(direction)
        else:
            self.list.step(direction)

    def go_to_provider(self, direction: Literal[1, -1]) -> None:
        """The next provider that way."""
        self.list.step(direction)

    def open_current(self) -> None:
        """Into what is beside the list; from a list there into what it chose."""
        if self.begin.presets.hasFocus():
            self.begin.presets.open_current()
        elif self.form.models.hasFocus():
            self.form.write_model()
        else:
            self.into()

    def edit_current(self) -> None:
        """The cursor into the model at hand, or into the provider."""
        if self.stack.currentWidget() is not self.pane:
            self.into()
        elif self.form.models.hasFocus() and self.form.model_at_hand is not None:
            self.form.write_model()
        else:
            self.form.take_focus()

    def add_provider(self) -> None:
        """Choose from what is known."""
        if self.state.writable:
            self._go(NEW if "provider/" in self._drafts else BEGIN)
            self.into()

    def add_model(self) -> None:
        """Another model of the provider at hand."""
        if self.stack.currentWidget() is self.pane:
            self.form.add_model()

    def remove_current(self) -> None:
        """The model at hand where the models have the focus, else the whole provider."""
        if self.form.models.hasFocus():
            self.form.remove_model()
        elif self.stack.currentWidget() is self.pane:
            self.ask_to_remove()

    def copy_address(self) -> None:
        """The gateway's base URL."""
        self.client.copy_address()

    def copy_snippet(self) -> None:
        """Lines for an OpenAI client."""
        self.client.copy_snippet()

    def make_key(self) -> None:
        """The cursor into the name of a key for a program."""
        if self.state.local and self.state.table is not None:
            self._go(BEGIN)
            self.client.key.take_focus()
            self.begin.ensureWidgetVisible(self.client.key)

    def make_key_named(self, name: str) -> None:
        """Have the local Atlas make a key of this name."""
        if not name:
            self.page.context.say(tr("Give the key a name: what is rated with it is signed with that"))
        elif self.workspace is not None:
            self._do("key is made", self._key_made(self.workspace.providers, name))

    def attempt(self) -> None:
        """Ask a tiny completion of the model at hand, as everything is written now."""
        model = self.form.model_at_hand
        if not self._ready() or model is None or self.workspace is None:
            return
        draft, key = self.form.draft, Secret(self.form.key.key.text().strip())
        self._do("provider is tried", self._tried(self.workspace.providers, draft, model.id, key))

    def save(self) -> None:
        """Write the provider into the table, and its key to where keys are kept."""
        if not self._ready() or self.workspace is None:
            return
        provider = self.state.provider(self.at)
        name = provider.name if provider is not None else None
        self._do("provider is saved", self._saved(self.workspace.providers, self.form.draft, name))

    def discard(self) -> None:
        """Back to what the table says; of a new one nothing is left."""
        self.form.key.key.clear()
        self.keep(None)
        self.told_faults = False
        self.form.show_faults({})
        self.show_state(self.state)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_to_remove(self) -> None:
        """Take the provider out, after a question; a new one is only forgotten."""
        provider = self.state.provider(self.at)
        if not self.state.writable or self.workspace is None:
            return
        if provider is None:
            self.discard()
            return
        providers, name = self.workspace.providers, provider.name
        self.page.question.ask(
            tr(
                "Remove {name} from the table? It is asked no more, and its key leaves the keyring. Recorded calls stay.",
                name=provider.title or name,
            ),
            tr("Remove provider"),
            lambda: self._do("provider is removed", self._removed(providers, name)),
        )

    def edited(self) -> None:
        """Something was typed or chosen: kept until it is saved."""
        if self.stack.currentWidget() is not self.pane or not self.state.writable:
            return
        provider, draft = self.state.provider(self.at), self.form.draft
        if draft.key_way == "keyring" and not draft.key_entry:
            draft = draft.model_copy(update={"key_entry": entry_for(draft.name) if draft.name else ""})
        same = provider is not None and draft == draft_of(provider)
        self.keep(None if same else draft)
        self.pane.show_head(draft, provider, changed=not same or bool(self.form.key.key.text()))
        if self.told_faults:
            self.form.show_faults(self._faults(draft))
        if self.state.trying is not None and self.workspace is not None:
            self.workspace.providers.forget_trial()

    def begin_with(self, preset: str) -> None:
        """Begin a provider with this preset; nothing is saved yet."""
        found = next((each for each in self.state.presets if each.name == preset), None)
        if found is None and preset != OWN:
            return
        draft = draft_of(found.provider) if found is not None else ProviderDraft()
        if found is None or found.key_needed:
            # Where a preset names a variable: who sits here has the key in the hand, not in an environment.
            draft = draft.model_copy(update={"key_way": "keyring"})
        taken = {each.name for each in self.state.providers}
        name = (
            next((each for each in _names(draft.name) if each not in taken), draft.name) if draft.name else ""
        )
        entry = entry_for(name) if name and draft.key_way == "keyring" else ""
        self.at = NEW
        self.keep(draft.model_copy(update={"name": name, "key_entry": entry}))
        self._go(NEW)
        if draft.key_way == "keyring" and draft.base_url:
            self.form.key.key.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.take_focus()

    # inside

    def _go(self, key: str) -> None:
        self.at = key
        self.told_faults = False
        self._drafts = self._draft_names()
        self.show_state(self.state)

    def _faults(self, draft: ProviderDraft) -> dict[str, str]:
        others = [each.name for each in self.state.providers if each.name != self.at]
        return dict(faults_of(draft, others))

    def _ready(self) -> bool:
        """Whether what is written can be a provider; else what is missing is said beside it."""
        if self.stack.currentWidget() is not self.pane or not self.state.writable:
            return False
        faults = self._faults(self.form.draft)
        self.told_faults = bool(faults)
        self.form.show_faults(faults)
        if faults:
            announce(self, next(iter(faults.values())))
            self.page.context.say(next(iter(faults.values())))
        return not faults

    def _do(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.page.context.spawn(name, self._done(work))

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except KnownError as error:
            self.page.notice.tell(error.problem)
            announce(self, error.problem.sentence)
        else:
            self.page.notice.hide()

    async def _saved(self, providers: "Providers", draft: ProviderDraft, instead_of: str | None) -> None:
        typed = self.form.key.key.text().strip() if draft.key_way == "keyring" else ""
        kept = await providers.save(draft, Secret(typed), instead_of=instead_of)
        self.form.key.key.clear()
        self.keep(None)
        self._go(draft.name)
        said = tr("{name} is saved: calls may go to it from now on", name=draft.title or draft.name)
        self.page.context.say(f"{said}. {kept.why}" if kept is not None and kept.why else said)

    async def _removed(self, providers: "Providers", name: str) -> None:
        gone = await providers.remove(name)
        self.keep(None)
        self.at = None
        self.show_state(self.state)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.context.say(
            tr("{name} is removed", name=name)
            if gone
            else tr("{name} is removed. Its key may still be in the keyring, which did not answer", name=name)
        )

    async def _key_made(self, providers: "Providers", name: str) -> None:
        made = await providers.make_key(name)
        self.client.key.show_made(made)
        self.client.key.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.context.say(tr("A key named {name} is made: copy it now", name=made.name))

    async def _tried(self, providers: "Providers", draft: ProviderDraft, model: str, key: Secret) -> None:
        await providers.attempt(draft, model, key)
        if (trying := providers.state.trying) is not None:
            self.page.context.say(trial_words(trying)[0])


def _names(first: str) -> "list[str]":
    """Names to try: ``openai``, ``openai-2`` and so on."""
    return [first, *(f"{first}-{number}" for number in range(2, 100))]
