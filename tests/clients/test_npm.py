"""The official JavaScript client, in Node, against the real gateway."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.served import Served

_HERE = Path(__file__).parent / "npm"


@pytest.fixture(scope="module")
def found(gateway: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each case of cases.mjs got."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node.js and npm are not on this machine: the JavaScript client cannot be tried")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json", "cases.mjs"):
        shutil.copy(_HERE / name, folder / name)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(install, cwd=folder, check=True, timeout=100)
    environment = os.environ | {"ATLAS_URL": gateway.url, "ATLAS_KEY": gateway.key}
    done = subprocess.run(["node", "cases.mjs"], cwd=folder, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    cases: dict[str, Any] = json.loads(done.stdout)
    return cases


def test_plain(found: dict[str, Any]) -> None:
    answer = found["plain"]
    assert answer["choices"][0]["message"]["content"] == "You said: hello there"
    assert answer["id"].startswith("chatcmpl-")
    assert answer["usage"]["total_tokens"] > 0


def test_the_seeds_one_string_migration(found: dict[str, Any]) -> None:
    delivery = found["atlas_1"]
    assert set(delivery) == {
        "tier", "served_by", "provider", "quantization", "upgraded", "cost_usd", "latency_ms", "evals", "fingerprints",
    }  # fmt: skip
    assert (delivery["tier"], delivery["served_by"], delivery["upgraded"]) == ("standard", "provider", False)
    assert (delivery["provider"], delivery["quantization"]) == ("Hyperbolic", "q8")
    assert delivery["evals"] == {"gates": 0, "scheduled": False}
    assert delivery["fingerprints"]["prompt"].startswith("fp_p_")
    assert delivery["fingerprints"]["schema"] is None


def test_realtime_and_strict(found: dict[str, Any]) -> None:
    delivery = found["realtime_strict"]["delivery"]
    assert (delivery["tier"], delivery["quantization"], delivery["upgraded"]) == ("realtime", "full", False)


def test_batch_is_fetched_later(found: dict[str, Any]) -> None:
    first, whole = found["batch"]["first"], found["batch"]["found"]
    assert first["choices"] == []
    assert whole["id"] == first["id"]
    assert whole["choices"][0]["message"]["content"] == "You said: hello there"
    assert whole["delivery"]["tier"] == "batch"


def test_streams(found: dict[str, Any]) -> None:
    chunks = found["stream"]
    assert _text(chunks) == "You said: hello there"
    assert [chunk["choices"] for chunk in chunks if "delivery" in chunk] == [[]]
    assert chunks[-1]["delivery"]["provider"] == "Stub"
    assert all("usage" not in chunk or chunk["usage"] is None for chunk in chunks)
    with_usage = found["stream_usage"]
    assert [chunk["usage"]["completion_tokens"] for chunk in with_usage if chunk.get("usage")] == [4]
    assert found["accumulated"]["choices"][0]["message"]["content"] == "You said: hello there"


def test_tools(found: dict[str, Any]) -> None:
    for name in ("tools", "streamed_tools"):
        choice = found[name]["choices"][0]
        assert choice["finish_reason"] == "tool_calls"
        assert choice["message"]["tool_calls"][0]["function"]["name"] == "weather"
        assert json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"]) == {"city": "Kyoto"}


def test_structured_output_and_parts(found: dict[str, Any]) -> None:
    assert found["structured"] == {"city": "Kyoto", "people": 1463723}
    assert found["parts"]["choices"][0]["message"]["content"].startswith("You said: what is this?")


def test_an_abort_is_recorded_as_cancelled(found: dict[str, Any], gateway: Served) -> None:
    assert found["abort"] == "one "
    cancelled = gateway.calls(model="stub/slow", finish_reason="cancelled")
    assert cancelled
    assert cancelled[0]["response"]["message"]["content"].startswith("one ")


def test_embeddings_and_models(found: dict[str, Any]) -> None:
    assert [len(row["embedding"]) for row in found["embeddings"]["data"]] == [8, 8]
    assert {"atlas-1", "stub/plain", "meta/llama-3.3-70b"} <= set(found["models"])


def test_errors_are_of_the_clients_own_kinds(found: dict[str, Any]) -> None:
    assert found["unknown_model"]["kind"] == "NotFoundError"
    assert found["broken_upstream"] | {"code": ""} == {
        "kind": "InternalServerError", "status": 502, "code": "", "type": "upstream_error",
    }  # fmt: skip
    assert found["wrong_key"]["kind"] == "AuthenticationError"


def _text(chunks: list[dict[str, Any]]) -> str:
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    return "".join(delta.get("content") or "" for delta in deltas)
