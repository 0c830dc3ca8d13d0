"""Which result answers which tool call: by the id that both carry. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.chat import Message
from atlas_desktop.wording import tr


@dataclass(slots=True)
class Pairs:
    """``results``: of a turn, by the number of its call, the turn that answers. ``paired``: turns that answer.

    ``unmatched``: turns that answer no call, with why in words.
    """

    results: dict[int, dict[int, int]] = field(default_factory=dict)
    paired: set[int] = field(default_factory=set)
    unmatched: dict[int, str] = field(default_factory=dict)


def pairs_of(turns: Sequence[Message]) -> Pairs:
    """Pair them. Only a result after its call answers it; ids may be used again, the newest call counts."""
    pairs = Pairs()
    asked: dict[str, tuple[int, int]] = {}
    for at, message in enumerate(turns):
        if message.role == "tool":
            _answer(pairs, asked, at, message)
        for number, call in enumerate(message.tool_calls or ()):
            if isinstance(name := call.get("id"), str) and name:
                asked[name] = (at, number)
    return pairs


def _answer(pairs: Pairs, asked: dict[str, tuple[int, int]], at: int, message: Message) -> None:
    name = message.tool_call_id
    call = asked.get(name) if name else None
    if call is None:
        pairs.unmatched[at] = (
            tr("answers a call that was not recorded") if name else tr("does not say which call it answers")
        )
    elif call[1] in pairs.results.get(call[0], {}):
        pairs.unmatched[at] = tr("a second result of a call that was answered before")
    else:
        pairs.results.setdefault(call[0], {})[call[1]] = at
        pairs.paired.add(at)


def tool_name(call: dict[str, Json]) -> str:
    """What the call calls."""
    function = call.get("function")
    named = function if isinstance(function, dict) else call
    return str(named.get("name", tr("a tool")))
