"""Runs scored by models that are asked over the net: each item once, and not for ever when they fail."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.evaluation_runs.shares import MOST_TROUBLES
from atlas_desktop.server.scoring import over_net
from atlas_desktop.server.scoring.endpoint import ModelEndpoint
from tests.server.stand_in import judging, says
from tests.server.talk import ALICE
from tests.server.test_embeddings import vectors

JUDGE = {"id": "ev_judge", "kind": "llm_judge", "config": {"rubric": "Be brief."}}
NEAR = {"id": "ev_near", "kind": "embedding_match", "config": {}}

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts are short."""
    monkeypatch.setattr(over_net, "FIRST_PAUSE", 0.01)


@asynccontextmanager
async def serving(
    folder: Path, judge: ModelEndpoint | None = None, embedder: ModelEndpoint | None = None
) -> AsyncIterator[Ask]:
    """Requests to a server that knows these models."""
    url = sqlite_url(folder / "a.db")
    app = create_app(ServerConfig(url, static_keys=(ALICE,), judge=judge, embedder=embedder))
    headers = {"authorization": f"Bearer {ALICE.key}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8400", headers=headers
    ) as client:

        async def ask(method: str, path: str, body: Any = None) -> Any:
            answer = await client.request(method, f"/v1{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield ask
    await app.state.atlas.runs.close()
    close_app(app)


async def run(ask: Ask, items: int, *evaluators: dict[str, Any], **more: Any) -> tuple[Any, list[Any]]:
    """A run over so many items, and its results."""
    for evaluator in evaluators:
        await ask("POST", "/evaluators", evaluator)
    await ask("POST", "/operations", {"key": "greet"})
    dataset = (await ask("POST", "/datasets", {"operation_id": "greet", "name": "G"}))["id"]
    await ask("POST", f"/datasets/{dataset}/items", [item(n) for n in range(items)])
    body = {"dataset_id": dataset, "evaluator_ids": [one["id"] for one in evaluators], **more}
    done = await ask("POST", "/evaluations", body)
    assert done["status"] == "completed", done
    return done, (await ask("GET", f"/evaluations/{done['id']}/results?limit=1000"))["data"]


def item(number: int) -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": f"question {number}"}]},
        "expected_output": f"expected {number}",
        "predicted": f"recorded {number}",
        "weight": 2.0 if number % 2 else 1.0,
    }


async def test_a_judge_is_asked_about_each_item_once(tmp_path: Path) -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        shown = vars(handler)["body"]["messages"][1]["content"]
        good = int("expected 1" in shown)
        says(f'{{"score": {good}, "reasoning": "so"}}')(handler)

    with judging(act) as judge:
        async with serving(tmp_path, judge=judge.endpoint) as ask:
            done, found = await run(ask, 12, JUDGE)
    asked = [body["messages"][1]["content"] for _, _, body in judge.asked]
    assert sorted(sum(f"expected {n}\n" in text for text in asked) for n in range(12)) == [1] * 12
    assert all("question" in text and "reference" not in text for text in asked)
    # 1, 10 and 11: 2 + 1 + 2 of 18.
    assert done["summaryScores"]["ev_judge"] == 5 / 18
    assert found[0]["details"][0]["message"] == "so"
    assert done["evaluators"][0]["model"] == "judge-1"


async def test_what_was_recorded_is_judged_beside_what_was_expected(tmp_path: Path) -> None:
    with judging(says('{"score": 1}')) as judge:
        async with serving(tmp_path, judge=judge.endpoint) as ask:
            await run(ask, 1, JUDGE, predictions="recorded")
    shown = judge.asked[0][2]["messages"][1]["content"]
    assert "recorded 0" in shown
    assert "reference answer\nexpected 0" in shown


async def test_a_judge_that_is_down_is_not_asked_about_the_rest(tmp_path: Path) -> None:
    with judging(says("{}", 401)) as judge:
        async with serving(tmp_path, judge=judge.endpoint) as ask:
            done, found = await run(ask, 60, JUDGE)
    assert MOST_TROUBLES <= len(judge.asked) < MOST_TROUBLES + 8
    assert done["summaryScores"] == {"overall": None, "ev_judge": None}
    assert {(row["score"], row["reason"]) for row in found} == {(None, "judge_failed")}
    assert sum("not asked about the rest" in row["message"] for row in found) >= 40
    assert len(found) == 60


async def test_an_answer_that_is_no_number_is_about_its_item_only(tmp_path: Path) -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        odd = "expected 3\n" in vars(handler)["body"]["messages"][1]["content"]
        says("a fine answer" if odd else '{"score": 1}')(handler)

    with judging(act) as judge:
        async with serving(tmp_path, judge=judge.endpoint) as ask:
            done, found = await run(ask, 30, JUDGE)
    assert [row["score"] for row in found] == [1.0] * 3 + [None] + [1.0] * 26
    assert (done["evaluators"][0]["unscored"], done["summaryScores"]["ev_judge"]) == (1, 1.0)


async def test_a_provider_embeds_both_texts_of_each_item(tmp_path: Path) -> None:
    with judging(vectors([3.0, 0.0], [0.0, 2.0])) as model:
        async with serving(tmp_path, embedder=model.endpoint) as ask:
            done, _ = await run(ask, 5, NEAR, predictions="recorded")
    assert sorted(body["input"] for _, _, body in model.asked) == [
        [f"recorded {n}", f"expected {n}"] for n in range(5)
    ]
    assert done["summaryScores"] == {"overall": 0.5, "ev_near": 0.5}
