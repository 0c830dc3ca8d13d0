"""Completions read while they come: over a real socket, cut, failed and left at every place."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import orjson
import pytest

from atlas_desktop.api import stream_with_delivery
from atlas_desktop.api.errors import (
    NoAnswer,
    NoProviderError,
    NotSent,
    RateLimitError,
    Redirected,
    TooLarge,
    Unreadable,
    UpstreamError,
    UpstreamTimeoutError,
)
from atlas_desktop.api.stream import DeliveryStream
from atlas_desktop.contract.chat import ChatCompletionChunk
from atlas_desktop.contract.delivery import Delivery
from tests.api.sockets import CANARY, Answer, Listener, listening, reset_after, whole
from tests.api.test_requests import head

HELLO = [{"role": "user", "content": "hello"}]
DELIVERY = {
    "tier": "standard",
    "served_by": "provider",
    "provider": "Stub",
    "quantization": "q8",
    "upgraded": False,
}
WORDS = ("Gr\u00fc\u00df", "e, ", "W", "elt")


def event(value: object) -> bytes:
    return b"data: " + orjson.dumps(value) + b"\n\n"


def chunk(**fields: object) -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [],
        **fields,
    }


def text(words: str) -> bytes:
    return event(chunk(choices=[{"index": 0, "delta": {"content": words}, "finish_reason": None}]))


BODY = b"".join(text(each) for each in WORDS)
END = event(chunk(delivery=DELIVERY)) + b"data: [DONE]\n\n"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-request-id: req_7\r\n"


def streaming(*pieces: bytes, more: bytes = b"") -> Answer:
    """These pieces, one TCP segment after the other."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + more + b"connection: close\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return answer


async def read(listener: Listener) -> tuple[str, Delivery | None]:
    async with listener.client() as client:
        stream = stream_with_delivery(client.chat.completions.create(messages=HELLO, stream=True))
        found = ""
        async for each in stream:
            found += each.choices[0].delta.content or ""
        return found, stream.final_delivery


async def test_a_stream_is_read_as_it_comes_and_says_how_it_was_served() -> None:
    async with listening(streaming(BODY, END)) as listener, listener.client() as client:
        made = client.chat.completions.create(
            messages=HELLO, stream=True, temperature=0, tier="batch", metadata={"operation_id": "op"}
        )
        stream = stream_with_delivery(made)
        before = stream.final_delivery
        assert before is None
        assert "".join([each.choices[0].delta.content or "" async for each in stream]) == "".join(WORDS)
        delivery = stream.final_delivery
    assert delivery is not None
    assert (delivery.provider, delivery.quantization) == ("Stub", "q8")
    first, headers, body = head(listener)
    assert first == "POST /v1/chat/completions HTTP/1.1"
    assert headers["accept"] == "text/event-stream"
    assert "idempotency-key" not in headers
    assert orjson.loads(body) == {
        "model": "atlas-1", "messages": HELLO, "stream": True, "temperature": 0, "tier": "batch",
        "metadata": {"operation_id": "op"},
    }  # fmt: skip


async def test_every_chunk_is_there_before_the_next_is_sent() -> None:
    seen: asyncio.Queue[int] = asyncio.Queue()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"connection: close\r\n\r\n")
        for number in range(5):
            writer.write(text(str(number)))
            await writer.drain()
            assert await seen.get() == number  # nothing more is sent before it was read
        writer.write(END)
        await writer.drain()

    async with listening(answer) as listener, listener.client() as client:
        async for each in stream_with_delivery(client.chat.completions.create(messages=HELLO, stream=True)):
            seen.put_nowait(int(each.choices[0].delta.content or ""))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_it_does_not_matter_where_the_network_cuts(size: int) -> None:
    data = BODY.replace(b"\n\n", b"\r\n\r\n") + b": a comment\n\nevent: x\n" + END
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    async with listening(streaming(*pieces)) as listener:
        found, delivery = await read(listener)
    assert found == "".join(WORDS)
    assert delivery is not None


async def test_a_stream_that_is_cut_off_is_never_taken_for_a_whole_one() -> None:
    # Also where only the end is missing: what was read could be half of an answer.
    for data in (b"", BODY[:50], BODY, BODY + END.removesuffix(b"data: [DONE]\n\n")):
        async with listening(streaming(data)) as listener:
            with pytest.raises(NoAnswer):
                await read(listener)


async def test_a_connection_that_breaks_in_the_middle_is_no_answer() -> None:
    async with listening(reset_after(HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n")) as listener:
        with pytest.raises(NoAnswer):
            await read(listener)


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("upstream_error", UpstreamError),
        ("upstream_timeout", UpstreamTimeoutError),
        ("rate_limit_error", RateLimitError),
        ("no_provider", NoProviderError),
        ("something_new", UpstreamError),
    ],
)
async def test_an_error_in_the_middle_is_raised_as_what_it_is(kind: str, raised: type[Exception]) -> None:
    error = {"error": {"message": f"It broke, {CANARY}", "type": kind, "code": "upstream_cut"}}
    async with listening(streaming(BODY, event(error))) as listener, listener.client() as client:
        stream = await client.chat.completions.create(messages=HELLO, stream=True)
        found: list[ChatCompletionChunk] = []
        with pytest.raises(raised, match="It broke") as caught:
            found += [each async for each in stream]
    assert getattr(caught.value, "code", None) == "upstream_cut"
    assert "req_7" in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (
            whole(503, b'{"error":{"message":"none","type":"no_provider","code":"no_provider"}}'),
            NoProviderError,
        ),
        (
            whole(429, b'{"error":{"message":"slow","type":"rate_limit_error"}}', retry_after="3"),
            RateLimitError,
        ),
        (whole(307, b"", location="http://127.0.0.1:1/v1/x"), Redirected),
        (whole(200, b'{"id":"chatcmpl-1"}', content_type="application/json"), Unreadable),
        (streaming(b"data: {\n\n"), Unreadable),
        (streaming(BODY, more=b"content-encoding: gzip\r\n"), Unreadable),
        (streaming(b"data: " + b"x" * (9 * 1024 * 1024)), TooLarge),
    ],
)
async def test_what_is_no_stream_is_said_typed(answer: Answer, raised: type[Exception]) -> None:
    async with listening(answer) as listener:
        with pytest.raises(raised):
            await read(listener)


async def test_nobody_there_is_not_sent() -> None:
    async with listening(whole(200, b"")) as listener:
        pass
    with pytest.raises(NotSent):
        await read(listener)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gone: asyncio.Event) -> None:
    writer.write(HEAD + b"connection: close\r\n\r\n" + text("a"))
    await writer.drain()
    await reader.read()  # b"" when the other side closes
    gone.set()


async def _all(stream: DeliveryStream[ChatCompletionChunk]) -> int:
    return len([each async for each in stream])


@pytest.mark.parametrize("way", ["cancelled", "closed", "left", "with"])
async def test_who_stops_reading_closes_the_connection(way: str) -> None:
    gone = asyncio.Event()
    async with listening(lambda r, w: endless(r, w, gone)) as listener, listener.client() as client:
        stream = await client.chat.completions.create(messages=HELLO, stream=True)
        wrapped = stream_with_delivery(stream)
        if way == "cancelled":
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(_all(wrapped), 0.1)
        elif way == "closed":
            await anext(aiter(wrapped))
            await wrapped.close()
        elif way == "left":
            await stream.close()  # nothing was read at all
        else:
            async with wrapped:
                async for _ in wrapped:
                    break
        async with asyncio.timeout(2):
            await gone.wait()


async def test_a_plain_completion_is_not_kept_for_a_repeat_unless_asked() -> None:
    answer = orjson.dumps(
        {"id": "chatcmpl-1", "created": 1, "model": "m", "delivery": DELIVERY, "more": 1,
         "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}
    )  # fmt: skip
    async with listening(whole(200, answer)) as listener, listener.client() as client:
        made = await client.chat.completions.create(messages=HELLO, seed=7, temperature=None)
        await client.chat.completions.create(messages=HELLO, idempotency_key="mine")
    assert made.choices[0].message.content == "hi"
    assert made.delivery is not None
    assert made.delivery.provider == "Stub"
    _, headers, body = head(listener, 0)
    assert "idempotency-key" not in headers
    assert orjson.loads(body) == {"model": "atlas-1", "messages": HELLO, "seed": 7}
    assert head(listener, 1)[1]["idempotency-key"] == "mine"


async def test_options_of_the_wrong_type_are_said_before_anything_is_sent() -> None:
    async with listening(whole(200, b"{}")) as listener, listener.client() as client:
        with pytest.raises(ValueError, match="tier"):
            await client.chat.completions.create(messages=HELLO, tier="fastest")
        with pytest.raises(ValueError, match="input"):
            await client.embeddings.create(input={"a": 1})  # type: ignore[arg-type]
    assert listener.requests == []


class Alien:
    """A chunk of another package: what it does not know is an attribute all the same."""

    def __init__(self, content: str | None, delivery: object = None) -> None:
        self.choices = [content] if content is not None else []
        if delivery is not None:
            self.delivery = delivery


def test_streams_of_another_client_say_it_too() -> None:
    def chunks() -> Iterator[Alien]:
        yield Alien("a")
        yield Alien(None)  # the usage
        yield Alien(None, DELIVERY)

    stream = stream_with_delivery(chunks())
    assert [each.choices for each in stream] == [["a"], []]
    assert stream.final_delivery is not None
    assert stream.final_delivery.quantization == "q8"


async def test_an_async_stream_of_another_client_says_it_too() -> None:
    async def chunks() -> AsyncIterator[Alien]:
        yield Alien("a")
        yield Alien(None, {"upgraded": "no boolean at all"})
        yield Alien(None, DELIVERY)

    stream = stream_with_delivery(chunks())
    assert [each.choices async for each in stream] == [["a"], []]
    assert stream.final_delivery == Delivery.model_validate(DELIVERY)
