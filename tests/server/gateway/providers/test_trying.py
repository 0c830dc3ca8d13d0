"""*Try it*: one tiny completion of a provider, and in words what came of it."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.providers import ProviderTrial
from tests.server.gateway.house import CANARY
from tests.server.gateway.providers.desk import Desk, opened
from tests.server.gateway.stub_provider import Plan, StubProvider


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path) as made:
        yield made


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


async def test_a_provider_that_repeats_its_key_does_not_bring_it_on_a_screen(desk: Desk) -> None:
    desk.stub.plans["stub-1"] = Plan(words=(f"Your key is {CANARY}.",))
    trial = await trying(desk, {"provider": desk.spec(), "key": CANARY})
    assert trial.reply == "Your key is …."
