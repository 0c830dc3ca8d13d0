"""Any query a line can say, for property tests."""

from typing import get_args

from hypothesis import strategies as st

from atlas_desktop.domain.filter.fields import FIELDS, SHAPES
from atlas_desktop.domain.filter.quantities import amount
from atlas_desktop.domain.query import Column, Field, Query, Sort, Term, words_of

NOISE = 'ab:"\\* -<>.0129 operationcustomerratinglatencytextsortdmskB'
PIECES = [
    "operation:",
    "-customer:",
    "rating:",
    "latency:>",
    "cost:",
    "sort:",
    "text:",
    "tag:",
    "is:",
    "after:",
    "good",
    "2s",
    "0.01",
    "7d",
    "x",
    "-",
    "*",
    "none",
    "custmer:",
    "http://x",
    "..",
    '"',
    "\\",
]
lines = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=NOISE, max_size=60),
    st.lists(st.sampled_from((*PIECES, " ", " ", " ")), max_size=20).map("".join),
)
names = st.one_of(
    st.text(min_size=1, max_size=12), st.sampled_from(("none", "NONE", "a*", "*", 'a "b"', "-x", "x:y"))
)


def _quantities(field: Field) -> st.SearchStrategy[Term]:
    unit = next(iter(SHAPES[field].units), "")
    values = st.decimals(0, 10**9, places=3).map(lambda number: amount(field, f"{number:f}{unit}") or "")
    return st.builds(Term, st.just(field), values, st.sampled_from(("gt", "ge", "lt", "le")), st.booleans())


def _of(field: Field) -> st.SearchStrategy[Term]:
    shape = SHAPES[field]
    if shape.kind == "quantity":
        return _quantities(field)
    if shape.kind == "choice":
        values: st.SearchStrategy[str] = st.sampled_from(tuple(shape.choices))
    elif shape.kind == "moment":
        values = st.sampled_from(("7d", "24h", "2w", "today", "yesterday", "2026-11-01", "2026-11-01T09:30"))
    elif field == "fingerprint":
        values = st.from_regex(r"fp_[ep]_[0-9a-f]{24}", fullmatch=True)
    elif field == "id":
        values = st.one_of(st.text(min_size=1, max_size=20), st.sampled_from(("none", "a*", '"', 'a "b"')))
    else:
        plain = st.builds(Term, st.just(field), names, st.sampled_from(("is", "starts")), st.booleans())
        without = st.builds(Term, st.just(field), st.just(""), st.just("none"), st.booleans())
        anything = st.builds(Term, st.just(field), st.just(""), st.just("starts"), st.booleans())
        return st.one_of(plain, anything, without) if shape.optional else st.one_of(plain, anything)
    return st.builds(Term, st.just(field), values, st.just("is"), st.booleans())


terms = st.sampled_from(FIELDS).flatmap(_of)
sorts = st.builds(Sort, st.sampled_from(get_args(Column)), st.booleans())
texts = st.one_of(st.text(max_size=30), st.text(alphabet=NOISE, max_size=40)).map(words_of)
negations = st.lists(st.booleans(), min_size=40, max_size=40)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A query with any terms, words and order."""
    negated = draw(negations)
    found = [
        type(words)(words.text, words.phrase, no) for words, no in zip(draw(texts), negated, strict=False)
    ]
    return Query(draw(st.lists(terms, max_size=6)), found, draw(sorts))
