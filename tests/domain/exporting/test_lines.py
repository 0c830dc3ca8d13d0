import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting import FORMATS, Export, Format, example_of
from atlas_desktop.domain.exporting.example import CannotExportError
from atlas_desktop.domain.exporting.lines import fine_tuning_line, preference_line
from tests.domain.exporting.openai_lines import check_fine_tuning, check_preference

DATA = Path(__file__).parents[4] / "shared" / "data"
ASKED = {"messages": [{"role": "user", "content": "2 + 2?"}]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
LENIENT = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool", "developer", "narrator"])},
    optional={
        "content": JSON,
        "name": JSON,
        "tool_calls": JSON
        | st.lists(
            st.fixed_dictionaries(
                {}, optional={"id": JSON, "type": JSON, "function": JSON | st.just({"name": "f"})}
            ),
            max_size=2,
        ),
        "tool_call_id": JSON,
        "reasoning": JSON,
    },
)


def item(**fields: Any) -> DatasetItem:
    return DatasetItem.model_validate({"id": "di_1", "input": ASKED, "expected_output": "4", **fields})


def line(**fields: Any) -> dict[str, Any]:
    return check_fine_tuning(fine_tuning_line(example_of(item(**fields), veil=False)))


def pair(**fields: Any) -> dict[str, Any]:
    return check_preference(preference_line(example_of(item(**fields), veil=False)))


def reason(make: Any, **fields: Any) -> str:
    with pytest.raises(CannotExportError) as raised:
        make(**fields)
    return str(raised.value)


def test_a_line_is_the_question_and_the_expected_answer() -> None:
    assert line() == {"messages": [*ASKED["messages"], {"role": "assistant", "content": "4"}]}


def test_an_expected_object_is_its_json() -> None:
    assert line(expected_output={"a": [1, None]})["messages"][-1]["content"] == '{"a":[1,null]}'


def test_a_pair_prefers_what_should_have_come() -> None:
    made = pair(predicted="5")
    assert made["preferred_output"][0]["content"] == "4"
    assert made["non_preferred_output"][0]["content"] == "5"


@pytest.mark.parametrize(
    ("expected", "predicted"),
    [("4", "4"), ({"a": 1, "b": 2}, '{"b": 2, "a": 1}'), ("4", None), (" 4\n", "4"), ("4", "")],
)
def test_the_same_answer_or_none_is_no_preference(expected: Any, predicted: Any) -> None:
    assert "the answer that came" in reason(pair, expected_output=expected, predicted=predicted)


def test_what_cannot_be_said_in_the_format_is_named() -> None:
    assert reason(line, expected_output="") == "it has no expected output"
    assert reason(line, input={}) == "its input has no messages"
    assert "role" in reason(line, input={"messages": [{"role": "narrator", "content": "x"}]})
    assert "no content" in reason(line, input={"messages": [{"role": "user"}]})
    assert "tool_call_id" in reason(line, input={"messages": [{"role": "tool", "content": "x"}]})


def test_tool_calls_as_recorded_become_openai_s() -> None:
    called = {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}
    tools = [{"function": {"name": "f", "parameters": {"type": "object"}, "description": None}}]
    made = line(
        input={"messages": [called, {"role": "tool", "tool_call_id": "c", "content": "1"}], "tools": tools},
        expected_output='[{"id":"d","function":{"name":"f","arguments":{"a":1}}}]',
    )
    assert made["messages"][0]["tool_calls"] == [
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    ]
    assert made["messages"][-1] == {
        "role": "assistant",
        "tool_calls": [{"id": "d", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}],
    }
    assert made["tools"] == [
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    ]


@given(
    messages=st.lists(LENIENT, max_size=3),
    tools=st.none() | JSON | st.lists(st.fixed_dictionaries({"function": JSON}), max_size=2),
    expected=JSON,
    predicted=JSON,
)
def test_whatever_was_recorded_a_line_is_valid_or_the_item_is_skipped(
    messages: list[Any], tools: Any, expected: Any, predicted: Any
) -> None:
    source = item(input={"messages": messages, "tools": tools}, expected_output=expected, predicted=predicted)
    for form, check in (("fine-tuning", check_fine_tuning), ("preference", check_preference)):
        sink = io.BytesIO()
        export = Export(sink, form, veil=False)  # type: ignore[arg-type] # both are formats
        export.add([source])
        export.close()
        assert export.written + len(export.skipped) == 1
        for each in sink.getvalue().splitlines(keepends=True):
            check(each)


HUGE = 123456789012345678901234567890


@pytest.mark.parametrize("form", FORMATS)
def test_what_our_server_takes_from_nobody_stops_no_export(form: Format) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    source = item(
        input={"messages": [{"role": "user", "content": "half \ud83d"}], "n": HUGE},
        expected_output={"n": HUGE},
        predicted={"n": [HUGE, "half \ud83d"]},
    )
    for veil in (True, False):
        sink = io.BytesIO()
        export = Export(sink, form, veil=veil)
        export.add([source])
        export.close()
        assert export.written == 1
        assert form == "parquet" or str(HUGE).encode() in sink.getvalue()


def recorded_items() -> list[DatasetItem]:
    if not DATA.is_dir():
        pytest.skip("the recorded calls of ../shared/data are not here")
    found = []
    for path in sorted(DATA.glob("calls_*.jsonl")):
        for number, raw in enumerate(path.read_bytes().splitlines()):
            if number % 5 == 0:
                call = orjson.loads(raw)
                found.append(
                    item(
                        id=f"di_{path.stem}_{number}",
                        input={name: call[name] for name in ("messages", "tools") if name in call},
                        expected_output=call.get("expected_output")
                        or call["output"]
                        or call.get("tool_calls"),
                        predicted=call["output"],
                    )
                )
    return found


def test_the_real_calls_are_valid_lines_but_for_those_named() -> None:
    items = recorded_items()
    sink = io.BytesIO()
    export = Export(sink, "fine-tuning", veil=False)
    export.add(items)
    for each in sink.getvalue().splitlines(keepends=True):
        check_fine_tuning(each)
    assert export.written == len(sink.getvalue().splitlines())
    assert export.written > 0.97 * len(items)
    for skipped in export.skipped:
        assert skipped.reason
    pairs = io.BytesIO()
    preference = Export(pairs, "preference", veil=False)
    preference.add(items)
    for each in pairs.getvalue().splitlines(keepends=True):
        check_preference(each)
    assert preference.written > 500
