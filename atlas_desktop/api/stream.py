"""A completion that is read while it is written, and how it was served."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, overload

from pydantic import ValidationError

from atlas_desktop.api.errors import NoAnswer, TooLarge, Unreadable
from atlas_desktop.api.refusals import refusal_in_stream
from atlas_desktop.contract.chat import ChatCompletionChunk
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.domain.sse import DONE, EventReader, EventTooLongError

if TYPE_CHECKING:
    from atlas_desktop.api.transport import Arriving

C = TypeVar("C")
_EVENTS: Final = "text/event-stream"


class ChatStream(AsyncIterator[ChatCompletionChunk]):
    """The chunks of one completion, each as soon as it is there.

    The last has no choices and carries ``delivery``: `stream_with_delivery` keeps it apart. Read to its end, left
    by an error or cancelled, the connection is let go; use ``async with`` or `close` where it may be left early,
    which tells the server to stop. Raises the typed errors also in the middle, and NoAnswer when it is cut off.
    """

    def __init__(self, arriving: "Arriving") -> None:
        self._arriving = arriving
        self.request_id = arriving.request_id
        self._chunks = _chunks(arriving)

    async def __anext__(self) -> ChatCompletionChunk:
        return await anext(self._chunks)

    async def close(self) -> None:
        """Stop: nothing more is read. Harmless at the end."""
        await self._chunks.aclose()
        # A generator that never began closes nothing.
        await self._arriving.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _chunks(arriving: "Arriving") -> AsyncGenerator[ChatCompletionChunk, None]:
    reader, request_id = EventReader(), arriving.request_id
    try:
        if arriving.media != _EVENTS:
            raise Unreadable("The server answered a stream with something else", request_id=request_id)
        async for piece in arriving.pieces():
            for data in _events(reader, piece, request_id):
                if data == DONE:
                    return
                yield _chunk(arriving.redact(data), request_id)
        raise NoAnswer("The stream ended before it was whole", request_id=request_id)
    finally:
        await arriving.close()


def _events(reader: EventReader, piece: bytes, request_id: str | None) -> list[bytes]:
    try:
        return reader.feed(piece)
    except EventTooLongError:
        pass
    raise TooLarge("A piece of the stream is larger than is accepted", request_id=request_id)


def _chunk(data: bytes, request_id: str | None) -> ChatCompletionChunk:
    """Raises the error that it brings instead, or Unreadable."""
    if (refusal := refusal_in_stream(data, request_id)) is not None:
        raise refusal
    try:
        return ChatCompletionChunk.model_validate_json(data)
    except ValidationError:
        pass
    # Outside of the except: pydantic's words repeat the input.
    raise Unreadable("A piece of the stream is not what the contract says", request_id=request_id)


class DeliveryStream(Generic[C]):
    """Chunks but for the one that only says how the call was served, which is ``final_delivery``."""

    def __init__(self, stream: "AsyncIterable[C] | Awaitable[AsyncIterable[C]]") -> None:
        self._stream = stream
        self._delivery: Delivery | None = None
        self._chunks = self._read()

    @property
    def final_delivery(self) -> Delivery | None:
        """How it was served: which provider, at what cost. None until the stream is read, or where nobody says."""
        return self._delivery

    def __aiter__(self) -> AsyncIterator[C]:
        return self._chunks

    async def _read(self) -> AsyncGenerator[C, None]:
        stream = self._stream
        opened = stream if isinstance(stream, AsyncIterable) else await stream
        try:
            async for chunk in opened:
                delivery, alone = _delivery_of(chunk)
                self._delivery = delivery or self._delivery
                if not alone:
                    yield chunk
        finally:
            if (close := getattr(opened, "close", None)) is not None:
                await close()

    async def close(self) -> None:
        """Stop: nothing more is read."""
        await self._chunks.aclose()
        if isinstance(self._stream, ChatStream):
            await self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class SyncDeliveryStream(Generic[C]):
    """The same over a stream that is read without ``await``, such as one of the ``openai`` package."""

    def __init__(self, stream: Iterable[C]) -> None:
        self._delivery: Delivery | None = None
        self._chunks = self._read(stream)

    @property
    def final_delivery(self) -> Delivery | None:
        """As that of `DeliveryStream`."""
        return self._delivery

    def __iter__(self) -> Iterator[C]:
        return self._chunks

    def _read(self, stream: Iterable[C]) -> Iterator[C]:
        for chunk in stream:
            delivery, alone = _delivery_of(chunk)
            self._delivery = delivery or self._delivery
            if not alone:
                yield chunk


@overload
def stream_with_delivery(stream: Awaitable[AsyncIterable[C]]) -> DeliveryStream[C]: ...
@overload
def stream_with_delivery(stream: AsyncIterable[C]) -> DeliveryStream[C]: ...
@overload
def stream_with_delivery(stream: Iterable[C]) -> SyncDeliveryStream[C]: ...
def stream_with_delivery(stream: Any) -> Any:
    """Read a stream of chunks; ``final_delivery`` of what this returns says after it how it was served.

    Takes what ``chat.completions.create(…, stream=True)`` gives, awaited or not, of this client or of the
    ``openai`` package.
    """
    if isinstance(stream, AsyncIterable | Awaitable):
        return DeliveryStream(stream)
    return SyncDeliveryStream(stream)


def _delivery_of(chunk: object) -> tuple[Delivery | None, bool]:
    """The delivery block of a chunk, and whether there is nothing else in it."""
    found = getattr(chunk, "delivery", None)
    if found is None:
        return None, False
    try:
        delivery = found if isinstance(found, Delivery) else Delivery.model_validate(found)
    except ValidationError:
        return None, False
    return delivery, not getattr(chunk, "choices", None)
