"""What a sender and a person do to a store in a test."""

import orjson

from atlas_desktop.domain.opinion import Opinion
from atlas_desktop.store import audit
from atlas_desktop.store.rows import OutboxRow
from atlas_desktop.store.settled import Acknowledged
from atlas_desktop.store.store import Store
from tests.store.making import said_on_server


async def send(store: Store) -> list[OutboxRow]:
    rows = await store.outbox.eligible(1000, 1 << 20)
    await store.outbox.mark_inflight([row.seq for row in rows])
    return rows


async def acknowledge(store: Store, rows: list[OutboxRow], first: int = 1000) -> None:
    await store.outbox.settle([answer(row, first + number) for number, row in enumerate(rows)])


def answer(row: OutboxRow, revision: int) -> Acknowledged:
    body = orjson.loads(row.payload)
    said = {
        name: body[name] for name in ("rating", "tags", "comment", "correction", "clears") if name in body
    }
    return Acknowledged(row.seq, said_on_server(row.call_id, revision, op_id=row.op_id, **said))


async def bodies(store: Store) -> list[dict[str, object]]:
    return [orjson.loads(row.payload) for row in await store.outbox.eligible(1000, 1 << 20)]


async def opinion(store: Store, seq: int) -> Opinion:
    opened = await store.calls.open_call(seq)
    assert opened is not None
    return opened.opinion


async def wheres(store: Store) -> list[str]:
    assert await store.database.read(audit.violations) == []
    return [act.where for act in await store.database.read(audit.whereabouts)]
