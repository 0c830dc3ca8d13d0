"""Speaking to providers: one pool of connections, only to hosts of the table; no redirects, proxies or cookies."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.limits import DEPTH_LIMIT
from atlas_desktop.contract.text import storable
from atlas_desktop.domain.strict_json import NotStrictError, parse_strictly, too_nested
from atlas_desktop.server.footing import stand_again
from atlas_desktop.server.gateway import upstream_errors
from atlas_desktop.server.gateway.providers.book import Endpoint
from atlas_desktop.server.scoring.address import AddressRefused, target_of

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of an answer, or of what a stream adds up to. With its request it makes a call, and clients take 64 MiB at once."""

_MOST_OF_ERROR: Final = 64 * 1024
_IN_ONE: Final = 1024 * 1024
_KEEP_SECONDS: Final = 30.0
_NAMES_SECONDS: Final = 60
_NUL: Final = rb"\u0000"


class Upstream:
    """The connections to all providers. aiohttp is loaded by the first call: a server without one spares it."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, provider: str, to: Endpoint, path: str, body: bytes, *, accept: str = "application/json"
    ) -> "aiohttp.ClientResponse":
        """The answer with status 200, its body not read yet: in :func:`reading`, and then to be :func:`let_go`.

        ``provider`` is its name for people. Raises UpstreamError.
        """
        session = self._session
        if session is None:
            session = self._session = _session()
        headers = {"content-type": "application/json", "accept": accept, "accept-encoding": "identity"}
        headers |= to.headers
        if to.key:
            headers["authorization"] = f"Bearer {to.key}"
        with reading(provider):
            url, timeout = _url(to.base_url, path), _timeout(to)
            answer = await session.post(
                url, data=_in_pieces(body), headers=headers, allow_redirects=False, timeout=timeout
            )
            if answer.status == 200:
                return answer
            try:
                said = await answer.content.read(_MOST_OF_ERROR)
            finally:
                let_go(answer)
            raise upstream_errors.of_status(provider, answer.status, answer.headers, said)

    async def warm(self) -> None:
        """Load what the first call would wait for: 130 ms."""
        await asyncio.to_thread(_load)
        stand_again()

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _load() -> None:
    import aiohttp  # noqa: F401, PLC0415 - see Upstream

    import atlas_desktop.server.gateway.names  # noqa: F401, PLC0415 - see Upstream


def let_go(answer: "aiohttp.ClientResponse") -> None:
    """Give the connection back; one whose answer was not read to its end is closed."""
    if answer.content.at_eof():
        answer.release()
    else:
        answer.close()


async def read_object(provider: str, answer: "aiohttp.ClientResponse") -> dict[str, Json]:
    """The JSON object that a provider answers with. Raises UpstreamError."""
    with reading(provider):
        data = await _whole(answer, provider)
    value = parsed(data)
    if not isinstance(value, dict):
        raise upstream_errors.nonsense(provider)
    return value


def parsed(data: bytes) -> Json:
    """What a provider sent, its text such as every store can keep; None where it is no JSON, or none to be kept."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        # Half of a surrogate pair, which the slower reader takes: models break characters apart.
        try:
            return _storable(parse_strictly(data))
        except NotStrictError:
            return None
    if data.count(b"[") + data.count(b"{") > DEPTH_LIMIT and too_nested(value):
        return None
    return _storable(value) if _NUL in data else value


def _storable(value: Json) -> Json:
    if isinstance(value, str):
        return storable(value)[0]
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name)[0]: _storable(member) for name, member in value.items()}
    return value


@contextmanager
def reading(provider: str) -> Iterator[None]:
    """Around each wait for a provider: makes an UpstreamError of what can go wrong there."""
    try:
        yield
    except upstream_errors.UpstreamError:
        raise
    except AddressRefused:
        raise upstream_errors.unreachable(provider) from None
    except Exception as error:
        known = _what_failed(provider, error)
        if known is None:
            raise
        # Not as its cause: aiohttp's errors hold the request, and so the key.
        raise known from None


def _what_failed(provider: str, error: Exception) -> upstream_errors.UpstreamError | None:
    import aiohttp  # noqa: PLC0415 - see Upstream

    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        # Raised while connecting only: not a byte of the request has left.
        return upstream_errors.unreachable(provider)
    if isinstance(error, TimeoutError):
        return upstream_errors.too_slow(provider)
    if isinstance(error, aiohttp.ClientError | OSError):
        return upstream_errors.broken_off(provider)
    return None


async def _whole(answer: "aiohttp.ClientResponse", provider: str) -> bytes:
    if (answer.content_length or 0) > MOST_BYTES:
        raise upstream_errors.nonsense(provider)
    parts: list[bytes] = []
    size = 0
    while data := await answer.content.readany():
        parts.append(data)
        size += len(data)
        if size > MOST_BYTES:
            raise upstream_errors.nonsense(provider)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _in_pieces(body: bytes) -> bytes | io.BytesIO:
    """A body as it is sent: a large one in pieces, or it would hold up the loop (aiohttp warns from 1 MiB on)."""
    return body if len(body) <= _IN_ONE else io.BytesIO(body)


@lru_cache(maxsize=256)
def _url(base_url: str, path: str) -> "URL":
    from yarl import URL  # noqa: PLC0415 - comes with aiohttp

    target_of(base_url)
    return URL(base_url.rstrip("/") + path)


def _timeout(to: Endpoint) -> "aiohttp.ClientTimeout":
    made: aiohttp.ClientTimeout = _made_timeout(to.connect_seconds, to.first_byte_seconds, to.total_seconds)
    return made


@lru_cache(maxsize=256)
def _made_timeout(connect: float, silence: float, total: float) -> Any:
    import aiohttp  # noqa: PLC0415 - see Upstream

    return aiohttp.ClientTimeout(total=total, sock_connect=connect, sock_read=silence)


def _session() -> "aiohttp.ClientSession":
    import aiohttp  # noqa: PLC0415 - see Upstream

    from atlas_desktop.server.gateway.names import CheckedResolver  # noqa: PLC0415 - see Upstream

    connector = aiohttp.TCPConnector(
        limit=0, resolver=CheckedResolver(), ttl_dns_cache=_NAMES_SECONDS, keepalive_timeout=_KEEP_SECONDS
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        skip_auto_headers=("User-Agent",),
    )
