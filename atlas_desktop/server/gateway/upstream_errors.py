"""What went wrong at a provider, in our own words: its body is never passed on (sync.md, threat 32)."""

import re
from collections.abc import Mapping
from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.server.refusals import Refusal

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,63}", re.ASCII)
"""A word of the protocol, such as ``context_length_exceeded``; a key or a sentence is longer or has other signs."""

_OPAQUE: Final = re.compile(r"(?=(?:[A-Za-z]*[0-9]){3})[A-Za-z0-9]{13,}", re.ASCII)
"""Letters and digits mixed at length: no word, but a part of a key or an id."""

_SECRET: Final = re.compile(r"sk[-_]|key[-_]?[0-9]|bearer|nm_", re.IGNORECASE | re.ASCII)
_LONGEST_PAUSE: Final = 3600
_READ: Final = 64 * 1024


class UpstreamError(Exception):
    """A provider gave no usable answer. ``sent``: it may have seen the request, so nobody else is asked instead."""

    def __init__(self, refusal: Refusal, *, sent: bool = True) -> None:
        super().__init__(refusal.error["code"])
        self.refusal = refusal
        self.sent = sent

    @property
    def code(self) -> str:
        """What exactly, in a word."""
        return str(self.refusal.error["code"])

    @property
    def words(self) -> str:
        """What exactly, in a sentence."""
        return str(self.refusal.error["message"])


def unreachable(provider: str) -> UpstreamError:
    """Nothing was sent."""
    return _failed(502, "provider_unreachable", f"the provider {provider} could not be reached", sent=False)


def broken_off(provider: str) -> UpstreamError:
    """The connection ended before the answer did."""
    return _failed(502, "provider_broke_off", f"the provider {provider} broke off its answer")


def nonsense(provider: str) -> UpstreamError:
    """An answer that is none of the protocol."""
    return _failed(
        502, "provider_nonsense", f"the provider {provider} answered something else than a completion"
    )


def endless(provider: str) -> UpstreamError:
    """More than any completion has."""
    return _failed(502, "provider_endless", f"the provider {provider} did not come to an end")


def failed_inside(provider: str) -> UpstreamError:
    """An error in place of a chunk."""
    return _failed(502, "provider_failed", f"the provider {provider} failed in the middle of its answer")


def too_slow(provider: str) -> UpstreamError:
    """It took longer than it may."""
    refusal = Refusal(504, "upstream_timeout", "provider_timeout", f"the provider {provider} took too long")
    return UpstreamError(refusal)


def of_status(provider: str, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
    """What an answer with another status than 200 means here."""
    if status in (401, 403):
        return _failed(502, "provider_refused_key", f"the provider {provider} refused the key it was given")
    if status == 402:
        return _failed(502, "provider_unpaid", f"the account at the provider {provider} has no credit")
    if status == 404:
        return _failed(
            502, "provider_lacks_model", f"the provider {provider} does not know this model or path"
        )
    if status in (408, 504):
        return too_slow(provider)
    if status == 429:
        return _too_many(provider, headers)
    if 400 <= status < 500:
        return _refused(provider, status, body)
    if 300 <= status < 400:
        return _failed(502, "provider_redirects", f"the provider {provider} answered with a redirect")
    return _failed(502, "provider_failed", f"the provider {provider} failed (status {status})")


def _failed(status: int, code: str, message: str, *, sent: bool = True) -> UpstreamError:
    return UpstreamError(Refusal(status, "upstream_error", code, message), sent=sent)


def _too_many(provider: str, headers: Mapping[str, str]) -> UpstreamError:
    said = headers.get("retry-after", "")
    usable = said.isascii() and said.isdigit() and len(said) <= 6
    pause = min(int(said), _LONGEST_PAUSE) if usable else 1
    message = f"the provider {provider} takes no more requests now"
    more = {"retry-after": str(max(1, pause))}
    return UpstreamError(Refusal(429, "rate_limit_error", "provider_rate_limited", message, headers=more))


def _refused(provider: str, status: int, body: bytes) -> UpstreamError:
    error = _error_in(body)
    code = _plain(error.get("code")) or "provider_refused_request"
    message = f"the provider {provider} refused the request (status {status})"
    return UpstreamError(
        Refusal(400, "invalid_request_error", code, message, param=_plain(error.get("param")))
    )


def _error_in(body: bytes) -> dict[str, Json]:
    try:
        value = orjson.loads(body[:_READ])
    except orjson.JSONDecodeError:
        return {}
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, dict) else {}


def _plain(word: Json) -> str | None:
    if not isinstance(word, str) or not _PLAIN.fullmatch(word):
        return None
    return None if _SECRET.search(word) or _OPAQUE.search(word) else word
