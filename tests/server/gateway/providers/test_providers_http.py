"""The provider table over HTTP: who may do what, what is told to whom, and that keys come out nowhere."""

import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from atlas_desktop.contract.providers import Presets, ProviderTable, ProviderTrial, Routing
from atlas_desktop.server.atlas import Atlas
from atlas_desktop.server.config import StaticKey
from tests.server.gateway.house import CANARY, SAY, serving
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.talk import ALICE, NARROW, OTHER, config_for

OPERATOR = StaticKey("nm_live_oooooo_" + "e" * 32, organization="north", name="olga", operator=True)
EVERYBODY = (OPERATOR, ALICE, NARROW, OTHER)


@dataclass
class Desk:
    """A running server, its table's file, and a provider."""

    atlas: Atlas
    path: Path
    stub: StubProvider
    client: httpx.AsyncClient = field(repr=False)

    async def ask(
        self, method: str, path: str, body: Any = None, key: StaticKey = OPERATOR, **headers: str
    ) -> httpx.Response:
        given = {"authorization": f"Bearer {key.key}", **headers}
        return await self.client.request(method, path, json=body, headers=given)

    def spec(self, name: str = "stub", **more: Any) -> dict[str, Any]:
        models = [
            {
                "id": "stub-1",
                "model": "meta-llama/stub",
                "quantization": "q8",
                "open_weight": True,
                "vetted": True,
            }
        ]
        return {"name": name, "base_url": self.stub.base_url, "models": models} | more

    async def put(self, *specs: dict[str, Any], key: StaticKey = OPERATOR) -> httpx.Response:
        revision = (await self.ask("GET", "/providers", key=OPERATOR)).json()["revision"]
        return await self.ask("PUT", "/providers", {"revision": revision, "providers": list(specs)}, key)

    async def chat(self, **more: Any) -> httpx.Response:
        return await self.ask("POST", "/chat/completions", {"model": "atlas-1", "messages": SAY} | more)


@asynccontextmanager
async def opened(tmp_path: Path, **more: Any) -> AsyncIterator[Desk]:
    config = config_for(
        tmp_path / "atlas.db", executor="threaded", static_keys=(OPERATOR, ALICE, NARROW, OTHER), **more
    )
    async with (
        StubProvider() as stub,
        serving(config) as (port, atlas),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/v1", trust_env=False, timeout=30) as client,
    ):
        yield Desk(atlas, tmp_path / "providers.toml", stub, client)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path) as made:
        yield made


def holding(folder: Path, secret: bytes) -> list[Path]:
    """The files that have it in them."""
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_bytes()]


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def test_from_nothing_to_an_answer(desk: Desk) -> None:
    none = await desk.chat()
    assert code_of(none) == (503, "no_provider")
    assert "Operations, Providers" in none.json()["error"]["message"]
    assert (await desk.put(desk.spec())).status_code == 200
    answer = await desk.chat()
    assert answer.status_code == 200, answer.text
    assert answer.json()["delivery"]["provider"] == "stub"
    assert answer.json()["delivery"]["quantization"] == "q8"


async def test_only_the_operator_changes_the_table(desk: Desk) -> None:
    """Not even another key of the operator's own organization."""
    await desk.put(desk.spec())
    for key in (ALICE, NARROW, OTHER):
        revision = desk.atlas.gateway.book.in_force.revision
        tries = [
            ("PUT", "/providers", {"revision": revision, "providers": []}),
            ("PUT", "/providers/stub/key", {"key": "sk-123456789012"}),
            ("POST", "/providers/try", {"name": "stub"}),
        ]
        for method, path, body in tries:
            assert code_of(await desk.ask(method, path, body, key)) == (403, "operator_required")
    assert len(desk.atlas.gateway.book.table.variants) == 1
    assert desk.stub.requests == []


async def test_where_providers_are_is_told_to_the_operator_only(desk: Desk) -> None:
    await desk.put(desk.spec(key={"env": "ATLAS_TEST_SECRET_NAME"}))
    desk.atlas.gateway.book.failed("stub", "said something")
    for key in (ALICE, OTHER):
        response = await desk.ask("GET", "/providers", key=key)
        table = ProviderTable.model_validate_json(response.content)
        assert (table.path, table.writable, table.data[0].base_url, table.data[0].key) == (
            None,
            False,
            "",
            None,
        )
        for word in (str(desk.stub.port), "SECRET_NAME", "said something", str(desk.path.parent)):
            assert word not in response.text
    for path in ("/providers", "/providers/presets"):
        assert code_of(await desk.ask("GET", path, key=NARROW)) == (403, "organization_key_required")
    told = ProviderTable.model_validate_json((await desk.ask("GET", "/providers")).content)
    assert (told.path, told.writable) == (str(desk.path), True)
    assert told.data[0].base_url == desk.stub.base_url
    assert told.data[0].status.last_error is not None


async def test_a_key_comes_out_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not in an answer, an error, a log line, the table's file, the database or its journal."""
    caplog.set_level(logging.DEBUG)
    async with opened(tmp_path) as desk:
        said = [await desk.put(desk.spec(key={"keyring": "provider.stub"}))]
        said.append(await desk.ask("PUT", "/providers/stub/key", {"key": CANARY}))
        said.append(await desk.chat())
        desk.stub.plans["stub-1"] = Plan(status=401, error={"error": {"message": f"bad key {CANARY}"}})
        said.append(await desk.chat())
        said.append(await desk.ask("POST", "/providers/try", {"name": "stub"}))
        said.append(await desk.ask("POST", "/providers/try", {"provider": desk.spec("x"), "key": CANARY}))
        said.append(await desk.ask("PUT", "/providers/stub/key", {"key": f"{CANARY}\n"}))
        said.append(await desk.ask("PUT", "/providers/stub/key", {"key": [CANARY]}))
        said.append(await desk.ask("PUT", "/providers", {"revision": CANARY, "providers": [{"key": CANARY}]}))
        said += [await desk.ask("GET", path) for path in ("/providers", "/calls", "/capabilities", "/models")]
        assert [each.headers["authorization"] for each in desk.stub.requests] == [f"Bearer {CANARY}"] * 4
        assert said[1].json()["status"] == {
            "key": "present", "key_from": "given", "usable": True, "failing": False,
            "last_error": None, "last_worked_at": None,
        }  # fmt: skip
    assert [each for each in said if CANARY in each.text or CANARY[3:20] in each.text] == []
    assert CANARY not in caplog.text
    assert holding(tmp_path, CANARY.encode()) == []


async def test_a_key_may_come_before_its_provider(desk: Desk) -> None:
    early = await desk.ask("PUT", "/providers/stub/key", {"key": CANARY})
    assert (early.json()["status"]["key"], early.json()["status"]["usable"]) == ("present", False)
    await desk.put(desk.spec(key={"keyring": "provider.stub"}))
    assert (await desk.chat()).status_code == 200
    gone = await desk.ask("PUT", "/providers/stub/key", {"key": None})
    assert gone.json()["status"]["key"] == "missing"
    refused = await desk.chat()
    assert code_of(refused) == (503, "no_provider")
    assert "key of stub" in refused.json()["error"]["message"]


async def test_a_table_that_changed_meanwhile_is_not_written_over(desk: Desk) -> None:
    first = (await desk.put(desk.spec())).json()["revision"]
    desk.path.write_text(desk.path.read_text() + "# by hand\n")
    body = {"revision": first, "providers": []}
    assert code_of(await desk.ask("PUT", "/providers", body)) == (409, "providers_changed")
    assert desk.path.read_text().endswith("# by hand\n")


async def test_a_slip_by_hand_is_told_with_its_line_and_calls_go_on(desk: Desk) -> None:
    await desk.put(desk.spec())
    lines = desk.path.read_text().count("\n")
    desk.path.write_text(desk.path.read_text() + "cached_usd = 'free'\n")
    table = ProviderTable.model_validate_json((await desk.ask("GET", "/providers")).content)
    assert table.error is not None
    assert table.error.line == lines + 1
    assert [each.name for each in table.data] == ["stub"]
    assert (await desk.chat()).status_code == 200
    desk.path.write_text(desk.path.read_text().replace("'free'", "0.5"))
    assert (await desk.ask("GET", "/providers")).json()["error"] is None


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"base_url": "http://10.0.0.1/v1"}, "providers.0.base_url"),
    ({"base_url": "http://169.254.169.254/latest/meta-data"}, "providers.0.base_url"),
    ({"base_url": "https://169.254.169.254/v1"}, "providers.0.base_url"),
    ({"base_url": "https://[fe80::1]/v1"}, "providers.0.base_url"),
    ({"base_url": "https://user:pw@a.example/v1"}, "providers.0.base_url"),
    ({"base_url": "file:///etc/passwd"}, "providers.0.base_url"),
    ({"base_url": "https://a.example/v1?x=1"}, "providers.0.base_url"),
    ({"key": {"keyring": "local.judge"}}, "providers.0.key.keyring"),
    ({"key": {"env": "A B"}}, "providers.0.key.env"),
    ({"name": "../x"}, "providers.0.name"),
    ({"api_key": "sk-1"}, "providers.0.api_key"),
    ({"models": [{"id": "m", "send": {"messages": []}}]}, "providers.0.models.0.send"),
    ({"models": [{"id": "m", "send": {"a": None}}]}, "providers.0.models.0.send"),
    ({"models": [{"id": "m", "quantization": "q8", "tiers": ["realtime"]}]}, "providers.0.models.0.tiers"),
    ({"served_by": "atlas_network", "models": [{"id": "gpt-5.5"}]}, "providers.0.models.0.id"),
]


async def test_what_may_not_be_is_refused_at_its_place(desk: Desk) -> None:
    for change, param in REFUSED:
        refused = await desk.put(desk.spec() | change)
        assert (refused.status_code, refused.json()["error"]["param"]) == (422, param)
        tried = await desk.ask("POST", "/providers/try", {"provider": desk.spec() | change})
        assert tried.status_code == 422
    assert not desk.path.exists()
    assert desk.stub.requests == []


async def test_try_it_says_what_came_of_it(desk: Desk) -> None:
    trial = await trying(desk, {"provider": desk.spec()})
    assert (trial.ok, trial.model, trial.served_model, trial.error) == (True, "stub-1", "stub-1", None)
    assert trial.reply == "You said: Answer with OK."
    assert trial.latency_ms is not None
    (asked,) = desk.stub.requests
    assert (asked.body["max_tokens"], asked.headers.get("authorization")) == (16, None)
    assert not desk.path.exists()


async def trying(desk: Desk, body: dict[str, Any]) -> ProviderTrial:
    response = await desk.ask("POST", "/providers/try", body)
    assert response.status_code == 200, response.text
    return ProviderTrial.model_validate_json(response.content)


WRONG = [
    (Plan(status=401), "provider_refused_key", "Check the key"),
    (Plan(status=404), "provider_lacks_model", "/v1"),
    (Plan(status=307, headers=(("location", "http://127.0.0.1:9/"),)), "provider_redirects", "redirects"),
    (Plan(status=500), "provider_failed", "status 500"),
    (Plan(status=429), "provider_rate_limited", "no more requests"),
    (Plan(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"), "provider_nonsense", "web page"),
    (Plan(cut_after=30), "provider_broke_off", "broke off"),
]


async def test_try_it_says_what_is_wrong_in_words(desk: Desk) -> None:
    for plan, code, word in WRONG:
        desk.stub.plans["stub-1"] = plan
        trial = await trying(desk, {"provider": desk.spec()})
        assert (trial.ok, trial.code) == (False, code)
        assert trial.error is not None
        assert word in trial.error


async def test_try_it_says_that_nobody_is_there(desk: Desk) -> None:
    trial = await trying(desk, {"provider": desk.spec(base_url="http://127.0.0.1:1/v1")})
    assert (trial.code, trial.error) == (
        "provider_unreachable",
        "The provider stub could not be reached. Is it running on this computer?",
    )


async def test_try_it_ends_after_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_desktop.server.gateway.providers.trying.SECONDS", 0.2)
    desk.stub.plans["stub-1"] = Plan(delay=30)
    began = time.monotonic()
    trial = await trying(desk, {"provider": desk.spec()})
    assert (trial.ok, trial.code) == (False, "provider_timeout")
    assert time.monotonic() - began < 10


async def test_try_it_takes_the_newer_name_of_a_limit(desk: Desk) -> None:
    """OpenAI's newer models refuse max_tokens, which vLLM, Ollama and llama.cpp want."""
    refusal = {
        "error": {"message": "Unsupported parameter", "code": "unsupported_parameter", "param": "max_tokens"}
    }
    desk.stub.plans["stub-1"] = Plan(status=400, error=refusal)
    trial = await trying(desk, {"provider": desk.spec()})
    assert trial.code == "unsupported_parameter"
    assert ["max_completion_tokens" in each.body for each in desk.stub.requests] == [False, True]


async def test_try_it_asks_one_of_the_table_with_its_key(desk: Desk) -> None:
    await desk.put(desk.spec(key={"keyring": "provider.stub"}))
    await desk.ask("PUT", "/providers/stub/key", {"key": CANARY})
    assert (await trying(desk, {"name": "stub", "model": "other"})).model == "other"
    assert desk.stub.requests[-1].headers["authorization"] == f"Bearer {CANARY}"
    for body, status in (
        ({}, 422),
        ({"name": "stub", "provider": desk.spec()}, 422),
        ({"name": "none"}, 404),
    ):
        assert (await desk.ask("POST", "/providers/try", body)).status_code == status


async def test_a_key_of_the_table_is_not_tried_at_another_address(desk: Desk) -> None:
    await desk.put(desk.spec(key={"keyring": "provider.stub"}))
    await desk.ask("PUT", "/providers/stub/key", {"key": CANARY})
    async with StubProvider() as evil:
        spec = desk.spec(key={"keyring": "provider.stub"}, base_url=evil.base_url)
        await trying(desk, {"provider": spec})
        assert [each.headers.get("authorization") for each in evil.requests] == [None]


async def test_openrouter_is_held_to_the_decision(desk: Desk) -> None:
    """As its documentation names the fields: provider.only, provider.sort, provider.quantizations."""
    models = [
        {"id": "meta-llama/llama-3.3-70b-instruct", "via": "deepinfra", "title": "DeepInfra", "quantization": "q8",
         "open_weight": True, "vetted": True, "send": {"provider": {"data_collection": "deny"}, "seed": 1}},
    ]  # fmt: skip
    await desk.put(desk.spec(pins="openrouter", models=models))
    answer = (await desk.chat()).json()
    assert answer["delivery"]["provider"] == "DeepInfra"
    body = desk.stub.requests[-1].body
    assert body["model"] == "meta-llama/llama-3.3-70b-instruct"
    assert body["seed"] == 1
    assert body["provider"] == {
        "only": ["deepinfra"],
        "sort": "price",
        "allow_fallbacks": False,
        "quantizations": ["fp8", "int8"],
        "data_collection": "deny",
    }


async def test_presets_are_told(desk: Desk) -> None:
    told = Presets.model_validate_json((await desk.ask("GET", "/providers/presets", key=ALICE)).content)
    assert [each.name for each in told.data] == ["openai", "openrouter", "vllm", "ollama", "llama.cpp"]


async def test_what_would_answer_an_operation_is_told_with_its_reasons(desk: Desk) -> None:
    await desk.put(desk.spec())
    await desk.ask("POST", "/operations", {"key": "sum"}, ALICE)
    response = await desk.ask("GET", "/operations/sum/routing", key=ALICE)
    told = Routing.model_validate_json(response.content)
    assert [each.tier for each in told.tiers] == ["realtime", "standard", "batch"]
    standard = told.tiers[1].decision
    assert standard is not None
    assert (standard.why, standard.provider, standard.considered[0].why) == (
        "vetted_default",
        "stub",
        "chosen",
    )
    realtime = told.tiers[0].decision
    assert realtime is not None
    assert realtime.tier == "standard"
    assert code_of(await desk.ask("GET", "/operations/sum/routing", key=NARROW)) == (
        403,
        "organization_key_required",
    )
    for name, key in (("none", ALICE), ("sum", OTHER)):
        assert (await desk.ask("GET", f"/operations/{name}/routing", key=key)).status_code == 404


async def test_the_decision_is_on_the_recorded_call(desk: Desk) -> None:
    await desk.put(desk.spec())
    answer = (await desk.chat()).json()
    assert "route" not in answer["delivery"]
    call = (await desk.ask("GET", f"/calls/{answer['id']}")).json()
    assert call["delivery"]["route"]["why"] == "vetted_default"
    assert call["delivery"]["route"]["considered"][0]["why"] == "chosen"


async def test_a_database_without_a_folder_has_no_table_to_write(desk: Desk) -> None:
    with contextlib.suppress(AttributeError):
        object.__setattr__(desk.atlas.gateway.book, "path", None)
    body = {"revision": "empty", "providers": []}
    assert code_of(await desk.ask("PUT", "/providers", body)) == (409, "no_table_file")
