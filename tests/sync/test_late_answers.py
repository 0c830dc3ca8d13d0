"""An acknowledgement that comes after the pull which already told more: what the pull said stays."""

import asyncio
from pathlib import Path

import pytest

from atlas_desktop.contract.calls import CallChanges
from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import Verdict
from atlas_desktop.store.rows import OutboxState
from atlas_desktop.store.settled import Acknowledged
from atlas_desktop.store.store import Inline, Store
from tests.faults.virtual import START

INFLIGHT: tuple[OutboxState, ...] = ("inflight",)


def feedback(op_id: str, revision: int, reviewer: str = "me", **says: object) -> Feedback:
    body = {"id": op_id, "call_id": "c", "reviewer": reviewer, "created_at": START, "revision": revision}
    return Feedback.model_validate({**body, **says})


def page(revision: int, effective: Feedback | None) -> CallChanges:
    call = {
        "id": "c",
        "revision": revision,
        "created_at": START,
        "customer": "northwind/prod",
        "model": "atlas-1",
        "request": {"messages": []},
        "response": {"message": {"role": "assistant", "content": "answer"}},
        "feedback": None if effective is None else effective.model_dump(mode="json"),
    }
    data = [{"type": "call", "call": call}]
    return CallChanges.model_validate({"data": data, "next_after": revision, "has_more": False})


async def act_and_pull(store: Store, verdict: Verdict, pulled: CallChanges) -> str:
    """Decide, hand over to the sender, pull; the id of the act, which has no answer yet."""
    await store.decisions.decide([1], verdict, now=START)
    (row,) = await store.outbox.eligible(10, 1000)
    await store.outbox.mark_inflight([row.seq])
    await store.pull.apply(pulled, await store.pull.cursor())
    return row.op_id


@pytest.mark.parametrize("theirs", [None, feedback("fb_other", 3, "other", rating="thumbs_down")])
def test_what_a_faster_pull_said_stays(tmp_path: Path, theirs: Feedback | None) -> None:
    async def story() -> None:
        store = Store.open(tmp_path / "device.db", threads=Inline())
        await store.identity.put("reviewer", "me")
        await store.pull.apply(page(1, None), 0)
        op_id = await act_and_pull(store, "up", page(3, theirs))
        (row,) = await store.outbox.eligible(10, 1000, states=INFLIGHT)
        await store.outbox.settle([Acknowledged(row.seq, feedback(op_id, 2, rating="thumbs_up"))])
        (shown,) = await store.calls.rows([1])
        assert shown.rating == (theirs.rating if theirs else None)
        await store.close()

    asyncio.run(story())


def test_the_acknowledgement_of_a_retraction_hides_nobody_elses_word(tmp_path: Path) -> None:
    async def story() -> None:
        store = Store.open(tmp_path / "device.db", threads=Inline())
        await store.identity.put("reviewer", "me")
        await store.pull.apply(page(1, feedback("fb_mine", 1, rating="thumbs_up")), 0)
        theirs = feedback("fb_other", 0, "other", rating="thumbs_down")
        op_id = await act_and_pull(store, "clear", page(2, theirs))
        (row,) = await store.outbox.eligible(10, 1000, states=INFLIGHT)
        await store.outbox.settle([Acknowledged(row.seq, feedback(op_id, 2, clears=True))])
        (shown,) = await store.calls.rows([1])
        assert shown.rating == "thumbs_down"
        await store.close()

    asyncio.run(story())
