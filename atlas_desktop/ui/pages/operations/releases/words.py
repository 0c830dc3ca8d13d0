"""Sentences of the Releases section: where a release is, why it cannot go on, what each step does. Pure."""

from collections.abc import Mapping, Sequence
from time import time
from typing import TYPE_CHECKING, Final

from atlas_desktop.app.failure import words_of
from atlas_desktop.app.release_state import Hindrance, entered, next_stage
from atlas_desktop.domain.money import decimals_of, nano_of
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.line_model import Line, Token
from atlas_desktop.ui.models.row_text import ago, duration
from atlas_desktop.ui.pages.operations.words import least_text, score_text
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from datetime import datetime

    from atlas_desktop.app.release_state import ReleasesState
    from atlas_desktop.contract.releases import Release, ReleaseGate, ReleaseRate, ReleaseStep, ReleaseTraffic

_MINUTE: Final = 60_000
STAGE_NAMES: Final[dict[str, str]] = {
    "shadow": mark("Shadow"),
    "canary": mark("Canary"),
    "prod": mark("Production"),
}
_TO: Final[dict[str, str]] = {
    "shadow": mark("the shadow"),
    "canary": mark("canary"),
    "prod": mark("production"),
}
_NOW: Final[dict[str, str]] = {
    "shadow": mark("in the shadow"),
    "canary": mark("canary"),
    "prod": mark("in production"),
    "rolled_back": mark("rolled back"),
    "superseded": mark("superseded"),
}
_ACTS: Final[dict[str, str]] = {
    "started": mark("Started in the shadow"),
    "advanced": mark("Advanced to {stage}"),
    "widened": mark("Canary widened to {percent} %"),
    "rolled_back": mark("Rolled back"),
    "superseded": mark("Superseded by another release"),
    "restored": mark("In force again"),
}
_AUTOMATIC: Final = mark("Rolled back by itself")
_ICONS: Final[dict[str, tuple[str, Token]]] = {
    "started": ("draft", "muted"),
    "advanced": ("good", "good"),
    "widened": ("good", "muted"),
    "rolled_back": ("attention", "warn"),
    "superseded": ("same", "muted"),
    "restored": ("good", "good"),
}
_HINDRANCES: Final[dict[Hindrance, str]] = {
    "nothing": "",
    "no_release": "",
    "not_open": "",
    "acting": mark("Asking the server…"),
    "away": mark("The server is not reached: releases are moved there, nothing is put off."),
    "gates_unmet": "",
    "waiting": "",
    "pass_rate_unmet": "",
    "no_ship_gates": mark(
        "This operation has no gates, so nothing judges the candidate: you are asked first."
    ),
}


def stage_words(stage: str) -> str:
    """Where a release is: ``in production``; of a stage that is not known here its name."""
    known = _NOW.get(stage)
    return tr(known) if known is not None else one_line(stage.replace("_", " "))


def candidate_words(release: "Release") -> str:
    """The model, and where it is pinned the provider and the quantization."""
    return "  ·  ".join(
        one_line(each) for each in (release.model, release.provider, release.quantization) if each
    )


def facts_words(release: "Release", now_ms: int) -> str:
    """Where it is, since when, who began it."""
    where = stage_words(release.stage)
    if release.stage == "canary":
        where = tr("canary, {percent} % of the calls", percent=release.percent)
    since_ms = ms(release.since)
    since = tr("for {time}", time=ago(since_ms, now_ms)) if now_ms - since_ms >= _MINUTE else tr("just now")
    by = tr("started by {who}", who=one_line(release.created_by))
    return "  ·  ".join((where, since, by))


def meaning_words(release: "Release") -> str:
    """What customers get of it now."""
    if release.stage == "shadow":
        return tr(
            "{percent} % of the answered calls are put to it as well. Nobody gets its answers, and they are not metered: "
            "what the provider charges for them is below.",
            percent=release.shadow_percent,
        )
    if release.stage == "canary":
        return tr(
            "It answers {percent} % of the calls to atlas-1, always the same ones; the others are answered as before.",
            percent=release.percent,
        )
    if release.stage == "prod":
        return tr("It answers the calls to atlas-1 of this operation.")
    return tr("It has no traffic any more. Start another release to try again.")


def stage_caption(release: "Release", stage: str, now_ms: int) -> str:
    """Under a stage: since when, or how much it will be."""
    at_ms = entered(release, stage)
    if at_ms is not None:
        return tr("{time} ago", time=ago(at_ms, now_ms)) if now_ms - at_ms >= _MINUTE else tr("just now")
    return tr("not yet") if release.open else tr("never")


def stage_title(release: "Release", stage: str) -> str:
    """``Canary 10 %``: the share it has, had, or is to have."""
    name = tr(STAGE_NAMES[stage])
    if stage != "canary":
        return name
    had = [step.percent for step in release.steps if step.to_stage == "canary"]
    share = had[-1] if had and release.stage != "canary" else release.percent
    return tr("{stage} {percent} %", stage=name, percent=share)


def bounds_words(rate: float, low: float, high: float) -> str:
    """``96.1 % (93.0 to 97.9 %)``."""
    share, least, most = (percent_text(each) for each in (rate, low, high))
    return tr("{share} % ({low} to {high} %)", share=share, low=least, high=most)


def gate_words(gate: "ReleaseGate") -> str:
    """How a gate's scores stand: how many passed it, within which bounds, of how many."""
    parts = []
    if gate.pass_rate is not None and gate.low is not None and gate.high is not None:
        parts.append(tr("{share} reach it", share=bounds_words(gate.pass_rate, gate.low, gate.high)))
    parts.append(samples_words(gate.samples, gate.needed))
    if gate.unscored:
        parts.append(tr("{count:,} without a score", count=gate.unscored))
    return "  ·  ".join(parts)


def percent_text(share: float) -> str:
    """``85`` or ``91.9``: a share of 0 to 1 in percent, with a decimal only where it has one."""
    value = round(share * 100, 1)
    return number(value, 1) if value % 1 else number(int(value))


def samples_words(samples: int, needed: int) -> str:
    """``38 of 50 scores``; past that, how many."""
    if samples < needed:
        return tr("{samples:,} of {needed:,} scores needed", samples=samples, needed=needed)
    return trn("{count:,} score", "{count:,} scores", samples)


def gate_verdict(gate: "ReleaseGate") -> tuple[str, str, Token]:
    """An icon with its colour, and why a gate is not met."""
    if gate.met:
        return "good", "", "good"
    if gate.reason == "too_few_samples":
        left = max(gate.needed - gate.samples, 0)
        return "pending", trn("{count:,} more score needed", "{count:,} more scores needed", left), "muted"
    if gate.reason == "below" and gate.mean is not None:
        return "bad", tr("{less} below", less=score_text(max(gate.min_score - gate.mean, 0.0))), "bad"
    return "bad", tr("not met"), "bad"


def gate_said(gate: "ReleaseGate") -> str:
    """A gate, as a screen reader says it."""
    _, why, _ = gate_verdict(gate)
    standing = tr("met") if gate.met else why
    of = tr("{mean} of at least {least}", mean=score_text(gate.mean), least=least_text(gate.min_score))
    return ", ".join((one_line(gate.name), standing, of, gate_words(gate)))


def rate_words(rate: "ReleaseRate") -> str:
    """How many calls passed all gates, and when it is rolled back by itself."""
    if rate.rate is None or rate.low is None or rate.high is None:
        return tr("no call judged yet")
    parts = [
        bounds_words(rate.rate, rate.low, rate.high),
        trn("of {count:,} judged call", "of {count:,} judged calls", rate.judged),
    ]
    if rate.failed:
        parts.append(tr("{count:,} not answered", count=rate.failed))
    return "  ·  ".join(parts)


def guard_words(rate: "ReleaseRate") -> str:
    """When the server takes it back by itself."""
    return tr(
        "Rolled back by itself once the upper bound is below {least} %, from {count:,} judged calls on",
        least=percent_text(rate.min_rate),
        count=rate.rollback_from,
    )


def _causes(failures: Mapping[str, int]) -> str:
    """Each with how often, where there are several."""
    causes = [(one_line(words_of(code)).rstrip("."), count) for code, count in sorted(failures.items())]
    return ", ".join(f"{words} ({number(count)})" if len(causes) > 1 else words for words, count in causes)


def traffic_words(traffic: "ReleaseTraffic") -> str:
    """What a stage has seen: calls, those that wait for scores, failures, cost, latency."""
    nano = nano_of(traffic.cost_usd)
    failed = sum(traffic.failures.values())
    parts = [trn("{count:,} call", "{count:,} calls", traffic.calls)]
    if traffic.waiting:
        parts.append(trn("{count:,} waits for scores", "{count:,} wait for scores", traffic.waiting))
    if failed:
        parts.append(tr("{count:,} failed: {codes}", count=failed, codes=_causes(traffic.failures)))
    if traffic.dropped:
        parts.append(tr("{count:,} left out, too many at once", count=traffic.dropped))
    if nano:
        parts.append(tr("{amount} USD", amount=number(traffic.cost_usd, decimals_of([nano]))))
    if traffic.latency_ms is not None:
        parts.append(tr("{time} each", time=duration(traffic.latency_ms)))
    name = STAGE_NAMES.get(traffic.stage)
    return f"{tr(name) if name else one_line(traffic.stage)}: {'  ·  '.join(parts)}"


def why_words(state: "ReleasesState") -> str:
    """Why *Advance* does nothing now, in words; empty where it would."""
    hindrance, release = state.hindrance, state.open
    if release is None or release.standing is None:
        return tr(_HINDRANCES[hindrance]) if _HINDRANCES[hindrance] else ""
    standing = release.standing
    unmet = [gate for gate in standing.gates if not gate.met]
    if hindrance in ("gates_unmet", "waiting") and unmet:
        said = tr(", ").join(f"{one_line(gate.name)} ({gate_verdict(gate)[1]})" for gate in unmet[:3])
        if hindrance == "waiting":
            return tr("Not enough scores yet: {gates}", gates=said)
        many = trn(
            "{count} of {all} gates is not met",
            "{count} of {all} gates are not met",
            len(unmet),
            all=len(standing.gates),
        )
        return f"{many}: {said}"
    if hindrance == "waiting":
        return tr("No call is judged yet")
    if hindrance == "pass_rate_unmet":
        return tr(
            "Too few calls pass: {rate}, at least {least} %",
            rate=rate_words(standing.rate),
            least=percent_text(standing.rate.min_rate),
        )
    return tr(_HINDRANCES[hindrance]) if _HINDRANCES[hindrance] else ""


def advance_verb(release: "Release | None") -> str:
    """What the button says."""
    to = next_stage(release) if release is not None else None
    if release is None or to is None:
        return tr("Advance")
    if to == "canary":
        return tr("Advance to canary, {percent} %", percent=release.percent)
    return tr("Advance to production")


def advance_question(release: "Release", *, gates: bool) -> str:
    """What is asked before customers get other answers."""
    model, key = candidate_words(release), one_line(release.operation_id)
    words = (
        tr(
            "{model} will answer {percent} % of the calls to {key}.",
            model=model,
            percent=release.percent,
            key=key,
        )
        if next_stage(release) == "canary"
        else tr("{model} will answer all calls to {key}.", model=model, key=key)
    )
    unjudged = "" if gates else tr("No gate judges it; that is written to its history.")
    back = tr("Roll back takes it out again.")
    return " ".join(filter(None, (words, unjudged, back)))


def rollback_words(release: "Release") -> str:
    """What rolling back does."""
    if release.stage == "shadow":
        return tr("It is asked no more. Its scores stay. This release cannot be resumed: start another one.")
    return tr(
        "From the next call on its share is answered as before. Its scores stay. This release cannot be resumed: "
        "start another one."
    )


def history_lines(releases: "Sequence[Release]") -> list[Line]:
    """All releases, newest first, each with its steps, newest first."""
    made: list[Line] = []
    for release in releases:
        made.append(
            Line(f"# {release.id}", candidate_words(release), figure=stage_words(release.stage), heading=True)
        )
        steps = sorted(enumerate(release.steps), key=lambda each: (each[1].at, each[0]), reverse=True)
        made += [_step_line(f"{release.id} {place}", step) for place, step in steps]
    return made


def _step_line(key: str, step: "ReleaseStep") -> Line:
    icon, tone = _ICONS.get(step.act, ("info", "muted"))
    words = _AUTOMATIC if step.automatic and step.act == "rolled_back" else _ACTS.get(step.act)
    stage = tr(_TO[step.to_stage]) if step.to_stage in _TO else one_line(step.to_stage)
    title = tr(words, stage=stage, percent=step.percent) if words else one_line(step.act.replace("_", " "))
    if step.act == "advanced" and step.to_stage == "canary":
        title = tr("{done}, {percent} %", done=title, percent=step.percent)
    who = tr("the server") if step.automatic else one_line(step.actor)
    when = to_the_minute(ms(step.at))
    if step.automatic and step.act == "rolled_back":
        icon, tone = "bad", "bad"
    return Line(
        key,
        title,
        one_line(step.reason or ""),
        tr("{who}  ·  {when}", who=who, when=when),
        icon=icon,
        icon_tone=tone,
    )


def now() -> int:
    """Milliseconds since 1970."""
    return round(time() * 1000)


def ms(at: "datetime") -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)
