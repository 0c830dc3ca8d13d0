from atlas_desktop.app.commands import COMMANDS
from tests.ui.conftest import Desk


def test_the_list_and_the_first_call_are_there(desk: Desk) -> None:
    assert desk.window.review_page.model.rowCount() == 60
    assert desk.show_call(0) is not None
    assert "60 calls" in desk.window.review_page.filter._count.text()


def test_a_rating_key_rates_and_goes_on(desk: Desk) -> None:
    first = desk.show_call(0)
    desk.press("1")
    review = desk.window.review
    assert review is not None
    assert review.current.position == 1
    row = desk.window.review_page.model.text_at(0)
    assert row is not None
    assert (row.seq, row.mark) == (first, "good")


def test_every_command_has_an_action(desk: Desk) -> None:
    assert set(desk.window.actions_by_id) == {command.id for command in COMMANDS}
