"""What is wrong with an input, said so that the person who has the file can find it."""

from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from atlas_desktop.contract.base import Json

# Pydantic puts the name of a union's branch into a path, where it is not a name in the input.
_BRANCHES: Final = frozenset({"str", "Verdict", "float", "int"})


def first_fault(error: ValidationError) -> str:
    """The first fault of a refused object: where, and what is wrong there."""
    faults = error.errors(include_url=False, include_context=False)
    # A union reports every branch; the branch that got furthest in is the one the writer meant.
    fault = max(
        (fault for fault in faults if fault["loc"][:1] == faults[0]["loc"][:1]),
        key=lambda fault: (len(_path(fault)), -faults.index(fault)),
    )
    where = place(_path(fault))
    if fault["type"] == "missing":
        return f"{where} is missing"
    words = fault["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return (
        f"{where}: {words}, not {_kind_of(fault['input'])}"
        if words.startswith("should")
        else f"{where}: {words}"
    )


def _kind_of(value: Json) -> str:
    """What JSON would call this value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:20]
    if isinstance(value, str):
        return repr(value[:40]) if value else "an empty text"
    return "a list" if isinstance(value, list) else "an object"


def place(path: tuple[str | int, ...]) -> str:
    """A path as a person would write it: ``messages[0].content``."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in words.removeprefix(".")[:200]
    )


def _path(fault: ErrorDetails) -> tuple[str | int, ...]:
    loc = fault["loc"]
    return tuple(
        step
        for index, step in enumerate(loc)
        if isinstance(step, int) or index == 0 or not (step in _BRANCHES or "[" in step)
    )
