"""A thousand promotions while others edit items, evaluators and gates and score again: never half done.

What counts as evidence is not what the server says afterwards alone: a trigger of this test's own notes, in the very
transaction that writes the promotion, how the dataset, the gates and the evaluators stand there.
"""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from atlas_desktop.server.config import CommitHooks, RateLimit
from tests.server.loop import define, draft, item, run, wanted
from tests.server.talk import ALICE, Talk, talking

ROUNDS = 1000
WITNESS = """
CREATE TABLE witness(dataset TEXT, promotion BLOB, ship_gates BLOB, revision INTEGER, content_hash TEXT,
    status TEXT, version INTEGER, item_count INTEGER, items INTEGER, evaluators TEXT);
CREATE TRIGGER seen AFTER INSERT ON promotion BEGIN
    INSERT INTO witness SELECT d.id, NEW.document, o.ship_gates, d.revision, d.content_hash, d.status, d.version,
        d.item_count, (SELECT count(*) FROM dataset_item i WHERE i.dataset = d.seq AND i.until > d.revision),
        (SELECT json_group_object(id, version) FROM evaluator)
    FROM dataset d JOIN operation o ON o.org = d.org AND o.key = d.operation WHERE d.seq = NEW.dataset;
END;
"""
Ask = Callable[..., Awaitable[httpx.Response]]
LOOSE, TIGHT = "^.{0,20}$", "^.{0,19}$"


def test_a_thousand_interleavings(tmp_path: Path, template: Path) -> None:
    path = tmp_path / "atlas.db"
    path.write_bytes(template.read_bytes())
    with closing(sqlite3.connect(path)) as database:
        database.executescript(WITNESS)
    outcomes: Counter[str] = Counter()
    with talking(path, executor="threaded", rate=RateLimit(10**9, 10**9, 1000)) as talk:
        define(talk)
        for number in range(ROUNDS):
            outcomes += talk.runner.run(one_round(talk, random.Random(number)))
    assert sum(outcomes.values()) == ROUNDS
    # Each way of ending is seen often, or the test would show little.
    assert min(outcomes["golden"], outcomes["draft"]) > ROUNDS // 10, outcomes
    check_witness(path, outcomes["golden"])


async def one_round(talk: Talk, chance: random.Random) -> Counter[str]:
    async with asking(talk) as ask:
        dataset, items = await scored(ask)
        others = [
            lambda: ask("PATCH", f"/datasets/{dataset}/items/{items[0]}", {"expected_output": '{"n":2}'}),
            lambda: ask("DELETE", f"/datasets/{dataset}/items/{items[1]}"),
            lambda: ask("POST", f"/datasets/{dataset}/items", [item(chance.randrange(9))]),
            lambda: ask(
                "PATCH", "/evaluators/ev_short", {"config": {"pattern": chance.choice([LOOSE, TIGHT])}}
            ),
            lambda: ask("PATCH", "/operations/greet", gates(chance)),
            lambda: evaluate(ask, dataset),
            lambda: ask("POST", f"/datasets/{dataset}/branch"),
            lambda: ask("GET", f"/datasets/{dataset}/gates"),
        ]
        acts = [(False, act) for act in chance.sample(others, chance.randrange(1, 4))]
        acts += [(True, lambda: ask("POST", f"/datasets/{dataset}/promote"))] * chance.randrange(1, 3)
        chance.shuffle(acts)
        answers = await asyncio.gather(*(after_turns(chance.randrange(12), act) for _, act in acts))
        promotions = [answer for (is_one, _), answer in zip(acts, answers, strict=True) if is_one]
        for answer in answers:
            assert answer.status_code in (200, 400, 404, 409), answer.text
        return await check_round(ask, dataset, promotions)


async def check_round(ask: Ask, dataset: str, promotions: list[httpx.Response]) -> Counter[str]:
    held = (await ask("GET", f"/datasets/{dataset}")).json()
    trail = (await ask("GET", f"/datasets/{dataset}/promotions")).json()["data"]
    golden = [answer for answer in promotions if answer.status_code == 200]
    assert len(golden) == len(trail) == (held["status"] == "golden"), (held, trail)
    if not golden:
        assert (held["status"], held["version"], held["promoted_at"]) == ("draft", 1, None)
        return Counter(["draft"])
    assert golden[0].json() == held, "what was promoted has changed since"
    assert held["version"] == 2
    assert held["promoted_at"] == trail[0]["promoted_at"]
    return Counter(["golden"])


def check_witness(path: Path, golden: int) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT * FROM witness").fetchall()
        runs = {
            row["id"]: row
            for row in database.execute(
                "SELECT e.id, e.status, e.dataset_revision, e.document, d.id AS dataset_id"
                " FROM evaluation e JOIN dataset d ON d.seq = e.dataset"
            )
        }
        kept = {row["id"]: row for row in database.execute("SELECT * FROM dataset")}
    assert len(rows) == golden
    for row in rows:
        said = orjson.loads(row["promotion"])
        assert (row["status"], row["version"]) == ("golden", said["dataset_version"])
        assert row["item_count"] == row["items"] == said["item_count"]
        assert (row["revision"], row["content_hash"]) == (said["dataset_revision"], said["content_hash"])
        now = kept[row["dataset"]]
        assert [now[name] for name in ("revision", "content_hash", "status", "version", "item_count")] == [
            row[name] for name in ("revision", "content_hash", "status", "version", "item_count")
        ], "a golden dataset changed"
        check_gates(row, said, runs)


def check_gates(row: sqlite3.Row, said: dict[str, Any], runs: dict[str, sqlite3.Row]) -> None:
    versions = orjson.loads(row["evaluators"])
    demanded = {gate["evaluator_id"]: gate["min_score"] for gate in orjson.loads(row["ship_gates"])}
    assert {gate["evaluator_id"]: gate["min_score"] for gate in said["gates"]} == demanded
    for gate in said["gates"]:
        used = runs[gate["evaluation_id"]]
        assert (used["status"], used["dataset_id"]) == ("completed", row["dataset"])
        assert used["dataset_revision"] == row["revision"]
        document = orjson.loads(used["document"])
        (by,) = [one for one in document["evaluators"] if one["id"] == gate["evaluator_id"]]
        assert by["version"] == gate["evaluator_version"] == versions[gate["evaluator_id"]]
        assert by["unscored"] == 0
        assert document["summary"][gate["evaluator_id"]] == gate["score"] >= gate["min_score"]


@asynccontextmanager
async def asking(talk: Talk) -> Any:
    async def ask(method: str, target: str, json: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {ALICE.key}"}
        return await talk.client.request(method, f"/v1{target}", json=json, headers=headers)

    yield ask


async def scored(ask: Ask) -> tuple[str, list[str]]:
    """A draft whose gates hold, for now."""
    made = wanted(await ask("POST", "/datasets", {"operation_id": "greet", "name": "x"}))
    added = wanted(await ask("POST", f"/datasets/{made['id']}/items", [item(1), item(2), item(3)]))
    assert (await evaluate(ask, made["id"])).json()["status"] == "completed"
    return made["id"], [each["id"] for each in added["added"]]


async def evaluate(ask: Ask, dataset: str) -> httpx.Response:
    return await ask(
        "POST", "/evaluations", {"dataset_id": dataset, "evaluator_ids": ["ev_short", "ev_json"]}
    )


def gates(chance: random.Random) -> dict[str, Any]:
    least = chance.choice([0.5, 0.6, 1.0])
    both = [
        {"evaluator_id": "ev_short", "min_score": 1.0},
        {"evaluator_id": "ev_json", "min_score": least},
    ]
    return {"ship_gates": both[: chance.randrange(1, 3)], "allow_loosening": True}


async def after_turns(turns: int, act: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await act()


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_at_its_commit_leaves_all_of_it_or_nothing(
    tmp_path: Path, template: Path, moment: str
) -> None:
    armed: list[bool] = []

    def crash() -> None:
        if armed:
            armed.clear()
            raise Crash

    path = tmp_path / "atlas.db"
    headers = {"idempotency-key": "once"}
    with talking(path, template, hooks=CommitHooks(**{moment: crash})) as talk:
        define(talk)
        dataset = draft(talk, [item(1)])
        run(talk, dataset)
        before = wanted(talk.get(f"/datasets/{dataset}"))
        armed.append(True)
        with pytest.raises(Crash):
            talk.post(f"/datasets/{dataset}/promote", headers=headers)
    with talking(path) as talk:
        held = wanted(talk.get(f"/datasets/{dataset}"))
        trail = wanted(talk.get(f"/datasets/{dataset}/promotions"))["data"]
        if moment == "before":
            assert (held, trail) == (before, [])
        else:
            assert (held["status"], len(trail)) == ("golden", 1)
        again = wanted(talk.post(f"/datasets/{dataset}/promote", headers=headers))
        assert again["status"] == "golden"
        assert len(wanted(talk.get(f"/datasets/{dataset}/promotions"))["data"]) == 1
