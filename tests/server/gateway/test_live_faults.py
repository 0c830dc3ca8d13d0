"""Live calls through crashes: recorded once, metered once, refunded once (invariant I22, threat 28)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.gateway.schedule import Ground, play

_MANY = int(os.environ.get("ATLAS_LIVE_SCHEDULES", "20000" if os.environ.get("ATLAS_LONG") else "300"))
_PARTS = 4


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    yield made
    made.storage.close()


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_call_is_recorded_metered_and_refunded_once_whatever_crashes(ground: Ground, part: int) -> None:
    crashes = refunds = calls = 0
    for seed in range(part, _MANY, _PARTS):
        world = play(ground, seed)
        crashes += world.crashes
        calls += len(world.calls)
        refunds += sum(expected.refunded for expected in world.calls.values())
    # A schedule in which nothing happens proves nothing.
    assert min(crashes, calls, refunds) > _MANY // _PARTS
