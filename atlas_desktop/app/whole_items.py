"""Items for servers that do not fill in what a source call said, or that do not know what was sent before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

import orjson

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.store.sendings import SendItem
from atlas_desktop.store.store import Store

_OURS: Final = "source_call_id"
_AT_ONCE: Final = 100

Said = Counter[bytes]
"""How many items say the same, by what they say."""


async def whole_bodies(store: Store, items: Sequence[SendItem]) -> list[bytes]:
    """Each with its input, and without the name of its call: what is published of an item, and no more.

    One whose call is gone stays as it is: the server says what is wrong with it.
    """
    made: list[bytes] = []
    for start in range(0, len(items), _AT_ONCE):
        some = items[start : start + _AT_ONCE]
        inputs = await store.candidates.inputs([each.call for each in some])
        made += await in_daemon_thread("items are written", partial(_whole, some, inputs))
    return made


def said_by(items: Iterable[DatasetItem]) -> Said:
    """Of what a server has."""
    return Counter(_said(each.input, each.expected_output) for each in items)


def without(bodies: Sequence[bytes], there: Said) -> list[int]:
    """Which of these bodies, by their index, are not there yet. Each that is there counts for one only."""
    left = Counter(there)
    missing = []
    for index, body in enumerate(bodies):
        item = orjson.loads(body)
        said = _said(item.get("input"), item.get("expected_output"))
        if left[said]:
            left[said] -= 1
        else:
            missing.append(index)
    return missing


def _said(given: Json, expected: Json) -> bytes:
    return orjson.dumps([given, expected], option=orjson.OPT_SORT_KEYS)


def _whole(items: Sequence[SendItem], inputs: dict[int, dict[str, Json]]) -> list[bytes]:
    made = []
    for item in items:
        body: dict[str, Any] = orjson.loads(item.body)
        if (given := inputs.get(item.call)) is None:
            made.append(item.body)
            continue
        rest = {name: value for name, value in body.items() if name != _OURS}
        made.append(orjson.dumps({"input": given, **rest}))
    return made
