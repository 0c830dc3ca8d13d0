"""The recorded calls of the extraction operation as a dataset."""

from pathlib import Path

import orjson

from tests.server.talk import Talk
from tests.server.test_datasets import made
from tests.server.test_items import add, listed


def test_every_call_of_the_extraction_becomes_an_item(talk: Talk, shared_data: Path) -> None:
    lines = (shared_data / "calls_extract_revenue.jsonl").read_bytes().splitlines()
    rows = [orjson.loads(line) for line in lines]
    talk.lines(rows)
    talk.post("/operations", {"key": "extract_revenue"})
    calls = [call["call"] for call in talk.changes() if call["call"]["operation_id"] == "extract_revenue"]
    assert len(calls) > 500
    name = made(talk, operation_id="extract_revenue")["id"]
    added = add(talk, name, *({"source_call_id": call["id"]} for call in calls))["added"]
    assert len(added) == len(calls)
    for call, item in zip(calls, added, strict=True):
        answer = call["response"]["message"]["content"]
        said = call["correction"]["correction"] if call["correction"] else answer
        assert item["source_call_id"] == call["id"]
        assert item["expected_output"] == said
        assert item["predicted"] == answer
        assert item["input"]["messages"] == call["request"]["messages"]
    assert listed(talk, name, 400) == added
    before = talk.get(f"/datasets/{name}").json()
    assert add(talk, name, *({"source_call_id": call["id"]} for call in calls))["replaced"] == len(calls)
    assert talk.get(f"/datasets/{name}").json() == before
