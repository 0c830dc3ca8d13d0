"""Parquet, with pyarrow when it is installed (the extra ``parquet``)."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from atlas_desktop.domain.exporting.table import Row


class NoParquetError(Exception):
    """pyarrow is not installed."""


class ParquetFile:
    """Writes rows into a binary file. Raises NoParquetError without pa."""

    def __init__(self, sink: BinaryIO) -> None:
        try:
            # An extra: 150 MB that only this needs.
            import pyarrow as pa  # noqa: PLC0415
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError as error:
            raise NoParquetError from error
        self._arrow: Any = pa
        self._schema = pa.schema(
            [
                pa.field("id", pa.string(), nullable=False),
                pa.field("source_call_id", pa.string()),
                pa.field("split", pa.string()),
                pa.field("weight", pa.float64(), nullable=False),
                pa.field("tags", pa.list_(pa.string()), nullable=False),
                pa.field("input", pa.string(), nullable=False),
                pa.field("expected_output", pa.string(), nullable=False),
                pa.field("predicted", pa.string()),
            ]
        )
        self._writer = pq.ParquetWriter(sink, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        """One row group."""
        if rows:
            columns = {
                name: [getattr(row, name) if name != "tags" else list(row.tags) for row in rows]
                for name in self._schema.names
            }
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        """Write the footer: without it the file is none."""
        self._writer.close()
