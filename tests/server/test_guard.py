"""The doors that close before anything is read, and the marks on every answer."""

import re
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from starlette.routing import Route

from atlas_desktop.contract.capabilities import PUBLISHED_ONLY
from atlas_desktop.contract.routes import ROUTES
from atlas_desktop.server.config import CommitHooks
from tests.server.talk import ALICE, Talk, error_of, talking

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:8400",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:8400",
    "localhost.evil.example",
    "localhost.",
    "localhost.:8400",
    "127.0.0.1:8400:80",
    "127.0.0.1:port",
    "127.0.0.1:",
    "127.0.0.1:999999",
    "127.0.0.2",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0:8400",
    "[::]",
    "[::ffff:127.0.0.1]:8400",
    "::1",
    "[::1",
    "[::1]evil",
    "user@127.0.0.1",
    "127.0.0.1@evil.example",
    "127.0.0.1/../evil",
    "127.0.0.1#evil",
    "127.0.0.1 evil",
    "api.newmen.ai",
    "localhost,evil.example",
    "*",
    "",
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_misdirected_and_changes_nothing(talk: Talk, host: str) -> None:
    response = talk.post("/operations", {"key": "sneaky"}, headers={"host": host})
    assert error_of(response) == (421, "invalid_request_error", "unknown_host")
    assert talk.get("/operations").json()["data"] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost:8400", "LOCALHOST", "[::1]:8400"])
def test_loopback_names_are_let_in(talk: Talk, host: str) -> None:
    assert talk.get("/models", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8400"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_requests_of_web_pages_are_refused(talk: Talk, headers: dict[str, str]) -> None:
    response = talk.post("/operations", {"key": "sneaky"}, headers=headers)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert talk.get("/operations").json()["data"] == []


def test_a_preflight_opens_nothing(talk: Talk) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    response = talk("OPTIONS", "/feedback", headers=asked, key=None)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_an_allowed_origin_is_let_in(tmp_path: Path, template: Path) -> None:
    origins = frozenset({"http://localhost:3000"})
    with talking(tmp_path / "a.db", template, origins=origins) as talk:
        assert talk.get("/models", headers={"origin": "http://localhost:3000"}).status_code == 200
        assert talk.get("/models", headers={"origin": "http://localhost:3001"}).status_code == 403


def test_every_answer_is_marked(talk: Talk) -> None:
    answers = [
        talk.get("/models"),
        talk.get("/models", key=None),
        talk.get("/nothing/here"),
        talk("DELETE", "/models"),
        talk.get("/models", headers={"host": "evil.example"}),
        talk.get("/healthz"),
        talk.post(
            "/feedback", content=b"x" * (16 * 1024 * 1024 + 1), headers={"content-type": "application/json"}
        ),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 404, 405, 421, 200, 413]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    assert all(mark.startswith("req_") for mark in ids)
    assert {answer.headers["cross-origin-resource-policy"] for answer in answers} == {"same-origin"}
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert answers[3].headers["allow"]


def test_a_failure_of_ours_says_nothing_but_its_id(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the customer wrote: my password is hunter2")

    monkeypatch.setattr("atlas_desktop.server.storage.calls.get", broken)
    response = talk.get("/calls/some-call")
    assert error_of(response) == (500, "internal_error", "internal_error")
    assert "hunter2" not in response.text
    assert "Traceback" not in response.text
    logged = "".join(capsys.readouterr())
    assert response.headers["x-request-id"] in logged
    assert "RuntimeError" in logged
    assert "hunter2" not in logged


def test_a_full_disk_is_said_and_nothing_is_half_there(tmp_path: Path, template: Path) -> None:
    full = True

    def commit() -> None:
        if full:
            raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    with talking(tmp_path / "atlas.db", template, hooks=CommitHooks(before=commit)) as talk:
        response = talk.post("/operations", {"key": "greet"})
        assert error_of(response) == (500, "internal_error", "disk_full")
        assert "disk" in response.json()["error"]["message"]
        full = False
        assert talk.post("/operations", {"key": "greet"}).status_code == 200


@pytest.mark.parametrize(
    "key", [None, "", "x", "nm_live_", ALICE.key + "x", "nm_live_zzzzzz_" + "z" * 32, "é"]
)
def test_no_route_opens_without_a_key(talk: Talk, key: str | None) -> None:
    headers = {} if key is None else {"authorization": f"Bearer {key}".encode()}
    for route in ROUTES:
        path = re.sub(r"{\w+}", "x", route.path)
        response = talk(route.method, path, key=None, headers=headers)
        assert response.status_code == 401, (route.name, response.text)
        assert response.json()["error"]["type"] == "authentication_error"
    assert talk.get("/openapi.json", key=None, headers=headers).status_code == 401


def test_the_table_of_routes_is_what_is_served(talk: Talk) -> None:
    routes = [route for route in talk.app.routes if isinstance(route, Route)]
    served = {(route.path, *sorted((route.methods or set()) - {"HEAD"})) for route in routes}
    extra = {("/v1/openapi.json", "GET"), ("/healthz", "GET")}
    assert served == {(f"/v1{route.path}", route.method) for route in ROUTES} | extra
    features = set(talk.get("/capabilities").json()["features"])
    assert {route.feature for route in ROUTES if route.feature} <= features
    assert set(PUBLISHED_ONLY.features) <= features


def test_health_proves_who_answers(tmp_path: Path, template: Path) -> None:
    with talking(tmp_path / "a.db", template, proof_secret=b"secret") as talk:
        assert talk.get("/healthz", key=None).json() == {"status": "ok", "proof": None}
        proof = talk.get("/healthz?nonce=abc", key=None).json()["proof"]
        assert proof == "9946dad4e00e913fc8be8e5d3f7e110a4a9e832f83fb09c345285d78638d8a0e"
        assert talk.get("/healthz?nonce=" + "a" * 257, key=None).status_code == 422
