"""Sentences of the Operations screen: what changed, what a trial found, what a kind of evaluator sees. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain.means import weighted_mean
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import OperationLine
    from atlas_desktop.app.trials import RuleTest, SchemaTest
    from atlas_desktop.contract.base import Json
    from atlas_desktop.contract.evaluators import Evaluator
    from atlas_desktop.contract.operations import AuditEntry
    from atlas_desktop.domain.gate_changes import GateChange
    from atlas_desktop.domain.schema_change import SchemaChange
    from atlas_desktop.domain.scoring.score import Score

KINDS: Final[dict[EvaluatorKind, str]] = {
    "regex": mark("Pattern"),
    "json_schema": mark("JSON Schema"),
    "llm_judge": mark("Judge"),
    "embedding_match": mark("Similarity"),
}
SEES: Final[dict[EvaluatorKind, str]] = {
    "regex": mark("1 when the pattern is found and should be, or is not and should not be; else 0."),
    "json_schema": mark(
        "1 when the answer conforms, 0.5 when it is JSON but does not, 0 when it is no JSON."
    ),
    "llm_judge": mark(
        "A model reads the answer by your rubric. It can be fooled by what an answer says, it costs a request for "
        "each item, and where it fails there is no score."
    ),
    "embedding_match": mark(
        "How near the answer comes to the expected one in meaning. It cannot see a changed fact (another number, "
        "name or a missing \u201cnot\u201d scores nearly the same) and it knows English only. An answer that was never "
        "corrected has nothing to be near to."
    ),
}
_SHAPE: Final[dict[str, str]] = {
    "added": mark("adds {place}"),
    "removed": mark("drops {place}"),
    "required": mark("demands {place}"),
    "optional": mark("no longer demands {place}"),
    "type": mark("another type for {place}"),
    "values": mark("other values for {place}"),
    "rules": mark("other rules for {place}"),
}
_ACTS: Final[dict[str, str]] = {
    "operation_defined": mark("Operation defined, schema version {schema_version}"),
    "schema_changed": mark("Schema version {from} became {to}"),
    "gate_added": mark("Gate of {evaluator_id} added, at least {to}"),
    "gate_tightened": mark("Gate of {evaluator_id} tightened from {from} to {to}"),
    "gate_loosened": mark("Gate of {evaluator_id} loosened from {from} to {to}"),
    "gate_removed": mark("Gate of {evaluator_id} removed, it was {from}"),
    "release_started": mark("Release of {model} began in the shadow"),
    "release_advanced": mark("Release of {model} advanced from {from_stage} to {to_stage}"),
    "release_widened": mark("Canary of {model} widened to {percent} % of the callers"),
    "release_rolled_back": mark("Release of {model} rolled back from {from_stage}"),
    "release_superseded": mark("Release of {model} superseded by a newer one"),
    "release_restored": mark("Release of {model} in force again"),
    "bundle_unveiled": mark("Training bundle of {dataset_id} taken out without the veil"),
    "evaluator_changed": mark("{evaluator_id} changed from version {from} to {to}: {keys}"),
}
_CACHE: Final = {
    True: mark("Equal requests are answered from the record"),
    False: mark("Each request is asked anew"),
}
_NAMED: Final = 4
_QUOTED: Final = 120


def score_text(value: float | None) -> str:
    """``0.88``, in the figures of the language; a dash where there is no number."""
    return "\u2013" if value is None else number(value, 2)


def least_text(value: float) -> str:
    """A gate's least score, exactly: ``0.85``, but ``0.875`` where it is that."""
    return number(value, max(len(f"{value!r}".partition(".")[2]), 2))


def cache_words(on: bool) -> str:
    """Whether an operation answers from the record, in a sentence."""
    return tr(_CACHE[on])


def line_words(line: "OperationLine") -> str:
    """What is to be known of an operation in the list."""
    if not line.defined:
        return ""
    parts = [trn("{count} gate", "{count} gates", line.gates) if line.gates else tr("no gates")]
    if line.schema_version is not None:
        parts.append(tr("schema {version}", version=line.schema_version))
    return "  ·  ".join(parts)


def evaluator_words(evaluator: "Evaluator") -> str:
    """Kind, what it looks for, version."""
    looks = _looks_for(evaluator.kind, evaluator.config)
    version = tr("version {version}", version=evaluator.version)
    return "  ·  ".join(filter(None, (tr(KINDS[evaluator.kind]), looks, version)))


def _looks_for(kind: EvaluatorKind, config: "dict[str, Json]") -> str:
    field = config.get("field")
    where = tr("in {field}", field=field) if isinstance(field, str) and field else ""
    if kind == "regex":
        inverse = config.get("inverse") is True or config.get("must_match") is False
        words = tr("must not hold {pattern}") if inverse else tr("must hold {pattern}")
        said = words.replace("{pattern}", one_line(str(config.get("pattern", ""))[:60]))
    elif kind == "json_schema":
        said = tr("its own schema") if config.get("schema") is not None else tr("the operation's schema")
    elif kind == "llm_judge":
        said = one_line(str(config.get("rubric", ""))[:60])
    else:
        threshold = config.get("threshold")
        said = (
            tr("at least {score}", score=score_text(threshold)) if isinstance(threshold, float | int) else ""
        )
    return " ".join(filter(None, (said, where)))


def gate_words(change: "GateChange") -> str:
    """What is done to a gate, in the row it is done in."""
    words = {
        "added": tr("new"),
        "tightened": tr("tightened from {before}", before=score_text(change.before)),
        "loosened": tr("loosened from {before}", before=score_text(change.before)),
        "removed": tr("removed, was {before}", before=score_text(change.before)),
    }
    return words[change.act]


def changes_words(changes: "Sequence[GateChange]") -> str:
    """All that would be saved, counted."""
    acts = [change.act for change in changes]
    counted = (
        (acts.count("added"), tr("{count} added", count=acts.count("added"))),
        (acts.count("tightened"), tr("{count} tightened", count=acts.count("tightened"))),
        (acts.count("loosened"), tr("{count} loosened", count=acts.count("loosened"))),
        (acts.count("removed"), tr("{count} removed", count=acts.count("removed"))),
    )
    return "  ·  ".join(words for many, words in counted if many)


def loosening_question(changes: "Sequence[GateChange]", names: "Mapping[str, str]") -> str:
    """What is asked before a gate demands less; ``names`` are those of the evaluators."""
    loose = [change for change in changes if change.loosens]
    said = ", ".join(
        f"{one_line(names.get(change.evaluator_id, change.evaluator_id))} "
        + tr("{before} \u2192 {after}", before=score_text(change.before), after=score_text(change.after))
        for change in loose
    )
    return tr("Gates are meant to be tightened. Loosen {what}? It is written to the history.", what=said)


def shape_words(changes: "Sequence[SchemaChange]") -> str:
    """What a new schema asks of an answer that the old one did not."""
    said = [_one_shape(change) for change in changes[:_NAMED]]
    more = len(changes) - len(said)
    if more > 0:
        said.append(trn("{count} more change", "{count} more changes", more))
    return ", ".join(said)


def _one_shape(change: "SchemaChange") -> str:
    place = one_line(change.place) or tr("the whole answer")
    words = tr(_SHAPE[change.act], place=place)
    return f"{words} {tr('(required)')}" if change.must else words


def schema_test_words(test: "SchemaTest") -> tuple[str, str]:
    """What a schema would do to the answers that were given: a headline, and particulars."""
    trial, tried = test.trial, test.trial.tried
    if test.step == "failed":
        return test.words, ""
    if not test.samples and test.step == "done":
        return tr("No calls to try it on yet"), tr("Calls of this operation come with the next sync.")
    if trial.problems:
        return tr("Not tried: the schema has a problem"), trial.problems[0].message
    if trial.schema is None:
        return tr("No schema: any text is accepted"), tr(
            "Free text needs none. A judge or a pattern can still gate it."
        )
    if not trial.rejected:
        return tr("Would reject none of {tried:,}", tried=tried), tr(
            "Every answer of these recent calls conforms."
        )
    many = len(trial.rejected)
    broken = sum(not each.why for each in trial.rejected)
    parts = []
    if broken:
        parts.append(trn("{count:,} is no JSON", "{count:,} are no JSON", broken))
    if many - broken:
        parts.append(trn("{count:,} has another shape", "{count:,} have another shape", many - broken))
    return tr("Would reject {many:,} of {tried:,}", many=many, tried=tried), "  ·  ".join(parts)


def rule_test_words(test: "RuleTest", minimum: float | None) -> tuple[str, str]:
    """What a rule says of the answers that were given: a headline, and particulars."""
    if test.step == "failed":
        return test.words, ""
    if test.fault:
        return tr("Not tried: the evaluator cannot work like this"), test.fault
    if not test.samples:
        return (tr("No calls to try it on yet"), "") if test.step == "done" else ("", "")
    asked = tr("{done} of {many} asked", done=len(test.scores), many=len(test.samples))
    if not test.scores:
        return tr("Asking\u2026"), asked
    parts = _particulars(test, mean=minimum is not None)
    return _headline(test, minimum), "  ·  ".join([*parts, asked] if test.step == "running" else parts)


def _headline(test: "RuleTest", minimum: float | None) -> str:
    scored = [score.value for score in test.scores if score.value is not None]
    if not scored:
        return tr("No score for any of {done:,}", done=len(test.scores))
    if minimum is None:
        mean = weighted_mean([(score.value, 1.0) for score in test.scores])
        return tr("Mean {mean} of {done:,}", mean=score_text(mean), done=len(scored))
    least = score_text(minimum)
    if not (below := sum(value < minimum for value in scored)):
        return tr("All {done:,} reach {minimum}", done=len(scored), minimum=least)
    return tr("{below:,} of {done:,} below {minimum}", below=below, done=len(scored), minimum=least)


def _particulars(test: "RuleTest", *, mean: bool) -> list[str]:
    found = weighted_mean([(score.value, 1.0) for score in test.scores])
    parts = [tr("mean {mean}", mean=score_text(found))] if mean and found is not None else []
    if found is not None and (none := sum(score.value is None for score in test.scores)):
        parts.append(tr("{count:,} without a score", count=none))
    if test.before:
        many = len(test.changed)
        parts.append(
            tr("{count:,} judged differently than now", count=many) if many else tr("judged as it is now")
        )
    return parts


def finding_words(score: "Score", answer: str = "") -> str:
    """Why a score is what it is, in one row; what was found in a text is quoted."""
    if score.value is None:
        return score.words
    if not score.details:
        return ""
    first = score.details[0]
    if first.start is not None and first.end is not None and first.end > first.start:
        return tr(
            "found: {text}",
            text=" ".join(answer[first.start : min(first.end, first.start + _QUOTED)].split()),
        )
    path = "".join(f"/{step}" for step in first.path)
    return f"{path}  {first.message}" if path else first.message


def audit_words(entry: "AuditEntry", names: "Mapping[str, str]") -> str:
    """What somebody did, in a sentence; of an act that is not known here its name. ``names``: the evaluators'."""
    act = entry.act
    details = entry.details
    if act == "gate_loosened" and details.get("to") is None:
        act = "gate_removed"
    if act == "cache_changed":
        return cache_words(details.get("to") is True)
    template = _ACTS.get(act)
    if template is None:
        return one_line(act.replace("_", " "))
    values = {name: _value(value, entry.act) for name, value in details.items()}
    if (evaluator := values.get("evaluator_id")) is not None:
        values["evaluator_id"] = names.get(evaluator, evaluator)
    try:
        return one_line(tr(template, **values))
    except KeyError:
        return one_line(act.replace("_", " "))


def _value(value: "Json", act: str) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if act.startswith("gate_") and isinstance(value, float | int):
        return score_text(value)
    return str(value)
