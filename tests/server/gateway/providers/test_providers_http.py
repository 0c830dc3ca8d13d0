"""The provider table over HTTP: who may do what, what is told to whom, and that keys come out nowhere."""

import contextlib
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.providers import Presets, ProviderTable, Routing
from tests.server.gateway.house import CANARY
from tests.server.gateway.providers.desk import Desk, code_of, opened
from tests.server.gateway.stub_provider import Plan
from tests.server.talk import ALICE, NARROW, OTHER


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path) as made:
        yield made


def holding(folder: Path, secret: bytes) -> list[Path]:
    """The files that have it in them."""
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_bytes()]


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


async def test_a_narrowed_key_does_not_see_who_else_might_have_served_its_call(desk: Desk) -> None:
    await desk.put(desk.spec())
    answer = (await desk.chat(metadata={"operation_id": "sum", "customer": "north/prod"})).json()
    for key, seen in ((ALICE, True), (NARROW, False)):
        one = (await desk.ask("GET", f"/calls/{answer['id']}", key=key)).json()
        (listed,) = (await desk.ask("GET", "/calls", key=key)).json()["data"]
        (change,) = (await desk.ask("GET", "/calls/changes", key=key)).json()["data"]
        for call in (one, listed, change["call"]):
            assert ("route" in call["delivery"]) is seen
            assert call["delivery"]["provider"] == answer["delivery"]["provider"]


async def test_a_database_without_a_folder_has_no_table_to_write(desk: Desk) -> None:
    with contextlib.suppress(AttributeError):
        object.__setattr__(desk.atlas.gateway.book, "path", None)
    body = {"revision": "empty", "providers": []}
    assert code_of(await desk.ask("PUT", "/providers", body)) == (409, "no_table_file")


async def test_a_table_that_cannot_be_written_says_so(desk: Desk) -> None:
    desk.path.mkdir()
    refused = await desk.put(desk.spec())
    assert code_of(refused) == (500, "table_not_written")
    assert "directory" in refused.json()["error"]["message"]
    assert list(desk.path.iterdir()) == []


async def test_a_long_table_is_listed_without_holding_anybody_up(desk: Desk) -> None:
    models = [{"id": f"m-{number}", "prompt_usd": number, "completion_usd": 1} for number in range(2000)]
    assert (await desk.put(desk.spec(models=models), desk.spec("b", models=models))).status_code == 200
    first = (await desk.ask("GET", "/providers", key=ALICE)).json()
    began = time.thread_time()
    again = (await desk.ask("GET", "/providers", key=ALICE)).json()
    assert again == first
    assert [len(each["models"]) for each in again["data"]] == [2000, 2000]
    assert time.thread_time() - began < 1
    told = (await desk.ask("GET", "/operations/none/routing", key=ALICE)).status_code
    assert told == 404
