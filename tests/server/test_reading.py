"""What is refused before a handler sees it: types, sizes, JSON that lies, text no store can keep."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.server.config import RateLimit
from tests.server.talk import HandClock, Talk, error_of, talking

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b'{"a": NaN}', "invalid_json"),
        (b'{"a": -Infinity}', "invalid_json"),
        (b'{"a": 1e999}', "number_out_of_range"),
        (b'{"a": 18446744073709551616}', "number_out_of_range"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "number_out_of_range"),
        (b'{"call_id": "x", "call_id": "y"}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 1}}', "duplicate_key"),
        (b"[" * 101 + b"]" * 101, "json_too_deep"),
        (b"[" * 100_000, "json_too_deep"),
        (b'{"a":' * 100_000, "json_too_deep"),
    ],
)
def test_json_that_lies_is_a_400(talk: Talk, body: bytes, code: str) -> None:
    response = talk.post("/feedback", content=body, headers=JSON)
    assert error_of(response) == (400, "invalid_request_error", code)


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_a_415(talk: Talk, media: str) -> None:
    response = talk.post("/feedback", content=b"{}", headers={"content-type": media})
    assert error_of(response) == (415, "invalid_request_error", "unsupported_content_type")


def test_compressed_bodies_are_a_415(talk: Talk) -> None:
    response = talk.post("/feedback", content=b"{}", headers={**JSON, "content-encoding": "gzip"})
    assert error_of(response) == (415, "invalid_request_error", "unsupported_content_encoding")


def test_size_is_counted_and_not_believed(tmp_path: Path, template: Path) -> None:
    async def unannounced() -> Any:
        for _ in range(11):
            yield b" " * 100

    with talking(tmp_path / "a.db", template, body_limit=1000) as talk:
        told = talk.post("/feedback", content=b" " * 1001, headers=JSON)
        untold = talk.post("/feedback", content=unannounced(), headers=JSON)
        lied = talk.post("/feedback", content=unannounced(), headers={**JSON, "content-length": "5"})
        fits = talk.post("/feedback", content=b" " * 1000, headers=JSON)
    for response in (told, untold, lied):
        assert error_of(response) == (413, "request_too_large", "request_too_large")
    assert fits.status_code == 400


BAD = ["\x00", "a\x00b", "\ud800", "\udfff", "x\udc00\ud800y", "\ud83d", "ok\x00\ud800"]
FIELDS = [
    "correction",
    "comment",
    "call_id",
    "reviewer",
    "id",
    "rating",
    "on_conflict",
    "base_feedback_id",
    "unknown",
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_is_the_same_422_everywhere(talk: Talk, bad: str, field: str) -> None:
    body = b'{"call_id": "x", "rating": "thumbs_up"}'
    plain = orjson.loads(body)
    shapes = [{**plain, field: bad}, {**plain, "tags": [bad]}, {**plain, bad: field}]
    answers = [talk.post("/feedback", content=_escaped(shape), headers=JSON) for shape in shapes]
    items = talk.post("/feedback/batch", content=_escaped({"items": shapes}), headers=JSON).json()["results"]
    messages = {answer.json()["error"]["message"] for answer in answers} | {
        item["error"]["message"] for item in items
    }
    assert {error_of(answer) for answer in answers} == {(422, "invalid_request_error", "invalid_text")}
    assert {(item["status"], item["error"]["code"]) for item in items} == {(422, "invalid_text")}
    assert len(messages) == 1


def _escaped(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "q=%ED%A0%80", "q=%FF", "tag=x&tag=%00", "%00=1"])
def test_hostile_text_in_a_query_is_the_same_422(talk: Talk, query: str) -> None:
    assert error_of(talk.get(f"/calls?{query}")) == (422, "invalid_request_error", "invalid_text")


def test_a_nul_in_a_path_is_the_same_422(talk: Talk) -> None:
    assert error_of(talk.get("/calls/a%00b")) == (422, "invalid_request_error", "invalid_text")


@pytest.mark.parametrize(
    ("target", "param"),
    [
        ("/calls?limit=0", "limit"),
        ("/calls?limit=1001", "limit"),
        ("/calls?limit=ten", "limit"),
        ("/calls?unknown=1", "unknown"),
        ("/calls?customer=a&customer=b", "customer"),
        ("/calls?created_after=yesterday", "created_after"),
        ("/calls?cursor=abc", "cursor"),
        ("/calls/changes?after=-1", "after"),
        ("/models?x=1", "x"),
        ("/operations?limit=x", "limit"),
    ],
)
def test_a_malformed_parameter_is_a_422_that_names_it(talk: Talk, target: str, param: str) -> None:
    response = talk.get(target)
    assert response.status_code == 422
    assert response.json()["error"]["param"] == param


def test_unknown_fields_are_refused_with_their_place(talk: Talk) -> None:
    response = talk.post("/feedback", {"call_id": "x", "rating": "thumbs_up", "ratign": "thumbs_up"})
    assert response.status_code == 422
    assert response.json()["error"]["details"] == [
        {"loc": ["ratign"], "message": "Extra inputs are not permitted"}
    ]


def test_the_value_that_was_sent_is_not_echoed(talk: Talk) -> None:
    response = talk.post("/feedback", {"call_id": 5, "rating": "my secret text"})
    assert response.status_code == 422
    assert "my secret" not in response.text


def test_a_bucket_runs_dry_and_fills_again(tmp_path: Path, template: Path) -> None:
    clock = HandClock()
    with talking(tmp_path / "a.db", template, clock=clock, rate=RateLimit(burst=3, per_second=0.5)) as talk:
        left = [talk.get("/models").headers["x-ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        dry = talk.get("/models")
        assert error_of(dry) == (429, "rate_limit_error", "rate_limited")
        assert dry.headers["retry-after"] == "2"
        assert dry.headers["x-ratelimit-limit"] == "3"
        assert talk.get("/models", key="nm_live_bbbbbb_" + "b" * 32).status_code == 200
        clock.seconds += 2
        assert talk.get("/models").status_code == 200
        assert talk.get("/models").status_code == 429
