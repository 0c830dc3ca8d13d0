"""The OpenAI-shaped objects of the gateway: requests, completions, chunks, models. All as lenient as the protocol is."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, DropIn, Json
from atlas_desktop.contract.delivery import Delivery, Tier


class Message(Answer):
    """One chat message, as lenient as recorded traffic is: content may be text, parts, null or absent."""

    role: str
    content: str | list[Json] | None = None
    name: str | None = None
    tool_calls: list[dict[str, Json]] | None = None
    tool_call_id: str | None = None


class Usage(Answer):
    """Token counts of one call, as the provider reported them."""

    prompt_tokens: int | None = Field(default=None, ge=0)
    completion_tokens: int | None = Field(default=None, ge=0)
    total_tokens: int | None = Field(default=None, ge=0)


class StreamOptions(Answer):
    """``include_usage``: a last chunk carries the usage."""

    include_usage: bool | None = None


class CallMetadata(Answer):
    """What a caller says about a call beside it. Other members are kept with the call."""

    operation_id: str | None = None
    schema_version: str | None = Field(default=None, min_length=1, max_length=64)
    customer: str | None = Field(default=None, min_length=1, max_length=200)


class ChatCompletionCreate(DropIn):
    """A chat request of the OpenAI protocol. Only what the gateway itself needs is looked at; the rest is forwarded.

    ``tier_strict``: rather an error than another tier. ``forbid_atlas_network``: managed providers only.
    """

    model: str = Field(min_length=1, max_length=200)
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: list[Json] | None = None
    response_format: dict[str, Json] | None = None
    tier: Tier | None = None
    tier_strict: bool | None = None
    forbid_atlas_network: bool | None = None
    metadata: CallMetadata | None = None


class ChatChoice(Answer):
    """One of the answers of a completion."""

    index: int = 0
    message: Message
    finish_reason: str | None = None


class ChatCompletion(Answer):
    """The answer of a plain request, with the block that says how it was served."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage | None = None
    delivery: Delivery | None = None


class Delta(Answer):
    """What a chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    tool_calls: list[dict[str, Json]] | None = None


class ChunkChoice(Answer):
    """A chunk's part of one answer."""

    index: int = 0
    delta: Delta = Delta()
    finish_reason: str | None = None


class ChatCompletionChunk(Answer):
    """One event of a stream. The last before ``[DONE]`` has no choices and carries ``delivery``."""

    id: str | None = None
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int | None = None
    model: str | None = None
    choices: list[ChunkChoice] = []
    usage: Usage | None = None
    delivery: Delivery | None = None


class Model(Answer):
    """A model id the gateway knows, in OpenAI's shape. ``created`` is in epoch seconds."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelList(Answer):
    """The answer of ``GET /models``."""

    object: Literal["list"] = "list"
    data: list[Model]
