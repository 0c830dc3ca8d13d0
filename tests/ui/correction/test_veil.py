"""The editor shows the exact text, so opening it is a look under the veil: noted, or not to be had."""

import pytest

from atlas_desktop.app.peek_log import PeekLog
from tests.ui.conftest import Desk
from tests.ui.filled import line

LINES = [line(source_id=f"c/{number}", output=f"write to jane{number}@example.com") for number in range(3)]
pytestmark = pytest.mark.parametrize("lines", [LINES])


def looked(desk: Desk) -> list[str | None]:
    log = PeekLog(desk.session.home.workspace_dir("one") / "peeks.jsonl")
    return [entry["call"] for entry in log.entries()]


def here(desk: Desk) -> str:
    review = desk.window.review
    assert review is not None
    assert review.current.call is not None
    return review.current.call.row.id


def test_each_call_that_is_corrected_under_the_veil_is_noted_once(desk: Desk) -> None:
    desk.run(desk.session.settings.change(veil=True))
    desk.show_call(0)
    first = here(desk)
    desk.press("E")
    desk.until(lambda: desk.window.correcting.open_now)
    assert looked(desk) == [first]
    desk.type("x")
    desk.press("Ctrl+Shift+Enter")
    assert looked(desk) == [first]
    desk.press("Ctrl+PgDown")
    desk.until(lambda: looked(desk) == [first, here(desk)])
    assert here(desk) != first
    assert desk.window.correcting.open_now


def test_without_the_veil_nothing_is_noted(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("E")
    desk.until(lambda: desk.window.correcting.open_now)
    assert looked(desk) == []


def test_what_cannot_be_noted_is_not_opened(desk: Desk) -> None:
    desk.run(desk.session.settings.change(veil=True))
    (desk.session.home.workspace_dir("one") / "peeks.jsonl").mkdir()
    desk.show_call(0)
    desk.press("E")
    desk.until(lambda: "could not be noted" in desk.window.review_page.notice.accessibleName())
    assert not desk.window.correcting.open_now
