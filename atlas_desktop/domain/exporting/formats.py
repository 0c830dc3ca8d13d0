"""The formats a dataset leaves in, written item by item: a dataset of a million items is never in memory."""

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Literal, get_args

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting.csv_text import BOM, csv_line
from atlas_desktop.domain.exporting.example import CannotExportError, Example, Skipped, example_of
from atlas_desktop.domain.exporting.lines import fine_tuning_line, preference_line
from atlas_desktop.domain.exporting.parquet import ParquetFile
from atlas_desktop.domain.exporting.table import COLUMNS, Row, row_of

Format = Literal["fine-tuning", "preference", "csv", "parquet"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
SUFFIX: Final[dict[Format, str]] = {
    "fine-tuning": ".jsonl",
    "preference": ".jsonl",
    "csv": ".csv",
    "parquet": ".parquet",
}
_LINES: Final[dict[Format, Callable[[Example], bytes]]] = {
    "fine-tuning": fine_tuning_line,
    "preference": preference_line,
}
_ROW_GROUP: Final = 1000


class Export:
    """Writes items into ``sink`` in one format; veiled unless told otherwise. Close it.

    ``written`` items are in it; ``skipped`` says which are not, and why. Raises NoParquetError.
    """

    def __init__(self, sink: BinaryIO, form: Format, *, veil: bool = True) -> None:
        self._sink = sink
        self._line = _LINES.get(form)
        self._veil = veil
        self._parquet = ParquetFile(sink) if form == "parquet" else None
        self._rows: list[Row] = []
        self.written = 0
        self.skipped: list[Skipped] = []
        if form == "csv":
            sink.write(BOM + csv_line(COLUMNS))

    def add(self, items: Iterable[DatasetItem]) -> None:
        """Write these; what does not fit the format is skipped and named."""
        for item in items:
            example = example_of(item, veil=self._veil)
            try:
                self._write(example)
            except CannotExportError as error:
                self.skipped.append(Skipped(example.id, str(error)))
            else:
                self.written += 1

    def close(self) -> None:
        """Write what is still held back. The sink stays open."""
        if self._parquet is not None:
            self._parquet.write(self._rows)
            self._parquet.close()
            self._rows = []

    def _write(self, example: Example) -> None:
        if self._line is not None:
            self._sink.write(self._line(example))
            return
        row = row_of(example)
        if self._parquet is None:
            self._sink.write(csv_line(_cells(row)))
            return
        self._rows.append(row)
        if len(self._rows) == _ROW_GROUP:
            self._parquet.write(self._rows)
            self._rows = []


def _cells(row: Row) -> Sequence[str | float | None]:
    return [
        row.id,
        row.source_call_id,
        row.split,
        row.weight,
        ", ".join(row.tags),
        row.input,
        row.expected_output,
        row.predicted,
    ]
