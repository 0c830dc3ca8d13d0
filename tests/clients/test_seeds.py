"""What the seed *Why default to atlas-1* promises of the gateway, its snippets sent to the letter."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from atlas_desktop.api import AsyncAtlas, stream_with_delivery
from atlas_desktop.contract.secret import Secret
from tests.clients.served import Served

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "hello there"}]


@pytest.fixture
async def atlas(gateway: Served) -> AsyncIterator[AsyncAtlas]:
    async with AsyncAtlas(gateway.url, Secret(gateway.key)) as client:
        yield client


def test_the_quality_refund(gateway: Served) -> None:
    """A call whose output trips the evaluator is recorded, not metered, and counts for nothing on the bill."""
    with gateway.client() as client:
        evaluator = {
            "id": "ev_pii_regex",
            "kind": "regex",
            "config": {"pattern": "ssn|credit card", "inverse": True},
        }
        assert client.post("/evaluators", json=evaluator).status_code == 200
        operation = {
            "key": "extract_invoice",
            "ship_gates": [{"evaluator_id": "ev_pii_regex", "min_score": 1.0}],
        }
        assert client.post("/operations", json=operation).status_code == 200
        asked = {"messages": HELLO, "metadata": {"operation_id": "extract_invoice"}}
        leaky = client.post("/chat/completions", json={"model": "stub/leaky", **asked}).json()
        clean = client.post("/chat/completions", json={"model": "stub/plain", **asked}).json()
        assert leaky["delivery"]["evals"] == {"gates": 1, "scheduled": True}
        assert leaky["delivery"]["cost_usd"] > 0
        refunded, kept = (_scored(client, answer["id"]) for answer in (leaky, clean))
        assert (refunded["metered"], refunded["passed"]) == (False, False)
        assert refunded["refund"]["evaluator_id"] == "ev_pii_regex"
        assert refunded["refund"]["score"] == 0
        assert (kept["metered"], kept["passed"], kept["refund"]) == (True, True, None)
        usage = client.get("/usage", params={"group_by": "operation"}).json()["data"]
        (row,) = [row for row in usage if row["group"] == "extract_invoice"]
        assert (row["calls"], row["refunded_calls"]) == (2, 1)
        assert row["net_usd"] == pytest.approx(clean["delivery"]["cost_usd"])
        assert row["gross_usd"] - row["refunded_usd"] == pytest.approx(row["net_usd"])


def _scored(client: Any, call_id: str) -> dict[str, Any]:
    """The call once its evaluation is through: it runs beside the answers."""
    for _ in range(1000):
        call: dict[str, Any] = client.get(f"/calls/{call_id}").json()
        if call["scores"]:
            return call
    raise AssertionError("it was never scored")


async def test_the_sdk_reads_the_delivery_block(atlas: AsyncAtlas) -> None:
    answer = await atlas.chat.completions.create(
        model="atlas-1", messages=HELLO, metadata={"operation_id": "summarize_ticket"}
    )
    assert answer.delivery is not None
    assert (answer.delivery.tier, answer.delivery.quantization) == ("standard", "q8")
    stream = stream_with_delivery(
        atlas.chat.completions.create(
            model="atlas-1",
            tier="realtime",
            tier_strict=True,
            messages=HELLO,
            stream=True,
            metadata={"operation_id": "live_chat"},
        )
    )
    said = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert "".join(said) == "You said: hello there"
    assert stream.final_delivery is not None
    assert (stream.final_delivery.tier, stream.final_delivery.upgraded) == ("realtime", False)


async def test_equal_requests_have_equal_fingerprints(atlas: AsyncAtlas) -> None:
    """``prompt`` of the question alone, ``exchange`` whoever answered, ``cache`` of every parameter."""

    async def prints(**options: Any) -> Any:
        answer = await atlas.chat.completions.create(messages=HELLO, **options)
        assert answer.delivery is not None
        return answer.delivery.fingerprints

    one, same = await prints(model="stub/plain"), await prints(model="stub/plain")
    warmer, other = await prints(model="stub/plain", temperature=0.9), await prints(model="openai/frontier")
    assert one == same
    assert {one.prompt} == {warmer.prompt, other.prompt}
    assert {one.exchange} == {warmer.exchange, other.exchange}
    assert len({one.cache, warmer.cache, other.cache}) == 3


async def test_a_pinned_model_is_never_sent_elsewhere(atlas: AsyncAtlas, gateway: Served) -> None:
    answer = await atlas.chat.completions.create(model="openai/frontier", messages=HELLO)
    assert answer.delivery is not None
    assert (answer.delivery.provider, answer.delivery.served_by) == ("Stub", "provider")
    assert gateway.stub.asked_for("frontier")
