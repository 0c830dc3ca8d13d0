"""Equal exchanges folded and rated as one; and other answers to one prompt: which is right?"""

import asyncio

import pytest

from atlas_desktop.domain.query import Query, Rated
from tests.ui.conftest import Desk, marks
from tests.ui.filled import line
from tests.ui.listing.hands import browser_of, wait, workspace_of


def asked(source: str, answer: str, question: str = "Is water wet?") -> bytes:
    return line(source_id=source, messages=[{"role": "user", "content": question}], output=answer)


EQUAL = [asked(f"same/{number}", "Yes.") for number in range(5)]
OTHERS = [asked("no/1", "No."), asked("no/2", "No."), asked("perhaps", "Perhaps, if one asks it so.")]
ALONE = [asked("alone", "Blue.", "Which colour?")]


@pytest.mark.parametrize("lines", [[*EQUAL, *ALONE]])
def test_equal_calls_are_one_row_rated_at_once_and_undone_at_once(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("=")
    wait(desk, lambda: len(browser_of(desk)) == 2)
    model = desk.window.review_page.model
    texts = [model.text_at(number) for number in range(2)]
    copies = {text.copies for text in texts if text}
    assert copies == {5, 1}
    place = next(number for number, text in enumerate(texts) if text and text.copies == 5)
    assert "6 calls in 2 rows" in desk.window.review_page.filter._count.text()
    assert "5 equal calls" in model.index(place).data()
    desk.show_call(place)
    desk.press("3")
    store = workspace_of(desk).store
    assert desk.run(store.calls.count(Query(rating="thumbs_down"))) == 5
    desk.press("Z")
    until_rated(desk, "thumbs_down", 0)
    desk.press("=")
    wait(desk, lambda: len(browser_of(desk)) == 6)


@pytest.mark.parametrize("lines", [EQUAL])
def test_a_row_whose_calls_are_rated_differently_says_so(desk: Desk) -> None:
    desk.show_call(2)
    desk.press("3", "=")
    wait(desk, lambda: len(browser_of(desk)) == 1)
    wait(desk, lambda: marks(desk, 1) == ["mixed"])
    assert "rated differently" in desk.window.review_page.model.index(0).data()
    desk.show_call(0)
    desk.press("1")
    wait(desk, lambda: marks(desk, 1) == ["good"])


@pytest.mark.parametrize("lines", [[asked(f"same/{number}", "Yes.") for number in range(30)]])
def test_more_than_a_few_equal_calls_are_asked_for_first(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("=")
    wait(desk, lambda: len(browser_of(desk)) == 1)
    desk.show_call(0)
    desk.press("1")
    assert desk.window.review_page.question.isVisible()
    desk.press("Enter")
    until_rated(desk, "thumbs_up", 30)


def until_rated(desk: Desk, rating: Rated, count: int) -> None:
    """Until so many calls of the store show this rating."""
    calls = workspace_of(desk).store.calls

    async def counted() -> None:
        async with asyncio.timeout(10):
            while await calls.count(Query(rating=rating)) != count:  # noqa: ASYNC110 - the store has no event
                await asyncio.sleep(0.005)

    desk.run(counted())
    desk.rest()


def show_alike(desk: Desk, answer: str) -> None:
    model = desk.window.review_page.model
    wanted = [number for number in range(model.rowCount()) if answer_of(desk, number) == answer]
    desk.show_call(wanted[0])
    desk.press("L")
    wait(desk, lambda: bool(desk.window.review_page.alike._cards))


def answer_of(desk: Desk, number: int) -> str:
    row = browser_of(desk).row(number)
    return row.output_preview if row else ""


@pytest.mark.parametrize("lines", [[*EQUAL, *OTHERS, *ALONE]])
def test_the_right_answer_is_good_and_the_others_bad_in_one_act(desk: Desk) -> None:
    show_alike(desk, "No.")
    pane, store = desk.window.review_page.alike, workspace_of(desk).store
    assert pane.hasFocus()
    cards = [card.view.toPlainText().strip() for card in pane._cards]
    assert cards[0] == "No."
    assert set(cards) == {"No.", "Yes.", "Perhaps, if one asks it so."}
    assert "3 different answers in 8 calls" in pane._title.text()
    desk.press("Right")
    right = cards[1]
    assert pane.chosen == 1
    desk.press("Enter")
    counts = {"Yes.": 5, "No.": 2, "Perhaps, if one asks it so.": 1}
    until_rated(desk, "thumbs_up", counts[right])
    assert desk.run(store.calls.count(Query(rating="thumbs_down"))) == 8 - counts[right]
    assert desk.run(store.calls.count(Query(rating="none"))) == 1
    wait(desk, lambda: any("good" in card.accessibleName() for card in pane._cards))
    desk.press("Z")
    until_rated(desk, "none", 9)


@pytest.mark.parametrize("lines", [[*EQUAL, *OTHERS, *ALONE]])
def test_the_strip_follows_the_call_at_hand_and_says_when_there_is_nothing(desk: Desk) -> None:
    show_alike(desk, "No.")
    pane = desk.window.review_page.alike
    alone = next(number for number in range(9) if answer_of(desk, number) == "Blue.")
    desk.show_call(alone)
    wait(desk, lambda: pane._said.isVisible() and "No other call" in pane._said.text())
    assert pane._cards == []
    desk.press("L")
    assert not pane.isVisible()
    assert desk.window.review_page.list.view.hasFocus()


@pytest.mark.parametrize("lines", [EQUAL])
def test_answers_that_are_all_the_same_are_said_to_be(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("L")
    pane = desk.window.review_page.alike
    wait(desk, lambda: "All 5 calls" in pane._said.text())
    desk.press("1")
    assert marks(desk, 1) == ["good"]
    desk.press("Esc")
    assert not pane.isVisible()


@pytest.mark.parametrize("lines", [[*EQUAL, *OTHERS, *ALONE]])
def test_a_filter_nothing_fits_says_what_it_costs(desk: Desk) -> None:
    page = desk.window.review_page
    desk.press("/")
    desk.type("rating:bad water")
    desk.press("Enter")
    wait(desk, lambda: len(page._empty._buttons) == 1)
    way = page._empty._buttons[0]
    assert way.accessibleName() == "Without rating:bad: 8 calls"

    async def click() -> None:
        way.click()  # type: ignore[attr-defined]

    desk.run(click())
    wait(desk, lambda: browser_of(desk).query == Query(text="water"))
    assert len(browser_of(desk)) == 8
