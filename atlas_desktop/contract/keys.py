"""API keys on the wire: one for a program, made by the app that runs the server."""

from typing import Annotated, Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Request, Timestamp
from atlas_desktop.contract.secret import Secret

Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


class ApiKeyCreate(Request):
    """``name`` is what its feedback is signed with; ``customer`` narrows it to the calls of that one."""

    name: Words
    customer: Words | None = None


class ApiKeyMade(Answer):
    """The one answer that holds ``key``: the server keeps a hash. ``prefix`` names it from then on."""

    object: Literal["api_key"] = "api_key"
    id: str
    key: Secret
    prefix: str
    name: str
    customer: str | None = None
    created_at: Timestamp
