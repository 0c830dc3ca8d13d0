"""Listing, searching and opening calls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.calls import Call, CallChanges, CallDetail
from atlas_desktop.server.storage.scope import PAGE_BYTES
from atlas_desktop.server.storage.search import match_expression
from tests.server.talk import Talk, call_line

START = datetime(2026, 11, 1, tzinfo=UTC)


def at(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat()


@pytest.fixture
def dozen(talk: Talk) -> Talk:
    """Twelve calls an hour apart, three of them at the same moment."""
    rows = [
        call_line(
            n,
            created_at=at(min(n, 9)),
            operation=("greet", "part")[n % 2],
            customer=("a/x", "b/x", "c/x")[n % 3],
            model=f"m-{n % 4}",
            finish_reason=("stop", "length")[n % 2],
            rating=("thumbs_up", "thumbs_down", None)[n % 3],
            expected_output="better" if n == 5 else None,
        )
        for n in range(12)
    ]
    assert talk.lines(rows)["imported"] == 12
    return talk


def sources(talk: Talk, query: str = "") -> list[int]:
    """The numbers of the calls on every page of this list."""
    found: list[int] = []
    target = f"/calls?limit=5&{query}"
    page = talk.get(target).json()
    while True:
        found += [int(item["metadata"]["source_id"].partition("-")[2]) for item in page["data"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found
        page = talk.get(f"{target}&cursor={page['next_cursor']}").json()


def test_pages_hold_every_call_once_newest_first(dozen: Talk) -> None:
    assert sources(dozen) == list(range(11, -1, -1))
    assert sources(dozen, "order=oldest") == list(range(12))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("operation_id=greet", [10, 8, 6, 4, 2, 0]),
        ("customer=b/x", [10, 7, 4, 1]),
        ("model=m-3", [11, 7, 3]),
        ("finish_reason=length&customer=a/x", [9, 3]),
        ("rating=thumbs_down", [10, 7, 4, 1]),
        ("rating=none", [11, 8, 5, 2]),
        ("corrected=true", [5]),
        ("corrected=false&rating=none", [11, 8, 2]),
        ("passed=none", list(range(11, -1, -1))),
        ("passed=true", []),
        ("metered=false", []),
        ("tier=batch", []),
        ("provider=nobody", []),
        ("quantization=q8", []),
        ("schema_version=2", []),
        ("tag=none", []),
        ("fingerprint=fp_p_0", []),
        ("fingerprint=nonsense", []),
        ("operation_id=", []),
        (f"created_after={at(3)[:-6]}Z&created_before={at(5)[:-6]}Z", [4, 3]),
    ],
)
def test_filters(dozen: Talk, query: str, expected: list[int]) -> None:
    assert sources(dozen, query) == expected


def test_each_fingerprint_finds_its_calls(dozen: Talk) -> None:
    call = dozen.get("/calls?limit=1").json()["data"][0]
    prints = {name: value for name, value in call["delivery"]["fingerprints"].items() if value}
    assert set(prints) == {"prompt", "exchange", "cache"}
    for value in prints.values():
        assert [item["id"] for item in dozen.get(f"/calls?fingerprint={value}").json()["data"]] == [
            call["id"]
        ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("question", 12),
        ("QUESTION NUMBER", 12),
        ('"question number 7"', 1),
        ("answer 1", 3),
        ("1 answer", 1),
        ("quest", 12),
        ("uestion", 0),
        ("question missing", 0),
        ("!!!", 0),
        ("   ", 12),
        ('"', 0),
        ("NOT question", 0),
        ("question OR missing", 0),
        ("body:question", 0),
        ("question*", 12),
        ("^question", 12),
        ("(question", 12),
        ("question)", 12),
        ('question" OR "1', 0),
        ("-question", 12),
        ("{question number}: x", 0),
    ],
)
def test_search_takes_words_and_never_syntax(dozen: Talk, text: str, count: int) -> None:
    response = dozen.get("/calls", params={"q": text, "limit": 100})
    assert response.status_code == 200
    assert len(response.json()["data"]) == count


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_no_text_is_a_syntax_error(text: str) -> None:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(body)")
    expression = match_expression(text)
    if expression is not None:
        assert connection.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall() == []
    connection.close()


def test_answers_are_the_contracts(dozen: Talk) -> None:
    for item in dozen.get("/calls").json()["data"]:
        Call.model_validate(item)
        CallDetail.model_validate(dozen.get(f"/calls/{item['id']}").json())
    page = CallChanges.model_validate(dozen.get("/calls/changes").json())
    assert (len(page.data), page.total) == (12, 12)


def test_what_was_recorded_comes_back_as_it_was(talk: Talk) -> None:
    tools: list[Any] = [
        {"type": "function", "function": {"name": "f", "parameters": {"b": 1, "a": [1.5, None]}}}
    ]
    row = call_line(
        1,
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "é\u202e\u200b𝄞\r\n\t"}]},
            {"role": "assistant"},
        ],
        output="\u2028 \x01 ok",
        tools=tools,
        params={"temperature": 0.0, "x": {"nested": []}},
        usage={"prompt_tokens": 3},
        meta={"free": "form"},
        strange=[1, {"two": 3}],
    )
    assert talk.lines([row])["imported"] == 1
    (call,) = talk.get("/calls").json()["data"]
    assert call["request"]["messages"] == row["messages"]
    assert call["request"]["tools"] == tools
    assert call["request"]["temperature"] == 0.0
    assert call["response"]["message"]["content"] == row["output"]
    assert call["response"]["usage"] == row["usage"]
    assert '"strange":[1,{"two":3}]' in talk.get("/calls").text


def test_an_opened_call_has_its_newest_feedback_and_the_list_has_the_rest(talk: Talk) -> None:
    talk.lines([call_line(1)])
    (call_id,) = talk.call_ids()
    acts = [{"call_id": call_id, "rating": "thumbs_up", "comment": str(number)} for number in range(250)]
    talk.post("/feedback/batch", {"items": acts})
    shown = talk.get(f"/calls/{call_id}").json()
    newest = [str(number) for number in range(249, 49, -1)]
    assert [row["comment"] for row in shown["all_feedback"]] == newest
    assert shown["feedback_count"] == 250
    listed = talk.get(f"/feedback?call_id={call_id}&limit=1000").json()["data"]
    assert listed[:200] == shown["all_feedback"]
    assert len(listed) == 250


def test_an_opened_call_is_bounded_in_bytes_too(talk: Talk) -> None:
    talk.lines([call_line(1)])
    (call_id,) = talk.call_ids()
    for _ in range(20):
        talk.post("/feedback", {"call_id": call_id, "correction": "x" * (1 << 20)})
    answer = talk.get(f"/calls/{call_id}")
    assert len(answer.content) < 2 * PAGE_BYTES
    assert answer.json()["all_feedback"][0] == answer.json()["feedback"]
