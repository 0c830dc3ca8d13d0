"""One stretch of Markdown without fences: headings, lists, quotes, tables and paragraphs, line by line. Pure.

Every line of the source is one line of the display: what is read is where the author put it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from atlas_desktop.ui.rendering.inline import Astray, inline_runs, plain_runs
from atlas_desktop.ui.rendering.runs import TITLES, Look, Run
from atlas_desktop.ui.rendering.tables import Row, table_lines

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BULLETS: Final = ("•", "◦", "▪")
_BARS: Final = "▏ "
_INDENT: Final = "    "
_HASHES: Final = re.compile(r"[ \t>]*#{1,6}[ \t]*")
_MOST_BRACKETS: Final = 300
"""More than this in one stretch and looking for links takes longer than a frame: it grows with their square."""


@dataclass(slots=True)
class _Line:
    """A line of the source: where it is, what stands before its text, and its text as runs within the line."""

    start: int
    end: int
    next: int
    quotes: int = 0
    depth: int = 0
    marker: str = ""
    prefix: int = 0
    runs: list[Run] | None = None
    look: int = 0
    rule: bool = False
    raw: str = ""


@dataclass(slots=True)
class _Page:
    text: str
    lines: list[_Line]
    lists: list[str] = field(default_factory=list)
    heading: int = 0
    table: "list[tuple[int, list[Token]]] | None" = None
    right: set[tuple[int, int]] = field(default_factory=set)


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 30 ms that the first list on the screen need not wait for

    # Raw HTML stays text. Entities too: what is on the screen is what was written, and no escape hides a character.
    return (
        MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
        .enable(["table", "strikethrough"])
        .disable(
            ["entity", "code", "fence", "html_block", "html_inline", "reference", "lheading", "text_join"]
        )
    )


def block_runs(text: str, start: int, end: int) -> list[Run]:
    """The runs of ``text[start:end]``; as it is written where it is no Markdown we can lead back."""
    lines = _lines(text, start, end)
    source = "\n".join(line.raw for line in lines)
    if "\r" in source or "\0" in source or source.count("[") > _MOST_BRACKETS:
        return [Run(start, end)]
    page = _Page(text, lines)
    for token in _markdown().parse(source):
        if (take := _TAKES.get(token.type)) is not None:
            take(page, token)
    return [run for line in lines for run in _line_runs(line)]


def _lines(text: str, start: int, end: int) -> list[_Line]:
    lines, at = [], start
    while at < end:
        newline = text.find("\n", at, end)
        stop = end if newline < 0 else newline
        following = end if newline < 0 else newline + 1
        if stop > at and text[stop - 1] == "\r" and newline >= 0:
            stop -= 1
        lines.append(_Line(at, stop, following, raw=text[at:stop]))
        at = following
    return lines


def _quote(page: _Page, token: "Token") -> None:
    for line in _of(page, token):
        line.quotes += 1


def _list(page: _Page, token: "Token") -> None:
    page.lists.append(token.type)


def _list_end(page: _Page, token: "Token") -> None:
    page.lists.pop()


def _heading(page: _Page, token: "Token") -> None:
    page.heading = int(token.tag[1:]) if token.nesting > 0 else 0


def _rule(page: _Page, token: "Token") -> None:
    for line in _of(page, token):
        line.rule = True


def _cell(page: _Page, token: "Token") -> None:
    if page.table and "right" in str(token.attrGet("style") or ""):
        page.right.add((page.table[-1][0], len(page.table[-1][1])))


def _table_row(page: _Page, token: "Token") -> None:
    if page.table is not None and token.map:
        page.table.append((token.map[0], []))


def _table(page: _Page, token: "Token") -> None:
    page.table = []


def _of(page: _Page, token: "Token") -> Sequence[_Line]:
    first, last = token.map or (0, 0)
    return page.lines[first:last]


def _item(page: _Page, token: "Token") -> None:
    depth, lines = len(page.lists), _of(page, token)
    for line in lines:
        line.depth = max(line.depth, depth)
    ordered = page.lists[-1] == "ordered_list_open"
    bullet = _BULLETS[min(depth, len(_BULLETS)) - 1]
    lines[0].marker = f"{token.info}{token.markup} " if ordered else f"{bullet} "


def _inline(page: _Page, token: "Token") -> None:
    first = token.map[0] if token.map else 0
    if page.table is not None:
        if page.table:
            page.table[-1][1].append(token)
        return
    look = TITLES[page.heading - 1] | Look.BOLD if page.heading else 0
    wanted = token.content.split("\n")
    places = _places(page.lines[first : first + len(wanted)], wanted, bool(page.heading))
    if places is None:
        return
    try:
        runs = inline_runs(token.content, token.children or (), look)
    except Astray:
        runs = plain_runs(token.content, look)
    starts = [0]
    for content in wanted:
        starts.append(starts[-1] + len(content) + 1)
    for line, prefix in zip(page.lines[first : first + len(wanted)], places, strict=True):
        line.prefix, line.runs, line.look = prefix, [], look
    lines, number = page.lines[first : first + len(wanted)], 0
    for run in runs:
        number = _share(lines, starts, run, number)


def _places(lines: Sequence[_Line], wanted: Sequence[str], heading: bool) -> list[int] | None:
    """Where the text of each line begins in it; None when a line is not what the parser says."""
    places = []
    if len(lines) != len(wanted):
        return None
    for line, content in zip(lines, wanted, strict=True):
        marks = _HASHES.match(line.raw) if heading else None
        at = marks.end() if marks is not None else len(line.raw.rstrip()) - len(content.rstrip())
        if not 0 <= at <= len(line.raw) or not line.raw.startswith(content, at):
            return None
        places.append(at)
    return places


def _share(lines: Sequence[_Line], starts: Sequence[int], run: Run, number: int) -> int:
    """Give a run of the paragraph to its lines, from this one on. What it shows instead goes to the first of them.

    Returns the line it ends in.
    """
    shown = run.shown
    while True:
        line, last = lines[number], starts[number + 1] - 1
        low, high = max(run.start, starts[number]), min(run.end, last)
        if low < high or low == high == run.start == run.end:
            at = line.start + line.prefix - starts[number]
            assert line.runs is not None  # noqa: S101 - set just before
            line.runs.append(Run(low + at, high + at, shown, run.look, run.detail))
            shown = "" if shown is not None else None
        if run.end <= last or number + 1 == len(lines):
            return number
        number += 1


def _table_end(page: _Page, token: "Token") -> None:
    rows, page.table = page.table or [], None
    if not rows:
        return
    first = rows[0][0]
    taken = [_row(page, number, cells, number == first) for number, cells in rows]
    drawn = table_lines(page.text, taken)
    for (number, _), runs in zip(rows, drawn.rows, strict=True):
        page.lines[number].runs = runs
    if first + 1 < len(page.lines):
        line = page.lines[first + 1]
        line.prefix = 0
        line.runs = [Run(line.start, line.end, drawn.rule, Look.MONO | Look.MUTED)]


_TAKES: "Final[dict[str, Callable[[_Page, Token], None]]]" = {
    "blockquote_open": _quote,
    "bullet_list_open": _list,
    "ordered_list_open": _list,
    "bullet_list_close": _list_end,
    "ordered_list_close": _list_end,
    "list_item_open": _item,
    "heading_open": _heading,
    "heading_close": _heading,
    "hr": _rule,
    "inline": _inline,
    "table_open": _table,
    "tr_open": _table_row,
    "th_open": _cell,
    "td_open": _cell,
    "table_close": _table_end,
}


def _row(page: _Page, number: int, cells: "Sequence[Token]", header: bool) -> Row:
    line, at, found = page.lines[number], 0, []
    look = Look.MONO | (Look.BOLD if header else 0)
    for token in cells:
        place = line.raw.find(token.content, at)
        if place < 0 or "|" in token.content:
            return Row(line.start, line.end, None)
        try:
            runs = inline_runs(token.content, token.children or (), look)
        except Astray:
            runs = plain_runs(token.content, look)
        moved = line.start + place
        found.append(
            [Run(run.start + moved, run.end + moved, run.shown, run.look, run.detail) for run in runs]
            or [Run(moved, moved, None, look)]
        )
        at = place + len(token.content)
    right = frozenset(column for row, column in page.right if row == number)
    return Row(line.start, line.end, found, right)


def _line_runs(line: _Line) -> Iterator[Run]:
    if line.rule:
        yield Run(line.start, line.end, "", Look.RULE)
    elif line.runs is None:
        yield from _unread(line)
    else:
        at = line.start
        if line.prefix:
            at += line.prefix
            yield Run(line.start, at, _prefix(line), line.look if not line.quotes else Look.MUTED)
        for run in line.runs:
            yield run
            at = run.end
        if at < line.end:
            yield Run(at, line.end, "", line.look)
    if line.next > line.end:
        yield Run(line.end, line.next)


def _unread(line: _Line) -> Iterator[Run]:
    """A line without text of its own: empty, or one that the parser and we read differently."""
    marks = re.match(r"[ \t>]*", line.raw) if line.quotes else None
    at = line.start + (marks.end() if marks is not None else 0)
    if at > line.start:
        yield Run(line.start, at, _BARS * line.quotes, Look.MUTED)
    if at < line.end:
        yield Run(at, line.end)


def _prefix(line: _Line) -> str | None:
    """What stands for markers and indentation; None: they are shown as they are."""
    if line.look & (Look.TITLE1 | Look.TITLE2 | Look.TITLE3) and not line.quotes and not line.depth:
        return ""
    if not line.quotes and not line.depth:
        return None
    hanging = line.marker or ("   " if line.depth else "")
    return _BARS * line.quotes + _INDENT * max(line.depth - 1, 0) + hanging
