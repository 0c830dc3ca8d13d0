"""Sentences of the Providers area: how one stands, what a trial brought, what a client needs. Pure."""

from typing import TYPE_CHECKING, Final, NamedTuple

from atlas_desktop.app.decision import precision_name, price_text, tier_name
from atlas_desktop.app.provider_draft import host_of, price_of
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.line_model import Token
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.provider_draft import ModelDraft
    from atlas_desktop.app.provider_state import Trying
    from atlas_desktop.contract.providers import Provider, ProviderTrial
    from atlas_desktop.ui.widgets.plain_label import Tone

_SNIPPET: Final = """from openai import OpenAI

client = OpenAI(
    base_url="{address}",
    api_key="{key}",
)
answer = client.chat.completions.create(
    model="atlas-1",
    messages=[{{"role": "user", "content": "Hello"}}],
    metadata={{"operation_id": "hello"}},
)
print(answer.choices[0].message.content)
"""
KEY_NAME: Final = "my-app"
_A_KEY: Final = "nm_live_\u2026"
SERVE_COMMAND: Final = "atlas-desktop serve --port 8400"


class Standing(NamedTuple):
    """A word with its sign, and what more there is to say."""

    words: str
    icon: str
    tone: "Tone"
    more: str = ""


def standing_of(provider: "Provider") -> Standing:
    """Whether it can be asked now, and if not, why."""
    status = provider.status
    if not provider.enabled:
        return Standing(tr("Switched off"), "excluded", "muted", tr("It is asked for nothing."))
    if status.key == "missing":
        variable = provider.key.env if provider.key is not None else None
        if variable:
            return Standing(
                tr("No key"), "attention", "warn", tr("{name} is not set for the server.", name=variable)
            )
        return Standing(
            tr("No key"), "attention", "warn", tr("Enter its key: it goes into this system's keyring.")
        )
    error = status.last_error
    if status.failing:
        return Standing(tr("Does not answer"), "bad", "bad", error.message if error is not None else "")
    if error is not None:
        return Standing(tr("Ready"), "attention", "warn", tr("Failed last: {why}", why=error.message))
    if status.last_worked_at is not None:
        when = to_the_minute(round(status.last_worked_at.timestamp() * 1000))
        return Standing(tr("Ready"), "good", "good", tr("Answered {when}.", when=when))
    return Standing(tr("Ready"), "good", "good", tr("Not asked yet."))


def key_words(provider: "Provider | None") -> str:
    """Where the key is now."""
    if provider is None or provider.status.key == "not_needed":
        return ""
    words = {
        "env": tr("The server has it from its environment."),
        "keyring": tr("It is in this system's keyring."),
        "given": tr("The server has it until it ends."),
    }
    return words.get(provider.status.key_from or "", "") if provider.status.key == "present" else ""


def line_detail(provider: "Provider") -> str:
    """The second row of a provider in the list."""
    models = trn("{count:,} model", "{count:,} models", len(provider.models))
    return "  \u00b7  ".join(filter(None, (models, host_of(provider.base_url))))


def model_line(model: "ModelDraft") -> tuple[str, str, str]:
    """Title, second row and figure of a model."""
    flags = (
        tr("Atlas calls it {name}", name=model.model) if model.model and model.model != model.id else "",
        ", ".join(tier_name(tier) for tier in model.tiers),
        tr("open weights") if model.open_weight else "",
        tr("frontier") if model.frontier else "",
        tr("vetted") if model.vetted else "",
    )
    title = one_line(model.id) or tr("a model without a name")
    return title, "  \u00b7  ".join(filter(None, (precision_name(model.quantization), *flags))), prices(model)


def prices(model: "ModelDraft") -> str:
    """``$0.15 in, $0.60 out``; nothing where neither costs."""
    asked, said = price_of(model.prompt), price_of(model.completion)
    if asked is None or said is None:
        return tr("price?")
    if not asked and not said:
        return tr("free")
    if not said:
        return tr("{asked} in", asked=price_text(asked))
    return tr("{asked} in, {said} out", asked=price_text(asked), said=price_text(said))


def trial_words(trying: "Trying") -> tuple[str, str, Token]:
    """What a trial brought: words, a sign, its colour."""
    if trying.step == "asking":
        asked = trying.model or trying.provider
        return tr("Asking {model}\u2026", model=one_line(asked)), "pending", "muted"
    if trying.result is None:
        return trying.words, "bad", "bad"
    return _result(trying.result, trying.model)


def _result(result: "ProviderTrial", model: str) -> tuple[str, str, Token]:
    if not result.ok:
        why = result.error or tr("It could not be asked.")
        return tr("{model}: {why}", model=one_line(result.model or model), why=one_line(why)), "bad", "bad"
    parts = [
        tr(
            "{model} answered in {ms} ms",
            model=one_line(result.model or model),
            ms=number(round(result.latency_ms or 0)),
        ),
        tr("as {name}", name=one_line(result.served_model))
        if result.served_model and result.served_model != (result.model or model)
        else "",
        tr("\u201c{reply}\u201d", reply=one_line(result.reply[:80])) if result.reply else "",
    ]
    return "  \u00b7  ".join(filter(None, parts)), "good", "good"


def snippet(address: str, key: str = _A_KEY) -> str:
    """Lines for the ``openai`` package that reach this gateway."""
    return _SNIPPET.format(address=address, key=key)


def revoke_command(prefix: str) -> str:
    """What is typed to take a key back."""
    return f"atlas-desktop keys revoke {prefix}"
