from tests.ui.conftest import Desk, marks


def test_only_the_call_and_what_decides_about_it(desk: Desk) -> None:
    desk.show_call(0)
    window = desk.window
    desk.press("F11")
    hidden = (
        window.rail,
        window.status,
        window.menuBar(),
        window.review_page.list,
        window.review_page.filter,
    )
    assert window.focus_mode
    assert [part.isVisible() for part in hidden] == [False] * 5
    assert window.review_page.panes.conversation.isVisible()
    assert window.review_page._caps.isVisible()
    desk.press("3", "1")
    assert marks(desk, 2) == ["bad", "good"]
    desk.press("Ctrl+K")
    assert window.overlays.shown is not None
    desk.press("Esc", "Esc")
    assert [part.isVisible() for part in hidden] == [True] * 5


def test_it_ends_where_another_screen_begins(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("F11", "Ctrl+,")
    assert not desk.window.focus_mode
    assert desk.window.rail.isVisible()


def test_the_pace_is_shown_after_five_decisions(desk: Desk) -> None:
    desk.show_call(0)
    for _ in range(5):
        desk.press("1")
        desk.until(lambda: desk.window.painted == desk.window.review.current.seq)  # type: ignore[union-attr]
    assert desk.window.status._pace.isVisible()
    assert desk.window.status._pace.text().endswith("an hour")
