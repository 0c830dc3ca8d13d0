"""Asking a provider, and the next one where nothing could be sent to the first."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.routing.model import Variant
from atlas_desktop.server.gateway import upstream_errors
from atlas_desktop.server.gateway.live import Live
from atlas_desktop.server.gateway.providers.book import Endpoint, ProviderBook
from atlas_desktop.server.gateway.said import message_of, reason_of
from atlas_desktop.server.gateway.seams import CachedAnswer
from atlas_desktop.server.gateway.upstream import Upstream, let_go, read_object
from atlas_desktop.server.gateway.upstream_errors import UpstreamError

if TYPE_CHECKING:
    import aiohttp

CHAT: Final = "/chat/completions"
EVENTS: Final = "text/event-stream"


class Providers:
    """Who can be asked, and the connections to them."""

    __slots__ = ("_book", "_upstream")

    def __init__(self, book: ProviderBook, upstream: Upstream) -> None:
        self._book = book
        self._upstream = upstream

    async def open(
        self, live: Live, path: str = CHAT, accept: str = "application/json"
    ) -> "aiohttp.ClientResponse":
        """The first answer of those that the decision allows; ``live.variant`` is whose. Raises UpstreamError."""
        decision = live.decision
        tries = (decision.variant, *decision.fallbacks)
        for variant in tries:
            live.decided(decision, variant)
            try:
                return await self._upstream.post(
                    variant.entry, self._endpoint(variant), path, live.body_for(variant), accept=accept
                )
            except UpstreamError as error:
                self.failed(live, error)
                if error.sent:
                    raise
                live.missed()
                if variant is tries[-1]:
                    raise
        raise AssertionError("unreachable")

    def _endpoint(self, variant: Variant) -> Endpoint:
        try:
            return self._book.endpoint(variant)
        except KeyError:
            # The table was replaced since the decision.
            raise upstream_errors.unreachable(variant.entry) from None

    async def ask(self, live: Live, path: str = CHAT) -> dict[str, Json]:
        """The whole answer as an object. Raises UpstreamError."""
        answer = await self.open(live, path)
        try:
            value = await read_object(live.variant.entry, answer)
        except UpstreamError as error:
            self.failed(live, error)
            raise
        finally:
            let_go(answer)
        self.worked(live)
        return value

    def worked(self, live: Live) -> None:
        """The provider answered."""
        self._book.worked(live.variant.entry)

    def failed(self, live: Live, error: UpstreamError) -> None:
        """The provider did not; a refusal of the request itself is no fault of its."""
        if error.refusal.status != 400:
            self._book.failed(live.variant.entry, error.words, unreachable=not error.sent)


def first_choice(live: Live, completion: dict[str, Json]) -> tuple[dict[str, Json], str | None]:
    """Message and finish reason of a completion. Raises UpstreamError."""
    choices = completion.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = message_of(choice.get("message")) if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or message is None:
        raise upstream_errors.nonsense(live.variant.entry)
    return message, reason_of(choice.get("finish_reason"))


async def complete(providers: Providers, live: Live) -> dict[str, Json]:
    """The completion to send, its call ended. Raises UpstreamError, the call not ended."""
    completion = await providers.ask(live)
    message, reason = first_choice(live, completion)
    block, usage = live.finish(message, reason, completion.get("usage"), written(message))
    return completion | about(live, live.variant.model) | {"usage": usage, "delivery": block}


def repeated(live: Live, found: CachedAnswer) -> dict[str, Json]:
    """The completion of an answer from the record, its call ended."""
    block, usage = live.repeat(found)
    choice = {"index": 0, "message": found.message, "logprobs": None, "finish_reason": found.finish_reason}
    return about(live, found.served.model) | {"choices": [choice], "usage": usage, "delivery": block}


def about(live: Live, model: str) -> dict[str, Json]:
    """What a completion says of itself: the call's id is the completion's."""
    return {
        "id": live.call.id,
        "object": "chat.completion",
        "created": live.call.created_ms // 1000,
        "model": model,
    }


def written(message: dict[str, Json]) -> str:
    """All text of a message that a model had to write, for counting it."""
    content = message.get("content")
    text = content if isinstance(content, str) else ""
    tools = message.get("tool_calls")
    for tool in tools if isinstance(tools, list) else ():
        function = tool.get("function") if isinstance(tool, dict) else None
        arguments = function.get("arguments") if isinstance(function, dict) else None
        text += arguments if isinstance(arguments, str) else ""
    return text
