"""What is found by which words: the real index, as the store makes it."""

import base64
import random
import string
import time

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.domain.full_text import excluding_expression, indexed, match_expression
from atlas_desktop.domain.query import words_of


def index_of(*texts: str) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1,"
        ' tokenize="unicode61 remove_diacritics 2")'
    )
    connection.executemany("INSERT INTO search(words) VALUES (?)", [(indexed(text),) for text in texts])
    return connection


def found(connection: apsw.Connection, text: str) -> list[int]:
    expression = match_expression(words_of(text))
    if expression is None:
        return []
    rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,))
    return [row[0] for row in rows]


@given(st.one_of(st.text(max_size=50), st.text(alphabet='ab"*()^:+-{}NEAROT \x00\ud800', max_size=50)))
@example("AND")
@example("a AND")
@example('" OR "')
@example("NEAR(a b)")
@example("words:x ^y -z {q}")
@example("aB*")
def test_no_text_is_a_syntax_error(text: str) -> None:
    found(index_of("a AND b"), text)


def test_operators_are_plain_words() -> None:
    assert found(index_of("apples", "apples OR pears", "pears"), "apples OR pears") == [2]


def test_words_phrases_prefix_accents_and_scripts_without_spaces() -> None:
    connection = index_of(
        "The crème brûlée was refunded", "refund the cream", "東京の天気は晴れです", "ค่าธรรมเนียมบัตร"
    )
    assert found(connection, "creme") == [1]
    assert found(connection, "refun") == [1, 2]
    assert found(connection, "refun* the") == [1, 2]
    assert found(connection, '"refun"') == []
    assert found(connection, "refun the") == []
    assert found(connection, '"the cream"') == [2]
    assert found(connection, "天気") == [3]
    assert found(connection, "気天") == []
    assert found(connection, "ธรรม") == [4]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ('{"order_id": 42}', ("order_id", "order", "id", "order_i", '"order id"', "42")),
        (
            "call getUserName()",
            ("getUserName", "getusername", "username", "userName", "UserN", "user", "getUser"),
        ),
        ("parse HTTPServerError", ("HTTPServerError", "server", "httpserver", "ServerError")),
        ("see a-b/c.d:e", ("a-b/c.d", '"a-b/c.d:e"', "c.d", "b/c")),
        ("x = obj.items[0]->next", ("obj.items", "items[0]", "->next")),
        ('{"total":"1,234.50"}', ("1,234.50", "1,234")),
        ("https://example.org/v1/chat?x=1", ("example.org", "v1/chat", "https://example.org/v1")),
        ("한국어 문장입니다", ("한국어", "문장")),
        ("привет, Мир", ("мир", "ПРИВЕТ")),
        ("هذا نص عربي", ("نص", "عرب")),
    ],
)
def test_names_in_code_and_json_are_found(text: str, by: tuple[str, ...]) -> None:
    connection = index_of("something else", text)
    assert {words: found(connection, words) for words in by} == {words: [2] for words in by}


def test_the_end_of_one_name_and_the_beginning_of_the_next_are_no_phrase() -> None:
    connection = index_of("fooBar quxZip")
    assert found(connection, '"bar qux"') == []
    assert found(connection, '"qux zip"') == [1]


def test_negated_words_are_what_to_leave_out() -> None:
    words = [type(each)(each.text, each.phrase, True) for each in words_of('refund* "a phrase" !!!')]
    assert match_expression(words) is None
    assert excluding_expression(words) == '"refund*" * OR "a phrase"'
    assert excluding_expression(words_of("refund")) is None


def test_text_without_a_word_asks_for_nothing() -> None:
    assert match_expression(words_of('!!! "?" ')) is None


def test_data_that_looks_like_names_adds_nothing_and_takes_no_time() -> None:
    data = base64.urlsafe_b64encode(random.Random(1).randbytes(250_000)).decode()
    began = time.perf_counter()
    assert len(indexed(data)) < len(data) * 1.5
    assert len(indexed("aB" * 150_000)) < 310_000
    assert time.perf_counter() - began < 2


@given(st.lists(st.text(alphabet=string.ascii_letters, min_size=1, max_size=6), min_size=1, max_size=5))
def test_every_typed_beginning_of_a_text_finds_it(words: list[str]) -> None:
    text = " ".join(words)
    connection = index_of(text)
    assert all(found(connection, text[:length]) == [1] for length in range(1, len(text) + 1))


@given(st.text(max_size=40))
def test_words_hold_no_blank_ends_and_no_quotes(text: str) -> None:
    for words in words_of(text):
        assert words.text == " ".join(words.text.split()) != ""
        assert '"' not in words.text
