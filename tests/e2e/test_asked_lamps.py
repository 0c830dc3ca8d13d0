"""The lamps that only the server can light, in the real window: a judge over a real socket, and the embedding model."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.contract.secret import Secret
from tests.cli import running
from tests.e2e.drive import App
from tests.e2e.test_connecting import fill_in
from tests.server.stand_in import judging, says

OUTPUT = "We are sorry. The parcel is late."
REFERENCE = "Your parcel arrives on Friday. You get the postage back."
NEAR = "Your parcel arrives on Friday, and you get the postage back."
WITHIN = {"quality": 0.8, "near": 0.8, "no sorry": 1.0}


class Opinionated:
    """A judge: no apologies, no riddles. It waits for ``go`` before it answers at all."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        assert self.go.wait(30)
        asked: Any = handler.server.asked[-1][2]  # type: ignore[attr-defined]
        answer = asked["messages"][1]["content"].split("end question")[1].split("begin reference")[0]
        if "?" in answer:
            says("I could not say.")(handler)
        else:
            bad = "sorry" in answer
            verdict = {
                "score": 0.25 if bad else 0.9,
                "reasoning": "It says sorry and no date." if bad else "It helps.",
            }
            says(json.dumps(verdict))(handler)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The home of a server with a call that an expert has corrected, and three gates on its operation."""
    home = tmp_path / "server"
    home.mkdir()
    line = {
        "source_id": "made/1", "model": "m", "operation": "answer_mail", "customer": "acme",
        "messages": [{"role": "user", "content": "Where is my parcel?"}], "output": OUTPUT,
    }  # fmt: skip
    (tmp_path / "calls.jsonl").write_bytes(orjson.dumps(line))
    with running.serving(home) as url:
        ran = running.run(home, "import", tmp_path / "calls.jsonl", "--url", url, NEWMEN_API_KEY=running.KEY)
        assert ran.code == 0
        asyncio.run(_define(url))
    return home


async def _define(url: str) -> None:
    async with AsyncAtlas(url, Secret(running.KEY)) as client:
        made = [
            await client.evaluators.create(EvaluatorCreate.model_validate(each))
            for each in (
                {
                    "name": "quality",
                    "kind": "llm_judge",
                    "config": {"rubric": "It says when, without apologies."},
                },
                {"name": "near", "kind": "embedding_match", "config": {}},
                {"name": "no sorry", "kind": "regex", "config": {"pattern": "sorry", "must_match": False}},
            )
        ]
        gates = [ShipGate(evaluator_id=each.id, min_score=WITHIN[each.name]) for each in made]
        await client.operations.create(OperationCreate(key="answer_mail", ship_gates=gates))
        (call,) = (await client.calls.list()).data
        await client.feedback.create(FeedbackCreate(call_id=call.id, correction=REFERENCE, reviewer="expert"))


def test_ctrl_r_has_a_judge_and_the_embedding_model_light_their_lamps(
    tmp_path: Path, served: Path, secret_service: str
) -> None:
    """The numbers, the judge's words, an answer that is no number, and offline."""
    opinionated = Opinionated()
    with judging(opinionated) as judge, App(tmp_path / "home") as app:
        with running.serving(
            served,
            ATLAS_JUDGE_BASE_URL=judge.endpoint.base_url,
            ATLAS_JUDGE_API_KEY=judge.endpoint.key,
            ATLAS_JUDGE_MODEL="judge-1",
        ) as url:
            fill_in(app, url, running.KEY)
            app.keys("Enter")
            app.until(open=True, link="online", synced=True, painted=True, listed=1)
            _asked_and_lit(app, opinionated)
            app.picture(tmp_path / "lit.png")
            _nonsense_is_no_number(app)
            app.picture(tmp_path / "nonsense.png")
            app.keys("Ctrl+Shift+O")
            app.until(
                link="by_hand", lamps={"quality": "needs_server", "near": "needs_server", "no sorry": "ok"}
            )
            app.picture(tmp_path / "offline.png")
        app.quit()
    assert {tuple(sorted(body)) for _, _, body in judge.asked} == {
        ("max_tokens", "messages", "model", "response_format", "temperature")
    }
    assert secret_service


def _asked_and_lit(app: App, opinionated: Opinionated) -> None:
    app.keys("E")
    app.until(editing=True, text=REFERENCE, lamps={"quality": "unasked", "near": "unasked", "no sorry": "ok"})
    app.keys("Ctrl+A")
    app.write(OUTPUT)
    app.keys("Ctrl+R")
    app.until(lamps={"quality": "running", "near": "bad", "no sorry": "bad"}, seconds=60)
    opinionated.go.set()
    seen = app.until(lamps={"quality": "bad", "near": "bad", "no sorry": "bad"})
    assert seen["scores"]["quality"] == 0.25
    assert seen["lamp_words"]["quality"] == "It says sorry and no date."
    app.keys("Ctrl+A")
    app.write(NEAR)
    app.keys("Ctrl+R")
    seen = app.until(green=True, text=NEAR)
    assert (seen["scores"]["quality"], seen["scores"]["no sorry"]) == (0.9, 1.0)
    assert 0.8 <= seen["scores"]["near"] < 1.0


def _nonsense_is_no_number(app: App) -> None:
    app.keys("End")
    app.write(" Agreed?")
    app.keys("Ctrl+R")
    seen = app.until(lamps={"quality": "unknown", "near": "ok", "no sorry": "ok"})
    assert seen["scores"]["quality"] is None
    assert seen["lamp_words"]["quality"] == "The judge did not answer with a number."
