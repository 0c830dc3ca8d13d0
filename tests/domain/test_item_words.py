from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.item_words import answered_text, apart, beginnings_of, expected_text, item_title

TEMPLATE = "You are asked to read a long text and to answer in one word only. The text is: "
TITLES = st.lists(st.text(max_size=300).map(lambda text: " ".join(text.split())), max_size=20)


def test_what_all_prompts_begin_with_is_left_out() -> None:
    titles = [f"{TEMPLATE}number {number} of the series" for number in range(9)] + ["something else"]
    beginnings = beginnings_of(titles)
    shown = [apart(each, beginnings) for each in titles]
    assert shown[-1] == "something else"
    assert all(each.startswith("…") and "of the series" in each for each in shown[:-1])
    assert len(set(shown)) == len(shown)


@given(TITLES)
def test_a_row_always_shows_the_end_of_what_it_leaves_the_beginning_out_of(titles: list[str]) -> None:
    beginnings = beginnings_of(titles)
    for title in titles:
        shown = apart(title, beginnings)
        assert len(shown) <= 200
        assert title.startswith(shown) or (shown[0] == "…" and shown[1:] in title)


def test_the_title_is_what_the_user_asked_last() -> None:
    turns = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": [{"type": "text", "text": "three\n\nfour"}, {"type": "image_url"}]},
    ]
    assert item_title({"messages": turns}) == "three four"
    assert item_title({"messages": []}) == ""


def test_an_answer_is_laid_out_like_what_is_expected() -> None:
    item = {"id": "di_1", "input": {}, "expected_output": {"a": 1}, "predicted": '{"a":2}'}
    assert answered_text(DatasetItem.model_validate(item)) == '{\n  "a": 2\n}'
    assert answered_text(DatasetItem.model_validate(item | {"predicted": "no JSON"})) == "no JSON"
    assert answered_text(DatasetItem.model_validate(item | {"expected_output": "text"})) == '{"a":2}'
    assert expected_text(None) == ""
