"""From live scores to tracks: what passes, what is quarantined and until when. Pure; an operation at a time."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from atlas_desktop.domain.routing.model import State, Track

WINDOW: Final = 50
"""The newest scores of a gate that its mean is taken of."""
ENOUGH: Final = 20
"""Scores of each gate before a variant counts as passing."""
FEW: Final = 5
"""Scores of a gate before its mean can put a variant into quarantine: one bad answer says little."""
PROBES: Final = 3
"""Probes in a row that have to pass to end a quarantine."""
FIRST_PROBE_SECONDS: Final = 600.0
NEXT_PROBE_SECONDS: Final = 30.0
LONGEST_WAIT_SECONDS: Final = 86_400.0
REMEMBERED_SECONDS: Final = 14 * 86_400.0
"""Older scores say nothing about how a provider serves today."""
_ROUNDING: Final = 1e-9


class Bar(NamedTuple):
    """What a gate asks for: scores of this version of the evaluator, at least this high."""

    evaluator_id: str
    version: int
    min_score: float


class Outcome(NamedTuple):
    """The scores of one call: version and score by evaluator. ``at``: when it was asked, in seconds since 1970."""

    at: float
    scores: Mapping[str, tuple[int, float | None]]


@dataclass(slots=True)
class _Course:
    """What the outcomes so far make of a variant."""

    windows: dict[str, deque[float]]
    sure: bool = False
    since: float | None = None
    probe_at: float = 0.0
    failed: int = 0
    probes: list[Mapping[str, float]] = field(default_factory=list)


def track_of(outcomes: Iterable[Outcome], bars: Sequence[Bar], now: float) -> Track | None:
    """How a variant stands, from its outcomes by time, oldest first. None: nothing counts.

    A gate's mean over its newest scores below its bar puts it into quarantine. There only probes count, calls
    asked when it was due to be tried again: some in a row that pass each bar end it, one that does not makes the
    next wait twice as long. Scores of another version of the evaluator, old ones, and null count nowhere.
    """
    course = _Course({bar.evaluator_id: deque(maxlen=WINDOW) for bar in bars})
    counted = 0
    for outcome in outcomes:
        scores = _counting(outcome, bars)
        if outcome.at < now - REMEMBERED_SECONDS or not scores:
            continue
        counted += 1
        if course.since is None:
            _take(course, outcome.at, scores, bars)
        elif outcome.at >= course.probe_at:
            _tried(course, outcome.at, scores, bars)
    return _track(course, counted) if counted else None


def _counting(outcome: Outcome, bars: Sequence[Bar]) -> dict[str, float]:
    found: dict[str, float] = {}
    for bar in bars:
        version, score = outcome.scores.get(bar.evaluator_id, (None, None))
        if score is not None and version == bar.version:
            found[bar.evaluator_id] = score
    return found


def _take(course: _Course, at: float, scores: Mapping[str, float], bars: Sequence[Bar]) -> None:
    for evaluator, score in scores.items():
        course.windows[evaluator].append(score)
    if any(_below(course.windows[bar.evaluator_id], bar) for bar in bars):
        course.since, course.failed, course.probes = at, 1, []
        course.probe_at = at + FIRST_PROBE_SECONDS


def _below(window: Sequence[float], bar: Bar) -> bool:
    return len(window) >= FEW and sum(window) / len(window) < bar.min_score - _ROUNDING


def _tried(course: _Course, at: float, scores: Mapping[str, float], bars: Sequence[Bar]) -> None:
    if any(scores.get(bar.evaluator_id, bar.min_score) < bar.min_score - _ROUNDING for bar in bars):
        course.probes = []
        wait = FIRST_PROBE_SECONDS * 2.0 ** min(course.failed, 30)
        course.failed += 1
        course.probe_at = at + min(LONGEST_WAIT_SECONDS, wait)
        return
    course.probes.append(scores)
    course.probe_at = at + NEXT_PROBE_SECONDS
    if len(course.probes) < PROBES:
        return
    course.since, course.sure = None, True
    for evaluator, window in course.windows.items():
        window.clear()
        window.extend(probe[evaluator] for probe in course.probes if evaluator in probe)


def _track(course: _Course, samples: int) -> Track:
    means = {name: sum(window) / len(window) for name, window in course.windows.items() if window}
    if course.since is not None:
        return Track("quarantined", samples, means, course.since, course.probe_at, len(course.probes))
    least = min(map(len, course.windows.values()))
    state: State = "passing" if least >= (1 if course.sure else ENOUGH) else "learning"
    return Track(state, samples, means)
