"""The router among 1,000 variants: the request, the table, the history and the clock are there, the decision is not."""

import random
import time
from typing import Final

from atlas_desktop.domain.routing.model import NO_HISTORY, Asked, History, Track, Variant
from atlas_desktop.domain.routing.route import route
from atlas_desktop.domain.routing.table import ProviderTable, table_of

VARIANTS: Final = 1_000
_DECISIONS: Final = 4_000
_REPEATED: Final = 3
"""It is the same each time, but for what else the machine does in these microseconds."""
_NOW: Final = 1_800_000_000.0


def decide(scale: float) -> dict[str, list[float]]:
    """Milliseconds of a decision, over every kind of request and of history there can be.

    From none to all of the variants have one; in the worst all are quarantined, and one of them has to answer.
    """
    table = _table()
    histories = [
        NO_HISTORY,
        *(_history(table, state) for state in ("passing", "mixed", "quarantined", "due")),
    ]
    requests = [
        Asked(),
        Asked(tier="realtime"),
        Asked(tier="batch", tier_strict=True),
        Asked(needs=frozenset({"tools"}), forbid_atlas_network=True),
        Asked("vendor/model-7"),
        Asked("vendor/model-7@q4", tier="batch"),
    ]
    for request in requests:
        # Views are made once for each kind of request, when the first of it comes.
        route(request, table, NO_HISTORY, _NOW)
    taken = []
    for number in range(max(300, round(_DECISIONS * scale))):
        request, history = requests[number % len(requests)], histories[number // 7 % len(histories)]
        taken.append(min(_once(request, table, history) for _ in range(_REPEATED)))
    return {"route_1000": taken}


def _once(request: Asked, table: ProviderTable, history: History) -> float:
    begin = time.perf_counter()
    route(request, table, history, _NOW)
    return (time.perf_counter() - begin) * 1000


def _table() -> ProviderTable:
    dice = random.Random(7)
    return table_of(_variant(dice, number) for number in range(VARIANTS))


def _variant(dice: random.Random, number: int) -> Variant:
    quantization = dice.choice(("full", "q8", "q8", "q4"))
    return Variant(
        entry=f"provider-{number % 40}",
        provider=f"Provider {number % 40}",
        model=f"vendor/model-{number // 40}",
        upstream_model=f"model-{number // 40}-{quantization}",
        quantization=quantization,
        prompt_nano=dice.randrange(10**8, 10**10),
        completion_nano=dice.randrange(10**8, 10**10),
        open_weight=True,
        served_by=dice.choice(("provider", "provider", "atlas_network")),
        tiers=frozenset(
            ("standard", "batch", "realtime") if quantization == "full" else ("standard", "batch")
        ),
        frontier=quantization == "full" and number % 50 == 0,
        vetted=number % 10 == 0,
        lacks=frozenset({"tools"} if number % 3 == 0 else ()),
    )


def _history(table: ProviderTable, state: str) -> History:
    dice = random.Random(8)
    passing = Track("passing", 50)
    late, due = (Track("quarantined", 9, {}, _NOW - 60, _NOW + wait) for wait in (600.0, -1.0))
    kinds = {
        "passing": [passing],
        "quarantined": [late],
        "due": [due],
        "mixed": [passing, late, Track("learning", 2)],
    }
    return History({variant.key: dice.choice(kinds[state]) for variant in table.variants})
