"""CSV that a spreadsheet opens without running anything that is in it.

A cell that begins like a formula gets an apostrophe before it (OWASP, *CSV Injection*), and so does one that
begins with an apostrophe: taking one apostrophe off gives every text back.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
"""Excel takes a file without it for the system's old code page."""

# Full-width signs are formulas to a spreadsheet in Japanese; blanks and invisible signs before one are cut by some.
_FORMULA: Final = re.compile(
    r"[\s\x00-\x20\u00a0\u200b-\u200f\u2060\u3000\ufeff]*[=+\-@＝＋－＠'|%]|[\t\r\n]"
)


def safe_cell(text: str) -> str:
    """The text as a cell that is never a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text that a safe cell stands for."""
    return cell.removeprefix("'")


def csv_line(cells: Sequence[str | float | None]) -> bytes:
    """One row: texts quoted and safe, numbers as they are, nothing for None; with CRLF (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow(
        ["" if cell is None else safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return line.getvalue().encode("utf-8", "replace")
