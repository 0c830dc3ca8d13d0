"""What an endpoint is, for the client and the server alike."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from atlas_desktop.contract.capabilities import Feature


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint: its operation name, method, path under ``/v1``, and the models in and out.

    ``feature`` is what ``GET /capabilities`` must list for a client to call it; None for published ones.
    ``media`` is the request's content type, ``answers`` the answer's. A ``lenient_body`` may be left out, as
    if it were ``{}``. ``status`` is the answer's on success.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    answer: Any
    summary: str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    media: Literal["application/json", "application/x-ndjson"] = "application/json"
    answers: Literal["application/json", "application/zip"] = "application/json"
    lenient_body: bool = False
    status: int = 200
    feature: Feature | None = None

    @property
    def bodiless(self) -> bool:
        """Whether no body is ever read."""
        return self.body is None and self.media == "application/json"
