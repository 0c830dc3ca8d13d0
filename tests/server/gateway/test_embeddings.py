"""Embeddings are recorded and metered once, and never judged, refunded or given again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atlas_desktop.contract.calls import EMBEDDED, Call
from tests.server.gateway.house import House, opened
from tests.server.gateway.stub_provider import Plan

ASKED = {"model": "lab/embed-1", "input": ["one", "two words"], "metadata": {"operation_id": "look_up"}}


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template) as found:
        yield found


async def test_it_is_a_call_without_an_answer_that_costs(house: House) -> None:
    made = (await house.post("/embeddings", ASKED)).json()
    (recorded,) = await house.calls()
    call = Call.model_validate(recorded)
    assert [turn.content for turn in call.request.messages] == ["one", "two words"]
    assert (call.operation_id, call.response.finish_reason) == ("look_up", EMBEDDED)
    assert call.response.message.content is None
    assert recorded["delivery"]["cost_usd"] == made["delivery"]["cost_usd"] > 0
    assert "embedding" not in str(recorded["response"]["message"])
    (row,) = (await house.get("/usage?group_by=operation")).json()["data"]
    assert (row["group"], row["calls"], row["prompt_tokens"]) == ("look_up", 1, 3)
    assert row["net_usd"] == pytest.approx(made["delivery"]["cost_usd"])


async def test_no_gate_judges_it_and_nothing_answers_in_its_place(house: House) -> None:
    rule = {"id": "ev_word", "kind": "regex", "config": {"pattern": "never"}}
    assert (await house.post("/evaluators", rule)).status_code == 200
    gates = [{"evaluator_id": "ev_word", "min_score": 1.0}]
    defined = await house.post("/operations", {"key": "look_up", "ship_gates": gates, "cache": True})
    assert defined.status_code == 200
    for _ in range(2):
        made = (await house.post("/embeddings", ASKED)).json()
        assert made["delivery"]["evals"] == {"gates": 0, "scheduled": False}
    assert len(house.stub.requests) == 2
    for call in await house.calls():
        assert (call["scores"], call["passed"], call["metered"], call["refund"]) == ([], None, True, None)
    assert (await house.get("/refunds")).json()["data"] == []


async def test_one_whose_client_goes_is_recorded_as_cancelled(house: House) -> None:
    house.stub.default = Plan(hold=asyncio.Event())
    asking = asyncio.ensure_future(house.post("/embeddings", ASKED))
    await house.until_asked(1)
    asking.cancel()
    assert (await house.the_call())["response"]["finish_reason"] == "cancelled"


async def test_what_is_no_list_of_vectors_is_refused_and_recorded(house: House) -> None:
    house.stub.default = Plan(
        raw=b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    )
    assert (await house.post("/embeddings", ASKED)).status_code == 502
    assert (await house.the_call())["response"]["finish_reason"] == "error"
