"""Ticking a value and typing it come to the same."""

from dataclasses import replace

from hypothesis import given

from atlas_desktop.domain.filter import (
    exclude_only,
    format_query,
    format_term,
    is_chosen,
    parse_query,
    set_only,
    toggle,
)
from atlas_desktop.domain.query import Query, Term
from tests.domain.filter.queries import queries, terms

BAD = Term("rating", "thumbs_down")
GOOD = Term("rating", "thumbs_up")
NOT_BAD = replace(BAD, negated=True)


@given(queries(), terms)
def test_twice_is_as_before(query: Query, term: Term) -> None:
    once = toggle(query, term)
    assert is_chosen(once, term) == ("no" if term in query.terms else "excluded" if term.negated else "yes")
    opposite = replace(term, negated=not term.negated)
    if opposite not in query.terms:
        assert set(toggle(once, term).terms) == set(query.terms)
    assert toggle(once, term).words == query.words


@given(queries(), terms)
def test_only_leaves_nothing_else_of_the_field(query: Query, term: Term) -> None:
    assert set_only(query, term).of(term.field) == (term,)
    assert exclude_only(query, term).of(term.field) == (replace(term, negated=True),)
    assert set_only(query, term).without(term.field) == query.without(term.field)


@given(queries(), terms)
def test_the_line_says_what_was_ticked(query: Query, term: Term) -> None:
    if term in query.terms:
        return
    typed = parse_query(format_query(replace(query, words=())) + " " + format_term(term))
    ticked = toggle(replace(query, words=()), term)
    opposite = replace(term, negated=not term.negated)
    assert set(typed.terms) - {opposite} == set(ticked.terms)


def test_a_value_is_asked_for_or_excluded_never_both() -> None:
    query = toggle(toggle(Query(), BAD), GOOD)
    assert query.terms == (BAD, GOOD)
    assert (is_chosen(query, BAD), is_chosen(query, NOT_BAD)) == ("yes", "yes")
    query = toggle(query, NOT_BAD)
    assert query.terms == (GOOD, NOT_BAD)
    assert is_chosen(query, BAD) == "excluded"
    assert toggle(query, NOT_BAD).terms == (GOOD,)


def test_only_stays_where_the_field_was() -> None:
    query = Query([Term("model", "x"), BAD, Term("tag", "y"), GOOD])
    assert set_only(query, GOOD).terms == (Term("model", "x"), GOOD, Term("tag", "y"))
