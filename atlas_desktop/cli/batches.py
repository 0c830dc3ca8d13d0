"""Cutting files of any size into requests: whole lines, numbered, in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from atlas_desktop.domain.recorded import LINE_LIMIT

# Large enough that a request's fixed cost vanishes, small enough for progress and for one transaction.
BATCH_BYTES: Final = 4 * 1024 * 1024
_SKIP: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that is over the limit: its number, from 1. It was read past, never held."""

    number: int


@dataclass(slots=True)
class Batch:
    """Lines for one request, and their numbers in the file. ``size`` in bytes, newlines included."""

    numbers: list[int] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def body(self) -> bytes:
        """The lines, each ended by a newline."""
        return b"".join(self.lines)

    def add(self, number: int, line: bytes) -> None:
        """Take one line, without its newline."""
        self.numbers.append(number)
        self.lines.append(line + b"\n")
        self.size += len(line) + 1

    def halves(self) -> tuple["Batch", "Batch"]:
        """The same lines as two batches, for a server that wants less at once."""
        middle = len(self.lines) // 2
        return _part(self, 0, middle), _part(self, middle, len(self.lines))


def _part(batch: Batch, start: int, end: int) -> Batch:
    lines = batch.lines[start:end]
    return Batch(batch.numbers[start:end], lines, sum(map(len, lines)))


def numbered_lines(file: BinaryIO, limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes] | TooLong]:
    """Lines that hold something, with their numbers; those over ``limit`` bytes only as their number."""
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if not line.endswith(b"\n") and len(line) > limit:
            _skip_line(file)
            yield TooLong(number)
        elif (stripped := line.rstrip(b"\r\n")) and not stripped.isspace():
            yield number, stripped


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(_SKIP)) and not rest.endswith(b"\n"):
        pass


def batches(
    lines: Iterable[tuple[int, bytes] | TooLong], size: int = BATCH_BYTES
) -> Iterator[Batch | TooLong]:
    """Lines gathered into requests of about ``size`` bytes, in order."""
    batch = Batch()
    for line in lines:
        if isinstance(line, TooLong):
            yield line
            continue
        number, text = line
        if batch.lines and batch.size + len(text) >= size:
            yield batch
            batch = Batch()
        batch.add(number, text)
    if batch.lines:
        yield batch
