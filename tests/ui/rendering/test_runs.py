"""Whatever the text: runs cover it exactly, every hidden character is a chip, and copying gives it back."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.ui.hostile_text import Kind, hidden_count
from atlas_desktop.ui.rendering import Look, Reading, Run, run_pieces, text_runs
from atlas_desktop.ui.shown_text import ShownText, width

BITS = [
    "**", "*", "_", "`", "```", "```json\n", "```\u202e\n", "\n", "\n\n", "\r\n", "# ", "- ", "1. ", "> ", "|", "[", "](", ")", "![",
    "| a | b |\n|--|-:|\n", "https://x.com/", "<", ">", "\\", "  ", "    ", "\t", "~~", "---\n", "\u202e", "\u200b",
    "\u200c", "می", "ש", "\U0001f600", "\ufe0f", "{", "}", '"a"', ":", ",", "[1,2]", '{"a": 1}', "a@b.com", "text ",
    "&amp;", "\u2028", "\r", "\0", '"\\u05e9"', '"\\n"', "<b>", "4111 1111 1111 1111",
]  # fmt: skip
recorded = st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=4)), max_size=30).map("".join)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["שלום", "\u202e", "a\nb"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=5),
    max_leaves=30,
)


def runs(text: str, reading: Reading, folds: dict[int, int] | None = None) -> list[Run]:
    return [run for run in text_runs(text, reading, folds) if run is not None]


RENDERED = Reading()


def shown(
    text: str, reading: Reading = RENDERED, folds: dict[int, int] | None = None
) -> tuple[ShownText, str]:
    made, display = ShownText(), []
    for run in runs(text, reading, folds):
        for piece in run_pieces(text, run):
            made.add(piece)
            display.append(piece.shown)
    return made, "".join(display)


@given(recorded, st.booleans(), st.booleans())
def test_the_runs_are_the_text(text: str, rendered: bool, veil: bool) -> None:
    at = 0
    for run in runs(text, Reading(rendered, veil)):
        assert run.start == at
        at = run.end
    assert at == len(text)
    assert (
        shown(text, Reading(rendered, veil))[0].original(0, width(shown(text, Reading(rendered, veil))[1]))
        == text
    )


@given(recorded, st.booleans())
def test_there_are_as_many_chips_as_hidden_characters(text: str, rendered: bool) -> None:
    assert shown(text, Reading(rendered))[0].chips == hidden_count(text)


@given(recorded, st.booleans())
def test_what_is_shown_instead_hides_nothing(text: str, veil: bool) -> None:
    for run in runs(text, Reading(veil=veil)):
        for piece in run_pieces(text, run):
            if piece.kind is Kind.STAND:
                assert hidden_count(piece.shown.replace("\u2068", "").replace("\u2069", "")) == 0


@given(recorded)
def test_whole_lines_copied_one_by_one_are_the_text(text: str) -> None:
    made, display = shown(text)
    at, copied, lines = 0, [], display.split("\n")
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        stop = at + width(line) + (not last)
        copied.append(made.original(at, stop, opening=True, closing=last))
        at = stop
    assert "".join(copied) == text


@given(recorded, st.data())
def test_every_place_of_the_text_is_shown_somewhere_and_leads_back(text: str, data: st.DataObject) -> None:
    made, display = shown(text)
    if not text:
        return
    offset = data.draw(st.integers(0, len(text) - 1))
    start, end = made.range_of(offset, offset + 1)
    assert 0 <= start <= end <= width(display)
    if end > start and made.stands(start) is None:
        assert made.offset_at(start) <= offset


@given(values, st.booleans())
def test_json_is_laid_out_without_a_change(value: object, spaced: bool) -> None:
    text = json.dumps(value, ensure_ascii=not spaced, indent=3 if spaced else None)
    made, display = shown(text)
    assert made.original(0, width(display)) == text
    assert made.chips + made.folded == hidden_count(text)
    if text[0] in "{[":
        words = display.replace("\u2068", "").replace("\u2069", "")
        if "↵" not in words and "\\u" not in text and made.chips == 0:
            assert json.loads(words) == value


def test_folding_hides_and_shows_again() -> None:
    text = json.dumps({"first": {"a": [{"b": 1}]}, "second": list(range(500))})
    folded = shown(text, folds={0: 0})[1]
    assert "2 entries" in folded
    assert "first" not in folded
    assert "500 entries" in shown(text)[1]
    at = text.index("[0,")
    opened = shown(text, folds={at: 100})[1]
    assert "  99,\n" in opened
    assert "  100,\n" not in opened
    assert "400 more entries" in opened
    assert "entries" not in shown(text, folds={at: 600})[1]


def test_what_is_folded_is_counted() -> None:
    text = json.dumps({"a": {"b": ["\u202e" * 3, "x" * 3_000]}, "c": "\u200b"}, ensure_ascii=False)
    made = shown(text)[0]
    assert (made.chips, made.folded) == (1, 3)
    opened = shown(text, folds={6: 100})[0]
    assert opened.chips + opened.folded == hidden_count(text) == 4


def test_what_is_large_is_folded_at_first() -> None:
    text = json.dumps({"small": {"a": [{"b": 1}]}, "large": {"k": [{"long": "x" * 3_000}]}})
    display = shown(text)[1]
    assert '"b": 1' in display
    assert "xxx" not in display


def test_keys_and_values_do_not_change_places() -> None:
    display = shown('{"שם": "דנה", "x": "y", "long enough to be on lines": {"a": [{"b": 1}]}}')[1]
    assert '\u2068"שם"\u2069: \u2068"דנה"\u2069' in display
    assert '"x": "y"' in display


def test_words_in_code_do_not_change_places() -> None:
    display = shown('```\nx = "שלום עולם"  # הערה\n```')[1]
    assert 'x = "\u2068שלום עולם\u2069"  # \u2068הערה\u2069\n' in display


MARKDOWN = [
    ("**bold** *it* ~~gone~~ `code`", "bold it gone code"),
    ("# Title", "Title"),
    ("### Title #", "Title"),
    ("- one\n  - two", "• one\n    ◦ two"),
    ("1. one\n2. two", "1. one\n2. two"),
    ("> said", "▏ said"),
    ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
    ("a\\*b", "a*b"),
    ("<b>html</b> &amp; <script>", "<b>html</b> &amp; <script>"),
    ("<img src=file:///x>", "<img src=file:///x>"),
    ("[words](https://example.com/x)", "words \u2068‹example.com›\u2069"),
    ("[https://good.example](https://evil.example)", "https://good.example \u2068‹evil.example›\u2069"),
    ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
    ("https://example.com/x", "https://example.com/x"),
    ("https://g\u043eogle.com", "https://g\u043eogle.com \u2068‹xn--gogle-jye.com›\u2069"),
    ("https://a.com@evil.com/", "https://a.com@evil.com/ \u2068‹not what it looks like›\u2069"),
    ("<https://example.com/x>", "https://example.com/x"),
    ("![cat](https://example.com/cat.png)", " image: cat  https://example.com/cat.png "),
    ("```python\nx = '**'\n```", "python\nx = '**'\n"),
    ("line one\nline two", "line one\nline two"),
    ("    indented", "    indented"),
]


@pytest.mark.parametrize(("text", "wanted"), MARKDOWN, ids=lambda value: ascii(value)[:30])
def test_markdown_is_read(text: str, wanted: str) -> None:
    assert shown(text)[1] == wanted


@pytest.mark.parametrize(("text", "_"), MARKDOWN, ids=lambda value: ascii(value)[:30])
def test_read_raw_it_is_as_written(text: str, _: str) -> None:
    assert shown(text, Reading(rendered=False))[1] == text


def test_columns_of_a_table_stand_under_each_other() -> None:
    display = shown("| a | price |\n|---|--:|\n| 日本 | 1 |\n| x | 20 |")[1]
    lines = display.replace("\u2068", "").replace("\u2069", "").split("\n")
    assert lines == ["a    │ price", "─────┼──────", "日本 │     1", "x    │    20"]


def test_a_part_of_a_line_is_copied_without_the_stars_at_its_ends() -> None:
    made, display = shown("so **very** good")
    assert display == "so very good"
    assert made.original(3, 7, opening=False, closing=False) == "very"
    assert made.original(3, 12, opening=False, closing=False) == "very** good"
    assert made.original(0, 12) == "so **very** good"


def test_veiled_text_is_copied_veiled() -> None:
    made, display = shown("mail jane@example.com now", Reading(veil=True))
    assert "jane" not in display
    assert made.original(0, width(display), veil=True) == "mail [e-mail] now"
    assert made.original(0, width(display)) == "mail jane@example.com now"


def test_a_link_and_a_picture_do_not_show_what_is_veiled() -> None:
    for text in (
        "[x](mailto:jane@example.com)",
        "![jane@example.com](https://x.com/y)",
        '{"a": "jane@example.com"}',
    ):
        assert "jane" not in shown(text, Reading(veil=True))[1]


EVIL = [
    "[", "![", "*a", "**a ", "`a", "[](", "[a](b)", "|a", ">", "- ", "- **a**\n", "|x|y|\n", "https://a.b/ ",
    "~~~\n", "<", "_a_ ", "\\", "&", "``` `` ` ", "a\n\n", "# a\n", "1. a\n   ", "{", "[1,", "\r\n", "שלום **a** ",
]  # fmt: skip


@pytest.mark.parametrize("unit", [*EVIL, "|a|b|\n|-|-|\n|x|y|\n"], ids=ascii)
def test_no_step_takes_long(unit: str) -> None:
    """50 ms of a processor is the rule; the rest is room for a slow one."""
    text, slowest = unit * (99_000 // len(unit)), 0.0
    began = time.thread_time()
    for _ in text_runs(text, Reading(veil=True)):
        slowest = max(slowest, time.thread_time() - began)
        began = time.thread_time()
    assert slowest < 0.15, f"{slowest * 1000:.0f} ms"


def test_looks_are_told_apart() -> None:
    text = "**b** and [x](https://example.com)"
    looks = {text[run.start : run.end]: run.look for run in runs(text, Reading()) if run.shown is None}
    assert looks["b"] & Look.BOLD
    assert looks["x"] & Look.LINK
    assert not looks[" and "] & (Look.BOLD | Look.LINK)
