import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting import Export, Format, NoParquetError
from atlas_desktop.domain.exporting.csv_text import csv_line, plain_cell, safe_cell
from atlas_desktop.domain.exporting.parquet import ParquetFile

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u3000=1",
    "\ufeff=1",
    "＝1",
    "|calc",
    "%0A",
]
ITEMS = st.lists(
    st.builds(
        DatasetItem,
        id=st.uuids().map(lambda each: f"di_{each.hex}"),
        source_call_id=st.none() | TEXT,
        input=st.dictionaries(TEXT, TEXT, max_size=2),
        expected_output=TEXT | st.dictionaries(TEXT, st.integers(0, 9), max_size=2),
        predicted=st.none() | TEXT,
        weight=st.floats(0.001, 1000),
        split=st.none() | TEXT,
        tags=st.lists(TEXT, max_size=3),
    ),
    max_size=5,
)


def exported(items: list[DatasetItem], form: Format) -> bytes:
    sink = io.BytesIO()
    export = Export(sink, form, veil=False)
    export.add(items)
    export.close()
    assert export.written == len(items)
    assert not export.skipped
    return sink.getvalue()


@given(TEXT)
def test_a_cell_is_no_formula_and_gives_its_text_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text
    assert safe_cell(text).lstrip("\u200b\ufeff \u3000")[:1] not in (
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "4", "a=1", "3.5 - 2", "1-2", "{}", "https://example.com/?a=b"])
def test_ordinary_cells_stay(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_stay_numbers() -> None:
    assert csv_line(["a", -1.5, None, 3]) == b'"a",-1.5,"",3\r\n'


@given(ITEMS)
def test_csv_gives_every_text_back(items: list[DatasetItem]) -> None:
    text = exported(items, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [item.id for item in items]
    for row, item in zip(rows, items, strict=True):
        if isinstance(item.expected_output, str):
            assert plain_cell(row["expected_output"]) == item.expected_output
        assert plain_cell(row["split"]) == (item.split or "")
        assert float(row["weight"]) == item.weight


@given(ITEMS)
def test_parquet_gives_every_row_back(items: list[DatasetItem]) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    table = parquet.read_table(io.BytesIO(exported(items, "parquet")))
    assert table.column("id").to_pylist() == [item.id for item in items]
    assert table.column("predicted").to_pylist() == [item.predicted for item in items]
    assert table.column("weight").to_pylist() == [item.weight for item in items]
    assert table.column("tags").to_pylist() == [list(item.tags) for item in items]


def test_without_pyarrow_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(NoParquetError):
        ParquetFile(io.BytesIO())


@pytest.mark.parametrize("form", ["csv", "fine-tuning", "preference"])
def test_no_part_of_an_item_leaves_unveiled(form: Format) -> None:
    mail = "jane.doe@example.com"
    messages = [{"role": "user", "name": mail, "content": [{"type": "text", "text": mail}]}]
    item = DatasetItem(
        id="di_1",
        input={"messages": messages, mail: mail},
        expected_output={mail: [mail]},
        predicted=f'{{"a": "jane.doe\\u0040example.com", "b": "{mail}"}}',
        split=mail,
        tags=[mail],
    )
    sink = io.BytesIO()
    export = Export(sink, form)
    export.add([item])
    export.close()
    assert export.written == 1
    assert b"jane.doe" not in sink.getvalue()
