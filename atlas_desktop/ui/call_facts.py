"""What is known about a call beside its text, as rows. Pure but for the language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from atlas_desktop.app.decision import Considered, decision_of, precision_name, tier_name
from atlas_desktop.app.failure import failure_of, was_cut
from atlas_desktop.wording import number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.contract.calls import Call, Refund, Score
    from atlas_desktop.store.rows import OpenCall

Kind = Literal["first", "heading", "warning", "fact", "id", "says", "gate", "variant", "chosen", "rest"]
Names = Mapping[str, str]
"""Of evaluators, by id."""
NO_NAMES: Final[Names] = {}
_LONG: Final = 26
_STANDING: Final = {"chosen": ("selected", "accent"), "good": ("good", "good"), "bad": ("excluded", "bad")}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the inspector. ``figure`` is a fact's value or stands at the end, ``under`` below the title."""

    kind: Kind
    title: str
    figure: str = ""
    under: str = ""
    icon: str = ""
    color: str = "muted"
    spoken: str = ""

    @property
    def said(self) -> str:
        """The row in words."""
        return ", ".join(filter(None, (self.title, self.spoken, self.figure, self.under)))


def rows_of(opened: "OpenCall", names: Names = NO_NAMES) -> list[Row]:
    """Only what was recorded, in reading order. ``names`` are those of evaluators, as far as they are known."""
    call = opened.call
    rows: list[Row] = []
    if words := refund_words(call, names):
        rows.append(Row("warning", words, icon="attention", color="warn"))
    sections = (
        (tr("Served"), _facts(_served(opened))),
        (tr("Gates"), [_gate(score, names) for score in call.scores]),
        (tr("Routing"), _routing(call)),
        (tr("Call"), _facts(_recorded(opened))),
        (tr("Fingerprints"), _facts(_prints(call))),
        (tr("Feedback"), _facts(_feedback(opened))),
    )
    for title, inside in sections:
        if inside:
            rows += [Row("heading" if rows else "first", title), *inside]
    return rows


def refund_words(call: "Call", names: Names = NO_NAMES) -> str:
    """Why the call is not metered, in a sentence; empty for one that is and always was."""
    refund = call.refund
    if call.metered:
        if refund is None or refund.state != "overturned":
            return ""
        by = refund.reviewer or tr("a reviewer")
        return tr("Metered again: {reviewer} overturned the refund", reviewer=by)
    words = _why_refunded(call, refund, names) if refund is not None else tr("Not metered")
    if refund is not None and refund.state == "confirmed" and refund.reviewer:
        return tr("{why}; confirmed by {reviewer}", why=words, reviewer=refund.reviewer)
    return words


def _why_refunded(call: "Call", refund: "Refund", names: Names) -> str:
    name, score = refund.evaluator_id, refund.score
    if name is None:
        return tr("Not metered")
    found = [refund.min_score, *(each.min_score for each in call.scores if each.evaluator_id == name)]
    least = next((each for each in found if each is not None), None)
    name = names.get(name, name)
    if score is None:
        return tr("Not metered: {evaluator} is below its gate", evaluator=name)
    if least is None:
        return tr("Not metered: {evaluator} scored {score}", evaluator=name, score=number(score, 2))
    return tr(
        "Not metered: {evaluator} scored {score}, below {minimum}",
        evaluator=name,
        score=_score(score, least),
        minimum=_score(least, score),
    )


def _score(value: float, beside: float) -> str:
    """Two places, more where the two would look alike."""
    places = next((many for many in (2, 3, 4) if round(value, many) != round(beside, many)), 2)
    return number(value, places)


def _facts(facts: list[tuple[str, object | None]]) -> list[Row]:
    """Those that were recorded. An id has no place to break at, so it stands under its name."""
    given = [(name, str(value)) for name, value in facts if value is not None and value != ""]
    return [
        Row("id" if len(value) > _LONG and " " not in value else "fact", name, value) for name, value in given
    ]


def _recorded(opened: "OpenCall") -> list[tuple[str, object | None]]:
    call = opened.call
    return [
        (tr("Id"), call.id),
        (tr("Schema version"), call.schema_version),
        (tr("Finish"), call.response.finish_reason),
        (tr("Failed"), failure_of(call)),
        *_usage(call),
        (tr("Size"), tr("{count:,} bytes", count=opened.row.size_bytes)),
    ]


def _served(opened: "OpenCall") -> list[tuple[str, object | None]]:
    row, delivery = opened.row, opened.call.delivery
    facts: list[tuple[str, object | None]] = []
    if delivery is not None:
        tier = tier_name(delivery.tier) if delivery.tier else None
        if tier and delivery.upgraded:
            tier = tr("{tier}, upgraded", tier=tier)
        more = delivery.model_extra or {}
        model = more.get("model")
        facts += [
            (tr("Tier"), tier),
            (tr("Served by"), _server_name(delivery.served_by)),
            (tr("Provider"), delivery.provider),
            (tr("Model"), model[:200] if isinstance(model, str) else None),
            (tr("Quantization"), precision_name(delivery.quantization) if delivery.quantization else None),
            (
                tr("From the record of"),
                more["cached_from"] if isinstance(more.get("cached_from"), str) else None,
            ),
        ]
    return [
        *facts,
        (tr("Cost"), _dollars(row.cost_usd) if row.cost_usd is not None else None),
        (tr("Latency"), tr("{count:,.0f} ms", count=row.latency_ms) if row.latency_ms is not None else None),
        (tr("Evaluation"), _scheduled(opened.call)),
    ]


def _server_name(served_by: str | None) -> str | None:
    names = {"provider": tr("Provider"), "atlas_network": tr("Atlas network")}
    return names.get(served_by or "", served_by)


def _dollars(value: float) -> str:
    digits = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return f"${number(value if digits else round(value), digits)}"


def _scheduled(call: "Call") -> str | None:
    """That scores are still to come; what came is under the gates."""
    if call.delivery is None or call.scores or not call.delivery.evals.scheduled or was_cut(call):
        return None
    gates = call.delivery.evals.gates
    return trn("{count:,} gate is being scored", "{count:,} gates are being scored", gates)


def _gate(score: "Score", names: Names) -> Row:
    name = names.get(score.evaluator_id, score.evaluator_id)
    if score.score is None:
        return _marked("gate", name, tr("no score"), _reason(score), "unsure", "muted")
    if score.min_score is None:
        return _marked("gate", name, number(score.score, 2), "", "unsure", "muted")
    figure = tr(
        "{score}, at least {minimum}",
        score=_score(score.score, score.min_score),
        minimum=number(score.min_score, 2),
    )
    passed = score.passed if score.passed is not None else score.score >= score.min_score
    sign = "good" if passed else "bad"
    spoken = tr("passed") if passed else tr("below its gate")
    return replace(_marked("gate", name, figure, "", sign, sign), spoken=spoken)


def _marked(kind: Kind, title: str, figure: str, under: str, icon: str, color: str) -> Row:
    """The figure goes below where a word of the title leaves it no room beside it."""
    if max(map(len, title.split()), default=0) > _LONG:
        figure, under = "", "  \u00b7  ".join(filter(None, (figure, under)))
    return Row(kind, title, figure, under, icon, color)


def _reason(score: "Score") -> str:
    """Why there is none, where the evaluator said so."""
    details = score.details
    first = details[0] if isinstance(details, list) and details else details
    words = first.get("message", first.get("reason")) if isinstance(first, dict) else first
    return words[:300] if isinstance(words, str) else ""


def _routing(call: "Call") -> list[Row]:
    told = decision_of(call.delivery, call.model)
    if told is None:
        return []
    asked = [Row("fact", tr("Asked for"), told.asked)] if told.asked else []
    rest = [Row("rest", told.rest)] if told.rest else []
    return [Row("says", told.why), *asked, *map(_variant, told.considered), *rest]


def _variant(each: Considered) -> Row:
    icon, color = _STANDING.get(each.standing, ("", "muted"))
    price = tr("{price} / M", price=each.price) if each.price else ""
    both = each.who and each.why
    under = tr("{who}  ·  {why}", who=each.who, why=each.why) if both else each.who or each.why
    return _marked("chosen" if each.standing == "chosen" else "variant", each.name, price, under, icon, color)


def _prints(call: "Call") -> list[tuple[str, object | None]]:
    prints = call.delivery.fingerprints if call.delivery is not None else None
    if prints is None:
        return []
    return [
        (tr("Prompt"), prints.prompt),
        (tr("Exchange"), prints.exchange),
        (tr("Schema"), prints.json_schema),
        (tr("Cache"), prints.cache),
    ]


def _usage(call: "Call") -> list[tuple[str, object | None]]:
    usage = call.response.usage
    if usage is None:
        return []
    counts = ((tr("Prompt tokens"), usage.prompt_tokens), (tr("Answer tokens"), usage.completion_tokens))
    return [(name, number(count)) for name, count in counts if count is not None]


def _feedback(opened: "OpenCall") -> list[tuple[str, object | None]]:
    call, row = opened.call, opened.row
    return [
        (tr("Tags"), ", ".join(row.tags)),
        (tr("Comment"), call.feedback.comment if call.feedback else None),
        (tr("Last reviewer"), call.feedback.reviewer if call.feedback else None),
        (
            tr("Feedback"),
            trn("{count:,} row", "{count:,} rows", call.feedback_count) if call.feedback_count else None,
        ),
    ]
