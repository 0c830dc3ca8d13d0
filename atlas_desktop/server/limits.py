"""How often and how much at once one key may ask."""

import math
from dataclasses import dataclass
from typing import Final

from atlas_desktop.server.config import Clock, RateLimit
from atlas_desktop.server.refusals import too_many

_MOST_KEYS: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    running: int = 0
    calls: int = 0


class Ticket:
    """One request while it runs. ``headers`` say how much is left. To be released once."""

    __slots__ = ("_bucket", "_call", "headers")

    def __init__(self, bucket: _Bucket, headers: dict[str, str], *, call: bool) -> None:
        self._bucket = bucket
        self._call = call
        self.headers = headers

    def release(self) -> None:
        """The request is over."""
        if self._call:
            self._bucket.calls -= 1
        else:
            self._bucket.running -= 1


class Limiter:
    """A token bucket and a count of running requests for each key; calls of models, which wait, count apart."""

    def __init__(self, rate: RateLimit, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, who: str, *, call: bool = False) -> Ticket:
        """Count one request. Raises Refusal (429)."""
        bucket = self._refilled(who)
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / self._rate.per_second)
            raise self._refusal("rate_limited", "too many requests with this key", wait, bucket)
        if (bucket.calls >= self._rate.calls) if call else (bucket.running >= self._rate.concurrent):
            raise self._refusal("too_many_at_once", "too many requests at once with this key", 1, bucket)
        bucket.tokens -= 1
        if call:
            bucket.calls += 1
        else:
            bucket.running += 1
        return Ticket(bucket, self._headers(bucket), call=call)

    def _refilled(self, who: str) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.get(who)
        if bucket is None:
            if len(self._buckets) >= _MOST_KEYS:
                self._buckets = {
                    key: kept for key, kept in self._buckets.items() if kept.running or kept.calls
                }
            bucket = self._buckets[who] = _Bucket(float(self._rate.burst), now)
        gained = max(0.0, now - bucket.at) * self._rate.per_second
        bucket.tokens = min(float(self._rate.burst), bucket.tokens + gained)
        bucket.at = now
        return bucket

    def _headers(self, bucket: _Bucket) -> dict[str, str]:
        until_full = (self._rate.burst - bucket.tokens) / self._rate.per_second
        return {
            "x-ratelimit-limit": str(self._rate.burst),
            "x-ratelimit-remaining": str(int(bucket.tokens)),
            "x-ratelimit-reset": str(math.ceil(until_full)),
        }

    def _refusal(self, code: str, message: str, wait: int, bucket: _Bucket) -> Exception:
        refusal = too_many(message, code=code, retry_after=max(1, wait))
        refusal.headers |= self._headers(bucket)
        return refusal
