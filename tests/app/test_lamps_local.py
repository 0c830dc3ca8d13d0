"""The lamps over the sample on the real local Atlas: its evaluators come with the sync, its server is asked."""

from pathlib import Path

from atlas_desktop.app.session import Workspace
from atlas_desktop.domain.query import Query, Term
from tests.app.test_session import a_session, in_step, until


async def follow(workspace: Workspace, operation: str) -> None:
    (seq, *_) = await workspace.store.calls.ids(Query(terms=(Term("operation", operation),)))
    call = await workspace.store.calls.open_call(seq)
    assert call is not None
    workspace.lamps.follow(call.row.id, operation, call.call.schema_version, "Take two tablets with water.")
    await workspace.lamps.settled()


async def test_the_sample_has_lamps_of_three_kinds(tmp_path: Path) -> None:
    async with a_session(tmp_path) as session:
        await session.start_local()
        workspace = await until(session, lambda now: in_step(now) and len(now.browser) > 300)
        lamps = workspace.lamps
        known = await workspace.store.evaluators.list()
        assert {each.kind for each in known} == {"regex", "json_schema", "embedding_match"}
        await follow(workspace, "extract_revenue")
        lamps.typed('```json\n{"answers": [], "sources": []}\n```')
        assert [lamp.state for lamp in lamps.value] == ["bad", "bad"]
        lamps.typed(
            '{"answers": [{"main_question": "1.0", "currency": "USD", "unit": "none"}], "sources": [1]}'
        )
        assert [lamp.state for lamp in lamps.value] == ["ok", "ok"]
        assert lamps.schema["required"] == ["answers", "sources"]

        await follow(workspace, "answer_question")
        lamps.typed("Something else.")
        assert [lamp.state for lamp in lamps.value] == ["unasked"]
        await lamps.run()
        (far,) = lamps.value
        lamps.typed("Take two tablets with a glass of water.")
        await lamps.run()
        (near,) = lamps.value
        assert far.score is not None
        assert near.score is not None
        assert far.score < near.score <= 1.0
        assert near.state == "ok"

        await session.set_offline(True)
        await until(session, lambda now: now.sync.status.link == "by_hand")
        assert [lamp.state for lamp in lamps.value] == ["needs_server"]
