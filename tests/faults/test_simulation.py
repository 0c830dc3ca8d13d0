"""Schedules of faults: nothing lost, nothing twice, nothing wedged. Each failure prints the seed that replays it."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.mutants_below import CROWDED
from tests.faults.schedule import FEATURES, draw
from tests.faults.simulation import run_schedule, run_seed
from tests.faults.templates import Templates

LONG = bool(os.environ.get("ATLAS_LONG"))
SCHEDULES = 100_000 if LONG else 1_000
BLOCK = 1_000 if LONG else 50
FIRST = int(os.environ.get("ATLAS_FIRST_SEED", "0"))
REGRESSIONS = Path(__file__).with_name("regressions.txt")
pytestmark = pytest.mark.timeout(3_600 if LONG else 300)
REPLAY = "replay one with: python -m tests.faults SEED"


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with closing(Templates()) as made:
        yield made


@pytest.mark.parametrize("block", range(SCHEDULES // BLOCK))
def test_schedules(block: int, templates: Templates) -> None:
    played: Counter[str] = Counter()
    broken = []
    for seed in range(FIRST + block * BLOCK, FIRST + (block + 1) * BLOCK):
        outcome = run_seed(seed, templates)
        played.update(
            schedules=1,
            requests=outcome.requests,
            faults=outcome.faults,
            crashes=outcome.crashes,
            acts=outcome.acts,
            applied=outcome.applied,
        )
        if outcome.broken:
            broken.append(str(outcome))
    assert not broken, "\n".join([*broken, REPLAY])
    assert played["schedules"] == BLOCK
    assert min(played[name] for name in ("requests", "faults", "crashes", "acts", "applied")) >= BLOCK, played


def test_a_run_without_schedules_is_no_run() -> None:
    assert SCHEDULES // BLOCK * BLOCK >= 1_000


def regressions() -> list[int]:
    lines = REGRESSIONS.read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("seed", regressions())
def test_seeds_that_once_found_a_bug(seed: int, templates: Templates) -> None:
    outcome = run_seed(seed, templates)
    assert not outcome.broken, f"{outcome}\n{REPLAY}"


def test_the_same_seed_is_the_same_schedule_to_the_last_request(templates: Templates) -> None:
    seeds = [seed for seed in range(40) if draw(seed).fault_rate and draw(seed).client_crashes][:3]
    assert len(seeds) == 3
    for seed in seeds:
        assert run_seed(seed, templates).trace == run_seed(seed, templates).trace


def test_the_clock_of_a_device_decides_nothing(templates: Templates) -> None:
    """I14: with its wall clock jumping by decades, every request and the final state are the same."""
    played = 0
    for seed in range(400, 420):
        schedule = replace(draw(seed), clock_jumps=False)
        still = run_schedule(schedule, templates)
        jumping = run_schedule(replace(schedule, clock_jumps=True), templates)
        assert still.trace == jumping.trace, f"seed {seed}"
        assert still.final == jumping.final, f"seed {seed}"
        played += still.applied > 0
    assert played >= 8


def test_texts_that_meet(templates: Templates) -> None:
    """I6, I7: three people and a script correct the same three calls, faster than the sync brings them together."""
    met: Counter[str] = Counter()
    broken = []
    for seed in range(FIRST, FIRST + (2_000 if LONG else 40)):
        schedule = draw(seed)
        crowded = replace(schedule, seconds=min(60.0, schedule.seconds), **CROWDED)
        outcome = run_schedule(crowded, templates)
        met.update(corrected=outcome.corrected, resolved=outcome.resolved)
        if outcome.broken:
            broken.append(str(outcome))
    assert not broken, "\n".join(broken)
    assert met["corrected"] > 200
    assert met["resolved"] > 10


def test_how_batches_are_cut_decides_nothing(templates: Templates) -> None:
    """I15: one by one, a few, or all at once: each reviewer's last word on each call is the same."""
    played = 0
    for seed in range(500, 512):
        calm = replace(
            draw(seed),
            kinds=(),
            fault_rate=0.0,
            client_crashes=0.0,
            server_crashes=0.0,
            poison=0,
            odd_items=0.0,
            outsiders=False,
            revocations=0.0,
            partitions=False,
            corrections=False,  # who of two writes over whose text is a matter of who came first
            shared_reviewer=False,
            without=(),
        )
        finals = [
            run_schedule(replace(calm, first_batch=first, most_rows=most, without=without), templates).final
            for first, most, without in (
                (1, 1, ()),
                (3, 7, ()),
                (200, 200, ()),
                (25, 200, ("feedback.batch",)),
            )
        ]
        assert all(final == finals[0] for final in finals), f"seed {seed}"
        played += bool(finals[0])
    assert played >= 6


def test_every_kind_of_fault_and_every_hidden_feature_is_drawn() -> None:
    schedules = [draw(seed) for seed in range(1_000)]
    kinds = Counter(kind for schedule in schedules for kind in schedule.kinds)
    assert min(kinds.values()) > 200
    hidden = {feature for schedule in schedules for feature in schedule.without}
    assert hidden <= set(FEATURES)
    assert {"calls.changes", "feedback.batch"} <= hidden
