"""Importing recorded calls: what is good goes in once, what is bad is named and stops nothing."""

import asyncio
import os
import shutil
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from atlas_desktop.domain.recorded import Defaults
from atlas_desktop.server import importing as lines
from atlas_desktop.server import reading
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.handlers import importing
from tests.server.talk import ALICE, KEYS, Talk, call_line, error_of

NDJSON = {"content-type": "application/x-ndjson"}


def test_a_second_import_changes_nothing(talk: Talk) -> None:
    rows = [call_line(n, operation="greet", rating="thumbs_up") for n in range(30)]
    assert talk.lines(rows) == {"imported": 30, "duplicates": 0, "rejected": []}
    before = talk.changes(), talk.get("/feedback?limit=1000").json(), talk.get("/operations").json()
    assert talk.lines(rows) == {"imported": 0, "duplicates": 30, "rejected": []}
    assert talk.lines([rows[3], rows[3], call_line(99), call_line(99)])["imported"] == 1
    changes = talk.changes()
    assert changes[:-1] == before[0]
    assert before[1:] == (talk.get("/feedback?limit=1000").json(), talk.get("/operations").json())


def test_bad_lines_are_reported_by_number_and_lose_nothing_else(talk: Talk) -> None:
    good = [orjson.dumps(call_line(n)) for n in range(4)]
    bad = [
        b"{broken",
        b'{"source_id": 5}',
        b'"text"',
        b'{"source_id":"n\\u0000l","model":"m","messages":[],"output":""}',
        b'{"source_id":"s","model":"m","messages":[],"output":"\\ud800"}',
        b'{"source_id":"d","model":"m","messages":[],"output":"","meta":'
        + b'{"a":' * 200
        + b"1"
        + b"}" * 200
        + b"}",
        b'{"source_id":"f","model":"m","messages":[],"output":"","cost_usd":NaN}',
        b"\xff\xfe",
        b'{"source_id":"big","model":"m","messages":[],"output":"' + b"x" * (9 * 1024 * 1024) + b'"}',
    ]
    rows = [good[0], *bad[:4], b"", good[1], *bad[4:], b"   ", good[2], good[3]]
    answer = talk.lines(rows)
    assert answer["imported"] == 4
    assert [item["line"] for item in answer["rejected"]] == [2, 3, 4, 5, 8, 9, 10, 11, 12]
    assert all(item["message"] for item in answer["rejected"])
    assert len(talk.call_ids()) == 4


def test_the_file_may_end_as_it_likes(talk: Talk) -> None:
    first, second = orjson.dumps(call_line(1)), orjson.dumps(call_line(2))
    for body, count in ((first, 1), (first + b"\r\n" + second, 1), (b"", 0), (b"\n\n", 0)):
        response = talk("POST", "/calls/import", content=body, headers=NDJSON)
        assert (response.status_code, response.json()["imported"]) == (200, count)


def test_what_a_line_lacks_is_filled_in(talk: Talk) -> None:
    talk.lines(
        [call_line(1), call_line(2, operation="own", customer="own/c")],
        "/calls/import?operation=given&customer=given/c",
    )
    found = {(item["call"]["operation_id"], item["call"]["customer"]) for item in talk.changes()}
    assert found == {("given", "given/c"), ("own", "own/c")}
    assert [(item["key"], item["registration"]) for item in talk.get("/operations").json()["data"]] == [
        ("given", "auto"),
        ("own", "auto"),
    ]


@pytest.mark.parametrize("query", ["operation=Not+a+Key", "customer=", "format=csv"])
def test_malformed_defaults_are_a_422(talk: Talk, query: str) -> None:
    assert talk("POST", f"/calls/import?{query}", content=b"", headers=NDJSON).status_code == 422


def test_a_verdict_is_feedback_by_its_source(talk: Talk) -> None:
    verdict = {"by": "human", "value": 1, "scale": "0 or 1", "thumb": "down"}
    talk.lines([call_line(1, rating=verdict, expected_output="right")])
    (call,) = talk.get("/calls").json()["data"]
    feedback = call["feedback"]
    assert (feedback["reviewer"], feedback["rating"], feedback["correction"]) == (
        "import:human",
        "thumbs_down",
        "right",
    )
    assert talk.get("/calls?rating=thumbs_down&corrected=true").json()["data"] == [call]
    assert talk.get("/feedback?reviewer=import:human").json()["data"] == [feedback]


def test_json_is_not_taken_for_ndjson(talk: Talk) -> None:
    assert error_of(talk.post("/calls/import", []))[0] == 415


def test_a_flood_of_lines_is_refused_before_it_is_read(talk: Talk) -> None:
    response = talk("POST", "/calls/import", content=b"\n" * (importing.MOST_LINES + 1), headers=NDJSON)
    assert error_of(response) == (413, "request_too_large", "too_many_lines")


def test_numbers_run_on_over_the_parts(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_LINES", 3)
    rows: list[Any] = [b"bad" if n % 5 == 4 else call_line(n) for n in range(20)]
    answer = talk.lines(rows)
    assert answer["imported"] == 16
    assert [item["line"] for item in answer["rejected"]] == [5, 10, 15, 20]


async def test_imports_and_ratings_take_turns(tmp_path: Path, template: Path) -> None:
    """Threaded: many writers at once, and every answer is true."""
    path = tmp_path / "a.db"
    shutil.copy(template, path)
    app = create_app(ServerConfig(database_url=sqlite_url(path), static_keys=KEYS))
    bodies = [
        b"".join(orjson.dumps(call_line(n)) + b"\n" for n in range(k, k + 700)) for k in range(0, 2100, 350)
    ]
    headers = {"authorization": f"Bearer {ALICE.key}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1/v1", headers=headers
    ) as client:
        answers = await asyncio.gather(
            *(client.post("/calls/import", content=body, headers=NDJSON) for body in bodies)
        )
        assert sum(answer.json()["imported"] for answer in answers) == 2450
        call_ids = [item["id"] for item in (await client.get("/calls?limit=40")).json()["data"]]
        rated = await asyncio.gather(
            *(client.post("/feedback", json={"call_id": i, "rating": "thumbs_up"}) for i in call_ids)
        )
        revisions = sorted(answer.json()["revision"] for answer in rated)
        assert revisions == list(range(2451, 2491))
        assert (await client.get("/calls/changes?after=2450")).json()["total"] == 2450
    close_app(app)


def test_the_real_calls_go_in_and_come_back(talk: Talk, shared_data: Path) -> None:
    counts: list[int] = []
    for file in sorted(shared_data.glob("calls_*.jsonl")):
        lines = file.read_bytes().splitlines()[:150]
        answer = talk.lines(lines)
        assert answer["rejected"] == []
        counts.append(answer["imported"])
    assert sum(counts) == len(talk.call_ids()) == 150 * 7
    arabic = talk.get("/calls", params={"q": "في"}).json()["data"]
    assert all("في" in str(item["request"]) + str(item["response"]) for item in arabic)


async def test_an_import_outlives_the_process_that_reads_it(tmp_path: Path, template: Path) -> None:
    """Threaded: the process beside is killed in the middle, and every line arrives all the same."""
    path = tmp_path / "a.db"
    shutil.copy(template, path)
    config = ServerConfig(database_url=sqlite_url(path), static_keys=KEYS)
    config.beside.start()
    config.beside.submit(int).result(30)
    with lines.local_import(config, KEYS[0]) as target:
        body = b"".join(orjson.dumps(call_line(n, pad="x" * 4000)) + b"\n" for n in range(600))
        assert len(body) > reading.WORTH
        assert (await target.send(body[: len(body) // 2], Defaults())).imported == 300
        with pytest.raises(BrokenExecutor):
            config.beside.submit(os._exit, 1).result(30)
        answer = await target.send(body, Defaults())
        assert (answer.imported, answer.duplicates, answer.rejected) == (300, 300, [])
