"""Over a real bus, to a service that speaks the real protocol."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from atlas_desktop.app.desktop_notices import DesktopNotices, Notice
from atlas_desktop.app.loop_thread import LoopThread
from tests import notification_service

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the bus is of Linux desktops"),
    pytest.mark.skipif(notification_service.missing_program(), reason="dbus-daemon is not installed"),
]
NOTICE = Notice("northwind fell", "<b>82 %</b> & less", "Open Trends")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with notification_service.bus() as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made)
        yield made


@pytest.fixture
async def notices() -> AsyncIterator[DesktopNotices]:
    network = LoopThread("network")
    network.start()
    yield DesktopNotices(network)
    await network.close()


async def test_it_is_shown_and_a_click_comes_back_to_this_loop(address: str, notices: DesktopNotices) -> None:
    clicked = asyncio.Event()
    with notification_service.running(address, "body", "actions") as service:
        assert await notices.show(NOTICE, clicked.set)
        assert await notices.show(NOTICE, lambda: pytest.fail("nobody clicked on this one"))
        (app, replaces, icon, title, body, actions, hints, timeout), _ = service.shown
        assert (app, replaces, icon, title) == ("Atlas Desktop", 0, "atlas-desktop", "northwind fell")
        assert body == "<b>82 %</b> & less"
        assert actions == ["default", "Open Trends"]
        assert hints["desktop-entry"] == ("s", "atlas-desktop")
        assert timeout == -1
        service.click(1)
        await asyncio.wait_for(clicked.wait(), 5)


async def test_where_bodies_are_markup_nothing_recorded_is(address: str, notices: DesktopNotices) -> None:
    with notification_service.running(address, "body", "body-markup") as service:
        assert await notices.show(NOTICE, lambda: None)
        assert service.shown[0][4] == "&lt;b&gt;82 %&lt;/b&gt; &amp; less"


async def test_a_service_that_comes_later_is_found(address: str, notices: DesktopNotices) -> None:
    assert not await notices.show(NOTICE, lambda: None)
    with notification_service.running(address) as service:
        assert await notices.show(NOTICE, lambda: None)
        assert len(service.shown) == 1


async def test_without_a_bus_it_says_so(notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nothing/is/here")
    assert not await notices.show(NOTICE, lambda: None)


async def test_a_bus_that_went_away_is_left_behind(
    notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    with notification_service.bus() as first:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", first)
        with notification_service.running(first):
            assert await notices.show(NOTICE, lambda: None)
    assert not await notices.show(NOTICE, lambda: None)
    with notification_service.bus() as second:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", second)
        with notification_service.running(second) as service:
            assert await notices.show(NOTICE, lambda: None)
            assert len(service.shown) == 1


async def test_after_the_end_nothing_is_shown() -> None:
    network = LoopThread("network")
    network.start()
    notices = DesktopNotices(network)
    await network.close()
    assert not await notices.show(NOTICE, lambda: None)
