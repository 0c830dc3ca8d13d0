"""What one seed means: which faults there are, how many devices, how long. Drawn first, so that it can be shown."""

import random
from dataclasses import dataclass
from typing import Final

from tests.faults.network import KINDS

FEATURES: Final = ("calls.changes", "feedback.batch", "idempotency", "feedback.list")
SIZES: Final = (3, 8, 20, 40)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Shares are of requests, commits or acts. ``without`` are features the server hides."""

    seed: int
    devices: int
    calls: int
    seconds: float
    kinds: tuple[str, ...]
    fault_rate: float
    client_crashes: float
    server_crashes: float
    act_every: float
    bulk: int
    shared_reviewer: bool
    outsiders: bool
    poison: int
    odd_items: float
    clock_jumps: bool
    revocations: float
    partitions: bool
    without: tuple[str, ...]
    first_batch: int
    most_rows: int
    page: int
    poll: float
    corrections: bool = True


def draw(seed: int) -> Schedule:
    """Swarm testing: each schedule has only some of the faults, so that they do not hide each other."""
    rng = random.Random(f"{seed}/schedule")
    kinds = tuple(kind for kind in KINDS if rng.random() < 0.4)
    return Schedule(
        seed=seed,
        devices=rng.choice((1, 2, 2, 2, 3)),
        calls=rng.choice(SIZES),
        seconds=rng.choice((20.0, 40.0, 60.0, 120.0)),
        kinds=kinds,
        fault_rate=rng.choice((0.0, 0.1, 0.3, 0.6)),
        client_crashes=rng.choice((0.0, 0.0, 0.02, 0.1)),
        server_crashes=rng.choice((0.0, 0.0, 0.05, 0.2)),
        act_every=rng.choice((0.5, 2.0, 3.0, 6.0)),
        bulk=rng.choice((2, 10, 40)),
        shared_reviewer=rng.random() < 0.15,
        outsiders=rng.random() < 0.4,
        poison=rng.choice((0, 0, 0, 1, 3)),
        odd_items=rng.choice((0.0, 0.0, 0.2)),
        clock_jumps=rng.random() < 0.4,
        revocations=rng.choice((0.0, 0.0, 0.15)),
        partitions=rng.random() < 0.3,
        without=_hidden(rng),
        first_batch=rng.choice((1, 3, 25)),
        most_rows=rng.choice((4, 200)),
        page=rng.choice((2, 7, 200)),
        poll=rng.choice((5.0, 15.0, 15.0)),
    )


def _hidden(rng: random.Random) -> tuple[str, ...]:
    if rng.random() < 0.8:
        return ()
    return rng.choice((("calls.changes",), ("feedback.batch",), ("feedback.batch", "calls.changes")))
