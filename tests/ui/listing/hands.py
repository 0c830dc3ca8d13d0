"""What the tests of the list do again and again."""

from collections.abc import Callable

from atlas_desktop.app.call_browser import CallBrowser
from atlas_desktop.app.session import Workspace
from tests.ui.conftest import Desk


def workspace_of(desk: Desk) -> Workspace:
    assert desk.session.workspace is not None
    return desk.session.workspace


def browser_of(desk: Desk) -> CallBrowser:
    return workspace_of(desk).browser


def wait(desk: Desk, holds: Callable[[], bool]) -> None:
    """Until it holds and nothing runs any more."""
    desk.until(holds)
    desk.settle()
    desk.rest()
