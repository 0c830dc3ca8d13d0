"""The provider table as a TOML file: read with errors at their line, written with the comments it had."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from atlas_desktop.contract.providers import ModelSpec, ProviderSpec
from atlas_desktop.contract.text import bad_text
from atlas_desktop.server.gateway.providers.file import MOST_BYTES
from atlas_desktop.server.gateway.providers.places import Places, places_of
from atlas_desktop.server.gateway.providers.rules import Place, TableError, faults

LONGEST_LINE: Final = 8192
"""Keys with thousands of dots and lists in lists take a parser's time and stack: both need long lines."""

_DEEPEST: Final = 40
_MOST_LINES: Final = 100_000
_MOST_TABLES: Final = 10_000
"""A parser takes seconds for 2 MiB of empty tables."""
_AT: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
HEADER: Final = (
    "# Whom this Atlas asks for completions. Prices are US dollars for a million tokens.",
    '# A key is never written here: name where it is kept, key = { env = "OPENAI_API_KEY" } or { keyring = "provider.openai" }.',
    "# Changes are taken over within a second; one that is wrong changes nothing, and the app says at which line.",
    "",
)  # fmt: skip


def read_table(data: bytes) -> list[ProviderSpec]:
    """The providers of a file. Raises TableError."""
    text = _text(data)
    document = _parsed(text)
    for name in document:
        if name != "provider":
            raise TableError(
                f"{_shown(name)} is not known here: providers begin with [[provider]]", _line_with(text, name)
            )
    listed = document.get("provider", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise TableError("providers begin with [[provider]], each of them", _line_with(text, "provider"))
    places = places_of(text)
    providers = [_provider(at, dict(each), places) for at, each in enumerate(listed)]
    for fault in faults(providers):
        raise TableError(fault.message, places.line_of(fault.place))
    return providers


def write_table(providers: Sequence[ProviderSpec], before: bytes = b"") -> bytes:
    """The file of these providers. The comments of the one before stay with the provider, model and field they were at."""
    old = _Comments(before)
    lines = list(old.places.top) if old.places.top else list(HEADER)
    for provider in providers:
        lines += old.at(provider.name, None, None, "[[provider]]")
        for name, value in _fields(provider, ("name", "base_url")):
            lines += old.at(provider.name, None, name, f"{name} = {_toml(value)}")
        for model in provider.models:
            lines.append("")
            lines += old.at(provider.name, _identity(model), None, "[[provider.model]]")
            for name, value in _fields(model, ("id", "quantization", "prompt_usd", "completion_usd")):
                lines += old.at(provider.name, _identity(model), name, f"{name} = {_toml(value)}")
        lines.append("")
    lines += old.places.end
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise TableError(f"the file has more than {MOST_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError("this is not UTF-8", data[: error.start].count(b"\n") + 1) from None
    lines = text.split("\n")
    if len(lines) > _MOST_LINES or sum(line.lstrip().startswith("[") for line in lines) > _MOST_TABLES:
        raise TableError("there are too many lines or tables in the file")
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise TableError(f"a line has more than {LONGEST_LINE} characters", number)
        if max(line.count("["), line.count("{"), line.split("=")[0].count(".")) > _DEEPEST:
            raise TableError("too many levels in one line", number)
    return text


def _parsed(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - a server without a table spares it

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TableError("too many levels") from None
    except ValueError as error:
        # tomllib's own, and Python's for a number of thousands of digits.
        said = str(error)
        at = _AT.search(said)
        line = None if at is None else int(at[1] or text.rstrip("\n").count("\n") + 1)
        raise TableError(_AT.sub("", said)[:200], line) from None


def _provider(at: int, fields: dict[str, Any], places: Places) -> ProviderSpec:
    models = fields.pop("model", [])
    if not isinstance(models, list) or not all(isinstance(each, dict) for each in models):
        raise TableError("models begin with [[provider.model]], each of them", places.line_of(Place(at)))
    if "models" in fields:
        raise TableError("models begin with [[provider.model]]", places.line_of(Place(at, None, "models")))
    taken = [_checked(ModelSpec, each, Place(at, index), places) for index, each in enumerate(models)]
    provider: ProviderSpec = _checked(ProviderSpec, fields, Place(at), places)
    return provider.model_copy(update={"models": taken})


def _checked(kind: type[Any], fields: dict[str, Any], place: Place, places: Places) -> Any:
    try:
        made = kind.model_validate(fields, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else None
        words = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            words = "there is no such field"
        message = words if name is None else f"{_shown(name)}: {words}"
        raise TableError(message, places.line_of(place._replace(field=name))) from None
    if (bad := bad_text(fields)) is not None:
        raise TableError(
            "text must not hold NUL characters", places.line_of(place._replace(field=str(bad[0])))
        )
    return made


def _shown(name: str) -> str:
    return name[:60] if name.isprintable() else "this name"


def _line_with(text: str, name: str) -> int | None:
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if pattern.match(line)), None)


def _identity(model: ModelSpec) -> tuple[str | None, ...]:
    return (model.id, model.quantization, model.via)


def _fields(made: BaseModel, always: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What is written of it: what must be, and what differs from what is meant without it."""
    dumped = made.model_dump(exclude={"models"}, exclude_defaults=True)
    whole = made.model_dump(include=set(always))
    for name in type(made).model_fields:
        if name in always or name in dumped:
            yield name, _without_null(whole.get(name, dumped.get(name)))


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if member is not None}
    return value


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        members = (f"{_key(name)} = {_toml(member)}" for name, member in value.items())
        return f"{{ {', '.join(members)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    # JSON's strings are TOML's, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class _Comments:
    """The comments of a file, by what they were written at."""

    def __init__(self, data: bytes) -> None:
        try:
            text = _text(data)
            listed = _parsed(text).get("provider", [])
            self.places = places_of(text)
            self._names = {Place(at): str(each.get("name")) for at, each in enumerate(listed)}
            self._models = {
                Place(at, index): (
                    model.get("id"),
                    model.get("quantization", "undisclosed"),
                    model.get("via"),
                )
                for at, each in enumerate(listed)
                for index, model in enumerate(each.get("model", []))
            }
        except (TableError, AttributeError, TypeError):
            # What cannot be read is kept beside the file, whole.
            self.places, self._names, self._models = Places(), {}, {}
        self._above: dict[tuple[Any, ...], list[str]] = {}
        self._behind: dict[tuple[Any, ...], str] = {}
        for place, lines in self.places.above.items():
            self._above[self._which(place)] = lines
        for place, comment in self.places.behind.items():
            self._behind[self._which(place)] = comment

    def _which(self, place: Place) -> tuple[Any, ...]:
        model = None if place.model is None else self._models.get(Place(place.provider, place.model))
        return (self._names.get(Place(place.provider)), model, place.field)

    def at(
        self, provider: str, model: tuple[str | None, ...] | None, name: str | None, line: str
    ) -> list[str]:
        """This line with the comments that belong to it."""
        which = (provider, model, name)
        behind = self._behind.get(which)
        return [*self._above.get(which, ()), line if behind is None else f"{line}  {behind}"]
