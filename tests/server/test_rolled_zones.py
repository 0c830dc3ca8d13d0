"""Sums behind the figures: caught up behind a question, kept by the days of some zones."""

import asyncio
import shutil
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import orjson

from atlas_desktop.server.app import create_app
from atlas_desktop.server.storage import rolled_zones
from atlas_desktop.server.storage.rolling import catch_up
from tests.server.figure_count import found_by, written
from tests.server.talk import ALICE, HandClock, Talk, call_line, config_for


async def test_sums_are_caught_up_behind_the_question(tmp_path: Path, template: Path) -> None:
    """On the server's own loop and threads: the second question finds nothing left to count."""
    path = tmp_path / "atlas.db"
    shutil.copy(template, path)
    app = create_app(config_for(path, executor="threaded"))
    transport = httpx.ASGITransport(app)
    headers = {"authorization": f"Bearer {ALICE.key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8400/v1", headers=headers
        ) as client,
    ):
        lines = b"".join(orjson.dumps(call_line(n, customer=f"c{n % 3}")) + b"\n" for n in range(30))
        media = {"content-type": "application/x-ndjson"}
        assert (await client.post("/calls/import", content=lines, headers=media)).status_code == 200
        before = (await client.get("/usage")).json()
        atlas = app.state.atlas
        await asyncio.gather(*atlas.rolling._tasks._running)
        kolkata = "/analytics/pass-rate?time_zone=Asia/Kolkata&bucket=week"
        weeks = (await client.get(kolkata)).json()
        await asyncio.gather(*atlas.rolling._tasks._running)
        assert (await client.get(kolkata)).json() == weeks
        assert not atlas.rolling._tasks._running
        scope = atlas.storage.registry.remembered(ALICE.key)
        assert not await atlas.storage.write(scope, catch_up)
        assert (await client.get("/usage")).json() == before
        assert sum(row["calls"] for row in before["data"]) == 30


def test_few_zones_are_kept_and_those_nobody_asks_for_make_room(five: Talk) -> None:
    zones = [ZoneInfo(f"Etc/GMT+{n}") for n in range(1, 7)]
    for zone in (*zones, ZoneInfo("Etc/GMT+1")):
        written(five, partial(rolled_zones.keep, zone=zone))
    while written(five, catch_up):
        pass
    kept = [found_by(five, partial(rolled_zones.kept, zone=zone)) for zone in zones]
    assert kept == [0, 1, 2, 3, None, None]
    assert not found_by(five, partial(rolled_zones.wanting, zone=zones[5]))
    assert isinstance(five.config.clock, HandClock)
    five.config.clock.seconds += 8 * 86_400
    assert found_by(five, partial(rolled_zones.wanting, zone=zones[0]))
    written(five, partial(rolled_zones.keep, zone=zones[0]))
    assert found_by(five, partial(rolled_zones.wanting, zone=zones[5]))
    written(five, partial(rolled_zones.keep, zone=zones[5]))
    assert found_by(five, partial(rolled_zones.kept, zone=zones[5])) is None, "its days are not summed yet"
    while written(five, catch_up):
        pass
    kept = [found_by(five, partial(rolled_zones.kept, zone=zone)) for zone in zones]
    assert kept == [0, None, 2, 3, None, 1]
    sums = "SELECT grid, sum(calls) FROM rolled_cell GROUP BY grid"
    with five.app.state.atlas.storage._engine.connect() as connection:
        assert list(connection.exec_driver_sql(sums)) == [(grid, 5) for grid in range(4)]


def test_days_are_summed_anew_when_the_rules_of_a_zone_have_changed(five: Talk) -> None:
    """As by a newer tzdata under the same name."""
    berlin = ZoneInfo("Europe/Berlin")
    written(five, partial(rolled_zones.keep, zone=berlin))
    while written(five, catch_up):
        pass
    engine = five.app.state.atlas.storage._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rolled_zone SET rules = 'as they were'")
        connection.exec_driver_sql("UPDATE rolled_cell SET day = day - 1")
    assert found_by(five, partial(rolled_zones.kept, zone=berlin)) is None
    five.lines([call_line(5, operation="greet")])
    written(five, catch_up)
    with engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT * FROM rolled_cell")) == []
    target = "/analytics/pass-rate?from=2026-01-01&to=2026-12-01&time_zone=Europe/Berlin"
    assert sum(point["calls"] for point in five.get(target).json()["data"]) == 6
