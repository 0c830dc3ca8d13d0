"""Real stores for the screen's tests: recorded calls as a server would send them."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from atlas_desktop.domain.recorded import Defaults, Recorded, read_line
from atlas_desktop.resources import resource_path
from atlas_desktop.store.store import Store


def sample_lines(count: int | None = None) -> list[bytes]:
    """Lines of the sample that comes with the app."""
    lines = resource_path("samples", "calls.jsonl").read_bytes().splitlines()
    return lines[:count]


def line(**fields: Any) -> bytes:
    """A line of an import file with these fields."""
    base: dict[str, Any] = {
        "source_id": "made/1",
        "model": "m",
        "operation": "made",
        "customer": "c",
        "messages": [{"role": "user", "content": "question"}],
        "output": "answer",
    }
    return orjson.dumps(base | fields)


def fill(path: Path, lines: Sequence[bytes]) -> None:
    """Make a store of these calls."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(_fill(path, lines))


async def _fill(path: Path, lines: Sequence[bytes]) -> None:
    store = Store.open(path)
    try:
        after = await store.pull.cursor()
        for page in pages(lines, after):
            applied = await store.pull.apply(page, after)
            after = applied.next_after
    finally:
        await store.close()


def pages(lines: Sequence[bytes], after: int) -> Iterable[bytes]:
    """Pages of the changes feed with these calls, as an import would have recorded them now."""
    changes: list[dict[str, Any]] = []
    for revision, call in enumerate(_calls(lines), after + 1):
        changes.append({"type": "call", "call": call | {"revision": revision}})
        if len(changes) == 1000:
            yield _page(changes, revision, more=True)
            changes = []
    if changes:
        yield _page(changes, after + len(lines), more=False)


def _page(changes: list[dict[str, Any]], next_after: int, *, more: bool) -> bytes:
    return orjson.dumps({"object": "list", "data": changes, "next_after": next_after, "has_more": more})


def _calls(lines: Sequence[bytes]) -> Iterable[dict[str, Any]]:
    now = datetime.now(UTC)
    for number, each in enumerate(lines, 1):
        made = read_line(each, number, Defaults(customer="acme"), now, organization="org")
        if isinstance(made, Recorded):
            yield _call(made)


def _call(made: Recorded) -> dict[str, Any]:
    rows = [
        {
            "id": each.id,
            "object": "feedback",
            "call_id": made.call_id,
            "rating": each.rating,
            "correction": each.correction,
            "reviewer": each.reviewer,
            "created_at": each.created_at,
            "revision": 1,
        }
        for each in made.feedback
    ]
    return {
        "id": made.call_id,
        "object": "call",
        "created_at": made.created_at,
        "customer": made.customer,
        "operation_id": made.operation,
        "model": made.model,
        "request": orjson.Fragment(made.request),
        "response": orjson.Fragment(made.response),
        "delivery": orjson.Fragment(made.delivery),
        "metadata": orjson.Fragment(made.metadata),
        "feedback": rows[0] if rows else None,
        "feedback_count": len(rows),
    }
