"""Connecting to a real server, with no keyring; and a connection whose key is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop.ui.widgets.key_field import KeyField
from tests.cli.running import KEY, serving
from tests.ui.conftest import Desk


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as url:
        yield url


@pytest.fixture
def without_keyring(desk: Desk) -> Desk:
    desk.session.vault._find = fail.Keyring
    return desk


async def _connect(desk: Desk, url: str) -> None:
    desk.window.show("welcome")
    form = desk.window.welcome_page.form
    form.address.setText(url)
    form.key.setText(KEY)
    form._submit()


def test_a_key_that_only_memory_holds_is_said_where_one_is(without_keyring: Desk, server: str) -> None:
    desk = without_keyring
    review = desk.window.review_page
    desk.run(desk.session.set_offline(False))
    desk.run(_connect(desk, server))
    # Going online has told something already: that the connection of before has no key.
    desk.until(lambda: review.notice.accessibleName().startswith("No keyring keeps this key"))
    assert desk.window.stack.currentWidget() is review
    assert "The key is kept until you quit" in review.notice.accessibleName()
    desk.until(lambda: desk.session.status.link == "online")
    desk.run(_tick(desk))
    assert review.notice.isVisible()


def test_a_key_that_is_missing_is_typed_where_sync_leads_and_then_not_missed_any_more(
    without_keyring: Desk, server: str
) -> None:
    desk = without_keyring
    desk.run(desk.session.set_offline(False))
    desk.run(_connect(desk, server))
    desk.until(lambda: desk.session.status.link == "online")
    (connection,) = [each for each in desk.session.connections.all if each.base_url == server]
    desk.run(desk.session.vault.delete(connection.id))
    desk.run(desk.session.open(connection.id))
    desk.until(lambda: desk.session.status.link == "auth")
    notice = desk.window.review_page.notice
    desk.until(lambda: notice.accessibleName().startswith("This connection has no key here"))
    desk.press("G S", "Tab", "Tab")
    assert isinstance(desk.focus(), KeyField)
    desk.type(KEY)
    desk.press("Enter")
    desk.until(lambda: desk.session.status.link == "online")
    desk.run(_tick(desk))
    assert not desk.window.sync_page._key.isVisible()
    assert desk.focus() is desk.window.sync_page
    assert not notice.isVisible()
    assert not notice.isVisibleTo(desk.window.review_page)


async def _tick(desk: Desk) -> None:
    desk.window._show_status()
