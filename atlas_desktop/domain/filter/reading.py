"""One value of the filter line, read; or what is wrong with it, and what was perhaps meant."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, get_args

from rapidfuzz.distance import OSA

from atlas_desktop.domain.filter.fields import ALIASES, FIELDS, SHAPES, SORT, TEXT, choice_named, field_named
from atlas_desktop.domain.filter.quantities import COMPARED, amount, lacks_unit, moment
from atlas_desktop.domain.query import NEWEST, OLDEST, Column, Field, Sort, Term
from atlas_desktop.wording import tr

SORT_WORDS: Final = (SORT, "order")
_COMPARISON: Final = re.compile(r"(>=|<=|>|<)?(.*)", re.DOTALL)
_FINGERPRINT: Final = re.compile(r"fp_[ep]_[0-9a-f]{24}")
_KEY: Final = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
_COLUMNS: Final[tuple[Column, ...]] = get_args(Column)


class NotUnderstood(Exception):  # noqa: N818  # what a person typed is no error of ours
    """In words; ``suggestion`` is a value that would be understood."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def read_terms(field: Field, value: str, *, quoted: bool, star: bool, negated: bool) -> tuple[Term, ...]:
    """The conditions a value stands for: one, or two for a range. Raises NotUnderstood."""
    shape = SHAPES[field]
    if shape.kind == "name":
        return (_name(field, value, quoted=quoted, star=star, negated=negated),)
    if shape.kind == "quantity":
        return _quantity(field, value, negated=negated)
    if shape.kind == "choice":
        found = choice_named(field, value)
        if found is None:
            raise _no_choice(field, value)
    elif shape.kind == "moment":
        found = moment(value)
        if found is None:
            raise NotUnderstood(
                tr("No date: write 2026-11-01, or 7d for seven days ago."), _near_moment(value)
            )
    else:
        found = value.lower() if field == "fingerprint" else value
        if field == "fingerprint" and not _FINGERPRINT.fullmatch(found):
            raise NotUnderstood(tr("A fingerprint is fp_e_ or fp_p_ and 24 digits of 0-9, a-f."))
    return (Term(field, found, negated=negated),)


def _name(field: Field, value: str, *, quoted: bool, star: bool, negated: bool) -> Term:
    if not quoted and value.lower() == "none" and SHAPES[field].optional:
        return Term(field, "", "none", negated)
    if not quoted and value.endswith("*"):
        return Term(field, value[:-1], "starts", negated)
    return Term(field, value, "starts" if star else "is", negated)


def _quantity(field: Field, value: str, *, negated: bool) -> tuple[Term, ...]:
    low, dots, high = value.partition("..")
    if dots and not negated and (low or high):
        ends = ((">=", low), ("<=", high))
        return tuple(_limit(field, sign, number) for sign, number in ends if number)
    match = _COMPARISON.fullmatch(value)
    sign, number = (match[1] or "", match[2]) if match else ("", value)
    term = _limit(field, sign, number)
    return (Term(term.field, term.value, term.op, negated),)


def _limit(field: Field, sign: str, number: str) -> Term:
    example = SHAPES[field].example
    found = amount(field, number)
    if found is not None and sign:
        return Term(field, found, COMPARED[sign])
    if found is not None:
        raise NotUnderstood(tr("More or less than that? Write > or < before it."), f">{number}")
    if lacks_unit(field, number):
        unit = next(iter(SHAPES[field].units))
        raise NotUnderstood(
            tr("Of what? Write the unit, as in {example}.", example=example), f"{sign or '>'}{number}{unit}"
        )
    raise NotUnderstood(tr("No quantity: write it like {example}.", example=example))


def read_sort(value: str, *, negated: bool) -> Sort:
    """An order by its name: ``oldest``, ``latency``, ``-latency``; negated, the other way. Raises NotUnderstood."""
    named = {"newest": NEWEST, "oldest": OLDEST}
    lower = value.lower()
    column = next((name for name in _COLUMNS if name == lower.removeprefix("-")), None)
    if lower in named:
        found = named[lower]
    elif column is not None:
        found = Sort(column, lower.startswith("-"))
    else:
        words = ", ".join((*named, *_COLUMNS))
        near = nearest(lower.lstrip("-"), (*named, *_COLUMNS))
        raise NotUnderstood(
            tr("No such order. There are: {words}; - before one: largest first.", words=words), near
        )
    return replace(found, descending=found.descending != negated)


def _no_choice(field: Field, value: str) -> NotUnderstood:
    shown = [words[0] for words in SHAPES[field].choices.values()]
    known = [word for words in SHAPES[field].choices.values() for word in words]
    near = nearest(value.lower(), known)
    message = tr(
        "{field} can be {words}.", field=field, words=tr(" or ").join((", ".join(shown[:-1]), shown[-1]))
    )
    return NotUnderstood(
        message, near or next((word for word in shown if word.startswith(value.lower())), None)
    )


def _near_moment(value: str) -> str | None:
    digits = re.findall(r"\d+", value)
    if len(digits) == 3 and len(digits[0]) == 4:
        return moment(f"{digits[0]}-{digits[1]:0>2}-{digits[2]:0>2}")
    if len(digits) == 1 and (match := re.search(r"[hdw]", value.lower())):
        return moment(f"{digits[0].lstrip('0')}{match[0]}")
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was perhaps meant: the closest by edit distance, if it is close for its length."""
    most = 1 if len(word) < 6 else 2
    scored = ((OSA.distance(word, other, score_cutoff=most), other) for other in known)
    close = [(distance, other) for distance, other in scored if distance <= most]
    return min(close, key=lambda pair: pair[0])[1] if close and len(word) > 2 else None


def nearest_field(key: str) -> str | None:
    """The field nearly called so."""
    return nearest(key.lower(), (*FIELDS, *ALIASES, *SORT_WORDS, TEXT))


def is_special(word: str) -> bool:
    """Whether a bare word would not be read as the word it is; backslashes before it do not count."""
    plain = word.lstrip("\\")
    if plain.startswith("-"):
        return True
    match = _KEY.fullmatch(plain)
    if match is None:
        return False
    known = field_named(match[1]) is not None or match[1].lower() in (*SORT_WORDS, TEXT)
    return known or (nearest_field(match[1]) is not None and not match[2].startswith("//"))
