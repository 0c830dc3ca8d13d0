"""Which part of an output a rule looks at: its ``field``, a JSON Pointer (RFC 6901)."""

from typing import Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.limits import DEPTH_LIMIT
from atlas_desktop.domain.scoring.score import ConfigError
from atlas_desktop.wording import tr

LONGEST: Final = 1024


class NotJsonError(ValueError):
    """The output is no JSON, or nests so deep that nothing should walk it."""

    def __init__(self, *, deep: bool = False) -> None:
        super().__init__()
        self.deep: Final = deep


def parse(output: str) -> Json:
    """The value of a JSON output. Raises NotJsonError."""
    try:
        data = output.encode()
        value = orjson.loads(data)
    except (UnicodeEncodeError, orjson.JSONDecodeError):
        raise NotJsonError from None
    if data.count(b"[") + data.count(b"{") > DEPTH_LIMIT and depth(value) > DEPTH_LIMIT:
        raise NotJsonError(deep=True)
    return value


def depth(value: Json) -> int:
    """How many lists and objects nest; counted level by level, no further than one more than DEPTH_LIMIT."""
    levels, level = 0, [value]
    while levels <= DEPTH_LIMIT:
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            break
        levels += 1
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return levels


def check_field(field: str | None) -> None:
    """Raises ConfigError when this is no JSON Pointer."""
    if field is None or field == "":
        return
    if len(field) > LONGEST:
        raise ConfigError(tr("a field may have {most} characters", most=LONGEST), "field")
    if not field.startswith("/"):
        message = tr("a field begins with a slash, as /answers/0/currency does")
        raise ConfigError(message, "field")
    if any(part[:1] not in ("0", "1") for part in field.split("~")[1:]):
        raise ConfigError(tr("in a field, ~ is written ~0 and a slash in a name ~1"), "field")


def steps(field: str) -> tuple[str, ...]:
    """The names and numbers of a pointer, unescaped."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in field.split("/")[1:])


def path_in(value: Json, names: tuple[str, ...]) -> tuple[str | int, ...]:
    """The same way with numbers where a list is gone into: only the value tells them from names."""
    path: list[str | int] = []
    for name in names:
        if isinstance(value, list) and _is_index(name) and int(name) < len(value):
            path.append(int(name))
            value = value[int(name)]
        else:
            path.append(name)
            value = value.get(name) if isinstance(value, dict) else None
    return tuple(path)


def find(value: Json, field: str) -> tuple[bool, Json]:
    """Whether the field is there, and its value."""
    for step in steps(field):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and _is_index(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return False, None
    return True, value


def _is_index(step: str) -> bool:
    # Eighteen digits: int() of a million of them takes minutes.
    return step.isascii() and step.isdigit() and len(step) <= 18 and (step == "0" or step[0] != "0")


def part_of(output: str, field: str | None) -> str | None:
    """The text a rule looks at: the whole output, or the field as text (JSON unless it is a string).

    None when the output is no JSON or has no such field.
    """
    if not field:
        return output
    try:
        found, value = find(parse(output), field)
    except NotJsonError:
        return None
    if not found:
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()
