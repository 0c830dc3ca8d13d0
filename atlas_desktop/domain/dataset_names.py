"""Names of datasets that follow one another: ``Tickets v3`` after ``Tickets v2``. Pure."""

import re
from collections.abc import Iterable
from typing import Final

_NUMBERED: Final = re.compile(r"(.*\S)\s+v(\d{1,6})", re.DOTALL)
LONGEST: Final = 200
"""Characters: the contract's limit."""


def next_name(name: str, taken: Iterable[str]) -> str:
    """The next of this name that nothing has."""
    known = frozenset(taken)
    match = _NUMBERED.fullmatch(name)
    base, number = (match[1], int(match[2]) + 1) if match else (name, 1)
    while (made := _numbered(base, number)) in known:
        number += 1
    return made


def _numbered(base: str, number: int) -> str:
    tail = f" v{number}"
    return base[: LONGEST - len(tail)] + tail
