"""Markdown of any length as runs, a stretch at a time: code between fences here, the rest in blocks. Pure."""

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Final

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.rendering.blocks import block_runs
from atlas_desktop.ui.rendering.json_lines import LONGEST as LONGEST_JSON
from atlas_desktop.ui.rendering.json_lines import RIGHT_TO_LEFT, json_runs, looks_like_json
from atlas_desktop.ui.rendering.runs import Look, Run, Steps, between

STRETCH: Final = 4_000
"""Characters parsed at once: the parser's time can grow with their square, and a frame must not wait for it."""

_FENCE: Final = re.compile(
    r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`\n]*$)|~{3,})[ \t]*([^\n]*?)[ \t\r]*$", re.MULTILINE
)
_ANY_FENCE: Final = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:```|~~~)", re.MULTILINE)
_BLANK: Final = re.compile(r"\n[ \t\r]*\n(?=[^\s])")
# Without one of these there is nothing to render.
_MARKUP: Final = re.compile(
    r"[*_`\[\]<>|~\\]|^[ \t]*(?:#|[-+][ \t]|\d{1,9}[.)][ \t])|^[ ]{0,3}(?:-[ \t]*){3,}$|[a-z]:/?/?\S",
    re.MULTILINE,
)
_RIGHT_TO_LEFT: Final = re.compile(f"(?:{RIGHT_TO_LEFT.pattern}[ ]?)*{RIGHT_TO_LEFT.pattern}")
_LONGEST_NAME: Final = 80
_CODE: Final = Look.MONO | Look.FENCED


def markdown_runs(text: str, folds: Mapping[int, int]) -> Steps:
    """The whole text as runs, made as they are taken."""
    at = 0
    while at < len(text):
        fence = _ANY_FENCE.search(text, at)
        opened = _FENCE.match(text, fence.start()) if fence is not None else None
        stop = len(text) if fence is None else fence.start()
        yield from _prose(text, at, stop)
        at = stop
        if fence is None:
            return
        if opened is None:
            newline = text.find("\n", at)
            at = len(text) if newline < 0 else newline + 1
            yield from _prose(text, stop, at)
        else:
            at = yield from _fenced(text, opened, folds)


def _prose(text: str, start: int, end: int) -> Steps:
    at = start
    while at < end:
        stop = _stretch_end(text, at, end)
        if _MARKUP.search(text, at, stop) is None or stop - at > 2 * STRETCH:
            yield Run(at, stop)
        else:
            yield from block_runs(text, at, stop)
            yield None
        at = stop


def _stretch_end(text: str, start: int, end: int) -> int:
    """After some whole paragraphs; a long one is cut between lines."""
    if end - start <= STRETCH // 2:
        return end
    last = start
    for blank in _BLANK.finditer(text, start, min(start + STRETCH, end)):
        last = blank.end()
        if last - start >= STRETCH // 4:
            return last
    if last > start:
        return last
    newline = text.rfind("\n", start, min(start + STRETCH, end))
    newline = newline if newline >= start else text.find("\n", start, end)
    return end if newline < 0 else newline + 1


def _fenced(text: str, opened: re.Match[str], folds: Mapping[int, int]) -> Generator[Run | None, None, int]:
    """The code after an opening fence, and its closing line. Returns where it ends, for ``yield from``."""
    mark = opened[1]
    first = text.find("\n", opened.end())
    first = len(text) if first < 0 else first + 1
    closing = re.compile(rf"^[ \t]*{re.escape(mark[0])}{{{len(mark)},}}[ \t\r]*$", re.MULTILINE).search(
        text, first
    )
    last = closing.start() if closing is not None else len(text)
    yield Run(opened.start(), opened.end(), one_line(opened[2][:_LONGEST_NAME]), _CODE | Look.MUTED)
    yield Run(opened.end(), first, None, _CODE)
    size = last - first
    if size <= LONGEST_JSON and looks_like_json(body := text[first:last].rstrip("\r\n")):
        yield from json_runs(text, first, first + len(body), folds, look=Look.FENCED)
        first += len(body)
    yield from _code_lines(text, first, last)
    if closing is None:
        return last
    yield Run(closing.start(), closing.end(), "", _CODE)
    newline = text.find("\n", closing.end())
    after = len(text) if newline < 0 else newline + 1
    yield Run(closing.end(), after, None, _CODE)
    return after


def _code_lines(text: str, start: int, end: int) -> Iterator[Run]:
    """Code as it is. Words from right to left are isolated: they must not change places across signs between them."""
    at = start
    for found in _RIGHT_TO_LEFT.finditer(text, start, end):
        if found.start() > at:
            yield Run(at, found.start(), None, _CODE)
        at = found.end()
        yield between(found.start(), "\u2068", _CODE)
        yield Run(found.start(), at, None, _CODE)
        yield between(at, "\u2069", _CODE)
    if at < end:
        yield Run(at, end, None, _CODE)
