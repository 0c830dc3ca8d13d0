"""The exact text behind the editor: places on the display and back, folds, undo. No Qt."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.ui.exact_text import Change, ExactText, smallest
from atlas_desktop.ui.hostile_text import FOLD_AT, Kind
from atlas_desktop.ui.shown_text import width

ODD = "ab \n\r\t\u200b\u200c\u200d\u202e\u2028\ufe0f\ufffc\U0001f600\U000e0041\U0001f3fb\u0301\u05d0\u0646"
texts = st.text(alphabet=ODD, max_size=60) | st.text(max_size=40)
long_texts = st.builds(lambda part, times: part * times, texts, st.sampled_from([1, 1, 1, 200]))


def display(exact: ExactText) -> str:
    return "".join(run.shown for run in exact.runs())


@given(long_texts)
def test_what_is_shown_stands_for_every_character(text: str) -> None:
    exact = ExactText(text)
    assert "".join(run.original for run in exact.runs()) == text
    assert width(display(exact)) == exact.width


@given(long_texts, st.data())
def test_places_go_there_and_back(text: str, data: st.DataObject) -> None:
    exact = ExactText(text)
    index = data.draw(st.integers(0, len(text)))
    place = exact.to_display(index)
    assert exact.to_exact(place) == index
    before = "".join(run.shown for run in exact.runs(0, index))
    assert width(before) == place


@given(long_texts, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20), texts), max_size=12))
def test_undo_takes_every_step_back_and_redo_makes_it_again(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    exact = ExactText(text)
    seen = [text]
    for at, length, new in edits:
        start = min(at, len(exact.text))
        expected = exact.text[:start] + new + exact.text[start + length :]
        if exact.replace(start, min(start + length, len(exact.text)), new) is not None:
            seen.append(expected)
        assert exact.text == expected
        assert width(display(exact)) == exact.width
    for wanted in reversed(seen[:-1]):
        for change in exact.undo():
            exact.apply(change)
        assert exact.text == wanted
        assert width(display(exact)) == exact.width
    assert exact.undo() == []
    for wanted in seen[1:]:
        for change in exact.redo():
            exact.apply(change)
        assert exact.text == wanted
    assert not exact.can_redo


@given(texts, texts, texts, texts)
def test_the_smallest_change_makes_the_new_text(head: str, old: str, new: str, tail: str) -> None:
    one, other = head + old + tail, head + new + tail
    change = smallest(one, other)
    if change is None:
        assert one == other
        return
    assert one[: change.start] + change.inserted + one[change.start + len(change.removed) :] == other
    assert len(change.removed) <= len(old)
    assert len(change.inserted) <= len(new)


def typed(exact: ExactText, *letters: str) -> None:
    for letter in letters:
        exact.typed(exact.width, 0, letter)


def test_letters_of_a_word_are_one_step() -> None:
    exact = ExactText("")
    typed(exact, *"one two")
    (change, *others) = exact.undo()
    for each in (change, *others):
        exact.apply(each)
    assert exact.text == "one"
    for each in exact.undo():
        exact.apply(each)
    assert exact.text == ""


def test_a_pause_begins_a_new_step() -> None:
    exact = ExactText("")
    typed(exact, "a")
    exact.pause()
    typed(exact, "b")
    for each in exact.undo():
        exact.apply(each)
    assert exact.text == "a"


def test_deleting_a_fold_changes_no_character() -> None:
    text = "x" * (FOLD_AT + 500)
    exact = ExactText(text)
    (fold,) = [
        sum(len(run.shown) for run in list(exact.runs())[:number])
        for number, run in enumerate(exact.runs())
        if run.kind is Kind.FOLD
    ]
    assert exact.typed(fold, 1, "") is None
    assert (exact.text, exact.width) == (text, len(text))


def test_text_typed_before_a_fold_stays_before_it() -> None:
    text = "x" * (FOLD_AT + 500)
    exact = ExactText(text)
    place = exact.to_display(FOLD_AT) - 1
    assert exact.typed(place, 0, "y") == Change(FOLD_AT, "", "y")
    assert display(exact) == f"{text[:FOLD_AT]}y\n{text[FOLD_AT:]}"
