"""What is offered where the cursor is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.filter import Completion, Facets, FacetValue, complete, parse, unknown_names
from atlas_desktop.domain.filter.completion import may_become_field
from atlas_desktop.domain.query import Term
from tests.domain.filter.queries import lines

VOCABULARY = Facets({
    "customer": (
        FacetValue(Term("customer", "northwind/a"), 5), FacetValue(Term("customer", "northwind/b"), 3),
        FacetValue(Term("customer", "Law firm"), 2), FacetValue(Term("customer", "none"), 1),
    ),
    "operation": (FacetValue(Term("operation", "classify_intent"), 9), FacetValue(Term("operation", "", "none"), 4)),
    "rating": (FacetValue(Term("rating", "none"), 1200),),
    "tag": (FacetValue(Term("tag", "tone:rude"), 2),),
}, 11)  # fmt: skip


def _offered(line: str) -> list[str]:
    """At the bar in the line."""
    cursor = line.index("|")
    found = complete(line.replace("|", ""), cursor, VOCABULARY)
    return [option.text for option in found.options]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cust|", ["customer:"]),
        ("x -cor|", ["corrected:"]),
        ("SO|", ["sort:"]),
        ("ra|ting:bad", ["rating:"]),
        ("rating:|", ["good", "bad", "unsure", "none"]),
        ("rating:un|", ["unsure"]),
        ("rating:bda|", ["bad"]),
        ("-customer:|", ["northwind/*", "northwind/a", "northwind/b", '"Law firm"', '"none"']),
        ("customer:nor|", ["northwind/*", "northwind/a", "northwind/b"]),
        ("customer:b|", ["northwind/b"]),
        ('customer:"Law f|', ['"Law firm"']),
        ("operation:|", ["classify_intent", "none"]),
        ("tag:to|", ["tone:rude"]),
        ("sort:-la|", ["-latency"]),
        ("latency:<|", ["<500ms"]),
        ("clas|", ["operation:classify_intent"]),
        ("nor|", ["customer:northwind/a", "customer:northwind/b"]),
        ('"cust|', []),
        ("http://cust|", []),
        ("zzz:|", []),
    ],
)
def test_what_is_offered(line: str, offered: list[str]) -> None:
    assert _offered(line) == offered


def test_an_empty_place_offers_the_fields() -> None:
    for line in ("|", "x |", "| x", "rating:bad |"):
        assert "customer:" in _offered(line)


def test_a_candidate_tells_how_many_calls_there_are() -> None:
    details = {option.text: option.detail for option in complete("rating:", 7, VOCABULARY).options}
    assert details == {"good": "", "bad": "", "unsure": "", "none": "1,200"}


@pytest.mark.parametrize(
    ("line", "cursor", "made", "then"),
    [
        ("cust", 4, "customer:", 9),
        ("customer:nor x", 12, "customer:northwind/* x", 21),
        ("x -rating:go", 12, "x -rating:good ", 15),
    ],
)
def test_taking_a_candidate(line: str, cursor: int, made: str, then: int) -> None:
    found = complete(line, cursor, VOCABULARY)
    assert found.applied(line, found.options[0]) == (made, then)


@given(lines, st.integers(-3, 70))
def test_every_candidate_is_understood(line: str, cursor: int) -> None:
    found: Completion = complete(line, cursor, VOCABULARY)
    assert 0 <= found.start <= found.end <= len(line)
    for option in found.options:
        made, then = found.applied(line, option)
        assert found.start <= then <= len(made)
        if option.text.endswith(":") and made[then : then + 1].strip():
            continue  # a field before a value that was there: whether it fits is another question
        here = (each for each in parse(made).tokens if each.start <= found.start < each.end)
        assert all(token.meaning in ("term", "sort", "unfinished") for token in here)


@pytest.mark.parametrize("line", ["o", "operation", "refund rat", "rating:none cus", "-cus"])
def test_a_word_may_become_a_field(line: str) -> None:
    assert may_become_field(line)


@pytest.mark.parametrize("line", ["", "operation ", "operation:", "operations", "refund", '"or', "x:or", "-"])
def test_other_words_do_not(line: str) -> None:
    assert not may_become_field(line)


@pytest.mark.parametrize(
    ("line", "place", "suggestion"),
    [
        ("customer:nrothwind/a", (9, 20), "northwind/a"),
        ('x -customer:"law frim"', (12, 22), '"Law firm"'),
        ("tag:nothing*", (4, 12), None),
    ],
)
def test_a_name_no_call_has_is_told(line: str, place: tuple[int, int], suggestion: str | None) -> None:
    (hint,) = unknown_names(parse(line), VOCABULARY)
    assert ((hint.start, hint.end), hint.suggestion) == (place, suggestion)
    if suggestion is not None:
        assert unknown_names(parse(line[: hint.start] + suggestion + line[hint.end :]), VOCABULARY) == ()


@pytest.mark.parametrize(
    "line",
    ["customer:north", "customer:LAW*", "operation:none", "rating:bad", "nobody", "latency:>2s", "model:*"],
)
def test_other_lines_have_no_such_hint(line: str) -> None:
    words = Facets({**VOCABULARY.fields, "model": (FacetValue(Term("model", "gpt"), 1),)}, 11)
    assert unknown_names(parse(line), words) == ()


def test_before_the_words_are_known_nothing_is_told() -> None:
    assert unknown_names(parse("customer:nobody"), Facets()) == ()
