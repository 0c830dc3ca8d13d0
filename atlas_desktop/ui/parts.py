"""A recorded call as stretches of text to show, in reading order. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

import orjson

from atlas_desktop.app.failure import failure_of
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import EMBEDDED, Call
from atlas_desktop.contract.chat import Message
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.tool_turns import Pairs, pairs_of, tool_name
from atlas_desktop.wording import number, tr

if TYPE_CHECKING:
    from atlas_desktop.store.rows import Correction

Style = Literal["text", "muted", "heading", "subheading", "gap", "warn", "link"]
HEADINGS: Final = ("heading", "subheading")
FOLDED_ROLES: Final = ("system", "developer")
_LONGEST_NAME: Final = 200
_MOST_MEASURED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of what is shown. ``heading`` is the app's own line, with a hairline text cannot draw.

    ``link`` makes a heading clickable: the view tells its name. Only ``text`` is ever rendered: it is recorded.
    """

    text: str
    style: Style = "text"
    link: str | None = None


_LINE: Final = Part("\n", "gap")
_AIR: Final = Part("\n\n", "gap")


def conversation(call: Call, unfolded: bool = False) -> Iterator[Part]:
    """The turns before the answer, the results of tools with the calls they answer.

    System prompts are folded to one line unless ``unfolded``. Made as they are taken, since 50,000 of them at once
    held up the window.
    """
    yield from turns_of(call.request.messages, unfolded)


def turns_of(turns: Sequence[Message], unfolded: bool = False) -> Iterator[Part]:
    """The same for turns that are of no call."""
    if not turns:
        yield Part(tr("No messages were recorded with this call."), "muted")
    pairs = pairs_of(turns)
    first = True
    for at in range(len(turns)):
        if at in pairs.paired:
            continue  # shown with its call
        if not first:
            yield _AIR
        first = False
        yield from _turn(turns, at, pairs, unfolded)


def folds(call: Call) -> bool:
    """Whether the conversation has a system prompt that is folded to one line."""
    turns = call.request.messages
    return len(turns) > 1 and any(turn.role in FOLDED_ROLES for turn in turns)


def output(call: Call) -> Iterator[Part]:
    """The answer as it was recorded, made as it is taken."""
    message = call.response.message
    body = _joined(_content(message), _tool_calls(message))
    yield next(body, Part(_no_answer(call), "muted"))
    yield from body


def _no_answer(call: Call) -> str:
    if call.response.finish_reason == EMBEDDED:
        return tr("These texts were embedded: there is no answer to review.")
    return failure_of(call) or tr("The model answered with nothing.")


def correction(correction: "Correction | None") -> tuple[Part, ...]:
    """The corrected answer, if there is one."""
    return (Part(correction.text),) if correction is not None else ()


def correction_title(correction: "Correction | None") -> str:
    """Whose the correction is, on one line."""
    if correction is None:
        return tr("Correction")
    if correction.by is None:
        return tr("Your correction")
    return tr("Correction by {name}", name=_name(correction.by))


def _turn(turns: Sequence[Message], at: int, pairs: Pairs, unfolded: bool) -> Iterator[Part]:
    message = turns[at]
    title = _name(f"{message.role}  {message.name}" if message.name else message.role)
    if message.role in FOLDED_ROLES and len(turns) > 1:
        size = tr("{size} characters", size=_size(message))
        yield Part(f"{title}  ·  {size}  ·  {tr('hide') if unfolded else tr('show')}", "heading", link="fold")
        if not unfolded:
            return
    else:
        yield Part(title, "heading")
    yield _LINE
    if (why := pairs.unmatched.get(at)) is not None:
        yield Part(why, "warn")
        yield _LINE
    calls = _tool_calls(message, {call: turns[result] for call, result in pairs.results.get(at, {}).items()})
    body = _joined(_content(message), calls)
    yield next(body, Part(tr("empty"), "muted"))
    yield from body


def _size(message: Message) -> str:
    body = _content(message)
    size = sum(len(part.text) for part in islice(body, _MOST_MEASURED))
    return number(size) if next(body, None) is None else tr("more than {size:,}", size=size)


def _joined(*bodies: Iterator[Part]) -> Iterator[Part]:
    separated = False
    for body in bodies:
        for part in body:
            if separated:
                yield _LINE
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
        kind = one_line(str(item.get("type", "part"))[:_LONGEST_NAME])
        return Part(tr("[{kind}, not shown: {beginning}]", kind=kind, beginning=_short(item)), "muted")
    return Part(_json(item))


def _tool_calls(message: Message, results: Mapping[int, Message] | None = None) -> Iterator[Part]:
    """The calls of a turn, each with the result that answers it. ``results`` None: it is the last turn, none came."""
    for at, call in enumerate(message.tool_calls or []):
        function = call.get("function")
        named = function if isinstance(function, dict) else call
        if at:
            yield Part("", "gap")
        yield Part(tr("calls {tool}", tool=_name(tool_name(call))), "subheading")
        yield Part(_arguments(named.get("arguments", named)))
        if results is None:
            continue
        result = results.get(at)
        if result is None:
            yield Part(tr("no result of this call was recorded"), "warn")
            continue
        yield Part(tr("result of {tool}", tool=_name(tool_name(call))), "subheading")
        body = _joined(_content(result))
        yield next(body, Part(tr("empty"), "muted"))
        yield from body


def _name(text: str) -> str:
    """A name as one line of bounded length: a line end in it would draw headings of its own."""
    return one_line(f"{text[:_LONGEST_NAME]}…" if len(text) > _LONGEST_NAME else text)


def _arguments(value: Json) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Json) -> str:
    return orjson.dumps(value, default=str).decode()


def _short(item: dict[str, Json]) -> str:
    return orjson.dumps(item, default=str)[:120].decode("utf-8", "ignore")
