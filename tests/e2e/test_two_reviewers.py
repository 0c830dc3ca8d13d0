"""Two reviewers and one call, by keys only: correct JSON until the lamps are green, tag, submit, conflict, merge."""

import asyncio
from pathlib import Path

import orjson
import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.feedback import Feedback, FeedbackCreate
from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from atlas_desktop.contract.secret import Secret
from tests.cli import running
from tests.e2e.drive import App
from tests.e2e.test_connecting import fill_in
from tests.e2e.test_one_reviewer import set_filter

SCHEMA = {
    "type": "object",
    "properties": {
        "summary": {"type": "string"},
        "priority": {"enum": ["low", "normal", "high"]},
        "team": {"type": "string"},
    },
    "required": ["summary", "priority", "team"],
    "additionalProperties": False,
}
ANSWER = '{\n  "summary": "Ann cannot log in, call 555-0100",\n  "priority": "urgent"\n}'
MINE = '{\n  "summary": "Ann cannot log in",\n  "priority": "high",\n  "team": "login"\n}'
THEIRS = (
    '{\n  "summary": "Ann cannot log in, call 555-0100",\n  "priority": "normal",\n  "team": "support"\n}'
)
MERGED = '{\n  "summary": "Ann cannot log in",\n  "priority": "normal",\n  "team": "login"\n}'


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The home of a server with three calls, an operation with a schema, and two gates on it."""
    home = tmp_path / "server"
    home.mkdir()
    calls = tmp_path / "calls.jsonl"
    calls.write_bytes(b"\n".join(_line(number) for number in range(3)))
    with running.serving(home) as url:
        assert running.run(home, "import", calls, "--url", url, NEWMEN_API_KEY=running.KEY).code == 0
        asyncio.run(_define(url))
    return home


def _line(number: int) -> bytes:
    return orjson.dumps(
        {
            "source_id": f"made/{number}",
            "model": "m",
            "operation": "triage_ticket" if number == 1 else "other",
            "customer": "acme",
            "messages": [{"role": "user", "content": f"question {number}"}],
            "output": ANSWER if number == 1 else f"answer {number}",
        }
    )


async def _define(url: str) -> None:
    async with AsyncAtlas(url, Secret(running.KEY)) as client:
        schema = await client.evaluators.create(EvaluatorCreate(name="schema", kind="json_schema"))
        phone = await client.evaluators.create(
            EvaluatorCreate(
                name="no phone", kind="regex", config={"pattern": r"\d{3}-\d{4}", "must_match": False}
            )
        )
        gates = [ShipGate(evaluator_id=each.id, min_score=1.0) for each in (schema, phone)]
        await client.operations.create(
            OperationCreate(key="triage_ticket", output_schema=SCHEMA, ship_gates=gates)
        )


def test_correct_tag_submit_conflict_merge(tmp_path: Path, served: Path, secret_service: str) -> None:
    """What one reviewer wrote and another had not seen is neither lost nor overwritten."""
    bob = running.run(served, "keys", "create", "bob", "--database", f"sqlite:///{served / 'served.db'}").out
    with running.serving(served) as url, App(tmp_path / "home") as app:
        fill_in(app, url, running.KEY)
        app.keys("Enter")
        app.until(open=True, link="online", synced=True, painted=True, listed=3)
        set_filter(app, "operation:triage_ticket")
        call = app.until(listed=1, painted=True)["call"]
        correct_until_green(app)
        app.keys("Ctrl+Shift+O")
        app.until(link="by_hand")
        submit_and_tag(app)
        asyncio.run(second_reviewer(url, bob.split()[-1], call))
        app.keys("Ctrl+Shift+O")
        app.until(link="online", needs_you=1, conflict=True)
        merge(app)
        app.until(pending=0, needs_you=0, conflict=False)
        app.quit()
        rows = asyncio.run(said(url, call))
    assert secret_service
    newest = rows[0]
    assert (newest.correction, newest.rating, newest.tags) == (MERGED, "thumbs_down", ["accuracy:partial"])
    assert [row.correction for row in rows[1:]] == [THEIRS]


def correct_until_green(app: App) -> None:
    """F8 leads to the wrong value, the schema offers what may stand there, the lamps follow the keys."""
    app.keys("E")
    app.until(editing=True, text=ANSWER, lamps={"schema": "bad", "no phone": "bad"})
    app.until(problems=['"team" is missing', '"urgent" is none of "low", "normal", "high"'])
    app.keys("F8", *["Shift+Right"] * len('"urgent"'))
    app.write('"')
    app.until(offers=['"low"', '"normal"', '"high"'])
    app.keys("Down", "Down", "Return")
    app.until(problems=['"team" is missing'])
    app.write(",")
    app.keys("Return")
    app.write('  "')
    app.until(offers=["team"])
    app.keys("Return")
    app.write("login")
    app.until(lamps={"schema": "ok", "no phone": "bad"})
    app.keys("Ctrl+Home", *["Right"] * ANSWER.index('",'), *["Backspace"] * len(", call 555-0100"))
    app.until(text=MINE, green=True, problems=[])


def submit_and_tag(app: App) -> None:
    """Submitted, it rates the call bad; the tag goes with it."""
    app.keys("Ctrl+Shift+Enter")
    app.until(correction=MINE, rating="thumbs_down", pending=1, editing=True)
    app.keys("Esc")
    app.until(focus="CallList")
    app.keys("T")
    app.write("accuracy:partial")
    app.keys("Return")
    app.until(tags=["accuracy:partial"], pending=1)
    app.keys("Esc")
    app.until(focus="CallList")


def merge(app: App) -> None:
    """Mine, the result and theirs; their priority is taken, the rest stays mine."""
    app.keys("E")
    app.until(editing=True, text=MINE)
    app.keys("Ctrl+Home")
    app.until(caret=0)
    app.keys("Alt+Down", "Alt+Down")
    app.until(caret=MINE.index("high"))
    app.keys("Alt+Right")
    app.until(text=MERGED, green=True)
    app.keys("Ctrl+Enter")


async def second_reviewer(url: str, key: str, call: str) -> None:
    """Bob corrects the same call meanwhile."""
    async with AsyncAtlas(url, Secret(key)) as client:
        await client.feedback.create(FeedbackCreate(call_id=call, correction=THEIRS))


async def said(url: str, call: str) -> list[Feedback]:
    """Every row about this call, newest first."""
    async with AsyncAtlas(url, Secret(running.KEY)) as client:
        return [row async for row in client.feedback.iterate(FeedbackQuery(call_id=call, limit=100))]
