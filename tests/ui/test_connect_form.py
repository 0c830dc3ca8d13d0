"""The form where an address and a key are given: what is missing or wrong is said beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop.ui.pages.settings import SettingsPage
from atlas_desktop.ui.pages.welcome import WelcomePage
from tests.cli.running import serving
from tests.ui.conftest import Desk


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as url:
        yield url


def _page(desk: Desk, name: str) -> WelcomePage | SettingsPage:
    async def show() -> None:
        desk.window.show("welcome" if name == "welcome" else "settings")

    desk.run(show())
    page = desk.window.welcome_page if name == "welcome" else desk.window.settings_page
    desk.run(_focus(page))
    return page


async def _focus(page: WelcomePage | SettingsPage) -> None:
    page.form.name.setFocus()


@pytest.mark.parametrize("name", ["welcome", "settings"])
def test_enter_says_what_is_missing_and_goes_there(desk: Desk, name: str) -> None:
    form = _page(desk, name).form
    desk.press("Enter")
    assert form._said.text() == "Enter the address of an Atlas first."
    assert desk.focus() is form.address
    desk.type("x")
    assert form._said.text() == ""
    desk.press("Enter")
    assert form._said.text() == "Enter a key first."
    assert desk.focus() is form.key
    assert not form.notice.isVisible()


@pytest.mark.parametrize("name", ["welcome", "settings"])
def test_a_wrong_key_is_said_beside_the_form(desk: Desk, server: str, name: str) -> None:
    desk.session.vault._find = fail.Keyring
    page = _page(desk, name)
    form = page.form
    desk.run(_fill(page, server))
    desk.press("Enter")
    desk.until(form.notice.isVisible)
    desk.until(lambda: not form.notice.visibleRegion().isEmpty())
    assert form.isAncestorOf(form.notice)
    assert not page.notice.isVisible(), page.notice.accessibleName()
    words = form.notice.accessibleName()
    assert words.startswith("The server does not accept this key.")
    assert words.count("req_") == 1
    assert "rated" not in words
    assert desk.focus() is form.key
    viewport = page.area.viewport()
    bottom = form.notice.mapTo(viewport, form.notice.rect().bottomLeft()).y()
    assert bottom <= viewport.height()


async def _fill(page: WelcomePage | SettingsPage, url: str) -> None:
    page.form.address.setText(url)
    page.form.key.setText("nm_live_abcdef_not-the-right-one")
