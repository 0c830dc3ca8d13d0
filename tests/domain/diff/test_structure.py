"""Changes of JSON, by path."""

import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.diff import Diff, apply, change_of, changes, diff, next_hunk, path_text, restore
from atlas_desktop.domain.json_text import fault, span_of
from tests.domain.diff.test_prose import check, marked
from tests.domain.diff.texts import real

keys = st.sampled_from(["a", "b", "c", "name", "é", 'q"', "x\\y"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 5) | st.sampled_from(["", "one two three", "ä\n", '"', "\\n"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
containers = st.lists(values, max_size=5) | st.dictionaries(keys, values, max_size=5)
indents = st.sampled_from([None, 0, 2])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A JSON text, and what became of it."""
    before = draw(containers)
    after = draw(containers) if draw(st.booleans()) else json.loads(json.dumps(before))
    if after and isinstance(after, list):
        at = draw(st.integers(0, len(after)))
        after[at : at + draw(st.integers(0, 2))] = draw(st.lists(values, max_size=2))
    elif isinstance(after, dict):
        after |= {draw(keys): draw(values)}
        for name in draw(st.lists(keys, max_size=2)):
            after.pop(name, None)
    ascii_only = draw(st.booleans())
    old = json.dumps(before, indent=draw(indents), ensure_ascii=False)
    return old, json.dumps(after, indent=draw(indents), ensure_ascii=ascii_only)


@given(edited())
def test_applied_and_restored(texts: tuple[str, str]) -> None:
    found = diff(*texts)
    check(found, touching=True)
    # One can begin with { and the other with [: then it is compared by words.
    if found.paths is None:
        assert texts[0][0] != texts[1][0]
        return
    for index in range(len(found.hunks)):
        assert fault(restore(found, index)) is None, (texts, index)


@given(edited())
def test_paths_say_what_changed(texts: tuple[str, str]) -> None:
    found = diff(*texts)
    if found.paths is None:
        return
    old, new = (json.loads(text) for text in texts)
    if old != new:
        assert found.paths
    for change in found.paths:
        assert 0 <= change.hunk < len(found.hunks)
        assert (change.old is None) == (change.kind == "added")
        assert (change.new is None) == (change.kind == "removed")
        if change.kind == "removed":
            assert span_of(found.old, change.path) is not None
        else:
            assert change.new is not None
            span = span_of(found.new, change.path)
            assert span is not None
            assert change.new[0] <= span[0] <= span[1] == change.new[1]
        if change.kind == "moved":
            assert change.old is not None
            assert json.loads(_value(found.old, change.old)) == at(new, change.path)


def _value(text: str, span: tuple[int, int]) -> str:
    """The value in a span that may begin with its key."""
    member = text[slice(*span)]
    try:
        json.loads(member)
    except ValueError:
        return json.dumps(next(iter(json.loads("{" + member + "}").values())))
    return member


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@given(containers, indents, indents)
def test_another_layout_changes_nothing(value: Any, indent: int | None, other: int | None) -> None:
    found = diff(json.dumps(value, indent=indent), json.dumps(value, indent=other))
    assert found.paths == ()
    assert all(hunk.layout for hunk in found.hunks)


@pytest.mark.parametrize(
    ("old", "new", "hunks", "paths"),
    [
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', '{"a": 1, "b": [-2-]{+3+}}', ["changed b"]),
        ('{"a": 1, "b": 2, "c": 3}', '{"a": 1, "c": 3}', '{"a": 1[-, "b": 2-], "c": 3}', ["removed b"]),
        ('{"a": 1, "b": 2}', '{"b": 2}', '{[-"a": 1, -]"b": 2}', ["removed a"]),
        ('{"a": 1}', '{"a": 1, "b": 2}', '{"a": 1{+, "b": 2+}}', ["added b"]),
        ("{}", '{"a": 1}', '{{+"a": 1+}}', ["added a"]),
        ("[1,2,3]", "[1,9,3]", "[1,[-2-]{+9+},3]", ["changed 1"]),
        ("[1,2,3]", "[1,2,3,4]", "[1,2,3{+,4+}]", ["added 3"]),
        ("[1,2,3]", "[2,1,3]", "[{+2,+}1[-,2-],3]", ["moved 0"]),
        (
            '{"s": "The quick brown fox jumps over it"}',
            '{"s": "The slow brown fox leaps over it"}',
            '{"s": "The [-quick-]{+slow+} brown fox [-jumps-]{+leaps+} over it"}',
            ["changed s"],
        ),
        (
            '[{"id":1,"x":"aaa bbb"},{"id":2,"x":"ccc"}]',
            '[{"id":0,"x":"new"},{"id":1,"x":"aaa ddd"},{"id":2,"x":"ccc"}]',
            '[{+{"id":0,"x":"new"},+}{"id":1,"x":"aaa [-bbb-]{+ddd+}"},{"id":2,"x":"ccc"}]',
            ["added 0", "changed 1.x"],
        ),
        ('{"a": [1]}', '{"a": {"x": 1}}', '{"a": [-[1]-]{+{"x": 1}+}}', ["changed a"]),
        (r'{"a": "x\ny"}', r'{"a": "x\ty"}', r'{"a": "x[-\n-]{+\t+}y"}', ["changed a"]),
        ('{"n": 1.0}', '{"n": 1.00}', '{"n": [-1.0-]{+1.00+}}', ["changed n"]),
        ('{"a":1,"a":2}', '{"a":1,"a":3}', '{"a":1,"a":[-2-]{+3+}}', ["changed a"]),
    ],
)
def test_examples(old: str, new: str, hunks: str, paths: list[str]) -> None:
    found = diff(old, new)
    assert marked(found) == hunks
    assert found.paths is not None
    assert [f"{change.kind} {'.'.join(map(str, change.path))}" for change in found.paths] == paths


def test_layout_is_skipped_where_something_else_was_changed() -> None:
    found = diff('{"a": 1, "b": 2}', '{\n  "a": 1,\n  "b": 3\n}')
    assert [hunk.layout for hunk in found.hunks] == [True, False, True]
    assert changes(found) == (1,)
    assert next_hunk(found, 0) == 1
    only = diff('{"a": 1}', '{"a":1}')
    assert only.paths == ()
    assert changes(only) == (0,)


def test_every_hunk_names_the_path_it_changes() -> None:
    found = diff(
        '{"a": {"s": "one two three four five six"}, "b": [1, 2]}',
        '{"a": {"s": "one 2 three four five 6"},  "b": [1, 2, 3]}',
    )
    assert [
        change and path_text(change.path) for change in (change_of(found, index) for index in range(4))
    ] == [
        "a.s",
        "a.s",
        None,
        "b[2]",
    ]
    assert change_of(diff("one", "two"), 0) is None


def test_while_it_is_typed_the_hunks_stay_those_of_json() -> None:
    found = diff('{"a": 1, "b": {"c": 2}}', '{"a": 1, "b": {"c": ')
    assert found.paths is None
    assert marked(found) == '{"a": 1, "b": {"c": [-2}}-]'
    check(found, touching=True)


@given(edited(), st.data())
def test_any_text_on_the_way_is_compared(texts: tuple[str, str], data: st.DataObject) -> None:
    old, new = texts
    at = data.draw(st.integers(0, len(new)))
    junk = data.draw(st.text('{}[]",: ab\\\n1', max_size=5))
    check(diff(old, new[:at] + junk + new[data.draw(st.integers(at, len(new))) :]), touching=True)


def test_deep_brackets_and_broken_text_do_no_harm() -> None:
    for text in ("[" * 10_000, "[" * 50 + "]" * 50, "[" * 10_000 + "]" * 10_000, '{"a":' * 5_000):
        for old in ("[[[1]]]", '{"a": {"a": 1}}', text):
            found = diff(old, text)
            assert apply(found) == text


def test_real_json_outputs_with_small_changes() -> None:
    chance = random.Random(3)
    seen = 0
    for output, expected in real():
        for text in (output, expected):
            if not text.startswith(("{", "[")) or fault(text) is not None:
                continue
            value = orjson.loads(text)
            _change(value, chance)
            found = diff(text, json.dumps(value, ensure_ascii=False))
            check(found, touching=True)
            assert found.paths is not None
            seen += 1
    assert seen > 100


def _change(value: Any, chance: random.Random) -> None:
    while isinstance(value, dict | list) and value:
        key = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        if not isinstance(value[key], dict | list) or not value[key]:
            value[key] = "changed"
            return
        value = value[key]


def test_what_moved_is_named_where_it_was_and_where_it_is() -> None:
    found = diff('{"x": [1, 2, 3]}', '{"x": [2, 1, 3]}')
    assert [(change.kind, change.path) for index in (0, 1) if (change := change_of(found, index))] == [
        ("moved", ("x", 0)),
        ("moved", ("x", 0)),
    ]


FENCED = 'Here it is:\n\n```json\n{\n  "a": 1,\n  "b": ["x"]\n}\n```\nThat was it.'


def test_json_with_words_around_it_is_json_all_the_same() -> None:
    found = diff(FENCED, '{"a": 2, "b": ["x"]}')
    check(found, touching=True)
    assert found.paths is not None
    assert [(change.kind, change.path) for change in found.paths] == [("changed", ("a",))]
    assert [marked_hunk(found, index) for index in changes(found)] == [
        "[-Here it is:\n\n```json\n-]",
        "[-1-]{+2+}",
        "[-\n```\nThat was it.-]",
    ]
    (index,) = (change.hunk for change in found.paths)
    assert restore(found, index) == '{"a": 1, "b": ["x"]}'


def test_a_fence_taken_away_is_a_change_even_when_the_json_says_the_same() -> None:
    found = diff('```json\n{\n  "a": 1\n}\n```', '{"a": 1}')
    assert found.paths == ()
    assert [marked_hunk(found, index) for index in changes(found)] == ["[-```json\n-]", "[-\n```-]"]


def test_words_beside_json_are_compared_as_words() -> None:
    found = diff(FENCED, FENCED.replace("Here it is", "Here that is").replace('"x"', '"y"'))
    assert [marked_hunk(found, index) for index in changes(found)] == ["[-it-]{+that+}", "[-x-]{+y+}"]
    assert found.paths is not None
    assert [change.path for change in found.paths] == [("b", 0)]
    span = found.paths[0].new
    assert span is not None
    assert found.new[slice(*span)] == '"y"'


@pytest.mark.parametrize("text", ["[1] says so.\n[2] says no.", "{name}, hello", "[", "{}}", "a {b} c"])
def test_brackets_in_prose_are_prose(text: str) -> None:
    found = diff(text, text + " More")
    check(found)
    assert marked(found) == text + "{+ More+}"


def marked_hunk(found: Diff, index: int) -> str:
    hunk = found.hunks[index]
    old, new = found.old[slice(*hunk.old)], found.new[slice(*hunk.new)]
    return (f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else "")


around = st.sampled_from(["", " ", "\n", "Here:\n", "```json\n", "\n```", "x", "\n[1] says", "{\n"])


@given(edited(), st.tuples(around, around, around, around))
def test_whatever_is_around_it(texts: tuple[str, str], edges: tuple[str, str, str, str]) -> None:
    old, new = edges[0] + texts[0] + edges[1], edges[2] + texts[1] + edges[3]
    found = diff(old, new)
    check(found, touching=True)
    for change in found.paths or ():
        assert 0 <= change.hunk < len(found.hunks)
        for span, text in ((change.old, old), (change.new, new)):
            assert span is None or text[slice(*span)].strip() == text[slice(*span)] != ""
