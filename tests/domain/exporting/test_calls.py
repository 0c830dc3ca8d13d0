import csv
import io
from typing import Any

import orjson
import pytest

from atlas_desktop.contract.calls import Call
from atlas_desktop.domain.exporting import CallExport, CallFormat, JudgedCall
from tests.domain.exporting.test_lines import DATA
from tests.domain.recording import recorded


def call(**fields: Any) -> Call:
    """A call as a server would send what was imported."""
    read = recorded(**fields)
    return Call.model_validate(
        {
            "id": read.call_id,
            "revision": 1,
            "created_at": read.created_at,
            "customer": read.customer,
            "operation_id": read.operation,
            "schema_version": read.schema_version,
            "model": read.model,
            "request": orjson.loads(read.request),
            "response": orjson.loads(read.response),
            "delivery": orjson.loads(read.delivery),
            "metadata": orjson.loads(read.metadata),
        }
    )


def written(judged: JudgedCall, form: CallFormat = "jsonl", *, veil: bool = True) -> bytes:
    sink = io.BytesIO()
    export = CallExport(sink, form, veil=veil)
    export.add([judged])
    assert export.written == 1
    return sink.getvalue()


def again(line: dict[str, Any]) -> Any:
    return recorded(**{"messages": None, **line})


def test_a_line_imports_again_with_its_judgement() -> None:
    source = call(operation="greet", customer="north", latency_ms=5.5, tools=[{"type": "function"}])
    line = orjson.loads(
        written(JudgedCall(source, "thumbs_down", "Hello there", ("tone:cold",), "too short"))
    )
    assert line["rating"] == "thumbs_down"
    assert line["meta"]["tags"] == ["tone:cold"]
    back = again(line)
    assert back.operation == "greet"
    assert back.customer == "north"
    assert back.latency_ms == 5.5
    assert back.created_at == source.created_at
    assert {row.correction for row in back.feedback} == {"Hello there"}
    assert (
        back.fingerprints.prompt
        == recorded(operation="greet", tools=[{"type": "function"}]).fingerprints.prompt
    )


def test_calls_are_veiled_unless_told_otherwise() -> None:
    source = call(
        messages=[{"role": "user", "content": "I am jane.doe@example.com"}], output="4111 1111 1111 1111"
    )
    judged = JudgedCall(
        source, None, "mail +49 30 901820", ("jane.doe@example.com",), "sk-proj-abcdefghijklmnop1234"
    )
    for form in ("jsonl", "csv"):
        covered = written(judged, form).decode()
        for private in ("jane.doe", "4111", "901820", "sk-proj"):
            assert private not in covered
        assert "jane.doe@example.com" in written(judged, form, veil=False).decode()


def test_csv_has_a_row_a_call() -> None:
    text = written(JudgedCall(call(output="=1+1"), "thumbs_up"), "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["output"] == "'=1+1"
    assert row["rating"] == "thumbs_up"


def test_the_real_calls_import_again() -> None:
    if not DATA.is_dir():
        pytest.skip("the recorded calls of ../shared/data are not here")
    for path in sorted(DATA.glob("calls_*.jsonl")):
        for raw in path.read_bytes().splitlines()[::40]:
            fields = orjson.loads(raw)
            fields.pop("rating", None)
            first = recorded(**fields)
            back = again(orjson.loads(written(JudgedCall(call(**fields)), veil=False)))
            assert back.fingerprints == first.fingerprints, fields["source_id"]
            assert orjson.loads(back.request) == orjson.loads(first.request)
            assert orjson.loads(back.response) == orjson.loads(first.response)
