"""A recorded call as the completion it was. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.server.refusals import Refusal

_SENT: Final = (
    "tier", "served_by", "provider", "quantization", "upgraded", "cost_usd", "latency_ms", "evals", "fingerprints",
    "cached_from",
)  # fmt: skip
"""What of the recorded delivery the answer had."""
_STATUS: Final[Mapping[int, Any]] = {
    400: "invalid_request_error",
    429: "rate_limit_error",
    502: "upstream_error",
    503: "no_provider",
    504: "upstream_timeout",
}


def completed(call: Mapping[str, Json]) -> dict[str, Json]:
    """The completion of a call, as it was answered. Raises Refusal: nobody answered it, and why."""
    response, delivery = call["response"], call["delivery"] or {}
    message = response["message"]
    if response["finish_reason"] == "error" and not _says_something(message):
        raise _unanswered(delivery)
    made: dict[str, Json] = {
        "id": call["id"],
        "object": "chat.completion",
        "created": int(datetime.fromisoformat(call["created_at"]).timestamp()),
        "model": delivery.get("model") or call["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": response["finish_reason"]}],
        "usage": response.get("usage"),
        "delivery": {name: delivery[name] for name in _SENT if name in delivery} or None,
    }
    return made


def _says_something(message: Mapping[str, Json]) -> bool:
    return bool(message.get("content") or message.get("tool_calls"))


def _unanswered(delivery: Mapping[str, Json]) -> Refusal:
    status = delivery.get("error_status")
    known = status if isinstance(status, int) and status in _STATUS else 502
    code = delivery.get("error")
    message = "this call was not answered: its provider failed, or there was none"
    return Refusal(known, _STATUS[known], code if isinstance(code, str) else "provider_failed", message)
