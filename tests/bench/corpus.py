"""What is measured on: N real calls, on the local Atlas and in the app's own store, built once and kept.

The recorded calls of ``../shared/data`` are repeated under new ``source_id``s; without them those of
``resources/samples``. Four kinds are made of their texts, because no recorded call is that long: outputs of 19 kB,
the same as JSON, of 25 kB and of 1 MB. The result is a whole home folder, as the app leaves it, and files to import.
"""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import orjson

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.app.connections import LOCAL_TITLE
from atlas_desktop.app.home import Home
from atlas_desktop.app.settings import Connection, Settings, save
from atlas_desktop.store.store import Store
from tests.bench.importing import import_lines, serving

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared" / "data"
SAMPLES: Final = ROOT / "resources" / "samples"
CONNECTION: Final = "bench"

BULK: Final = ("bench/bulk", 1_000)
LONG: Final = (("bench/19k", 4, 19_000), ("bench/25k", 12, 25_000), ("bench/1m", 8, 1_000_000))
JSON: Final = ("bench/json", 4, 19_000)
LINE: Final = ("bench/line", 3, 5_000_000)
"""Calls that answered in one line of so many characters."""

MORE: Final = 10_000
"""Calls of the second file, for a sync or an import into what is there already."""

_KEPT: Final = 3
# What decides how a recorded call is stored: a change of one of these makes the corpus anew.
_DECIDING: Final = (
    "tests/bench/corpus.py",
    "atlas_desktop/domain/recorded.py",
    "atlas_desktop/domain/fingerprints.py",
    "atlas_desktop/contract",
    "atlas_desktop/store",
    "atlas_desktop/server/storage",
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """``home`` must not be written: take a `copy`. ``calls`` and ``more`` are files to import."""

    folder: Path
    number: int
    number_more: int
    source: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def calls(self) -> Path:
        return self.folder / "calls.jsonl"

    @property
    def more(self) -> Path:
        return self.folder / "more.jsonl"

    def copy(self, into: Path) -> Path:
        """A home of one's own."""
        shutil.copytree(self.home, into)
        return into


def corpus(number: int, *, more: int = MORE, cache: Path | None = None) -> Corpus:
    """The corpus of so many calls, from the cache or made now (a minute or so for 100,000)."""
    files, source = _recorded()
    key = _key(files, number, more)
    cache = cache or Path(tempfile.gettempdir()) / "atlas-desktop-bench"
    cache.mkdir(mode=0o700, exist_ok=True)
    made = Corpus(cache / key, number, more, source)
    if not (made.folder / "done").exists():
        shutil.rmtree(made.folder, ignore_errors=True)
        _make(made, files)
    (made.folder / "done").touch()
    _prune(cache, key)
    return made


def _make(made: Corpus, files: list[Path]) -> None:
    made.folder.mkdir(mode=0o700)
    recorded = [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]
    # Mixed, so that a part of them is a sample of all; always the same way.
    recorded.sort(key=lambda call: hashlib.sha256(call["source_id"].encode()).digest())
    _write(made.calls, islice(_all(recorded), made.number))
    _write(made.more, islice(_repeated(recorded, "more"), made.number_more))
    home = Home(made.home)
    home.create()
    local = Connection(id=CONNECTION, title=LOCAL_TITLE, kind="local", organization="local")
    save(home.settings_file, Settings(connections=(local,), last_connection=CONNECTION))
    asyncio.run(_fill(home, made.calls))


async def _fill(home: Home, calls: Path) -> None:
    async with serving(home.server_db, home.log_dir / "bench.log") as client:
        await import_lines(client, calls)
        store = Store.open(home.store_file(CONNECTION))
        try:
            await pull(client, store)
        finally:
            await store.close()


async def pull(client: AsyncAtlas, store: Store) -> int:
    """Everything the server has, through the store's own way; how many calls came."""
    after, more, came = await store.pull.cursor(), True, 0
    while more:
        applied = await store.pull.apply(await client.calls.changes_raw(after, 200), after)
        after, more = applied.next_after, applied.has_more
        came += applied.changed.added
    return came


def _all(recorded: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield from _long(recorded)
    calls = _repeated(recorded, "all")
    customer, number = BULK
    for call in islice(calls, number):
        yield call | {"customer": customer}
    yield from calls


def _repeated(recorded: list[dict[str, Any]], label: str) -> Iterator[dict[str, Any]]:
    for number, call in enumerate(cycle(recorded)):
        yield call | {"source_id": f"{call['source_id']}#{label}{number // len(recorded)}"}


def _long(recorded: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    base = next(call for call in recorded if isinstance(call["messages"][0].get("content"), str))
    texts = cycle(call["output"] for call in recorded if len(call["output"]) > 200)
    for customer, number, size in LONG:
        for each in range(number):
            output = ""
            while len(output) < size:
                output += next(texts) + "\n\n"
            yield _made(base, customer, each, output[:size])
    customer, number, size = JSON
    for each in range(number):
        parts: list[dict[str, Any]] = []
        while len(output := orjson.dumps(parts, option=orjson.OPT_INDENT_2).decode()) < size:
            parts.append({"text": next(texts)[:300], "rating": "up", "turns": [each, len(parts)]})
        yield _made(base, customer, each, output)
    customer, number, size = LINE
    for each in range(number):
        words = " ".join(" ".join(next(texts).split()) for _ in range(20))
        yield _made(base, customer, each, (words * (size // len(words) + 1))[:size])


def _made(base: dict[str, Any], customer: str, number: int, output: str) -> dict[str, Any]:
    made = {"source_id": f"{customer}/{number}", "customer": customer, "output": output}
    return {key: base[key] for key in ("operation", "model", "messages")} | made


def _write(path: Path, calls: Iterator[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        for call in calls:
            file.write(orjson.dumps(call) + b"\n")


def _recorded() -> tuple[list[Path], str]:
    for folder, name in ((SHARED, "../shared/data"), (SAMPLES, "resources/samples (no ../shared/data here)")):
        if files := sorted(folder.glob("calls*.jsonl")):
            return files, name
    raise FileNotFoundError("no recorded calls, neither ../shared/data nor resources/samples")


def _key(files: list[Path], number: int, more: int) -> str:
    digest = hashlib.sha256(f"{number} {more}".encode())
    for name in _DECIDING:
        path = ROOT / name
        inside = (
            [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".py", ".sql"))
        )
        files = [*files, *inside]
    for path in files:
        digest.update(path.read_bytes())
    return f"{number}-{digest.hexdigest()[:16]}"


def _prune(cache: Path, key: str) -> None:
    others = [path for path in cache.iterdir() if path.name != key]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
