"""What can be filtered by: one table of fields, and the spelling of their values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

from atlas_desktop.domain.query import Field

Kind = Literal["name", "choice", "moment", "quantity", "exact"]

FIELDS: Final[tuple[Field, ...]] = get_args(Field)
TEXT: Final = "text"
"""What may be written before a word, and says nothing: ``text:refund`` is ``refund``."""
SORT: Final = "sort"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field's values look like. ``choices``: canonical value → the words for it, the shown one first.

    ``optional``: a call may have none, which is asked for with ``none``. ``example`` shows how to go on typing.
    """

    kind: Kind
    example: str
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: bool = False
    units: Mapping[str, int] = field(default_factory=dict)


_YES_NO: Final = MappingProxyType({"yes": ("yes", "true"), "no": ("no", "false")})
_RATINGS: Final = MappingProxyType({
    "thumbs_up": ("good", "up", "thumbs_up"),
    "thumbs_down": ("bad", "down", "thumbs_down"),
    "unsure": ("unsure",),
    "none": ("none", "unrated"),
})  # fmt: skip
_PASSED: Final = MappingProxyType({
    "yes": ("yes", "true", "pass"), "no": ("no", "false", "fail"), "none": ("none",),
})  # fmt: skip
_RESULTS: Final = MappingProxyType({
    "passed": ("passed",), "failed": ("failed",), "none": ("none",),
})  # fmt: skip
_STATES: Final = MappingProxyType({
    "unsent": ("unsent", "pending"), "conflict": ("conflict",), "later": ("later",), "draft": ("draft",),
})  # fmt: skip

SHAPES: Final[Mapping[Field, Shape]] = MappingProxyType({
    "operation": Shape("name", "summarize_ticket", optional=True),
    "customer": Shape("name", "northwind/*"),
    "model": Shape("name", "atlas-1"),
    "provider": Shape("name", "together", optional=True),
    "quantization": Shape("name", "q4", optional=True),
    "tier": Shape("name", "standard", optional=True),
    "schema_version": Shape("name", "2", optional=True),
    "finish": Shape("name", "stop", optional=True),
    "rating": Shape("choice", "good", _RATINGS),
    "passed": Shape("choice", "no", _PASSED),
    "result": Shape("choice", "failed", _RESULTS),
    "corrected": Shape("choice", "yes", _YES_NO),
    "metered": Shape("choice", "no", _YES_NO),
    "tag": Shape("name", "tone:rude", optional=True),
    "is": Shape("choice", "unsent", _STATES),
    "after": Shape("moment", "7d"),
    "before": Shape("moment", "2026-11-01"),
    "latency": Shape("quantity", ">2s", units=MappingProxyType({"ms": 1, "s": 1_000, "min": 60_000})),
    "cost": Shape("quantity", ">0.01"),
    "size": Shape("quantity", ">10kB", units=MappingProxyType({"B": 1, "kB": 1_000, "MB": 1_000_000})),
    "fingerprint": Shape("exact", "fp_e_…"),
    "id": Shape("exact", "chatcmpl-…"),
})  # fmt: skip

ALIASES: Final[Mapping[str, Field]] = MappingProxyType({
    "operation_id": "operation", "schema": "schema_version", "finish_reason": "finish", "rated": "rating",
    "tags": "tag", "since": "after", "created_after": "after", "until": "before", "created_before": "before",
    "quant": "quantization", "fp": "fingerprint",
})  # fmt: skip


def field_named(word: str) -> Field | None:
    """The field a person means by this word before the colon."""
    lower = word.lower()
    return next((field for field in FIELDS if field == lower), ALIASES.get(lower))


def all_hold(field: Field) -> bool:
    """Whether all wanted terms of this field must hold: a call has many tags, and of what others say one thing."""
    return field == "tag" or SHAPES[field].kind in ("quantity", "moment")


def choice_named(field: Field, word: str) -> str | None:
    """The canonical value of a choice, by any of its words."""
    lower = word.lower()
    return next((value for value, words in SHAPES[field].choices.items() if lower in words), None)


def spoken(field: Field, value: str) -> str:
    """The word people read for a value."""
    words = SHAPES[field].choices.get(value)
    return words[0] if words else value
