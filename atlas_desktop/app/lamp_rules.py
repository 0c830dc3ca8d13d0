"""What decides a lamp: which rules an operation's gates name, where each is judged, and what a score means. Pure."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import Evaluator, EvaluatorKind, EvaluatorScore
from atlas_desktop.domain.scoring.score import Finding, Score
from atlas_desktop.store.evaluators import Bound
from atlas_desktop.wording import tr

LampState = Literal["ok", "bad", "unknown", "unasked", "running", "needs_server"]
Place = Literal["here", "server", "nowhere"]

_LOCAL: Final = frozenset({"regex", "json_schema"})


@dataclass(frozen=True, slots=True)
class Lamp:
    """One evaluator and the text it judged last.

    ``unknown``: no number, and ``words`` say why. ``unasked``: the server has not been asked about this text yet.
    ``needs_server``: this kind is asked of the server, which is
    not there or cannot. ``score`` is 0..1. ``stale``: the text has changed since.
    """

    evaluator_id: str
    name: str
    kind: EvaluatorKind
    state: LampState
    min_score: float
    score: float | None = None
    words: str = ""
    findings: tuple[Finding, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One gate of the operation. ``place`` is where it is judged; nowhere: the evaluator is not known here yet."""

    evaluator_id: str
    name: str
    kind: EvaluatorKind
    config: dict[str, Json]
    min_score: float
    place: Place
    schema: Json = None


def rules_of(bound: Bound | None, schema_version: str | None) -> tuple[Rule, ...]:
    """A rule for each gate, in their order."""
    if bound is None:
        return ()
    known = {evaluator.id: evaluator for evaluator in bound.evaluators}
    schema = schema_for(bound, schema_version)
    return tuple(
        _rule(gate.evaluator_id, gate.min_score, known.get(gate.evaluator_id), schema)
        for gate in bound.operation.ship_gates
    )


def schema_for(bound: Bound | None, schema_version: str | None) -> Json:
    """The operation's schema as a call of this version has it; None when only the server knows that version."""
    if bound is None or schema_version not in (None, bound.operation.schema_version):
        return None
    return bound.operation.output_schema


def _rule(name: str, min_score: float, evaluator: Evaluator | None, schema: Json) -> Rule:
    if evaluator is None:
        return Rule(name, name, "regex", {}, min_score, "nowhere")
    place: Place = "here" if evaluator.kind in _LOCAL else "server"
    if evaluator.kind == "json_schema" and evaluator.config.get("schema") is None and schema is None:
        place = "server"
    return Rule(evaluator.id, evaluator.name, evaluator.kind, evaluator.config, min_score, place, schema)


def unlit(rule: Rule, *, online: bool) -> Lamp:
    """The lamp of a rule that has judged nothing yet."""
    lamp = Lamp(rule.evaluator_id, rule.name, rule.kind, "unknown", rule.min_score)
    if rule.place == "nowhere":
        return replace(lamp, words=tr("This evaluator has not been fetched yet."))
    if rule.place == "server":
        return replace(lamp, state="unasked", words=tr("Not asked yet.")) if online else away(lamp)
    return lamp


def away(lamp: Lamp, words: str = "") -> Lamp:
    """The lamp while there is no server to ask; what it said before is not about this text."""
    said = words or tr("Only the server can judge this, and it is not reached now.")
    return replace(lamp, state="needs_server", score=None, findings=(), words=said, stale=False)


def lit(rule: Rule, score: Score) -> Lamp:
    """The lamp after a score. The gate's minimum decides; an embedding's own threshold can only forbid."""
    lamp = Lamp(rule.evaluator_id, rule.name, rule.kind, "unknown", rule.min_score)
    if score.value is None:
        return replace(lamp, words=score.words)
    good = score.value >= rule.min_score and not (rule.kind == "embedding_match" and score.passed is False)
    return replace(lamp, state="ok" if good else "bad", score=score.value, findings=score.details)


def lit_by_server(rule: Rule, said: EvaluatorScore) -> Lamp:
    """The same from the server's answer."""
    details = tuple(
        Finding(item.message, tuple(item.path), item.keyword, item.property, item.start, item.end)
        for item in said.details
    )
    words = words_for(said.reason) or said.message or ""
    return lit(rule, Score(said.score, said.passed, None, words, details))


def words_for(reason: str | None) -> str | None:
    """Why the server gave no number, in the person's language; None for a reason that is not known here."""
    known = {
        "no_judge": tr("No judge is set up on the server."),
        "judge_failed": tr("The judge could not be asked."),
        "embedding_failed": tr("The embedding model could not be asked."),
        "judge_nonsense": tr("The judge did not answer with a number."),
        "no_expected_output": tr("There is no expected output to compare with."),
        "no_model": tr("The server has no model for this text."),
        "no_schema": tr("Neither the evaluator nor the operation has a schema."),
        "timeout": tr("Judging this text took too long and was stopped."),
        "too_large": tr("The text is too large to be judged."),
    }
    return known.get(reason or "")
