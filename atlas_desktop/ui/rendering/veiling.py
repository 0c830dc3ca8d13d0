"""The veil over runs: what is personal becomes a block with its kind's name. Pure."""

from collections.abc import Iterator, Sequence

from atlas_desktop.domain.veil import WINDOW, Span, spans_by_window, veiled
from atlas_desktop.ui.rendering.runs import Look, Run, Steps

_WIDEST = 32
"""Characters of one block: a long secret is several of them, so that lines can break."""


def veiled_runs(text: str, steps: Steps) -> Steps:
    """The same runs, cut where something is to be covered. Looks ahead no further than the runs go."""
    windows = spans_by_window(text)
    known, found = 0, list[Span]()
    for run in steps:
        if run is None:
            yield None
            continue
        while known < run.end:
            found += next(windows, ())
            known += WINDOW
            yield None
        found = [span for span in found if span.end > run.start]
        yield from _covered(run, found)


def _covered(run: Run, found: Sequence[Span]) -> Iterator[Run]:
    if run.shown:
        yield Run(run.start, run.end, veiled(run.shown), run.look, run.detail)
        return
    at = run.start
    for span in found:
        if span.start >= run.end:
            break
        if span.start > at:
            yield Run(at, span.start, run.shown, run.look, run.detail)
        end = min(span.end, run.end)
        for start in range(max(at, span.start), end, _WIDEST):
            look = (run.look & ~Look.LINK) | Look.VEIL
            words = span.kind if start == span.start else ""
            yield Run(start, min(start + _WIDEST, end), words, look, span.kind)
        at = end
    if at < run.end or run.start == run.end:
        yield Run(at, run.end, run.shown, run.look, run.detail)
