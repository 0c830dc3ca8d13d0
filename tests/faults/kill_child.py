"""The two processes that the kill test kills: ``serve PORT DATABASE KEY`` and ``review URL DATABASE KEY JOURNAL``."""

import asyncio
import contextlib
import os
import random
import sys
from pathlib import Path

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.contract.secret import Secret
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.selection import Some
from atlas_desktop.store.store import Store
from atlas_desktop.sync.clock import SystemClock
from atlas_desktop.sync.engine import Engine
from atlas_desktop.sync.pace import Pace

# Real time, but not a real person's: everything a hundred times as often.
QUICK = Pace(poll=0.2, base=0.02, cap=0.5, first_batch=3)
VERDICTS: tuple[Verdict, ...] = ("up", "down", "unsure", "clear")


def serve(port: str, database: str, key: str) -> None:
    """A real server on a real port until killed."""
    from atlas_desktop.server.config import RateLimit, ServerConfig, StaticKey, sqlite_url
    from atlas_desktop.server.run import run_server

    config = ServerConfig(
        sqlite_url(Path(database)),
        static_keys=(StaticKey(key, "acme", None, "me"),),
        rate=RateLimit(burst=10**9, per_second=1e9, concurrent=10**6),
    )
    run_server(config, port=int(port))


async def review(url: str, database: str, key: str, journal: str) -> None:
    """Decide and sync until killed; with no journal, only sync until nothing is left, and say so."""
    store = Store.open(Path(database))
    client = AsyncAtlas(url, Secret(key))
    engine = Engine(
        store=store,
        client=client,
        clock=SystemClock(),
        rng=random.Random(),
        listen=lambda _: None,
        pace=QUICK,
    )
    running = asyncio.get_running_loop().create_task(engine.run())
    try:
        if journal == "-":
            await _drain(store, engine)
        else:
            await _decide_for_ever(store, engine, Path(journal))
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await client.close()
        await store.close()


async def _decide_for_ever(store: Store, engine: Engine, journal: Path) -> None:
    rng = random.Random()
    with journal.open("ab", buffering=0) as lines:

        def note(step: str, calls: list[str], verdict: str) -> None:
            lines.write(orjson.dumps([step, calls, verdict]) + b"\n")

        while True:
            seqs = list(await store.calls.ids(Query()))
            if seqs:
                chosen = rng.sample(seqs, min(len(seqs), rng.choice((1, 1, 1, 7))))
                verdict = rng.choice(VERDICTS)
                calls = [row.id for row in await store.calls.rows(chosen)]
                note("try", calls, verdict)
                await store.decisions.decide(Some(frozenset(chosen)), verdict, now=SystemClock().now())
                note("done", calls, verdict)
                engine.wake()
            await asyncio.sleep(rng.uniform(0, 0.02))


async def _drain(store: Store, engine: Engine) -> None:
    """Until everything is sent, and pulled once more after that."""
    sent_at: int | None = None
    while True:
        await asyncio.sleep(0.05)
        counts, synced_at = await store.outbox.counts(), engine.status.synced_at_ms
        if counts.pending or synced_at is None:
            continue
        sent_at = sent_at or synced_at
        if synced_at > sent_at + 1_000:  # a pull that began after the last push
            os.write(1, orjson.dumps({"needs_you": counts.needs_you, "bugs": engine.status.bugs}) + b"\n")
            return


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        asyncio.run(review(*sys.argv[2:]))
