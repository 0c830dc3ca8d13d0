"""An answer from the record is one to the very same request: over the wire, with a provider and one of the network."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.domain.fingerprints import says_all
from tests.server.gateway.house import House, opened
from tests.server.gateway.stub_provider import StubProvider

ASK = {
    "model": "atlas-1",
    "metadata": {"operation_id": "faq"},
    "messages": [{"role": "user", "content": "q"}],
}


def table(stub: StubProvider) -> str:
    """A machine of the network, and one at full precision that is dearer."""
    lines = ["[[provider]]", 'name = "net"', f'base_url = "{stub.base_url}"', 'served_by = "atlas_network"']
    lines += ["[[provider.model]]", 'id = "meta/llama-3.3"', 'quantization = "q8"', "open_weight = true"]
    lines += ["vetted = true", "prompt_usd = 0.1", "completion_usd = 0.1"]
    lines += ["[[provider]]", 'name = "own"', f'base_url = "{stub.base_url}"']
    lines += ["[[provider.model]]", 'id = "lab/big"', 'quantization = "full"', "prompt_usd = 5.0"]
    return "\n".join(lines) + "\n"


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    async with opened(tmp_path, template, table) as found:
        assert (await found.post("/operations", {"key": "faq", "cache": True})).status_code == 200
        yield found


async def delivery(house: House, **more: Any) -> dict[str, Any]:
    response = await house.post("/chat/completions", ASK | more)
    assert response.status_code == 200, response.text
    return dict(response.json()["delivery"])


@pytest.mark.parametrize(
    "other", [{"tool_choice": "none"}, {"n": 2}, {"logit_bias": {"5": -100}}, {"verbosity": "low"}]
)
async def test_what_the_fingerprint_does_not_cover_is_neither_given_nor_kept(
    house: House, other: Any
) -> None:
    await delivery(house, **other)
    first = await delivery(house)
    assert "cached_from" not in first, "the answer to another request"
    assert "cached_from" in await delivery(house)
    assert "cached_from" not in await delivery(house, **other)
    assert len(house.stub.requests) == 3


async def test_who_forbids_the_network_does_not_get_its_answers_from_the_record(house: House) -> None:
    assert (await delivery(house))["served_by"] == "atlas_network"
    assert "cached_from" in await delivery(house)
    elsewhere = await delivery(house, forbid_atlas_network=True)
    assert (elsewhere["served_by"], "cached_from" in elsewhere) == ("provider", False)
    again = await delivery(house, forbid_atlas_network=True)
    assert (again["served_by"], "cached_from" in again) == ("provider", True)


def test_a_fingerprint_that_leaves_something_out_is_no_name_of_a_request() -> None:
    turn = {"role": "assistant", "content": "x"}
    assert says_all({"model": "m", "messages": [turn], "stop": None, "n": None, "user": "u"})
    assert not says_all({"model": "m", "messages": [turn], "n": 2})
    assert not says_all({"model": "m", "messages": [turn | {"function_call": {"name": "f"}}]})
