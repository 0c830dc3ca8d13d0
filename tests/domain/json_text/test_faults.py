"""What is wrong with a text that is no JSON, where, and in words."""

import json
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.limits import DEPTH_LIMIT
from atlas_desktop.domain.json_text import Node, fault, read

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=15,
)
junk = st.text(
    st.sampled_from("{}[]\",:\\/#*`'“ \t\n\r\ufeff\u00a0\x01abentrufalse0123456789+-.eEu\u202e😀d8"),
    max_size=12,
)


def as_orjson_has_it(source: str) -> bool:
    try:
        orjson.loads(source)
    except ValueError:
        return False
    return True


@st.composite
def damaged(draw: st.DrawFn) -> str:
    source = json.dumps(
        draw(values), indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans())
    )
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(source)))
        stop = draw(st.integers(at, min(len(source), at + 3)))
        source = source[:at] + draw(junk) + source[stop:]
    return source


@given(damaged() | junk | text)
def test_there_is_a_fault_just_where_a_strict_reader_refuses(source: str) -> None:
    found = fault(source)
    assert (found is None) == as_orjson_has_it(source)
    if found is not None:
        assert 0 <= found.start <= found.end <= len(source)
        assert found.start < found.end or not source
        assert found.message


@given(values, st.sampled_from([None, 0, 1, "\t"]), st.booleans())
def test_json_has_no_fault_and_its_tree_says_what_it_says(value: Any, indent: Any, ascii_only: bool) -> None:
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    tree = read(source)
    assert tree.fault is None
    assert tree.root is not None
    assert rebuilt(source, tree.root) == value


def rebuilt(source: str, node: Node) -> Any:
    if node.kind == "array":
        assert [child.name for child in node.children] == list(range(len(node.children)))
        return [rebuilt(source, child) for child in node.children]
    if node.kind == "object":
        for child in node.children:
            assert child.key is not None
            assert json.loads(source[slice(*child.key)]) == child.name
        return {child.name: rebuilt(source, child) for child in node.children}
    return json.loads(source[node.start : node.end])


@given(values, st.data())
def test_every_beginning_of_json_is_read(value: Any, data: st.DataObject) -> None:
    source = json.dumps(value, indent=2)
    stop = data.draw(st.integers(0, len(source)))
    _in_order(read(source[:stop]).root, 0, stop)


@given(damaged() | junk)
def test_of_any_text_the_tree_is_in_order(source: str) -> None:
    _in_order(read(source).root, 0, len(source))


def _in_order(root: Node | None, start: int, stop: int) -> None:
    stack = [(root, start, stop)] if root else []
    while stack:
        node, start, stop = stack.pop()
        assert start <= node.begin <= node.start <= node.end <= stop
        assert node.begin <= node.key_end <= node.end
        at = node.start
        for child in node.children:
            stack.append((child, at, node.end))
            at = child.end


@pytest.mark.parametrize(
    ("source", "underlined", "words"),
    [
        ('{"a": 1 "name": 2}', '"name"', 'a comma is missing before "name"'),
        ("[1 2]", "2", "a comma is missing before 2"),
        ('[1 {"a": 1}]', "{", "a comma is missing before {"),
        ('{"a" 1}', '"a"', 'a colon is missing after "a"'),
        ('{"a"}', '"a"', 'a colon and a value are missing after "a"'),
        ('{"a": }', ":", 'the value of "a" is missing'),
        ('{"a": ', ":", 'the value of "a" is missing'),
        ('{"a": 1,}', ",", "the comma before } is one too many"),
        ("[1,]", ",", "the comma before ] is one too many"),
        ("[1,,2]", ",", "there is nothing before this comma"),
        ("[1,", ",", "something is missing after this comma"),
        ("{name: 1}", "name", "the name name needs double quotes"),
        ("{'a': 1}", "'a'", 'text stands in double quotes ("…"), not in \''),
        ("[“a”]", "“a”", 'text stands in double quotes ("…"), not in “'),
        ('{"a": [1, 2}', "}", "] is missing before }"),
        ('{"a": 1}}', "}", "} closes nothing: there is no { for it"),
        ('{\n"a": [1\n', "1", "] is missing at the end: [ in line 2 is still open"),
        ("{} 1", "1", "there is more after the end of the JSON"),
        ("[True]", "True", "True is written true in JSON"),
        ("[None]", "None", "None is written null in JSON"),
        ("[NaN]", "NaN", "NaN is no number in JSON"),
        ("[01]", "01", "a number does not begin with a zero that counts nothing"),
        ("[+1]", "+1", "a number has no + before it"),
        ("[.5]", ".5", "a number has digits before and after its point"),
        ("[1.]", "1.", "a number has digits before and after its point"),
        ("[1e999]", "1e999", "this number is larger than a computer can hold"),
        ("[0x1F]", "0x1F", "0x1F is no number in JSON"),
        ("[1] // one", "// one", "JSON has no comments"),
        ("```json\n{}\n```", "```json", "the marks ``` around the JSON are not part of it"),
        ("\ufeff{}", "\ufeff", "an invisible character (U+FEFF) stands here"),
        ('{"a":\u00a01}', "\u00a01", "an invisible character (U+00A0) stands here"),
        (r'{"a": "b\q"}', r"\q", r"\q means nothing: a backslash itself is written \\"),
        (r'{"a": "b\u12"}', r"\u", r"\u is followed by four digits or letters from a to f"),
        (r'["\ud800"]', r"\ud800", "this is one half of a character: the other half is missing"),
        (r'["\udc00"]', r"\udc00", "this is one half of a character: the other half is missing"),
        ('["a\tb"]', "\t", r"an invisible character inside text is written \t"),
        ('{"a": "x\ny"}', "\n", r"a line break inside text is written \n"),
        ('{"a": "x,\n"b": 1}', '"x', "the closing quote of this text is missing"),
        ('{"a": "b', '"b', "the closing quote of this text is missing"),
        ('{"a": "so "he" said"}', '"', r"the text ends at this quote; a quote inside text is written \""),
        ("Sure! {}", "Sure!", "JSON does not begin like this: Sure!"),
        ("", "", "there is no JSON here yet"),
    ],
)
def test_words_and_places(source: str, underlined: str, words: str) -> None:
    found = fault(source)
    assert found is not None
    assert (source[found.start : found.end], found.message) == (underlined, words)


def test_both_halves_of_a_character_are_one() -> None:
    assert fault(r'["\ud83d\ude00 \\ud800 \uD83D\uDE00"]') is None
    assert fault(r'["\ud83d\ud83d\ude00"]') is not None


def test_as_deep_as_everywhere_else() -> None:
    assert fault("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT) is None
    found = fault("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1))
    assert found is not None
    assert found.message == f"brackets are nested deeper than {DEPTH_LIMIT} levels"


@pytest.mark.parametrize(
    "source",
    [
        *(
            "[" * 10_000,
            "[" * 5_000 + "]" * 5_000,
            "{" * 10_000,
            "]" * 10_000,
            "[{" * 5_000,
            "[" * 5_000 + "}" * 5_000,
        ),
        *('{"a":' * 5_000, '"a" ' * 5_000, '{"a" 1, ' * 2_000, '"\n' * 5_000, '"' * 10_001, '"\\' * 5_000),
        *(r'"\ud800' * 2_000, "/*" * 5_000, "'" * 10_000, '["' + r"x\q" * 5_000, "," * 10_000, ":" * 10_000),
    ],
    ids=lambda source: repr(source[:8]),
)
def test_whatever_is_piled_up_is_read_in_no_time(source: str) -> None:
    taken = []
    for attempt in range(3):
        began = time.thread_time()
        tree = read(source + " " * attempt)
        taken.append(time.thread_time() - began)
        assert tree.fault is not None
    # 3 to 20 ms on a machine with nothing else to do.
    assert min(taken) < 0.1
