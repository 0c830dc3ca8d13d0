"""Only to hosts of the table: no proxies of the environment, no plain http abroad, no name that leads home."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.server.gateway.names import CheckedResolver, ForbiddenAddressError
from atlas_desktop.server.gateway.providers.book import Endpoint
from atlas_desktop.server.gateway.upstream import Upstream
from atlas_desktop.server.gateway.upstream_errors import UpstreamError
from tests.server.gateway.house import House, opened
from tests.server.gateway.stub_provider import StubProvider, _Connection
from tests.server.gateway.test_chat import dead_port


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    made = Upstream()
    yield made
    await made.close()


async def code_of(upstream: Upstream, base_url: str) -> str:
    """How asking there fails."""
    with pytest.raises(UpstreamError) as raised:
        await upstream.post("lab", Endpoint(base_url, "key", connect_seconds=2.0), "/chat/completions", b"{}")
    return raised.value.code


async def test_proxies_of_the_environment_are_none_of_ours(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{dead_port()}")
    house: House
    async with opened(tmp_path, template) as house:
        assert (await house.chat()).status_code == 200


@pytest.mark.parametrize(
    "base_url",
    [
        "http://192.0.2.1/v1",
        "http://example.com/v1",
        "ftp://127.0.0.1/v1",
        "https://user:word@example.com/v1",
        "x",
    ],
)
async def test_what_is_no_safe_address_is_not_connected_to(
    upstream: Upstream, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        pytest.fail("a socket was made")

    monkeypatch.setattr(socket.socket, "connect", never)
    assert await code_of(upstream, base_url) == "provider_unreachable"


async def test_a_name_that_leads_to_this_computer_is_no_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = CheckedResolver()
    home: list[Any] = [{"hostname": "x", "host": "127.0.0.1", "port": 1, "family": 2, "proto": 6, "flags": 0}]
    abroad: list[Any] = [home[0] | {"host": "104.18.7.192"}]

    async def found(*_: Any) -> list[Any]:
        return answer

    monkeypatch.setattr(resolver._inner, "resolve", found)
    answer = home
    with pytest.raises(ForbiddenAddressError):
        await resolver.resolve("rebound.example", 443)
    assert await resolver.resolve("localhost", 443) == home
    answer = home + abroad
    assert await resolver.resolve("rebound.example", 443) == abroad
    await resolver.close()


@pytest.fixture
def nobodys_certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's, signed by itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=127.0.0.1",
    ]
    make += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(make, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    upstream: Upstream, nobodys_certificate: ssl.SSLContext
) -> None:
    stub = StubProvider()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(stub), "127.0.0.1", 0, ssl=nobodys_certificate)
    try:
        port = server.sockets[0].getsockname()[1]
        assert await code_of(upstream, f"https://127.0.0.1:{port}/v1") == "provider_unreachable"
        assert stub.requests == []
    finally:
        server.close()
        await server.wait_closed()
