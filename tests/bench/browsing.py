"""The list's questions to the store, without a window: counts, orders, folds, and the filter being typed."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from atlas_desktop.domain.filter import Facets, complete, parse, parse_query
from atlas_desktop.domain.query import Query
from atlas_desktop.store.store import Store

_FACETS: Final = (
    "",
    "rating:none",
    "refund",
    "operation:classify_intent -model:gpt* latency:>1ms",
    "passed:no",
)
_ORDERS: Final = ("-latency", "customer", "rating", "size", "oldest")
_TYPED: Final = (
    'operation:classify_intent customer:north -rating:none latency:>2s refund "a phrase" -model:gpt mod'
)
_ROUNDS: Final = 8

Ask = Callable[[], Awaitable[object]]


def browse(store_file: Path, scale: float) -> dict[str, list[float]]:
    """Milliseconds of each question, by row of the table."""
    return asyncio.run(_browse(store_file, max(2, round(_ROUNDS * scale))))


async def _browse(store_file: Path, rounds: int) -> dict[str, list[float]]:
    store = Store.open(store_file)
    try:
        taken: dict[str, list[float]] = {}
        questions = tuple(_questions(store))
        for _ in range(rounds):
            for name, ask in questions:
                taken.setdefault(name, []).append(await _timed(ask))
        taken["complete"] = _typed(await store.calls.vocabulary())
        return taken
    finally:
        await store.close()


def _questions(store: Store) -> Iterator[tuple[str, Ask]]:
    for line in _FACETS:
        yield "facets", partial(store.calls.facets, parse_query(line))
    for order in _ORDERS:
        yield "sort", partial(_first_rows, store, f"sort:{order}")
    yield "fold", partial(store.calls.listed, Query(), fold=True)
    for seq in (1, 777):
        yield "same_prompt", partial(store.calls.same_prompt, seq)


def _typed(words: Facets) -> list[float]:
    taken = []
    for end in range(len(_TYPED)):
        began = time.perf_counter()
        parse(_TYPED[:end])
        complete(_TYPED[:end], end, words)
        taken.append((time.perf_counter() - began) * 1_000)
    return taken


async def _first_rows(store: Store, line: str) -> None:
    listed = await store.calls.listed(parse_query(line))
    await store.calls.rows(listed.ids[:200])


async def _timed(ask: Ask) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1_000
