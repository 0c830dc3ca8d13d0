"""A fall comes to the person: from the store, through the settings, onto the desktop's bus, and back by a click."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from atlas_desktop.app.alerts import Alerts
from atlas_desktop.contract.operations import Operation, ShipGate
from atlas_desktop.domain.alerts import Key, Reading
from atlas_desktop.domain.pass_rate import Counts
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.falls import notice_of
from atlas_desktop.ui.widgets.hours_field import HoursField
from tests import notification_service
from tests.ui.conftest import Desk
from tests.ui.filled import line, pages

ONE = Reading(Key("extract_revenue", "northwind/prod"), Counts(140, 108, 23), 0.85)


def test_one_fall_is_said_in_full() -> None:
    notice = notice_of([ONE], veil=False)
    assert notice.title == "northwind/prod fell below its gate"
    assert notice.body == (
        "extract_revenue: 82.4 % of 131 evaluated calls of the last 7 days passed; the gate is 85 %."
    )


def test_many_are_counted_and_the_lowest_named() -> None:
    falls = [Reading(Key("extract", f"customer {each}"), Counts(100, 50, 50), 0.9) for each in range(5)]
    notice = notice_of(falls, veil=False)
    assert notice.title == "5 pass rates fell below their gates"
    assert notice.body.splitlines()[0] == "customer 0, extract: 50 %, gate 90 %"
    assert notice.body.splitlines()[-1] == "and 2 more"
    assert len(notice.body.splitlines()) == 4


def test_names_are_veiled_when_the_screen_is_and_hidden_signs_are_shown() -> None:
    mail = Reading(Key("extract", "ann@example.com"), Counts(100, 50, 50), 0.9)
    assert "ann@" not in notice_of([mail], veil=True).title
    assert "ann@" in notice_of([mail], veil=False).title
    turned = Reading(Key("extract", "a\u202eb\nc"), Counts(100, 50, 50), 0.9)
    assert "\u202e" not in notice_of([turned], veil=False).title
    assert "\n" not in notice_of([turned], veil=False).title


def test_a_notice_is_short_whatever_names_are_like() -> None:
    for name in ("x" * 10_000, "Z" + "\u0315\u031b" * 5_000, "a\u202e" * 3_000):
        falls = [Reading(Key(name, name), Counts(100, 50, 50), 0.9)] * 4
        for said in (
            notice_of(falls[:1], veil=False),
            notice_of(falls, veil=False),
            notice_of(falls, veil=True),
        ):
            assert len(said.title) < 120
            assert len(said.body) < 700
            assert max(map(len, said.body.splitlines())) < 250
            assert "50 %" in said.body


async def _more(desk: Desk, rating: str, count: int) -> None:
    """Calls of now, rated so, come from the server."""
    workspace = desk.session.workspace
    assert workspace is not None
    after = await workspace.store.pull.cursor()
    lines = [
        line(
            source_id=f"{rating}/{each}", customer="northwind", operation="gated", rating=rating,
            created_at=datetime.now(UTC).isoformat(),
        )
        for each in range(count)
    ]  # fmt: skip
    for page in pages(lines, after):
        applied = await workspace.store.pull.apply(page, after)
        after = applied.next_after


def _gated(desk: Desk) -> Alerts:
    """Alerts switched on by hand in Settings, a gate of 85 %, and a rate above it that was seen."""
    workspace = desk.session.workspace
    assert workspace is not None
    gate = ShipGate(evaluator_id="ev", min_score=0.85)
    operation = Operation(id="op_1", key="gated", name="Gated", registration="defined", ship_gates=[gate])
    desk.run(workspace.store.operations.put(operation))
    desk.press("Ctrl+,")
    switch, hours = (desk.window.settings_page._fields[name] for name in ("alerts", "quiet_hours"))
    assert isinstance(hours, HoursField)
    hours.line.setFocus()
    hours.line.selectAll()
    desk.press("Delete", "Tab")
    switch.setFocus()
    desk.press("Space")
    desk.until(lambda: desk.session.settings.current.alerts and not desk.session.settings.current.quiet_hours)
    alerts = desk.session.alerts
    assert alerts is not None
    assert alerts.on
    desk.run(_more(desk, "thumbs_up", 30))
    desk.run(alerts.settled())
    return alerts


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[notification_service.Service]:
    if sys.platform != "linux" or notification_service.missing_program():
        pytest.skip("dbus-daemon is not installed, or this is no Linux desktop")
    with notification_service.bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with notification_service.running(address, "body", "actions") as running:
            yield running


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_fall_is_told_by_the_desktop_and_a_click_shows_it_on_trends(
    service: notification_service.Service, desk: Desk
) -> None:
    alerts = _gated(desk)
    desk.run(_more(desk, "thumbs_down", 10))
    desk.run(alerts.settled())
    desk.until(lambda: len(service.shown) == 1)
    assert service.shown[0][3] == "northwind fell below its gate"
    assert service.shown[0][4].startswith("gated: 75 % of 40 evaluated calls")
    service.click(1)
    desk.until(lambda: desk.window.screen_name == "trends")
    workspace = desk.session.workspace
    assert workspace is not None
    assert workspace.trends.state.choice.query == Query(operation="gated")
    assert workspace.trends.state.choice.picked == frozenset({"northwind"})
    desk.run(alerts.settled())
    assert len(service.shown) == 1
    desk.rest()


def test_where_no_desktop_takes_it_the_status_bar_says_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nothing/is/here")
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    said: list[str] = []
    monkeypatch.setattr(desk.window, "say", said.append)
    alerts = _gated(desk)
    desk.run(_more(desk, "thumbs_down", 10))
    desk.run(alerts.settled())
    desk.until(lambda: bool(said))
    assert said[0].startswith("northwind fell below its gate: gated: 75 %")


def test_what_are_no_hours_is_said_at_the_field_and_not_kept(desk: Desk) -> None:
    desk.press("Ctrl+,")
    hours = desk.window.settings_page._fields["quiet_hours"]
    assert isinstance(hours, HoursField)
    assert hours.line.text() == "22:00-07:00"
    hours.line.setFocus()
    hours.line.selectAll()
    desk.type("at night")
    desk.press("Enter")
    assert hours.fault.isVisible()
    assert desk.session.settings.current.quiet_hours == "22:00-07:00"
    hours.line.selectAll()
    desk.type("23 - 6:30")
    desk.press("Enter")
    assert not hours.fault.isVisible()
    desk.until(lambda: desk.session.settings.current.quiet_hours == "23:00-06:30")
    assert hours.line.text() == "23:00-06:30"
