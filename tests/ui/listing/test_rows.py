"""What a row of the list says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.filter import Highlighter
from atlas_desktop.domain.query import Query
from atlas_desktop.store.rows import CallRow
from atlas_desktop.ui.models.beginnings import Beginnings
from atlas_desktop.ui.models.row_text import duration, money, row_text, volume
from tests.ui.conftest import Desk
from tests.ui.filled import line
from tests.ui.listing.hands import browser_of, wait


def row(preview: str, output: str = "") -> CallRow:
    return CallRow(
        seq=1, id="chatcmpl-1", created_ms=0, customer="c", operation=None, model="m", rating=None, unsure=False,
        corrected=False, mine=False, pending=False, needs_you=False, passed=None, preview=preview,
        output_preview=output, tags=(), latency_ms=None, cost_usd=None, size_bytes=0, feedback_count=0,
    )  # fmt: skip


@given(st.text(st.sampled_from("ab refund.é日\u202e\U0001f600"), max_size=200), st.integers(0, 40))
def test_what_is_found_is_marked_wherever_the_text_is_cut(text: str, blanks: int) -> None:
    """The spans of a row point at the word, also when its beginning is left out so that the word is on view."""
    preview = f"{'lead ' * blanks}{text} refund tail"
    made = row_text(row(preview), Highlighter(Query(text="refund")).spans)
    assert made.found
    for start, stop in made.found:
        assert made.preview[start:stop].lower().startswith("refund")
    assert made.found[0][0] < 60 or " " not in made.preview[: made.found[0][0] - 14]


def test_a_word_of_the_answer_brings_the_answer_into_the_row() -> None:
    found = Highlighter(Query(text="refund")).spans
    assert row_text(row("a question", "your refund"), found).preview == "your refund"
    assert row_text(row("a question", "an answer"), found).preview == "a question"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (duration(None), ""), (duration(840), "840 ms"), (duration(1_240), "1.2 s"), (duration(180_000), "3 min"),
        (money(None), ""), (money(0.0031), "$0.0031"), (money(0.00002), "<$0.0001"), (money(2.5), "$2.50"),
        (volume(512), "512 B"), (volume(25_000), "25 kB"), (volume(1_400_000), "1.4 MB"),
    ],
)  # fmt: skip
def test_numbers_are_short(made: str, words: str) -> None:
    assert made == words


@pytest.mark.parametrize(
    "lines", [[line(source_id="a", output="A refund is on its way."), line(source_id="b", output="No.")]]
)
def test_a_search_marks_its_words_in_the_rows(desk: Desk) -> None:
    desk.press("/")
    desk.type("refund")
    wait(desk, lambda: len(browser_of(desk)) == 1)
    text = desk.window.review_page.model.text_at(0)
    assert text is not None
    ((start, stop),) = text.found
    assert text.preview[start:stop] == "refund"
    desk.press("Ctrl+A")
    desk.type("No")
    wait(desk, lambda: browser_of(desk).query == Query(text="No"))
    text = desk.window.review_page.model.text_at(0)
    assert text is not None
    assert [text.preview[start:stop].lower() for start, stop in text.found] == ["no"]


def test_what_the_prompts_of_an_operation_have_in_common_is_left_out() -> None:
    template = "You are a classifier of what customers want from a bank. Query: "
    beginnings = Beginnings()
    assert not beginnings.learn("intent", template + "Where is my card?")
    assert beginnings.learn("intent", template + "Can my PIN be changed?")
    assert not beginnings.learn("intent", template + "May I have a refund?")
    text = template + "Where is my card?"
    assert beginnings.of("intent", text) == template
    assert row_text(row(text), beginning=template).preview == "…Where is my card?"
    assert beginnings.of("other", text) == ""
    assert beginnings.of("intent", "Something else") == ""


@given(st.lists(st.text(st.sampled_from("ab "), max_size=90), max_size=12))
def test_a_beginning_never_leaves_a_row_empty(texts: list[str]) -> None:
    beginnings = Beginnings()
    for text in texts:
        beginnings.learn("o", text)
    for text in texts:
        beginning = beginnings.of("o", text)
        assert text.startswith(beginning)
        assert not beginning or len(text) - len(beginning) >= 8
        assert row_text(row(text, "x"), beginning=beginning).preview


_TEMPLATE = "Sort the message of a customer into one of the classes below. Message: "


@pytest.mark.parametrize(
    "lines",
    [
        [
            line(source_id=str(n), messages=[{"role": "user", "content": f"{_TEMPLATE}{n}th case of it"}])
            for n in range(9)
        ]
    ],
)
def test_rows_show_what_differs(desk: Desk) -> None:
    model = desk.window.review_page.model
    wait(
        desk,
        lambda: (
            {text.preview for n in range(9) if (text := model.text_at(n))}
            == {f"…{n}th case of it" for n in range(9)}
        ),
    )
