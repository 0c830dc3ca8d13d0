"""A recorded call as stretches of text to show, in reading order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, Literal

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import Call
from atlas_desktop.contract.chat import Message
from atlas_desktop.ui.hostile_text import one_line

if TYPE_CHECKING:
    from atlas_desktop.store.rows import Correction

Style = Literal["text", "muted", "heading", "gap", "warn"]
FOLDED_ROLES: Final = ("system", "developer")
_INLINE_ARGUMENTS: Final = 20_000
_LONGEST_NAME: Final = 200
_MOST_MEASURED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of what is shown. ``heading`` is the app's own line, with a hairline text cannot draw.

    ``link`` makes a heading clickable: the view tells its name.
    """

    text: str
    style: Style = "text"
    link: str | None = None


def conversation(call: Call, unfolded: bool = False) -> Iterator[Part]:
    """The turns before the answer. System prompts are folded to one line unless ``unfolded``.

    Made as they are taken, since 50,000 of them at once held up the window.
    """
    turns = call.request.messages
    if not turns:
        yield Part("No messages were recorded with this call.", "muted")
    for number, message in enumerate(turns, 1):
        if number > 1:
            yield Part("\n\n", "gap")
        yield from _turn(message, number, len(turns), unfolded)


def output(call: Call) -> Iterator[Part]:
    """The answer as it was recorded, made as it is taken."""
    body = _body(call.response.message)
    yield next(body, Part("The model answered with nothing.", "muted"))
    yield from body


def correction(correction: "Correction | None") -> tuple[Part, ...]:
    """The corrected answer, if there is one."""
    return (Part(correction.text),) if correction is not None else ()


def correction_title(correction: "Correction | None") -> str:
    """Whose the correction is, on one line."""
    if correction is None:
        return "Correction"
    return "Your correction" if correction.by is None else f"Correction by {_name(correction.by)}"


def _turn(message: Message, number: int, total: int, unfolded: bool) -> Iterator[Part]:
    title = _name(f"{message.role}  {message.name}" if message.name else message.role)
    folds = message.role in FOLDED_ROLES and total > 1
    if folds:
        title = f"{title}  ·  {_size(message)} characters  ·  {'hide' if unfolded else 'show'}"
        yield Part(title, "heading", link="fold")
        if not unfolded:
            return
    else:
        yield Part(title, "heading")
    yield Part("\n", "gap")
    body = _body(message)
    yield next(body, Part("empty", "muted"))
    yield from body


def _size(message: Message) -> str:
    body = _body(message)
    size = sum(len(part.text) for part in islice(body, _MOST_MEASURED))
    return f"{size:,}" if next(body, None) is None else f"more than {size:,}"


def _body(message: Message) -> Iterator[Part]:
    separated = False
    for part in chain(_content(message), _tool_calls(message.tool_calls or [])):
        if separated:
            yield Part("\n", "gap")
        yield part
        separated = True


def _content(message: Message) -> Iterator[Part]:
    content = message.content
    if isinstance(content, str):
        if content:
            yield Part(content)
        return
    for item in content or []:
        yield _content_part(item)


def _content_part(item: Json) -> Part:
    """Text is shown; a picture, sound or file is named, never fetched (sync.md, threat 2)."""
    if isinstance(item, dict):
        text = item.get("text")
        if isinstance(text, str):
            return Part(text)
        kind = str(item.get("type", "part"))
        return Part(f"[{kind}, not shown: {_short(item)}]", "muted")
    return Part(_json(item))


def _tool_calls(calls: Sequence[dict[str, Json]]) -> Iterator[Part]:
    for call in calls:
        function = call.get("function")
        named = function if isinstance(function, dict) else call
        yield Part(f"calls {_name(str(named.get('name', 'a tool')))}", "muted")
        yield Part(_arguments(named.get("arguments", named)))


def _name(text: str) -> str:
    """A name as one line of bounded length: a line end in it would draw headings of its own."""
    return one_line(f"{text[:_LONGEST_NAME]}…" if len(text) > _LONGEST_NAME else text)


def _arguments(value: Json) -> str:
    if isinstance(value, str):
        if len(value) > _INLINE_ARGUMENTS:
            return value
        try:
            return _json(orjson.loads(value))
        except orjson.JSONDecodeError:
            return value
    return _json(value)


def _json(value: Json) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()


def _short(item: dict[str, Json]) -> str:
    return orjson.dumps(item, default=str)[:120].decode("utf-8", "ignore")
