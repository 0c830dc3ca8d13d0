"""What is sent: paths, queries, headers, bodies, byte for byte as they arrive at a socket."""

import inspect
import subprocess
import sys
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop import __version__
from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api import client as client_module
from atlas_desktop.api.address import fill, parse_address
from atlas_desktop.api.errors import ApiStatusError, BadAddress, Unreadable
from atlas_desktop.api.exchange import Exchange
from atlas_desktop.api.resources import Chat, Datasets
from atlas_desktop.api.resources.resource import Resource
from atlas_desktop.contract.analytics import Usage
from atlas_desktop.contract.calls import CallFilters
from atlas_desktop.contract.capabilities import PUBLISHED_ONLY, Capabilities
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.operations import OperationUpdate
from atlas_desktop.contract.providers import ProviderTry
from atlas_desktop.contract.routes import ROUTES
from atlas_desktop.contract.secret import Secret
from tests.api.sockets import CANARY, Listener, listening, whole

EMPTY_PAGE = b'{"object":"list","data":[],"has_more":false,"next_cursor":null}'


def head(listener: Listener, index: int = -1) -> tuple[str, dict[str, str], bytes]:
    """Request line, headers and body of one request."""
    raw, _, body = listener.requests[index].partition(b"\r\n\r\n")
    first, *lines = raw.decode().split("\r\n")
    return first, {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}, body


async def test_a_post_carries_key_idempotency_and_name() -> None:
    async with listening(whole(200, b'{"results":[]}')) as listener, listener.client() as client:
        await client.feedback.batch([])
        await client.feedback.batch([], idempotency_key="fb_1")
    first, headers, body = head(listener, 0)
    assert first == "POST /v1/feedback/batch HTTP/1.1"
    assert headers["authorization"] == f"Bearer {CANARY}"
    assert headers["user-agent"] == f"atlas-desktop/{__version__}"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"].startswith("req_")
    assert body == b'{"items":[]}'
    assert head(listener, 1)[1]["idempotency-key"] == "fb_1"


async def test_frozen_payloads_arrive_byte_for_byte() -> None:
    payloads = [b'{"id" : "fb_1",\n "call_id":"c","comment":"\xc3\xa9 \\u00e9"}', b'{"z":1,"a":2}']
    async with listening(whole(200, b'{"results":[]}')) as listener, listener.client() as client:
        await client.feedback.batch(payloads)
    assert head(listener)[2] == b'{"items":[' + payloads[0] + b"," + payloads[1] + b"]}"


async def test_a_get_has_neither_body_nor_idempotency() -> None:
    async with listening(whole(200, EMPTY_PAGE)) as listener, listener.client() as client:
        await client.calls.list(
            CallFilters(tag=["a b", "c&d"], corrected=True, q="søg 50%", rating="none", limit=7)
        )
    first, headers, body = head(listener)
    method, target, _ = first.split(" ")
    assert (method, urlsplit(target).path, body) == ("GET", "/v1/calls", b"")
    assert parse_qsl(urlsplit(target).query) == [
        ("rating", "none"),
        ("corrected", "true"),
        ("tag", "a b"),
        ("tag", "c&d"),
        ("q", "søg 50%"),
        ("limit", "7"),
    ]
    assert "idempotency-key" not in headers
    assert "content-type" not in headers


async def test_raw_changes_are_the_bytes_of_the_server() -> None:
    page = b'{ "object":"list","data":[], "next_after":9,"has_more":false, "more":1.50}\n'
    async with listening(whole(200, page)) as listener, listener.client() as client:
        assert await client.calls.changes_raw(8, 10) == page
        assert (await client.calls.changes(8, 10)).next_after == 9
    assert head(listener)[0] == "GET /v1/calls/changes?after=8&limit=10 HTTP/1.1"


async def test_only_what_was_set_is_patched() -> None:
    answer = b'{"id":"op_1","key":"k","name":"k","registration":"defined"}'
    async with listening(whole(200, answer)) as listener, listener.client() as client:
        await client.operations.update("op_1", OperationUpdate(output_schema=None, name="new"))
    first, headers, body = head(listener)
    assert first == "PATCH /v1/operations/op_1 HTTP/1.1"
    assert orjson.loads(body) == {"output_schema": None, "name": "new"}
    assert "idempotency-key" not in headers


async def test_a_created_feedback_is_sent_as_its_model_or_as_its_bytes() -> None:
    answer = b'{"id":"fb_1","call_id":"c","reviewer":"me","created_at":"2026-11-20T06:09:00Z","revision":1}'
    async with listening(whole(200, answer)) as listener, listener.client() as client:
        await client.feedback.create(FeedbackCreate(call_id="c", rating="thumbs_up"))
        await client.feedback.create(b'{"call_id": "c", "clears": true}', idempotency_key="fb_1")
    assert orjson.loads(head(listener, 0)[2]) == {"call_id": "c", "rating": "thumbs_up"}
    assert head(listener, 1)[2] == b'{"call_id": "c", "clears": true}'


async def test_health_is_asked_outside_v1_without_the_key() -> None:
    async with (
        listening(whole(200, b'{"status":"ok","proof":"ab"}')) as listener,
        listener.client() as client,
    ):
        assert (await client.health("00ff")).proof == "ab"
    first, headers, _ = head(listener)
    assert first == "GET /healthz?nonce=00ff HTTP/1.1"
    assert "authorization" not in headers
    assert CANARY.encode() not in listener.requests[0]


async def test_capabilities_of_a_server_that_has_none() -> None:
    async with listening(whole(404, b'{"detail":"Not Found"}')) as listener, listener.client() as client:
        assert await client.capabilities() == PUBLISHED_ONLY


async def test_capabilities_are_not_guessed_from_other_failures() -> None:
    async with listening(whole(401, b"")) as listener, listener.client() as client:
        with pytest.raises(ApiStatusError):
            await client.capabilities()


async def test_pages_that_go_in_circles_end() -> None:
    page = b'{"object":"list","data":[],"has_more":true,"next_cursor":"abc"}'
    async with listening(whole(200, page)) as listener, listener.client() as client:
        with pytest.raises(Unreadable):
            _ = [call async for call in client.calls.iterate()]
        assert len(listener.requests) == 2


_EXAMPLES: dict[str, object] = {
    "asked": ProviderTry(name="x"),
    "key": Secret("x"),
    "providers": [],
    "payloads": [],
    "items": [],
    "messages": [{"role": "user", "content": "x"}],
}


def test_every_method_answers_what_the_routes_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each named route is asked by one resource method, for the answer of the table."""
    asked: dict[str, object] = {}

    class Noting(Exchange):
        async def ask(self, name: str, answer: object, **_: object) -> NoReturn:
            asked[name] = answer
            raise LookupError

        async def ask_raw(self, name: str, **_: object) -> NoReturn:
            asked.setdefault(name, bytes)
            raise LookupError

    monkeypatch.setattr(client_module, "Exchange", Noting)
    client = AsyncAtlas("https://a.example", Secret("k"))
    found = [each for each in vars(client).values() if isinstance(each, Resource | Chat)]
    resources = [each.completions if isinstance(each, Chat) else each for each in found]
    resources += [each.items for each in found if isinstance(each, Datasets)]
    for resource in resources:
        for name, method in inspect.getmembers(resource, inspect.iscoroutinefunction):
            if name.startswith("_"):
                continue
            needed = [
                each.name
                for each in inspect.signature(method).parameters.values()
                if each.default is each.empty and each.kind is not each.VAR_KEYWORD
            ]
            with pytest.raises(LookupError):
                method(**{each: _EXAMPLES.get(each, "x") for each in needed}).send(None)
    # What the client itself asks belongs to no resource.
    asked |= {"capabilities.get": Capabilities, "usage.get": Usage}
    assert asked == {route.name: route.answer for route in ROUTES}


@given(st.text(min_size=1).filter(lambda text: text not in {".", ".."}))
def test_an_id_fills_exactly_one_segment(text: str) -> None:
    path = fill("/calls/{call_id}", call_id=text.encode("utf-8", "ignore").decode() or "x")
    assert path.count("/") == 2
    assert not set(path) & set("?#% ") - {"%"}


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_an_id_cannot_climb(text: str) -> None:
    with pytest.raises(ValueError):
        fill("/calls/{call_id}", call_id=text)


@pytest.mark.parametrize(
    ("url", "base", "root"),
    [
        ("https://api.newmen.ai/v1", "https://api.newmen.ai/v1", "https://api.newmen.ai"),
        ("https://api.newmen.ai/v1/", "https://api.newmen.ai/v1", "https://api.newmen.ai"),
        ("https://API.newmen.ai", "https://api.newmen.ai/v1", "https://api.newmen.ai"),
        ("http://127.0.0.1:8400/v1", "http://127.0.0.1:8400/v1", "http://127.0.0.1:8400"),
        ("http://127.3.2.1:1", "http://127.3.2.1:1/v1", "http://127.3.2.1:1"),
        ("http://localhost:8400", "http://localhost:8400/v1", "http://localhost:8400"),
        ("http://[::1]:8400/v1", "http://[::1]:8400/v1", "http://[::1]:8400"),
        ("https://proxy.example/atlas/v1", "https://proxy.example/atlas/v1", "https://proxy.example/atlas"),
    ],
)
def test_addresses_that_may_have_the_key(url: str, base: str, root: str) -> None:
    address = parse_address(url)
    assert (address.base, address.root) == (base, root)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.newmen.ai",
        "http://api.newmen.ai/v1",
        "http://127.0.0.1.evil.example/v1",
        "http://localhost.evil.example/v1",
        "http://127.1/v1",
        "http://0x7f000001/v1",
        "http://10.0.0.1/v1",
        "http://0.0.0.0:8400/v1",
        "http://[::]:8400/v1",
        "https://user:secret@api.newmen.ai/v1",
        "https://api.newmen.ai@evil.example/v1",
        "https://api.newmen.ai/v1?key=1",
        "https://api.newmen.ai/v1#x",
        "ftp://api.newmen.ai/v1",
        "file:///etc/passwd",
        "https://",
        "https://api.newmen.ai:99999/v1",
        "https://[::1/v1",
        "https://аpi.newmen.ai/v1",
        "https://api.newmen.ai/v1\nx",
    ],
)
def test_addresses_that_may_not(url: str) -> None:
    with pytest.raises(BadAddress) as caught:
        AsyncAtlas(url, Secret(CANARY))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "nm live", "nm_live\n", "nm_líve", "nm_live\x00"])
def test_keys_that_cannot_be_a_header(key: str) -> None:
    with pytest.raises(BadAddress):
        AsyncAtlas("https://api.newmen.ai/v1", Secret(key))


def test_a_client_shows_its_address_and_nothing_else() -> None:
    client = AsyncAtlas("https://api.newmen.ai/v1", Secret(CANARY))
    assert repr(client) == "AsyncAtlas('https://api.newmen.ai/v1')"
    assert CANARY not in repr(vars(client))


def test_httpx_is_not_loaded_before_the_first_request() -> None:
    script = (
        "import sys; from atlas_desktop.api import AsyncAtlas; from atlas_desktop.contract.secret import Secret;"
        "AsyncAtlas('https://api.newmen.ai/v1', Secret('nm_live_x')); sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
