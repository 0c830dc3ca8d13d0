"""The line a person types: read, written back, never refused; and what the index is asked."""

import string

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.domain.full_text import match_expression, spaced
from atlas_desktop.domain.query import (
    Query,
    Unfinished,
    format_query,
    may_become_token,
    parse_query,
    text_pieces,
    unfinished,
)

names = st.text(min_size=1, max_size=12).filter(lambda name: name.strip() != "")
texts = st.one_of(st.text(max_size=30), st.text(alphabet='ab:"\\ operationcustomerrating*', max_size=40))
queries = st.builds(
    Query,
    operation=st.none() | names,
    customer=st.none() | names,
    rating=st.sampled_from((None, "thumbs_up", "thumbs_down", "none", "unsure")),
    text=texts,
    order=st.sampled_from(("newest", "oldest")),
)


@given(queries)
@example(Query(text="rating:none"))
@example(Query(text=r"\\rating:none"))
@example(Query(customer='a "quoted" b'))
@example(Query(text='"'))
@example(Query(text='foo"bar" baz'))
def test_written_and_read_again_is_the_same(query: Query) -> None:
    assert parse_query(format_query(query)) == query


@given(st.one_of(st.text(max_size=60), st.text(alphabet='ab:"\\ operationcustomerrating*', max_size=60)))
def test_any_line_is_a_query_and_its_own_spelling_is_stable(line: str) -> None:
    query = parse_query(line)
    assert parse_query(format_query(query)) == query
    assert format_query(parse_query(format_query(query))) == format_query(query)


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("", Query()),
        ("operation:summarize_ticket", Query(operation="summarize_ticket")),
        ("customer:northwind/*  rating:none", Query(customer="northwind/*", rating="none")),
        ('customer:"Engineering and Technology" x', Query(customer="Engineering and Technology", text="x")),
        ('refund "a phrase" order:oldest', Query(text='refund "a phrase"', order="oldest")),
        ("rating:none rating:unsure", Query(rating="unsure")),
        ("rating:good", Query(rating="thumbs_up")),
        ("rating:bad x", Query(rating="thumbs_down", text="x")),
        (r"\rating:good", Query(text="rating:good")),
        ("rating:maybe x", Query(text="x")),
        ("rating:none rating:maybe", Query(rating="none")),
        ("operation:", Query()),
        ("customer: x", Query(text="x")),
        ('customer:"', Query()),
        ("rating:", Query()),
        (r"\operation:", Query(text="operation:")),
        ("http://x", Query(text="http://x")),
        (r"\rating:none", Query(text="rating:none")),
        ('a "b', Query(text='a "b"')),
    ],
)
def test_what_lines_mean(line: str, query: Query) -> None:
    assert parse_query(line) == query


@pytest.mark.parametrize(
    "line", ["", "rating:good", "operation:", "customer:x order:oldest", r"\rating:maybe"]
)
def test_a_line_that_says_all_it_holds_has_nothing_unfinished(line: str) -> None:
    assert unfinished(line) == ()


def test_a_value_there_is_not_is_told_with_those_there_are() -> None:
    ratings = ("good", "bad", "unsure", "none")
    assert unfinished("x rating:maybe order:") == (
        Unfinished("rating", "maybe", ratings),
        Unfinished("order", "", ("newest", "oldest")),
    )
    assert all(unfinished(f"rating:{each}") == () for each in ratings)
    assert all(parse_query(f"rating:{each}").rating is not None for each in ratings)


@pytest.mark.parametrize("line", ["o", "operation", "refund rat", "rating:none cus"])
def test_a_word_may_become_a_key(line: str) -> None:
    assert may_become_token(line)


@pytest.mark.parametrize("line", ["", "operation ", "operation:", "operations", "refund", '"or', "x:or"])
def test_other_words_do_not(line: str) -> None:
    assert not may_become_token(line)


def _index(*texts: str) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1,"
        ' tokenize="unicode61 remove_diacritics 2")'
    )
    connection.executemany("INSERT INTO search(words) VALUES (?)", [(spaced(text),) for text in texts])
    return connection


def _found(connection: apsw.Connection, text: str) -> list[int]:
    expression = match_expression(text)
    if expression is None:
        return []
    return [
        row[0] for row in connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,))
    ]


@given(st.one_of(st.text(max_size=50), st.text(alphabet='ab"*()^:+-{}NEAROT \x00\ud800', max_size=50)))
@example("AND")
@example("a AND")
@example('" OR "')
@example("NEAR(a b)")
@example("words:x ^y -z {q}")
def test_no_text_is_a_syntax_error(text: str) -> None:
    _found(_index("a AND b"), text)


def test_operators_are_plain_words() -> None:
    connection = _index("apples", "apples OR pears", "pears")
    assert _found(connection, "apples OR pears") == [2]


def test_words_phrases_prefix_accents_and_scripts_without_spaces() -> None:
    connection = _index(
        "The crème brûlée was refunded", "refund the cream", "東京の天気は晴れです", "ค่าธรรมเนียมบัตร"
    )
    assert _found(connection, "creme") == [1]
    assert _found(connection, "refun") == [1, 2]
    assert _found(connection, '"refun"') == []
    assert _found(connection, "refun the") == []
    assert _found(connection, '"the cream"') == [2]
    assert _found(connection, "天気") == [3]
    assert _found(connection, "気天") == []
    assert _found(connection, "ธรรม") == [4]


def test_text_without_a_word_asks_for_nothing() -> None:
    assert match_expression('!!! "?" ') is None


@given(st.lists(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=6), min_size=1, max_size=5))
def test_every_typed_beginning_of_a_text_finds_it(words: list[str]) -> None:
    text = " ".join(words)
    connection = _index(text)
    assert all(_found(connection, text[:length]) == [1] for length in range(1, len(text) + 1))


@given(st.text(max_size=40))
def test_pieces_hold_no_blank_ends_and_no_quotes(text: str) -> None:
    for piece in text_pieces(text):
        assert piece.text == " ".join(piece.text.split()) != ""
        assert '"' not in piece.text
