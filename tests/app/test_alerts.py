"""A fall of a real store's rates is told once, also over a restart; the rule itself is in domain/alerts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from atlas_desktop.app.alerts import Alerts, Wanted, wanted
from atlas_desktop.app.settings import Settings
from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.domain.alerts import Quiet, Reading, quiet_hours
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.ui.filled import line, pages

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
ON = Wanted(on=True)


class Watch:
    """Alerts over a store, at a time one can set."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.number = 0
        self.told: list[Reading] = []
        self.bugs: list[BaseException] = []
        self.tasks = Tasks(lambda _, error: self.bugs.append(error))
        self.again()

    def again(self) -> None:
        """The program starts anew."""
        zone = ZoneInfo("Europe/Berlin")
        self.alerts = Alerts(self.store, self.tasks, lambda: zone, rest=0.0, clock=lambda: self.now)
        self.alerts.fell.connect(self.told.extend)

    async def calls(self, customer: str, rating: str, count: int, operation: str = "extract") -> Changed:
        lines = [
            line(
                source_id=f"{customer}/{self.number + each}", customer=customer, operation=operation, rating=rating,
                created_at=(NOW - timedelta(hours=1)).isoformat(),
            )
            for each in range(count)
        ]  # fmt: skip
        self.number += count
        after = await self.store.pull.cursor()
        changed = Changed()
        for page in pages(lines, after):
            applied = await self.store.pull.apply(page, after)
            after, changed = applied.next_after, changed | applied.changed
        return changed

    async def look(self) -> list[str]:
        """Who is told of now."""
        before = len(self.told)
        await self.alerts.settled()
        return [each.key.customer or "" for each in self.told[before:]]


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    store = Store.open(tmp_path / "atlas.db")
    try:
        made = Watch(store)
        await store.operations.replace([operation("extract", 0.85), operation("answer")])
        yield made
        made.alerts.close()
        await made.tasks.close()
        assert made.bugs == []
    finally:
        await store.close()


def operation(key: str, *gates: float) -> Operation:
    return Operation(
        id=f"op_{key}", key=key, name=key, registration="defined",
        ship_gates=[ShipGate(evaluator_id=f"ev_{gate}", min_score=gate) for gate in gates],
    )  # fmt: skip


async def test_a_fall_is_told_once(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30)
    await watch.calls("halo", "thumbs_down", 30)
    watch.alerts.follow(ON)
    assert await watch.look() == []
    await watch.calls("northwind", "thumbs_down", 10)
    assert await watch.look() == ["northwind"]
    assert (watch.told[0].gate, watch.told[0].counts.rate) == (0.85, 0.75)
    await watch.calls("northwind", "thumbs_down", 1)
    assert await watch.look() == []


async def test_a_restart_neither_tells_again_nor_forgets(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30)
    await watch.calls("halo", "thumbs_up", 30)
    watch.alerts.follow(ON)
    await watch.look()
    await watch.calls("northwind", "thumbs_down", 10)
    assert await watch.look() == ["northwind"]
    watch.alerts.close()
    await watch.calls("halo", "thumbs_down", 10)
    watch.again()
    watch.alerts.follow(ON)
    assert await watch.look() == ["halo"]


async def test_what_falls_while_it_is_off_is_no_news_when_it_is_switched_on(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30)
    watch.alerts.follow(ON)
    await watch.look()
    watch.alerts.follow(Wanted())
    await watch.calls("northwind", "thumbs_down", 30)
    assert await watch.look() == []
    watch.alerts.follow(ON)
    assert await watch.look() == []


async def test_quiet_hours_are_those_of_the_place(watch: Watch) -> None:
    # 13:00 UTC is 14:00 in Berlin.
    await watch.calls("northwind", "thumbs_up", 30)
    watch.alerts.follow(Wanted(on=True, quiet=quiet_hours("14:00-15:00")))
    await watch.look()
    await watch.calls("northwind", "thumbs_down", 10)
    assert await watch.look() == []
    watch.now += timedelta(hours=1)
    assert await watch.look() == ["northwind"]


async def test_an_operation_without_gates_has_nothing_to_fall_below(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30, "answer")
    watch.alerts.follow(ON)
    await watch.look()
    await watch.calls("northwind", "thumbs_down", 60, "answer")
    assert await watch.look() == []


async def test_days_that_passed_count_no_more(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30)
    watch.alerts.follow(ON)
    await watch.look()
    await watch.calls("northwind", "thumbs_down", 30)
    watch.now += timedelta(days=8)
    assert await watch.look() == []


async def test_a_change_of_the_store_is_looked_at_by_itself(watch: Watch) -> None:
    await watch.calls("northwind", "thumbs_up", 30)
    watch.alerts.follow(ON)
    await watch.look()
    fell = asyncio.Event()
    watch.alerts.fell.connect(lambda _: fell.set())
    watch.alerts.store_changed(await watch.calls("northwind", "thumbs_down", 10))
    await asyncio.wait_for(fell.wait(), 5)


@pytest.mark.parametrize("kept", ["{", "[[1]]", '[["a", "b", 1]]', "null"])
async def test_what_another_version_kept_is_begun_anew(watch: Watch, kept: str) -> None:
    await watch.store.identity.put("alerts", kept)
    await watch.calls("northwind", "thumbs_down", 30)
    watch.alerts.follow(ON)
    assert await watch.look() == []


@pytest.mark.parametrize(
    ("hours", "quiet"), [("22:00-07:00", quiet_hours("22-7")), ("", None), (" 22 – 7 ", quiet_hours("22-7"))]
)
def test_the_settings_say_it(hours: str, quiet: Quiet | None) -> None:
    assert wanted(Settings.model_validate({"alerts": True, "quiet_hours": hours})) == Wanted(True, quiet)


def test_it_is_off_by_default_and_hours_that_are_none_are_refused() -> None:
    assert not wanted(Settings()).on
    with pytest.raises(ValueError, match="22:00-07:00"):
        Settings.model_validate({"quiet_hours": "at night"})
