"""Markdown, JSON and the veil over a recorded text, as runs that lead back to its exact characters. No Qt."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from atlas_desktop.ui.hostile_text import CHIP, Kind, Piece, pieces, suspects
from atlas_desktop.ui.rendering.json_lines import CHILDREN, json_runs, looks_like_json
from atlas_desktop.ui.rendering.json_lines import LONGEST as LONGEST_JSON
from atlas_desktop.ui.rendering.markdown import markdown_runs
from atlas_desktop.ui.rendering.runs import Look, Run, Steps
from atlas_desktop.ui.rendering.veiling import veiled_runs

__all__ = ["CHILDREN", "Look", "Reading", "Run", "Steps", "is_json", "is_rendered", "run_pieces", "text_runs"]

LONGEST_MARKDOWN: Final = 100_000
"""Markdown longer than this is shown as it was recorded: reading on takes no parser then."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How text is read: ``rendered`` or as it was recorded; with personal data veiled or not."""

    rendered: bool = True
    veil: bool = False


def text_runs(text: str, reading: Reading, folds: Mapping[int, int] | None = None) -> Steps:
    """A recorded text as runs, made as they are taken."""
    steps = _runs(text, reading, folds or {})
    return veiled_runs(text, steps) if reading.veil else steps


def is_rendered(text: str) -> bool:
    """Whether a text is short enough to be rendered."""
    return len(text) <= LONGEST_MARKDOWN or is_json(text)


def is_json(text: str) -> bool:
    """Whether a text is laid out as JSON."""
    return len(text) <= LONGEST_JSON and looks_like_json(text)


def _runs(text: str, reading: Reading, folds: Mapping[int, int]) -> Steps:
    if not reading.rendered or not text:
        return iter((Run(0, len(text)),))
    if is_json(text):
        return json_runs(text, 0, len(text), folds)
    if len(text) <= LONGEST_MARKDOWN:
        return markdown_runs(text, folds)
    return iter((Run(0, len(text)),))


def run_pieces(text: str, run: Run, column: int = 0) -> Generator[Piece, None, int]:
    """What the display holds for a run. Characters that nobody would see are chips, in markup too."""
    if run.look & Look.VEIL:
        yield Piece(Kind.VEIL, CHIP, text[run.start : run.end], run.shown or "")
        return column + 8
    if run.shown is None:
        return (yield from pieces(text, run.start, run.end, column))
    if run.look & Look.FOLD:
        yield Piece(Kind.SHUT, run.shown, text[run.start : run.end])
    else:
        yield from _marked(text, run)
    newline = run.shown.rfind("\n")
    return column + len(run.shown) if newline < 0 else len(run.shown) - newline - 1


def _marked(text: str, run: Run) -> Iterator[Piece]:
    at, shown = run.start, run.shown or ""
    for place, kind in suspects(text, run.start, run.end):
        if kind is not Kind.CHIP:
            continue
        if place > at or shown:
            yield Piece(Kind.STAND, shown, text[at:place])
            shown = ""
        yield Piece(Kind.CHIP, CHIP, text[place])
        at = place + 1
    if at < run.end or shown:
        yield Piece(Kind.STAND, shown, text[at : run.end])
