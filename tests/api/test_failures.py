"""Every way a request can fail, over real sockets: the class of the error, and that the key stays secret."""

import asyncio
import gzip
import logging
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atlas_desktop.api import AsyncAtlas, errors
from atlas_desktop.api.errors import (
    AtlasError,
    NoAnswer,
    NotSent,
    Redirected,
    TlsFailure,
    TooLarge,
    Unreadable,
)
from atlas_desktop.contract.secret import Secret
from tests.api.sockets import CANARY, QUICK, Answer, Listener, listening, raw, reset_after, silence, whole

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"


async def failure(client: AsyncAtlas) -> AtlasError:
    """The error of one request, after a look for the key in everything a crash reporter would print."""
    async with client:
        with pytest.raises(AtlasError) as caught:
            await client.feedback.batch([b'{"call_id":"chatcmpl-1","rating":"thumbs_up"}'])
    # The thread of getaddrinfo; asyncio would end it only with the loop.
    await asyncio.get_running_loop().shutdown_default_executor()
    error = caught.value
    # The traceback as far as it lies in the program: the frames of this test hold the key by necessity.
    frames = traceback.TracebackException(
        type(error), error, error.__traceback__ and error.__traceback__.tb_next, capture_locals=True
    )
    assert CANARY not in "".join(frames.format()) + repr(error) + str(error) + repr(vars(error))
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


@pytest.fixture(autouse=True)
def _no_key_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert CANARY not in caplog.text


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def client_to(url: str, **options: str) -> AsyncAtlas:
    return AsyncAtlas(url, Secret(CANARY), policy=QUICK, **options)  # type: ignore[arg-type]


async def test_refused_is_not_sent() -> None:
    error = await failure(client_to(f"http://127.0.0.1:{_closed_port()}/v1"))
    assert isinstance(error, NotSent)


async def test_unknown_host_is_not_sent() -> None:
    error = await failure(client_to("https://nowhere.invalid/v1"))
    assert isinstance(error, NotSent)
    assert "nowhere.invalid" in str(error)


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose kernel queue is full, so that the next connection waits for ever."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        address = server.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        try:
            yield address[1]
        finally:
            for one in waiting:
                one.close()


async def test_connect_timeout_is_not_sent() -> None:
    with full_backlog() as port:
        error = await failure(client_to(f"http://127.0.0.1:{port}/v1"))
    assert isinstance(error, NotSent)
    assert "0.3 s" in str(error)


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte every 50 ms: never silent long enough for the read timeout."""
    writer.write(HEAD)
    closed = asyncio.Event()
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        try:
            await asyncio.wait_for(closed.wait(), 0.05)
        except TimeoutError:
            continue


async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


BOMB = gzip.compress(b" " * 50_000_000)

BROKEN: dict[str, tuple[Answer, type[AtlasError]]] = {
    "silence": (silence, NoAnswer),
    "drip": (drip, NoAnswer),
    "closed at once": (raw(b""), NoAnswer),
    "reset at once": (reset_after(b""), NoAnswer),
    "reset in the body": (reset_after(HEAD + b'{"results":['), NoAnswer),
    "closed in the body": (raw(HEAD + b'{"results":['), NoAnswer),
    "closed in the head": (raw(b"HTTP/1.1 200 OK\r\ncontent-le"), NoAnswer),
    "not http": (raw(b"220 smtp.example ESMTP\r\n"), NoAnswer),
    "cut JSON": (whole(200, b'{"results":['), Unreadable),
    "no body": (whole(200, b""), Unreadable),
    "204": (raw(b"HTTP/1.1 204 X\r\n\r\n"), Unreadable),
    "a web page": (whole(200, b"<html>welcome</html>", content_type="text/html"), Unreadable),
    "other JSON": (whole(200, b'{"results":[{"status":"fine"}]}'), Unreadable),
    "too large": (whole(200, b" " * 2_000_000), TooLarge),
    "endless": (endless, TooLarge),
    "gzip bomb": (whole(200, BOMB, content_encoding="gzip"), TooLarge),
    "cut gzip": (whole(200, BOMB[:20], content_encoding="gzip"), Unreadable),
    "no gzip": (whole(200, b'{"results":[]}', content_encoding="gzip"), Unreadable),
    "brotli": (whole(200, b"\x0b\x02", content_encoding="br"), Unreadable),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_answers_are_ambiguous(name: str) -> None:
    answer, kind = BROKEN[name]
    async with listening(answer) as listener:
        error = await failure(listener.client(replace(QUICK, total=0.8)))
    assert type(error) is kind
    assert isinstance(error, errors.Ambiguous)
    if isinstance(error, NoAnswer):
        assert error.timed_out == (name in {"silence", "drip"})


async def test_an_unreadable_answer_names_its_request() -> None:
    async with listening(whole(200, b"[", x_request_id="req_42")) as listener:
        error = await failure(listener.client())
    assert "req_42" in str(error)


async def test_packed_answers_within_the_limit_are_read() -> None:
    packed = gzip.compress(b'{"results":[]}' + b" " * 500_000)
    async with listening(whole(200, packed, content_encoding="gzip")) as listener:
        async with listener.client() as client:
            assert (await client.feedback.batch([])).results == []
        assert b"accept-encoding: identity\r\n" in listener.requests[0].lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300, 304])
async def test_redirects_are_never_followed(status: int) -> None:
    async with listening(whole(200, b"{}")) as elsewhere:
        target = f"http://user:{CANARY}@127.0.0.1:{elsewhere.port}/v1/feedback/batch?key={CANARY}"
        async with listening(whole(status, b"", location=target)) as listener:
            error = await failure(listener.client())
        assert isinstance(error, Redirected)
        assert error.host == f"127.0.0.1:{elsewhere.port}"
        assert error.host in str(error)
        assert elsewhere.connections == 0


async def test_plain_http_behind_https_is_a_tls_failure() -> None:
    async with listening(whole(400, b"{}"), reads=False) as listener:
        error = await failure(client_to(f"https://127.0.0.1:{listener.port}/v1"))
    assert isinstance(error, TlsFailure)
    assert not any(CANARY.encode() in request for request in listener.requests)


@asynccontextmanager
async def untrusted(tmp_path: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A TLS server whose certificate nobody signed."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, secret.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    async with listening(whole(200, b"{}"), ssl=context) as listener:
        yield listener.port, listener.requests


async def test_an_untrusted_certificate_is_a_tls_failure(tmp_path: Path) -> None:
    async with untrusted(tmp_path) as (port, requests):
        error = await failure(client_to(f"https://localhost:{port}/v1"))
    assert isinstance(error, TlsFailure)
    assert requests == []
    assert "localhost" in str(error)


@pytest.fixture
async def named_proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    """A proxy that every variable of the environment names."""
    async with listening(whole(200, b'{"results":[]}')) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        yield proxy


async def test_loopback_takes_no_proxy_from_the_environment(named_proxy: Listener) -> None:
    async with listening(silence) as listener:
        assert isinstance(await failure(listener.client()), NoAnswer)
    assert named_proxy.connections == 0


async def test_the_network_takes_no_proxy_from_the_environment(named_proxy: Listener) -> None:
    assert isinstance(await failure(client_to("https://nowhere.invalid/v1")), NotSent)
    assert named_proxy.connections == 0


async def test_an_explicit_proxy_serves_the_network_but_never_loopback() -> None:
    async with listening(whole(502, b"")) as proxy, listening(whole(200, b'{"results":[]}')) as listener:
        url = f"http://127.0.0.1:{proxy.port}"
        async with listener.client(proxy=url) as client:
            await client.feedback.batch([])
        assert proxy.connections == 0
        error = await failure(client_to("https://nowhere.invalid/v1", proxy=url))
        assert isinstance(error, NotSent)
        assert len(proxy.requests) == 1
        assert proxy.requests[0].startswith(b"CONNECT nowhere.invalid:443 ")
        assert CANARY.encode() not in proxy.requests[0]


async def test_a_server_that_sends_the_key_back_does_not_get_it_shown() -> None:
    body = f'{{"error":{{"message":"no such key {CANARY}","type":"{CANARY}","code":"{CANARY}"}}}}'
    async with listening(whole(401, body.encode(), x_request_id=CANARY)) as listener:
        error = await failure(listener.client())
    assert isinstance(error, errors.AuthenticationError)
    assert error.message == "no such key nm_…Yc2h"


async def test_cookies_are_not_kept() -> None:
    async with listening(whole(200, b'{"results":[]}', set_cookie="a=b; Path=/")) as listener:
        async with listener.client() as client:
            await client.feedback.batch([])
            await client.feedback.batch([])
        assert len(listener.requests) == 2
        assert not any(b"cookie" in request.lower() for request in listener.requests)


async def test_a_key_sent_back_beside_a_success_is_masked() -> None:
    body = b'{"results":[{"status":422,"error":{"message":"not with %s","type":"x"}}]}' % CANARY.encode()
    async with listening(whole(200, body)) as listener, listener.client(QUICK) as client:
        answer = await client.feedback.batch([b'{"call_id":"chatcmpl-1","rating":"thumbs_up"}'])
    assert CANARY not in repr(answer)
    assert "not with nm_" in repr(answer)
