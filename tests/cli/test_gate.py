"""``atlas-desktop gate`` as a script runs it: the real command against a real server."""

import asyncio
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.cli import gate as gating
from atlas_desktop.cli.gate_table import Row, row_of, scores, table
from atlas_desktop.cli.reaching import Target
from atlas_desktop.contract.datasets import DatasetItemUpdate
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.contract.promotions import GateStanding
from atlas_desktop.contract.secret import Secret
from atlas_desktop.server.handlers import HANDLERS
from tests.app.loop_desk import loop_desk
from tests.cli.loop import make
from tests.cli.running import KEY, Ran, command, environment, run, serving
from tests.server.stand_in import judging, says


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as base_url:
        yield base_url


def gate(tmp_path: Path, url: str, *arguments: str) -> Ran:
    return run(tmp_path, "gate", *arguments, NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY)


def test_it_scores_what_is_missing_and_says_how_the_gates_stand(tmp_path: Path, url: str) -> None:
    made = asyncio.run(make(url, 3, 1, least=0.8))
    first = gate(tmp_path, url, made.dataset)
    assert first.code == 1
    assert first.out.splitlines()[1].split() == ["ev_digit", "regex", "0.7500", "0.8000", "unmet"]
    assert "1 of 1 ship gates unmet" in first.err
    asyncio.run(mend(url, made.dataset, made.items[-1]))
    second = gate(tmp_path, url, "Numbers", "--json")
    assert second.code == 0, second.err
    assert second.json["met"] is True
    assert second.json["gates"][0]["score"] == 1.0
    assert len(second.json["evaluations"]) == 1
    third = gate(tmp_path, url, made.dataset, "--json")
    assert (third.code, third.json["evaluations"]) == (0, []), "what is scored is not scored again"


async def mend(url: str, dataset: str, item: str) -> None:
    async with AsyncAtlas(url, Secret(KEY)) as client:
        await client.datasets.items.update(dataset, item, DatasetItemUpdate(expected_output="7"))


def test_what_cannot_be_said_ends_with_two(tmp_path: Path, url: str) -> None:
    empty = asyncio.run(make(url, 0, 0))
    assert gate(tmp_path, url, empty.dataset).code == 2
    assert "no items" in gate(tmp_path, url, empty.dataset).err
    asyncio.run(make(url, 1, 0))
    several = gate(tmp_path, url, "Numbers")
    assert (several.code, "2 datasets are named Numbers" in several.err) == (2, True)
    nothing = gate(tmp_path, url, "ds_nothing")
    assert (nothing.code, "no dataset ds_nothing" in nothing.err) == (2, True)
    refused = run(tmp_path, "gate", "x", NEWMEN_BASE_URL=url, NEWMEN_API_KEY="nm_live_wrong_key")
    assert (refused.code, "--key" in refused.err) == (2, True)
    away = run(tmp_path, "gate", "x", "--url", "http://127.0.0.1:9/v1", NEWMEN_API_KEY=KEY)
    assert away.code == 2
    assert KEY not in away.err + refused.err


def test_it_asks_the_atlas_of_this_computer_when_no_other_is_named(tmp_path: Path) -> None:
    assert "no Atlas on this computer yet" in run(tmp_path, "gate", "Numbers").err
    (tmp_path / "server").mkdir(mode=0o700)
    (tmp_path / "workspaces").mkdir(mode=0o700)
    with serving(tmp_path, tmp_path / "server" / "atlas.db") as base_url:
        asyncio.run(make(base_url, 2, 0))
    here = run(tmp_path, "gate", "Numbers", "--json")
    assert here.code == 0, here.err
    assert here.json["met"] is True


@pytest.mark.skipif(os.name != "posix", reason="interrupts are POSIX's")
@pytest.mark.parametrize(
    ("how", "shell"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ()),
        (signal.SIGTERM, ("sh", "-c", 'trap "" INT; exec "$0" "$@"')),
    ],
)
def test_interrupted_it_cancels_what_it_began(
    tmp_path: Path, how: signal.Signals, shell: tuple[str, ...]
) -> None:
    """``shell``: what starts it; in the background it would have it ignore interrupts."""
    asked, answer = threading.Event(), threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        answer.wait(30)
        says('{"score": 1, "reasoning": ""}')(handler)

    with judging(slow) as judge:
        base, key = judge.endpoint.base_url, judge.endpoint.key or ""
        with serving(
            tmp_path, ATLAS_JUDGE_BASE_URL=base, ATLAS_JUDGE_API_KEY=key, ATLAS_JUDGE_MODEL="m"
        ) as url:
            made = asyncio.run(make_judged(url))
            process = subprocess.Popen(
                [*shell, *command("gate", made)],
                env=environment(tmp_path, NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY),
                stderr=subprocess.PIPE,
            )
            assert asked.wait(30)
            process.send_signal(how)
            _, said = process.communicate(timeout=30)
            answer.set()
            assert process.returncode == 2
            assert b"Stopped" in said
            assert b"Traceback" not in said
            asyncio.run(seen(url, "cancelled"))


async def make_judged(url: str) -> str:
    made = await make(url, 2, 0)
    async with AsyncAtlas(url, Secret(KEY)) as client:
        config = {"rubric": "good?"}
        await client.evaluators.create(EvaluatorCreate(id="ev_judge", kind="llm_judge", config=config))
        gates = [ShipGate(evaluator_id=name, min_score=1.0) for name in ("ev_digit", "ev_judge")]
        await client.operations.update("count", OperationUpdate(ship_gates=gates))
    return made.dataset


async def seen(url: str, status: str) -> None:
    """The newest run comes to be in this state."""
    async with AsyncAtlas(url, Secret(KEY)) as client, asyncio.timeout(20):
        # The run is another process's: it can only be looked at.
        while (await client.evaluations.list()).data[0].status != status:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_server_of_the_published_endpoints_only_is_asked_for_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("datasets.gates", "evaluations.cancel", "evaluations.results", "capabilities.get"):
        monkeypatch.delitem(HANDLERS, name)
    async with loop_desk(tmp_path) as loop:
        await loop.define(("ev_euro", 1.0), ("ev_fence", 0.5))
        dataset = await loop.draft("1 EUR", "2 USD")

        @asynccontextmanager
        async def reached(*_: object) -> AsyncIterator[AsyncAtlas]:
            yield loop.client

        monkeypatch.setattr(gating, "reached", reached)
        answer = await gating._answer(Target(tmp_path, "http://127.0.0.1/v1"), dataset.id, 10)
        assert not answer.gates.met
        assert [(gate.evaluator_id, gate.score, gate.met) for gate in answer.gates.gates] == [
            ("ev_euro", 0.5, False),
            ("ev_fence", 1.0, True),
        ]
        await loop.gates(("ev_fence", 1.0))
        assert (await gating._answer(Target(tmp_path), dataset.id, 10)).gates.met
        await loop.gates()
        assert (await gating._answer(Target(tmp_path), dataset.id, 10)).gates.gates == []


def test_items_without_a_score_are_explained(tmp_path: Path, url: str) -> None:
    made = asyncio.run(make_judged(url))
    unscored = gate(tmp_path, url, made)
    assert unscored.code == 1
    assert "2 items without a score" in unscored.out
    assert "ev_judge: " in unscored.err
    assert "judge" in unscored.err.partition("ev_judge: ")[2]
    assert set(gate(tmp_path, url, made, "--json").json["unscored_because"]) == {"ev_judge"}


@given(st.none() | st.floats(0, 1), st.floats(0, 1))
def test_what_differs_looks_different(score: float | None, least: float) -> None:
    here, there = scores(score, least)
    assert (here == there) == (score == least)


def test_columns_line_up() -> None:
    gates = [
        GateStanding(evaluator_id="ev_a", evaluator_version=1, name="A", kind="regex", min_score=1, reason="stale"),
        GateStanding(
            evaluator_id="ev_longer", evaluator_version=1, name="B", kind="llm_judge", min_score=0.88,
            score=0.83, reason="incomplete", unscored=2,
        ),
    ]  # fmt: skip
    assert table([row_of(each) for each in gates]).splitlines() == [
        "gate       kind        score     min",
        "ev_a       regex           -  1.0000  unmet: scored before a change",
        "ev_longer  llm_judge  0.8300  0.8800  unmet: 2 items without a score",
    ]
    assert row_of(gates[0].model_copy(update={"evaluator_id": "ev_\x1b[2J"})) == Row(
        "ev_\N{REPLACEMENT CHARACTER}[2J", "regex", "-", "1.0000", "unmet: scored before a change"
    )


@pytest.mark.skipif(os.name != "posix", reason="terminals are POSIX's")
def test_ctrl_c_where_the_key_is_asked_for_ends_it(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    asked = command("gate", "x", "--url", "http://127.0.0.1:9/v1")
    process = subprocess.Popen(
        asked, env=environment(tmp_path), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    try:
        assert b"Key for" in os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 2
    finally:
        process.kill()
        os.close(ours)
        os.close(theirs)
