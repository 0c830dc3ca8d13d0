"""Live calls through crashes: recorded once, metered once, refunded once (invariant I22, threat 28)."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.server.gateway.schedule import Ground, play

_MANY: Final = int(os.environ.get("ATLAS_LIVE_SCHEDULES", "20000" if os.environ.get("ATLAS_LONG") else "250"))
_AT_ONCE: Final = 50


@pytest.mark.parametrize("first", range(0, _MANY, _AT_ONCE))
def test_every_call_is_recorded_metered_and_refunded_once_whatever_crashes(
    tmp_path: Path, first: int
) -> None:
    ground = Ground(tmp_path)
    crashes = refunds = calls = 0
    for seed in range(first, first + _AT_ONCE):
        world = play(ground, seed)
        crashes += world.crashes
        calls += len(world.calls)
        refunds += world.refunds
    ground.storage.close()
    # Schedules in which nothing happens prove nothing.
    assert min(crashes, calls, refunds) > _AT_ONCE
