"""What can be said about a text at once: whether it is JSON, what is wrong with it, whether it can be sent. Pure."""

import re
from typing import Final

import orjson

from atlas_desktop.app.editor_state import TextProblem
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.feedback import MOST_CORRECTED
from atlas_desktop.domain import json_text
from atlas_desktop.domain.diff import ON_THE_SPOT
from atlas_desktop.domain.scoring.json_schema import compiled
from atlas_desktop.domain.scoring.pointer import NotJsonError, parse
from atlas_desktop.domain.scoring.score import ConfigError
from atlas_desktop.store.drafts import Kind
from atlas_desktop.wording import tr

_UNSENDABLE: Final = re.compile("[\x00\ud800-\udfff]")
_SHOWN: Final = 100
_MOST_STEPS: Final = 4_000_000
"""Of some twenty nanoseconds: the validator holds Python's lock meanwhile, in a thread too. The lamp says it then."""
LARGEST: Final = 1024 * 1024
"""Characters of JSON that are checked while typing."""


def kind_of(text: str, schema: Json) -> Kind:
    """``json`` where the operation has a schema, or the text is an object or array already."""
    if schema is not None:
        return "json"
    head = text.lstrip()[:1]
    return "json" if head in ("{", "[") and _is_json(text) else "prose"


def _is_json(text: str) -> bool:
    if len(text) <= ON_THE_SPOT:
        return json_text.fault(text) is None
    # It is asked for when the editor opens, on the UI thread: a megabyte took 150 ms, and takes 5 ms so.
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return False
    return True


def unsendable(text: str) -> tuple[TextProblem, ...]:
    """What no server takes: NUL, half characters, more than a mebibyte."""
    found: list[TextProblem] = []
    for match in _UNSENDABLE.finditer(text):
        if len(found) == _SHOWN:
            break
        words = (
            tr("A NUL character cannot be sent. Delete it.")
            if match[0] == "\x00"
            else tr(
                "This is half a character (U+{code}), which cannot be sent. Delete it.",
                code=f"{ord(match[0]):04X}",
            )
        )
        found.append(TextProblem(match.start(), match.end(), words))
    if (
        len(text) * 4 > MOST_CORRECTED
        and (size := len(text.encode("utf-8", "surrogatepass"))) > MOST_CORRECTED
    ):
        words = tr(
            "A correction may have {most:,} bytes; this one has {size:,}.", most=MOST_CORRECTED, size=size
        )
        found.append(TextProblem(0, len(text), words))
    return tuple(found)


def problems(text: str, kind: Kind, schema: Json) -> tuple[TextProblem, ...]:
    """Everything wrong with it, in the order of the text. Takes milliseconds: not for the UI thread."""
    found = list(unsendable(text))
    if kind == "json" and len(text) <= LARGEST:
        for problem in json_text.problems(text, _errors(text, schema)):
            path = "".join(
                f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in problem.path or ()
            )
            found.append(TextProblem(problem.start, problem.end, problem.message, path))
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def _errors(text: str, schema: Json) -> tuple[json_text.SchemaError, ...]:
    if schema is None:
        return ()
    try:
        check = compiled(schema)
        return check.errors(parse(text)) if check.steps(text) <= _MOST_STEPS else ()
    except (NotJsonError, ConfigError):
        return ()  # the fault of the text is said by itself; a bad schema is said where it is defined
