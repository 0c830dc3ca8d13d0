"""Text that every store can keep."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.contract.text import bad_text, storable

any_text = st.text(st.characters(exclude_categories=()))
good_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def nested(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=12)


@given(nested(good_text))
def test_good_text_passes_at_any_depth(value: Any) -> None:
    assert bad_text(value) is None


@given(nested(any_text))
@example({"a": [{"b": "\ud800"}]})
@example({"\0": 1})
def test_the_path_leads_to_what_is_wrong(value: Any) -> None:
    path = bad_text(value)
    if path is None:
        str(value).encode()
        assert "\\x00" not in repr(value)
        return
    found = value
    for step in path:
        found = step if isinstance(found, dict) and _is_bad(step) else found[step]
    assert isinstance(found, str)
    assert _is_bad(found)


def _is_bad(text: object) -> bool:
    return isinstance(text, str) and any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def test_depth_does_not_matter() -> None:
    value: Any = "\0"
    for _ in range(5_000):
        value = [value]
    assert bad_text(value) == (0,) * 5_000


@given(any_text)
def test_storable_changes_only_what_it_must(text: str) -> None:
    shown, replaced = storable(text)
    assert replaced == _is_bad(text)
    assert len(shown) == len(text)
    assert storable(shown) == (shown, False)
    assert all(new == old or (new == "\ufffd" and _is_bad(old)) for new, old in zip(shown, text, strict=True))
    shown.encode()
