"""Pages of the changes feed and rows of feedback, as a server would send them."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.database.database import NO_HOOKS, Hooks, Inline, Mode
from atlas_desktop.store.store import Store

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ME = "ada"
INLINE = Inline(power_safe=False)


def open_store(path: Path, mode: Mode = INLINE, hooks: Hooks = NO_HOOKS) -> Store:
    """A store with ids that count, in the caller's thread unless asked otherwise."""
    numbers = itertools.count(1)
    prefix = f"{datetime.now(UTC).timestamp():.6f}".replace(".", "")
    return Store.open(path, threads=mode, hooks=hooks, new_op_id=lambda: f"fb_{prefix}_{next(numbers)}")


def a_call(number: int, revision: int, **parts: Any) -> dict[str, Any]:
    """One call as it stands in a page; ``parts`` replace fields, ``ask`` and ``answer`` the texts."""
    ask, answer = parts.pop("ask", f"question {number}"), parts.pop("answer", f"answer {number}")
    return {
        "id": f"chatcmpl-{number:06d}",
        "object": "call",
        "revision": revision,
        "created_at": (NOW - timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "customer": "default",
        "operation_id": "summarize",
        "model": "gpt",
        "request": {"messages": [{"role": "user", "content": ask}]},
        "response": {"message": {"role": "assistant", "content": answer}},
    } | parts


def a_page(
    *calls: dict[str, Any], after: int, more: bool = False, gone: tuple[str, ...] = (), **envelope: Any
) -> bytes:
    """A page with these calls, and deletions of these ids at revision ``after``."""
    data: list[dict[str, Any]] = [{"type": "call", "call": call} for call in calls]
    data += [{"type": "call.deleted", "id": call_id, "revision": after} for call_id in gone]
    return orjson.dumps({"object": "list", "data": data, "next_after": after, "has_more": more, **envelope})


def said_on_server(call_id: str, revision: int, *, by: str = ME, op_id: str = "", **parts: Any) -> Feedback:
    """A stored row of feedback."""
    return Feedback(
        id=op_id or f"fb_{by}_{revision}",
        call_id=call_id,
        reviewer=by,
        created_at=NOW,
        revision=revision,
        **parts,
    )


def as_json(feedback: Feedback | None) -> Any:
    """The same as it stands in a call."""
    return None if feedback is None else orjson.loads(feedback.model_dump_json())


async def with_calls(path: Path, number: int, mode: Mode = INLINE) -> Store:
    """A store that pulled ``number`` calls, whose local ids are 1, 2, 3 …"""
    store = open_store(path, mode)
    await store.pull.apply(a_page(*(a_call(n, n) for n in range(1, number + 1)), after=number), 0)
    return store
