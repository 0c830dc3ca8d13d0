"""Completions through the gateway."""

from typing import TYPE_CHECKING, Final, Literal, overload

from atlas_desktop.api.resources.resource import Resource, body_of
from atlas_desktop.api.stream import ChatStream
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import ChatCompletion, ChatCompletionCreate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas_desktop.api.exchange import Exchange

_PATIENCE: Final = 600.0
"""Seconds a model may take to begin, and between two pieces of a stream: the ``openai`` package waits as long."""
_NO_KEY: Final = ""
"""A completion is kept for a repeat only where its caller asks for that."""


class Completions(Resource):
    """Asked, streamed, and fetched again."""

    @overload
    async def create(
        self,
        *,
        messages: "Sequence[dict[str, Json]]",
        model: str = "atlas-1",
        stream: Literal[False] = False,
        idempotency_key: str | None = None,
        **options: Json,
    ) -> ChatCompletion: ...
    @overload
    async def create(
        self,
        *,
        messages: "Sequence[dict[str, Json]]",
        model: str = "atlas-1",
        stream: Literal[True],
        idempotency_key: str | None = None,
        **options: Json,
    ) -> ChatStream: ...
    async def create(
        self,
        *,
        messages: "Sequence[dict[str, Json]]",
        model: str = "atlas-1",
        stream: bool = False,
        idempotency_key: str | None = None,
        **options: Json,
    ) -> ChatCompletion | ChatStream:
        """Ask a model. With ``stream`` the chunks as they come: ``async for chunk in await …create(…, stream=True)``.

        ``options`` are those of the OpenAI protocol, and ``tier``, ``tier_strict``, ``forbid_atlas_network``,
        ``metadata`` (with ``operation_id``, ``schema_version``, ``customer``). With ``tier="batch"`` the answer has no
        choices yet: `get` it later by its id. Raises ValueError for options that are not of the contract's types.
        """
        asked = {"model": model, "messages": list(messages), "stream": True if stream else None}
        body = body_of(ChatCompletionCreate, {**options, **asked})
        if stream:
            return ChatStream(
                await self._exchange.stream("chat.completions.create", body=body, patience=_PATIENCE)
            )
        return await self._exchange.ask(
            "chat.completions.create",
            ChatCompletion,
            body=body,
            idempotency_key=_NO_KEY if idempotency_key is None else idempotency_key,
            patience=_PATIENCE,
        )

    async def get(self, completion: str) -> ChatCompletion:
        """A completion that was made: without choices while a batch has not come to it."""
        return await self._exchange.ask("chat.completions.get", ChatCompletion, completion=completion)


class Chat:
    """``client.chat.completions``, named as everybody knows it."""

    def __init__(self, exchange: "Exchange") -> None:
        self.completions = Completions(exchange)
