"""Passing a stream on: each chunk at once, the delivery before its end, the record before its last byte."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import orjson
from starlette.types import Receive, Send

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.sse import DONE, EventReader, EventTooLongError, event
from atlas_desktop.server.gateway import upstream_errors
from atlas_desktop.server.gateway.completing import EVENTS, Providers, about, first_choice
from atlas_desktop.server.gateway.gathering import Gathering
from atlas_desktop.server.gateway.live import Live, wants_usage
from atlas_desktop.server.gateway.outlet import Outlet
from atlas_desktop.server.gateway.presence import ClientGoneError, Presence
from atlas_desktop.server.gateway.seams import CachedAnswer
from atlas_desktop.server.gateway.upstream import MOST_BYTES, let_go, parsed, read_object, reading
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from atlas_desktop.server.refusals import Refusal
from atlas_desktop.tasks import Tasks

if TYPE_CHECKING:
    import aiohttp

_END: Final = event(DONE)
_CHUNK: Final = {"object": "chat.completion.chunk"}


class Stream:
    """One stream through the gateway. :meth:`run` sends everything, also what went wrong."""

    def __init__(
        self,
        providers: Providers,
        live: Live,
        tasks: Tasks,
        receive: Receive | None,
        *,
        begin: Callable[[], None],
        found: CachedAnswer | None = None,
    ) -> None:
        self._providers = providers
        self._live = live
        self._tasks = tasks
        self._receive = receive
        self._begin = begin
        self._found = found
        self._gathered = Gathering()
        self._about: dict[str, Json] = {}
        self._ended = False

    async def run(self, send: Send, headers: Mapping[str, str]) -> None:
        """From asking the provider to the last byte for the client; however it goes, the call is ended once."""
        live, gathered, outlet = self._live, self._gathered, Outlet(send, headers)
        try:
            self._begin()
        except Refusal as refusal:
            await outlet.fail(refusal)
            return
        try:
            async with Presence(self._tasks, self._receive):
                await self._through(outlet)
        except ClientGoneError:
            live.cut("cancelled", gathered.message(), gathered.usage, gathered.text)
        except UpstreamError as error:
            message = gathered.message() if outlet.started else None
            live.fail(error, message, gathered.usage, gathered.text)
            await outlet.fail(error.refusal)
        finally:
            live.cut("interrupted", gathered.message(), gathered.usage, gathered.text)

    async def _through(self, outlet: Outlet) -> None:
        if self._found is not None:
            await self._again(self._found, outlet)
            return
        answer = await self._providers.open(self._live, accept=EVENTS)
        self._about = about(self._live, self._live.variant.model) | _CHUNK
        try:
            if answer.content_type == EVENTS:
                await self._events(answer, outlet)
            else:
                await self._whole(answer, outlet)
        except UpstreamError as error:
            self._providers.failed(self._live, error)
            raise
        finally:
            let_go(answer)
        self._providers.worked(self._live)
        gathered = self._gathered
        last = self._live.finish(gathered.message(), gathered.finish_reason, gathered.usage, gathered.text)
        await outlet.finish(self._last(*last))

    async def _again(self, found: CachedAnswer, outlet: Outlet) -> None:
        self._about = about(self._live, found.served.model) | _CHUNK
        pieces = self._pieces(found.message, found.finish_reason)
        await outlet.finish(b"".join(pieces) + self._last(*self._live.repeat(found)))

    async def _events(self, answer: "aiohttp.ClientResponse", outlet: Outlet) -> None:
        reader, provider = EventReader(), self._live.variant.entry
        while not self._ended:
            try:
                with reading(provider):
                    data = await answer.content.readany()
            except UpstreamError:
                # All was said: what else comes matters to nobody.
                if self._gathered.finish_reason is not None:
                    return
                raise
            try:
                events = reader.feed(data) if data else reader.end()
            except EventTooLongError:
                raise upstream_errors.nonsense(provider) from None
            await self._pass_on(events, outlet)
            if not data:
                break
        if self._gathered.finish_reason is None:
            raise upstream_errors.broken_off(provider)

    async def _pass_on(self, events: list[bytes], outlet: Outlet) -> None:
        """All that is fit for it, also of what comes before something that is not. Raises UpstreamError."""
        pieces: list[bytes] = []
        try:
            for each in events:
                piece = self._piece(each)
                if piece and not outlet.started:
                    # The first words wait for no others, though they came together.
                    await outlet.write(piece)
                elif piece:
                    pieces.append(piece)
        finally:
            if pieces:
                await outlet.write(b"".join(pieces))

    async def _whole(self, answer: "aiohttp.ClientResponse", outlet: Outlet) -> None:
        """A provider that does not stream has said all at once."""
        completion = await read_object(self._live.variant.entry, answer)
        message, reason = first_choice(self._live, completion)
        pieces = self._pieces(message, reason or "stop")
        usage = completion.get("usage")
        self._gathered.usage = usage if isinstance(usage, dict) else None
        await outlet.write(b"".join(pieces))

    def _pieces(self, message: dict[str, Json], reason: str) -> list[bytes]:
        """A whole answer as the chunks of a stream."""
        delta: dict[str, Json] = {"role": "assistant", **message}
        tools = delta.get("tool_calls")
        if isinstance(tools, list):
            delta["tool_calls"] = [{"index": at, **tool} for at, tool in enumerate(tools)]
        parts: list[tuple[dict[str, Json], str | None]] = [(delta, None), ({}, reason)]
        chunks = [
            self._about | {"choices": [{"index": 0, "delta": part, "finish_reason": end}]}
            for part, end in parts
        ]
        for chunk in chunks:
            self._gathered.add(chunk)
        return [event(orjson.dumps(chunk)) for chunk in chunks]

    def _piece(self, data: bytes) -> bytes:
        """What the client gets of an event; nothing where it is not for it. Raises UpstreamError."""
        if self._ended:
            return b""
        if data == DONE:
            self._ended = True
            return b""
        chunk = parsed(data)
        if not isinstance(chunk, dict):
            raise upstream_errors.nonsense(self._live.variant.entry)
        if chunk.get("error"):
            raise upstream_errors.failed_inside(self._live.variant.entry)
        choices = chunk.get("choices")
        if choices and not isinstance(choices, list):
            raise upstream_errors.nonsense(self._live.variant.entry)
        self._gathered.add(chunk)
        if self._gathered.size > MOST_BYTES:
            raise upstream_errors.endless(self._live.variant.entry)
        for ours in ("usage", "delivery"):
            chunk.pop(ours, None)
        if not choices:
            return b""
        return event(orjson.dumps(chunk | self._about))

    def _last(self, block: dict[str, Json], usage: dict[str, Json]) -> bytes:
        chunk = self._about | {"choices": [], "delivery": block}
        if wants_usage(self._live.call.request):
            chunk["usage"] = usage
        return event(orjson.dumps(chunk)) + _END
