"""Our own client before a real gateway: streams, what breaks in them, who stops reading, batches, embeddings."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from atlas_desktop.api import AsyncAtlas, stream_with_delivery
from atlas_desktop.api.errors import InvalidRequestError, NotFoundError, UpstreamError
from atlas_desktop.api.stream import SyncDeliveryStream
from atlas_desktop.contract.secret import Secret
from tests.clients.served import PLANS, Served
from tests.server.gateway.stub_provider import Plan

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "hello there"}]


@pytest.fixture
async def atlas(gateway: Served) -> AsyncIterator[AsyncAtlas]:
    async with AsyncAtlas(gateway.url, Secret(gateway.key)) as client:
        yield client


async def test_a_stream_broken_upstream_raises_what_it_is_and_is_recorded(
    atlas: AsyncAtlas, gateway: Served
) -> None:
    gateway.stub.plans["broken"] = Plan(words=("one ", "two ", "three "), cut_after=420)
    found = ""
    try:
        stream = stream_with_delivery(
            atlas.chat.completions.create(model="stub/broken", messages=HELLO, stream=True)
        )
        with pytest.raises(UpstreamError) as caught:
            found += await _text(stream)
    finally:
        gateway.stub.plans["broken"] = PLANS["broken"]
    assert caught.value.type == "upstream_error"
    assert stream.final_delivery is None
    call = gateway.calls(model="stub/broken")[0]
    assert call["response"]["finish_reason"] == "error"


async def _text(stream: Any) -> str:
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])


async def test_refusals_come_before_any_chunk(atlas: AsyncAtlas) -> None:
    with pytest.raises(UpstreamError):
        await atlas.chat.completions.create(model="stub/broken", messages=HELLO, stream=True)
    with pytest.raises(NotFoundError):
        await atlas.chat.completions.create(model="stub/nowhere", messages=HELLO, stream=True)
    with pytest.raises(InvalidRequestError):
        await atlas.chat.completions.create(model="atlas-1", messages=HELLO, stream=True, tier="batch")


@pytest.mark.parametrize("way", ["cancelled", "closed"])
async def test_who_stops_reading_is_recorded_as_cancelled(
    atlas: AsyncAtlas, gateway: Served, way: str
) -> None:
    def cancelled() -> list[dict[str, Any]]:
        return gateway.calls(model="stub/slow", finish_reason="cancelled")

    before = len(cancelled())
    stream = stream_with_delivery(
        atlas.chat.completions.create(model="stub/slow", messages=HELLO, stream=True, metadata={"way": way})
    )
    chunks = aiter(stream)
    found = ""
    while not found:
        chunk = await anext(chunks)
        found = (chunk.choices[0].delta.content or "") if chunk.choices else ""
    if way == "cancelled":
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_text(stream), 0.05)
    else:
        await stream.close()
    now: list[dict[str, Any]] = []
    for _ in range(400):
        now = cancelled()
        if len(now) > before:
            break
    assert len(now) == before + 1
    assert now[0]["response"]["message"]["content"].startswith("one ")


async def test_a_batch_is_fetched_later(atlas: AsyncAtlas) -> None:
    first = await atlas.chat.completions.create(messages=HELLO, tier="batch")
    assert first.choices == []
    found = first
    for _ in range(500):
        found = await atlas.chat.completions.get(first.id)
        if found.choices:
            break
    assert found.choices[0].message.content == "You said: hello there"
    assert found.delivery is not None
    assert found.delivery.tier == "batch"


async def test_embeddings_say_how_they_were_served(atlas: AsyncAtlas) -> None:
    answer = await atlas.embeddings.create(model="stub/embed", input=["one", "two"])
    assert [len(row.embedding) for row in answer.data] == [8, 8]
    assert answer.delivery is not None
    assert answer.delivery.provider == "Stub"


async def test_streams_of_the_openai_package_are_read_with_their_delivery(gateway: Served) -> None:
    async with openai.AsyncOpenAI(base_url=gateway.url, api_key=gateway.key, max_retries=0) as client:
        stream = stream_with_delivery(
            client.chat.completions.create(model="stub/plain", messages=HELLO, stream=True)  # type: ignore[arg-type]
        )
        assert await _text(stream) == "You said: hello there"
        assert stream.final_delivery is not None
        assert stream.final_delivery.provider == "Stub"
    # The package looks up the platform in a thread.
    await asyncio.get_running_loop().shutdown_default_executor()


def test_also_of_the_one_that_blocks(gateway: Served) -> None:
    with openai.OpenAI(base_url=gateway.url, api_key=gateway.key, max_retries=0) as client:
        made: Any = client.chat.completions.create(model="stub/plain", messages=HELLO, stream=True)  # type: ignore[arg-type]
        stream: SyncDeliveryStream[Any] = stream_with_delivery(made)
        said = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    assert "".join(said) == "You said: hello there"
    assert stream.final_delivery is not None
    assert stream.final_delivery.quantization == "full"
