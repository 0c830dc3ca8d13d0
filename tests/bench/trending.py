"""Trends over a million calls of 100 customers in a year: the first chart, and a changed filter.

The calls are made, straight into the app's store, since no recording is that long: what the list and the figures
need is there, and of the newest ones their texts too.
"""

import asyncio
import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import apsw
import orjson
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QGraphicsView

from atlas_desktop.app.connections import LOCAL_TITLE
from atlas_desktop.app.home import Home
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.app.trends import Trends
from atlas_desktop.domain.filter import parse_query
from atlas_desktop.store.records import pack
from atlas_desktop.store.store import Store
from tests.bench.corpus import CONNECTION, ROOT
from tests.bench.panning import pan
from tests.bench.seat import Seat

CALLS: Final = 1_000_000
CUSTOMERS: Final = 100
DAYS: Final = 365
_OPERATIONS: Final = ("summarize_ticket", "extract_invoice", "classify_intent")
_MODELS: Final = ("atlas-1", "llama-3")
_WITH_TEXTS: Final = 500
# Answered by the sums, then call by call: few of them, many, nearly all.
_FILTERS: Final = (
    "operation:extract_invoice", "customer:customer-0* -model:llama*", "rating:bad", "latency:<2s", "latency:>1ms", "passed:no cost:>0.002",
)  # fmt: skip
_DECIDING: Final = ("tests/bench/trending.py", "atlas_desktop/store/schema/0001_start.sql")
_CALL: Final = """
INSERT INTO call(id, revision, shown, created_ms, kind, passed, latency_ms, cost_usd, size_bytes, exchange, prompt,
    feedback_count, text_hash, preview, output_preview)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 4000, ?, ?, 0, 0, ?, 'an answer of the usual length')
"""


def year(number: int = CALLS, *, cache: Path | None = None) -> Path:
    """A home whose store has a year of calls, from the cache or made now (a minute for a million). Not to be written."""
    digest = hashlib.sha256(f"{number} {datetime.now(UTC).date()}".encode())
    for name in _DECIDING:
        digest.update((ROOT / name).read_bytes())
    cache = cache or Path(tempfile.gettempdir()) / "atlas-desktop-bench-year"
    cache.mkdir(mode=0o700, exist_ok=True)
    folder = cache / f"{number}-{digest.hexdigest()[:16]}"
    if not (folder / "done").exists():
        for old in cache.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        home = Home(folder / "home")
        folder.mkdir(mode=0o700)
        home.create()
        local = Connection(id=CONNECTION, title=LOCAL_TITLE, kind="local", organization="local")
        save(home.settings_file, Settings(connections=(local,), last_connection=CONNECTION))
        asyncio.run(_fill(home.store_file(CONNECTION), number))
        (folder / "done").touch()
    return folder / "home"


async def _fill(path: Path, number: int) -> None:
    store = Store.open(path)
    try:
        await store.database.write(lambda writer: _calls(writer, number))
        await store.pass_rates.keep_zone(ZoneInfo("UTC"))
    finally:
        await store.close()


def _calls(writer: apsw.Connection, number: int) -> None:
    # The sums are made afterwards, in one go.
    writer.execute("UPDATE day_zone SET up_to = -9223372036854775808")
    kinds = list(_kinds())
    writer.executemany("INSERT INTO kind VALUES (?, ?, ?, ?, 'one', ?, 'standard', '1', 'stop', 1)", kinds)
    dice, now = random.Random(7), round(datetime.now(UTC).timestamp() * 1000)
    writer.executemany(_CALL, (_call(dice, n, now, len(kinds)) for n in range(1, number + 1)))
    newest = "SELECT seq, id, created_ms FROM call ORDER BY created_ms DESC LIMIT ?"
    for seq, call_id, created_ms in writer.execute(newest, (_WITH_TEXTS,)).fetchall():
        writer.execute("INSERT INTO payload VALUES (?, ?, ?)", (seq, *pack(_body(call_id, created_ms))))


def _kinds() -> Iterator[tuple[Any, ...]]:
    number = 0
    for customer in range(CUSTOMERS):
        for operation in _OPERATIONS[: 1 + customer % 3]:
            for model in _MODELS:
                number += 1
                yield number, operation, f"customer-{customer:03}/prod", model, ("q4", "q8")[number % 2]


def _call(dice: random.Random, number: int, now: int, kinds: int) -> tuple[Any, ...]:
    passed = None if dice.random() < 0.5 else int(dice.random() < 0.9)
    shown = 0 if dice.random() < 0.6 else dice.choice((1, 1, 1, 2, 3))
    at = now - dice.randrange(DAYS * 86_400_000)
    kind = dice.randrange(1, kinds + 1)
    said = f"a question of the usual length, one line of it, number {number}"
    return (
        f"chatcmpl-{number:08}", number, shown, at, kind, passed, dice.random() * 5_000, dice.random() / 100, number, number, said,
    )  # fmt: skip


def _body(call_id: Any, created_ms: Any) -> bytes:
    return orjson.dumps(
        {
            "id": call_id,
            "revision": 1,
            "created_at": datetime.fromtimestamp(created_ms / 1000, UTC).isoformat(),
            "customer": "customer-000/prod",
            "model": "atlas-1",
            "request": {"messages": [{"role": "user", "content": "a question"}]},
            "response": {"message": {"role": "assistant", "content": "an answer"}},
        }
    )


class _Paints(QObject):
    """Counts the paints of a widget, and what they were when the figures came."""

    def __init__(self, trends: Trends) -> None:
        super().__init__()
        self.count = 0
        self.at_figures: int | None = None
        trends.changed.connect(self._changed)

    def _changed(self, state: Any) -> None:
        if state.shown == state.choice and not state.loading and self.at_figures is None:
            self.at_figures = self.count

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False

    def shown(self) -> bool:
        return self.at_figures is not None and self.count > self.at_figures


async def trends(seat: Seat) -> None:
    """From the key to the chart: at first with all there is to load, then what is asked of a year."""
    seat.probe.press("g")
    start = seat.probe.press("t")
    trends = seat.workspace.trends
    # The chart's library is loaded in steps after that key.
    await seat.probe.until(lambda: trends.state.series is not None and bool(_canvases(seat)), "the chart", 60)
    seat.take("trend_open", (seat.probe.now() - start) * 1000)
    paints = _Paints(trends)
    for canvas in _canvases(seat):
        canvas.viewport().installEventFilter(paints)
    await trends.through()
    for _ in seat.times(12):
        # The shortest first, so that nothing of the year is on the screen.
        trends.choose(span="7d", bucket=None)
        await _asked(seat, paints, "trend_first", lambda: trends.choose(span="any", bucket="day"))
    await pan(seat)
    for _ in seat.times(4):
        for line in _FILTERS:
            query = parse_query(line)
            await _asked(seat, paints, "trend_filter", partial(trends.choose, query=query))


def _canvases(seat: Seat) -> list[QGraphicsView]:
    # By name: its module loads what the first key has to load.
    found = seat.window.trends.findChildren(QGraphicsView)
    return [each for each in found if type(each).__name__ == "Canvas"]


async def _asked(seat: Seat, paints: _Paints, name: str, ask: Any) -> None:
    await seat.workspace.trends.through()
    paints.at_figures = None
    frame = seat.probe.frame(paints.shown)
    start = seat.probe.now()
    ask()
    await seat.take_frame(name, frame, start)
