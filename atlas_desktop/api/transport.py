"""The network seam: the only import of httpx in the tree.

Nothing raised here carries the exception it was made from: those hold frames whose locals are the request's
headers, and so the key, for any crash reporter that prints locals.
"""

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import truststore

from atlas_desktop import __version__
from atlas_desktop.api.address import Address
from atlas_desktop.api.body import read_all
from atlas_desktop.api.errors import AtlasError, NoAnswer, NotSent, Redirected, TlsFailure, Unreadable
from atlas_desktop.api.policy import Policy
from atlas_desktop.api.refusals import refusal_error
from atlas_desktop.contract.capabilities import HEADER_REQUEST_ID
from atlas_desktop.contract.secret import Secret
from atlas_desktop.sparing import without

with without("httpx._main"):  # its command line, which brings click and rich along: 5 MB, 30 ms
    import httpx

# At INFO httpx writes whole URLs, which hold what people search for; below it httpcore writes headers.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

Transport = httpx.AsyncBaseTransport
_REQUEST_ID: Final = re.compile(r"[\w.:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``query`` holds the pairs of the query string; ``keyless`` sends no key.

    ``patience``: seconds for the answer to begin, and again for each next piece of it; the policy's without it.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    keyless: bool = False
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer of any status. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    request_id: str | None


def in_process(app: Any) -> Transport:
    """A transport that calls an ASGI application of this process instead of the network."""
    return httpx.ASGITransport(app)


class _KeyAuth(httpx.Auth):
    """Puts the key into its header at the last moment, so that no value of ours holds it as text."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


class Wire:
    """One connection pool to one address with one key. Belongs to the event loop that first uses it."""

    def __init__(
        self, address: Address, key: Secret, policy: Policy, transport: Transport | None, proxy: str | None
    ) -> None:
        self._address = address
        self._key = key
        self._policy = policy
        self._client = httpx.AsyncClient(
            transport=transport or _network(address, policy, proxy),
            headers={
                "User-Agent": f"atlas-desktop/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._auth = _KeyAuth(key)

    async def send(self, ask: Ask) -> Answered:
        """The success that answers a request; raises the AtlasError that fits anything else."""
        outcome = await self._attempt(ask)
        if isinstance(outcome, AtlasError):
            raise outcome
        if 200 <= outcome.status < 300:
            # What answers a write can hold a refusal for each item; what is read is someone's text, to the byte.
            return replace(outcome, body=self._redact(outcome.body)) if ask.method == "POST" else outcome
        if 300 <= outcome.status < 400:
            raise self._redirected(outcome, ask)
        raise refusal_error(outcome.status, outcome.headers, self._redact(outcome.body), outcome.request_id)

    async def stream(self, ask: Ask) -> "Arriving":
        """A success whose body is read while it comes: to be closed by whoever reads it. Raises as `send` does."""
        try:
            response = await self._begin(ask)
        except httpx.HTTPError as error:
            failure = self._failure(error)
        else:
            if response.is_success:
                return Arriving(response, self._request_id(response), self._failure, self._redact)
            answer = await self._answered(response)
            if 300 <= answer.status < 400:
                raise self._redirected(answer, ask)
            raise refusal_error(answer.status, answer.headers, self._redact(answer.body), answer.request_id)
        raise failure

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _attempt(self, ask: Ask) -> Answered | AtlasError:
        try:
            async with asyncio.timeout(max(self._policy.total, ask.patience or 0.0)):
                return await self._exchange(ask)
        except TimeoutError:
            return NoAnswer(f"{self._address.host} did not finish its answer in time", timed_out=True)
        except httpx.HTTPError as error:
            return self._failure(error)

    async def _exchange(self, ask: Ask) -> Answered | AtlasError:
        response = await self._begin(ask)
        try:
            return await self._answered(response)
        except Unreadable as error:
            return type(error)(str(error), request_id=self._request_id(response))

    async def _begin(self, ask: Ask) -> httpx.Response:
        """Send it; the answer's head is there, its body is not read yet."""
        policy, wait = self._policy, ask.patience
        times = httpx.Timeout(
            wait or policy.read, connect=policy.connect, write=policy.write, pool=policy.connect
        )
        request = self._client.build_request(
            ask.method,
            ask.url,
            params=ask.query or None,
            content=ask.body,
            headers=ask.headers,
            timeout=times,
        )
        auth = None if ask.keyless else self._auth
        return await self._client.send(request, stream=True, auth=auth, follow_redirects=False)

    async def _answered(self, response: httpx.Response) -> Answered:
        """The whole answer. Raises Unreadable, without the request's id."""
        try:
            body = await (self._whole(response) if response.is_success else self._words(response))
        finally:
            await response.aclose()
        headers = {name.lower(): self._clean(value) for name, value in response.headers.items()}
        return Answered(response.status_code, headers, body, self._request_id(response))

    def _request_id(self, response: httpx.Response) -> str | None:
        given = response.headers.get(HEADER_REQUEST_ID, "")
        return self._clean(given) if _REQUEST_ID.fullmatch(given) else None

    async def _whole(self, response: httpx.Response) -> bytes:
        return await read_all(*_stream(response), self._policy.answer_limit)

    async def _words(self, response: httpx.Response) -> bytes:
        """The body of an error, or nothing: its status counts even when the words do not arrive."""
        try:
            return await read_all(*_stream(response), self._policy.error_limit)
        except (Unreadable, httpx.HTTPError):
            return b""

    def _redirected(self, answer: Answered, ask: Ask) -> Redirected:
        target = urlsplit(urljoin(ask.url, answer.headers.get("location", "")))
        host = self._clean(target.netloc.rpartition("@")[2][:200])
        return Redirected(
            f"{self._address.host} answers with a redirect to {host}. It was not followed, so the key went"
            " nowhere else; check the address",
            host=host,
            request_id=answer.request_id,
        )

    def _failure(self, error: httpx.HTTPError) -> AtlasError:
        host = self._address.host
        causes = list(_causes(error))
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
            if tls is not None:
                return TlsFailure(f"No trusted connection to {host}: {self._clean(_tls_words(tls))}")
            if any(isinstance(cause, socket.gaierror) for cause in causes):
                return NotSent(f"There is no computer named {host}, or no network to ask")
            return NotSent(f"{host} does not accept the connection")
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return NotSent(f"No connection to {host} within {self._policy.connect:g} s")
        if isinstance(error, httpx.TimeoutException):
            return NoAnswer(f"{host} took the request and did not answer in time", timed_out=True)
        return NoAnswer(
            f"The connection to {host} broke before its answer was whole ({type(error).__name__})"
        )

    def _clean(self, text: str) -> str:
        """Text from outside without the key, should a server send it back."""
        return text.replace(self._key.reveal(), self._key.masked) if self._key else text

    def _redact(self, body: bytes) -> bytes:
        key = self._key.reveal().encode()
        return body.replace(key, self._key.masked.encode()) if key else body


class Arriving:
    """An answer whose body is still coming. Close it, whether it was read to its end or not: that closes the connection of one that was not."""

    def __init__(
        self,
        response: httpx.Response,
        request_id: str | None,
        failure: Callable[[httpx.HTTPError], AtlasError],
        redact: Callable[[bytes], bytes],
    ) -> None:
        self._response = response
        self._failure = failure
        self.request_id = request_id
        self.redact = redact

    @property
    def media(self) -> str:
        """The content type, without its parameters."""
        return str(self._response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    async def pieces(self) -> AsyncIterator[bytes]:
        """What comes, when it comes. Raises NoAnswer when the connection breaks, Unreadable when it is packed."""
        chunks, packed = _stream(self._response)
        if packed not in ("", "identity"):
            raise Unreadable(
                "The server packed a stream, which was not asked for", request_id=self.request_id
            )
        failure: AtlasError | None = None
        try:
            async for chunk in chunks:
                yield chunk
        except httpx.HTTPError as error:
            failure = self._failure(error)
        if failure is not None:
            raise failure

    async def close(self) -> None:
        """Let go of the connection."""
        await self._response.aclose()


def _network(address: Address, policy: Policy, proxy: str | None) -> Transport:
    """A real connection pool. No proxy from the environment, and none at all for this computer."""
    context = (
        truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if address.secure
        # Trusts nobody: http to loopback needs no context, and loading certificates takes 15 ms.
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    return httpx.AsyncHTTPTransport(
        verify=context,
        trust_env=False,
        proxy=None if address.loopback else proxy,
        limits=httpx.Limits(
            max_connections=policy.connections,
            max_keepalive_connections=policy.connections,
            keepalive_expiry=policy.keep_alive,
        ),
    )


def _stream(response: httpx.Response) -> tuple[AsyncIterator[bytes], str]:
    """The body's chunks and how they are packed; a transport of tests may have read it all already."""
    if response.is_stream_consumed:
        return response.aiter_bytes(), ""
    return response.aiter_raw(), response.headers.get("content-encoding", "")


def _causes(error: BaseException) -> Generator[BaseException, None, None]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or type(error).__name__).lower().replace("_", " ")
