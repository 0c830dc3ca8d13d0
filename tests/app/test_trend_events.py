"""Events of Trends: fetched from the server, and kept for when it is away."""

from pathlib import Path

from atlas_desktop.app.trend_events import TrendEvents
from atlas_desktop.app.trend_state import Event
from atlas_desktop.contract.datasets import DatasetCreate, DatasetItemCreate
from atlas_desktop.contract.operations import OperationUpdate
from atlas_desktop.contract.releases import ReleaseCreate
from tests.app.loop_bench import KEY, SCHEMA, loop_bench
from tests.app.trend_bench import nobody, trends


async def test_promotions_and_schema_versions_are_fetched_from_the_server(tmp_path: Path) -> None:
    """More of them than a page holds; and they are there without the server."""
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        wider = {**SCHEMA, "properties": {"total": {"type": "number"}, "unit": {"type": "string"}}}
        await bench.client.operations.update(KEY, OperationUpdate(output_schema=wider, schema_version="2"))
        for number in range(60):
            made = await bench.client.datasets.create(
                DatasetCreate(operation_id=KEY, name=f"set {number}", schema_version="2")
            )
            item = DatasetItemCreate(
                input={"messages": [{"role": "user", "content": "how much?"}]}, expected_output={"total": 1}
            )
            await bench.client.datasets.items.add(made.id, [item])
            if number < 55:
                await bench.client.datasets.promote(made.id, acknowledge_no_gates=True)
        events = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        events.refresh()
        await events.through()
        assert events.problem is None
        promotions = {each.title for each in events.value if each.kind == "promotion"}
        assert promotions == {f"set {number} v2" for number in range(55)}
        assert [each.title for each in events.value if each.kind == "schema"] == ["1", "2"]
        assert {each.operation for each in events.value} == {KEY}
        bench.online = False
        kept = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        kept.refresh()
        await kept.through()
        assert kept.value == events.value


async def test_events_are_kept_for_when_the_server_is_away(tmp_path: Path) -> None:
    kept = '[[5,"promotion","Tickets v3","op"],[9,"schema","4","op"]]'
    async with trends(tmp_path / "s.db", {0: (1, 0)}) as made:
        await made._store.identity.put("trend_events", kept)
        made.show(True)
        await made.through()
        assert made.state.events == (Event(5, "promotion", "Tickets v3", "op"), Event(9, "schema", "4", "op"))


PROVIDERS = """
[[provider]]
name = "stub"
base_url = "http://127.0.0.1:9/v1"
[[provider.model]]
id = "candidate"
model = "vendor/candidate"
prompt_usd = 1.0
completion_usd = 1.0
"""


async def test_steps_of_releases_are_fetched_from_the_server(tmp_path: Path) -> None:
    (tmp_path / "providers.toml").write_text(PROVIDERS)
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        made = await bench.client.releases.create(
            ReleaseCreate(operation_id=KEY, model="vendor/candidate", percent=20)
        )
        await bench.client.releases.rollback(made.id, "it was slow")
        events = TrendEvents(bench.store, bench.ask, bench.tasks, lambda: bench.online)
        events.refresh()
        await events.through()
        assert events.problem is None
        steps = [each for each in events.value if each.kind in ("shadow", "canary", "release", "rollback")]
        assert {(each.kind, each.title, each.operation) for each in steps} == {
            ("shadow", "vendor/candidate", KEY), ("rollback", "vendor/candidate", KEY),
        }  # fmt: skip
        kept = TrendEvents(bench.store, nobody, bench.tasks, lambda: False)
        kept.refresh()
        await kept.through()
        assert kept.value == events.value


async def test_events_of_a_newer_version_are_left_out(tmp_path: Path) -> None:
    kept = '[[5,"eclipse","x","op"],[9,"rollback","m","op"]]'
    async with trends(tmp_path / "s.db", {0: (1, 0)}) as made:
        await made._store.identity.put("trend_events", kept)
        made.show(True)
        await made.through()
        assert made.state.events == (Event(9, "rollback", "m", "op"),)
