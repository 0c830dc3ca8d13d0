"""Reading one recorded call: what is kept, what is derived, and that every real call is taken."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.calls import CallRequest, CallResponse
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.contract.text import bad_text
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.recorded import Defaults, Recorded, Rejected
from tests.domain.recording import LEAST, NOW, VERDICT, read, recorded, refused


def test_the_least_a_line_can_say() -> None:
    call = recorded()
    assert (call.customer, call.operation, call.schema_version, call.feedback) == ("default", None, None, ())
    assert orjson.loads(call.request) == {"messages": LEAST["messages"]}
    assert orjson.loads(call.response) == {
        "message": {"role": "assistant", "content": "Hi"},
        "finish_reason": None,
        "usage": None,
    }
    assert call.text == "Hello\nHi"
    assert orjson.loads(call.metadata) == {"source_id": "s/1", "created_at_from": "spread"}


def test_ids_are_the_same_again_and_another_organizations_are_not() -> None:
    first, again = recorded(rating="thumbs_up"), recorded(rating="thumbs_up")
    other = recorded(rating="thumbs_up", organization="org_b")
    assert first == again
    assert first.call_id.startswith("chatcmpl-")
    assert {first.call_id, first.feedback[0].id}.isdisjoint({other.call_id, other.feedback[0].id})


def test_defaults_fill_in_and_never_override() -> None:
    defaults = Defaults(operation="from_option", customer="acme")
    filled = recorded(defaults)
    said = recorded(defaults, operation="own", customer="mine")
    assert (filled.operation, filled.customer) == ("from_option", "acme")
    assert (said.operation, said.customer) == ("own", "mine")


@pytest.mark.parametrize("key", ["Summarize", "a b", "", "-x", "x" * 65, "é", "x\n"])
def test_an_operation_that_is_no_key_is_refused_with_the_reason(key: str) -> None:
    assert refused(operation=key).startswith("operation: ")


@given(st.text(min_size=1, max_size=50).filter(lambda text: bad_text(text) is None))
def test_missing_times_are_spread_over_28_days(source_id: str) -> None:
    call = recorded(source_id=source_id)
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    assert midnight - timedelta(days=28) <= call.created_at <= midnight
    assert call.created_at.microsecond % 1000 == 0


def test_spread_times_fill_the_span_evenly() -> None:
    days = [(NOW - recorded(source_id=f"s/{number}").created_at).days for number in range(2800)]
    per_day = [days.count(day) for day in range(28)]
    assert min(per_day) > 60
    assert max(per_day) < 150


@pytest.mark.parametrize(
    ("text", "moment", "flag"),
    [
        ("2026-08-17T20:28:59", datetime(2026, 8, 17, 20, 28, 59, tzinfo=UTC), "assumed_utc"),
        ("2026-08-17T20:28:59.123456Z", datetime(2026, 8, 17, 20, 28, 59, 123000, UTC), None),
        ("2026-08-17T20:28:59+02:00", datetime(2026, 8, 17, 18, 28, 59, tzinfo=UTC), None),
        ("2026-08-17", datetime(2026, 8, 17, tzinfo=UTC), "assumed_utc"),
    ],
)
def test_given_times(text: str, moment: datetime, flag: str | None) -> None:
    call = recorded(created_at=text)
    assert call.created_at == moment
    assert orjson.loads(call.metadata).get("created_at_from") == flag


@pytest.mark.parametrize(
    "text", ["yesterday", "", "2026-13-01", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01"]
)
def test_times_that_are_none(text: str) -> None:
    assert refused(created_at=text).startswith("created_at: ")


def test_a_verdict_becomes_a_rating_and_is_kept_whole() -> None:
    call = recorded(rating=VERDICT, expected_output="Hello!")
    (row,) = call.feedback
    assert (row.reviewer, row.rating, row.correction) == ("import:human", "thumbs_down", "Hello!")
    assert row.comment == "wrong sum\n\nhuman: 0 (1 good, 0 bad)"
    assert row.created_at == call.created_at
    assert orjson.loads(call.metadata)["verdict"] == VERDICT


def test_a_verdict_without_a_thumb_rates_nothing() -> None:
    call = recorded(rating=VERDICT | {"thumb": None})
    assert call.feedback == ()
    assert orjson.loads(call.metadata)["verdict"]["comment"] == "wrong sum"
    (row,) = recorded(rating=VERDICT | {"thumb": None}, expected_output="x").feedback
    assert (row.rating, row.correction) == (None, "x")


def test_a_reference_equal_to_the_output_corrects_nothing() -> None:
    call = recorded(expected_output="Hi")
    assert call.feedback == ()
    assert orjson.loads(call.metadata)["reference"] == "same as the output"


def test_a_reference_of_its_own_is_a_correction() -> None:
    (row,) = recorded(expected_output={"a": [1]}).feedback
    assert (row.reviewer, row.rating, row.correction, row.comment) == (
        "import:source",
        None,
        '{"a":[1]}',
        None,
    )


@pytest.mark.parametrize("rating", ["thumbs_up", "thumbs_down"])
def test_a_plain_rating(rating: str) -> None:
    (row,) = recorded(rating=rating).feedback
    assert (row.reviewer, row.rating) == ("import:source", rating)


def test_unknown_fields_and_meta_are_kept_in_metadata_only() -> None:
    call = recorded(meta={"task_instruction": "secret task"}, trace={"id": 1}, object="x")
    assert orjson.loads(call.metadata) == {
        "source_id": "s/1",
        "meta": {"task_instruction": "secret task"},
        "created_at_from": "spread",
        "fields": {"trace": {"id": 1}, "object": "x"},
    }
    assert "secret task" not in call.text
    assert b"secret task" not in call.request + call.response


def test_parameters_stand_beside_the_named_fields_and_never_replace_them() -> None:
    call = recorded(params={"temperature": 0.2, "messages": [], "tools": "x"}, tools=[{"name": "f"}])
    assert orjson.loads(call.request) == {
        "temperature": 0.2,
        "messages": LEAST["messages"],
        "tools": [{"name": "f"}],
    }


def test_the_fingerprints_are_those_of_the_request() -> None:
    call = recorded(params={"temperature": 0.2})
    message = {"role": "assistant", "content": "Hi"}
    found = fingerprints({**orjson.loads(call.request), "model": "m"}, message)
    assert call.fingerprints == (found.prompt, found.exchange, found.json_schema, found.cache)
    assert Delivery.model_validate_json(call.delivery).fingerprints == found


def test_figures_reach_the_delivery_block() -> None:
    call = recorded(latency_ms=12.5, cost_usd=0, usage={"prompt_tokens": 3, "cost": 0.1})
    delivery = Delivery.model_validate_json(call.delivery)
    assert (delivery.latency_ms, delivery.cost_usd) == (12.5, 0.0)
    assert orjson.loads(call.response)["usage"] == {"prompt_tokens": 3, "cost": 0.1}


# What real recorders write (the README of the data names each).
QUIRKS: dict[str, dict[str, Any]] = {
    "tool call without type": {
        "output": "",
        "tool_calls": [{"id": "a", "function": {"name": "find_order", "arguments": '{"id":1}'}}],
    },
    "tool call without arguments": {"tool_calls": [{"id": "a", "function": {"name": "find_order"}}]},
    "tools without type": {"tools": [{"function": {"name": "f", "parameters": {}}}]},
    "content parts": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "find_order"}, {"type": "image_url"}]}
        ]
    },
    "no content key": {
        "messages": [
            {"role": "assistant", "tool_calls": [{"function": {"name": "find_order", "arguments": ""}}]}
        ]
    },
    "null content": {
        "messages": [{"role": "assistant", "content": None, "name": None}],
        "output": "find_order",
    },
    "empty finish reason": {"meta": {"finish_reason": ""}},
    "nulls everywhere": dict.fromkeys(
        (
            "operation",
            "customer",
            "tool_calls",
            "tools",
            "response_format",
            "expected_output",
            "rating",
            "created_at",
            "latency_ms",
            "cost_usd",
            "usage",
            "params",
            "meta",
            "finish_reason",
        )
    ),
}


@pytest.mark.parametrize("name", QUIRKS)
def test_quirks_of_real_recorders(name: str) -> None:
    call = recorded(**QUIRKS[name])
    CallRequest.model_validate_json(call.request)
    CallResponse.model_validate_json(call.response)
    assert call.finish_reason is None
    if "find_order" in str(QUIRKS[name]):
        assert "find_order" in call.text


def test_a_finish_reason_is_found_where_recorders_put_it() -> None:
    assert recorded(meta={"finish_reason": "length"}).finish_reason == "length"
    assert recorded(finish_reason="stop", meta={"finish_reason": "length"}).finish_reason == "stop"
    assert recorded(meta={"finish_reason": 3}).finish_reason is None


def test_every_real_call_is_taken_fast(shared_data: Path) -> None:
    lines = [line for path in sorted(shared_data.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    started = time.perf_counter()
    results = [read(line) for line in lines]
    each = (time.perf_counter() - started) / len(lines)
    assert [result for result in results if isinstance(result, Rejected)] == []
    calls = [result for result in results if isinstance(result, Recorded)]
    assert len({call.call_id for call in calls}) == len(lines) == 8916
    ratings = [row.rating for call in calls for row in call.feedback]
    assert (ratings.count("thumbs_up"), ratings.count("thumbs_down")) == (1611, 1904)
    # 70 µs on an idle core; the limit is what 5,000 calls/s leave for reading when the core is shared.
    assert each < 400e-6
