"""What is marked in a text is what the index found it by."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.domain.filter import Highlighter, highlights, parse_query
from atlas_desktop.domain.full_text import match_expression
from atlas_desktop.domain.query import Query
from tests.domain.test_full_text import found, index_of


def _marked(text: str, line: str) -> list[str]:
    return [text[start:end] for start, end in highlights(text, parse_query(line))]


@pytest.mark.parametrize(
    ("text", "line", "marked"),
    [
        ("A refund, refunds, prerefund", "refund", ["refund", "refund"]),
        ("A refund, refunds", '"refund"', ["refund"]),
        ("A refund, refunds", "refund card", ["refund"]),
        ("A refund, refunds", "refun* card", ["refun", "refun"]),
        ("the  a,\nphrase", '"a phrase"', ["a,\nphrase"]),
        ("the crème, the cre\u0300me", "creme", ["crème", "cre\u0300me"]),
        ("the creme", "CRÈME", ["creme"]),
        ('{"order_id": 1}', "order_id", ["order_id"]),
        ('{"order_id": 1}', "id", ["id"]),
        ("getUserName HTTPServerError", "userName", ["UserName"]),
        ("getUserName HTTPServerError username", "username", ["UserName", "username"]),
        ("getUserName HTTPServerError", "server", ["Server"]),
        ("東京の天気は", "天気", ["天気"]),
        ("iPhone天気", "phone", ["Phone"]),
        ("a b c", '"a b" "b c"', ["a b c"]),
        ("refund", "-refund rating:bad", []),
        ("anything", "!!!", []),
        ("İstanbul ﬁne", "istanbul", ["İstanbul"]),
        ("ＡＢＣ abc", "abc", ["abc"]),
        ("한국어 문장", "한국", ["한국"]),
        ("aa\ue000bb", "bb", ["bb"]),
    ],
)
def test_what_is_marked(text: str, line: str, marked: list[str]) -> None:
    assert _marked(text, line) == marked


ALPHABET = "abAB _.-\u0301é天気"


@given(st.text(alphabet=ALPHABET, max_size=20), st.text(alphabet=ALPHABET + '"*', max_size=8))
@example("aB", "b")
@example("a.B", '"a b"')
@example("a\u0301b", "ab")
@example("\u0301A", "A")
@example("AA", 'A"_')
def test_something_is_marked_where_the_index_found_it(text: str, line: str) -> None:
    query = Query(text=line)
    if match_expression(query.words) is not None and found(index_of(text), line):
        assert highlights(text, query)


@given(st.text(max_size=80), st.text(max_size=30))
def test_spans_are_in_order_and_inside(text: str, line: str) -> None:
    end = -1
    for start, stop in highlights(text, parse_query(line)):
        assert end < start < stop <= len(text)
        end = stop


def test_a_long_phrase_in_a_long_text_takes_no_time() -> None:
    marker = Highlighter(parse_query('"' + "a " * 500 + 'b"'))
    began = time.perf_counter()
    marker.spans("a " * 50_000)
    assert time.perf_counter() - began < 2
