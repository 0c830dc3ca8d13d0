"""Which scenes are played for the numbers that are wanted, in which order, on which copies."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from atlas_desktop.app.home import Home
from tests.bench import floors
from tests.bench.browsing import browse
from tests.bench.children import play
from tests.bench.comparing import compare
from tests.bench.corpus import CONNECTION, Corpus
from tests.bench.evaluating import evaluate
from tests.bench.gatewaying import gateway
from tests.bench.importing import import_by_command, import_over_http
from tests.bench.judging import judge
from tests.bench.limits import ROWS
from tests.bench.routing import decide
from tests.bench.table import percentile
from tests.bench.trending import year

# In this order: what writes much comes last, and memory is that after all of it.
_REVIEW: Final = (
    "rate",
    "undo",
    "hurry",
    "open_far",
    "scroll",
    "table",
    "tick",
    "filter",
    "search",
    "bulk",
    "open_long",
    "open_editor",
    "write",
    "command",
)
_STARTS: Final = 7
_IMPORTS: Final = 3
_RUNS: Final = 5

Say = Callable[[str], None]


@dataclass
class Measured:
    """Samples by row, floors by name, and words about both."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    floors: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def take(self, samples: dict[str, list[float]]) -> None:
        for name, values in samples.items():
            self.taken.setdefault(name, []).extend(values)


def measure(corpus: Corpus, wanted: set[str], folder: Path, say: Say, *, scale: float = 1.0) -> Measured:
    """Measure these rows; ``folder`` is for copies. Raises SceneFailed."""
    measured = Measured()
    steps = {row.step for row in ROWS if row.name in wanted}
    review = [step for step in _REVIEW if step in steps or "memory" in wanted]
    say("measuring what the machine can do …")
    _floors(measured, corpus, folder)
    if "compare" in steps:
        say("comparing texts …")
        measured.take(compare(corpus, scale))
    if "judge" in steps:
        say("judging texts …")
        measured.take(judge(corpus, scale))
    if "browse" in steps:
        say("asking the store …")
        home = corpus.copy(folder / "browse")
        measured.take(browse(Home(home).store_file(CONNECTION), scale))
        shutil.rmtree(home)
    if "start" in steps:
        say("starting the app …")
        _starts(measured, corpus.copy(folder / "start"), scale)
    if review:
        say(f"reviewing: {', '.join(review)} …")
        _play(measured, "+".join(review), corpus.copy(folder / "review"), scale)
    if "datasets" in steps:
        say("building a dataset …")
        _play(measured, "datasets", corpus.copy(folder / "datasets"), scale)
    if "sync" in steps or "memory" in wanted:
        say("syncing …")
        _sync(measured, corpus, folder, scale)
    if "import" in steps:
        say("importing …")
        _imports(measured, corpus, folder, scale)
    _apart(measured, steps, corpus, folder, say, scale)
    return measured


def _apart(measured: Measured, steps: set[str], corpus: Corpus, folder: Path, say: Say, scale: float) -> None:
    """What needs neither the app nor the home of the rest."""
    if "trends" in steps:
        say("drawing a year …")
        home = folder / "year"
        shutil.copytree(year(), home)
        _play(measured, "trends", home, scale)
    if "evaluate" in steps:
        say("evaluating …")
        measured.take(_evaluated(corpus, folder, scale))
    if "route" in steps:
        say("choosing among providers …")
        measured.take(decide(scale))
    if "gateway" in steps:
        say("passing requests on …")
        _gateway(measured, folder, scale)


def _evaluated(corpus: Corpus, folder: Path, scale: float) -> dict[str, list[float]]:
    inside = folder / "evaluate"
    inside.mkdir(mode=0o700)
    taken = evaluate(corpus.more, corpus.number_more, inside, max(1, round(_RUNS * scale)))
    shutil.rmtree(inside)
    return taken


def _gateway(measured: Measured, folder: Path, scale: float) -> None:
    inside = folder / "gateway"
    inside.mkdir(mode=0o700)
    found = gateway(inside, scale)
    measured.take(found.taken)
    measured.floors.update(found.floors)
    shutil.rmtree(inside)


def _floors(measured: Measured, corpus: Corpus, folder: Path) -> None:
    windows = floors.empty_windows()
    measured.floors["paint"] = windows["paint"]
    measured.floors["start"] = windows["start"]
    measured.floors["memory"] = windows["memory"]
    measured.floors["commit"] = floors.commits(folder)
    measured.floors["round_trip"] = floors.round_trips(folder)
    measured.floors["inserts"] = [floors.plain_inserts(corpus) for _ in range(2)]


def _starts(measured: Measured, home: Path, scale: float) -> None:
    play("start", home)  # the first one compiles and fills the file cache; it is not counted
    runs = [play("start", home)["marks"] for _ in range(max(2, round(_STARTS * scale)))]
    measured.take({"start": [marks["list"] for marks in runs]})
    names = ("python", "qt", "window", "store", "list", "call", "synced")
    words = [f"{name} {percentile([marks[name] for marks in runs], 0.5):,.0f}" for name in names]
    measured.notes["cold start, ms since exec (p50)"] = ", ".join(words)


def _sync(measured: Measured, corpus: Corpus, folder: Path, scale: float) -> None:
    home = corpus.copy(folder / "sync")
    measured.take({"import_more": [import_by_command(corpus.more, corpus.number_more, home)]})
    _play(measured, "sync", home, scale)


def _play(measured: Measured, scene: str, home: Path, scale: float) -> None:
    with floors.watched_clock() as gaps:
        answer = play(scene, home, scale=scale)
    measured.floors.setdefault("clock", []).extend(gaps or [2.0])
    measured.take(answer["taken"])
    measured.notes.update(_notes(scene, answer["said"]))
    shutil.rmtree(home)


def _notes(scene: str, said: dict[str, Any]) -> dict[str, str]:
    steps = scene.split("+")
    gaps = ", ".join(f"{step} {said[f'{step}_gap']:.0f} ({said[f'{step}_collection']:.0f})" for step in steps)
    memory = [f"{said['memory_at_start']:.0f}", *(f"{step} {said[f'{step}_memory']:.0f}" for step in steps)]
    parts = {"datasets, its parts": "; ".join(said["datasets"])} if "datasets" in said else {}
    return parts | {
        f"{steps[0]} …, longest gap of the UI loop (and garbage collection), ms": gaps,
        f"{steps[0]} …, memory at first and after each step, MB": ", ".join(memory),
    }


def _imports(measured: Measured, corpus: Corpus, folder: Path, scale: float) -> None:
    for turn in range(max(1, round(_IMPORTS * scale))):
        inside = folder / f"import-{turn}"
        inside.mkdir(mode=0o700)
        first, again = import_over_http(corpus.more, corpus.number_more, inside)
        by_command = import_by_command(corpus.more, corpus.number_more, inside / "home")
        measured.take({"import_http": [first], "reimport": [again], "import_cli": [by_command]})
        shutil.rmtree(inside)
