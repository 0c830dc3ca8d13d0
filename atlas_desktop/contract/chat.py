"""The OpenAI-shaped objects of the gateway: messages, usage, models."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Json


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
