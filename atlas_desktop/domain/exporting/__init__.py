"""Items and calls as files for elsewhere: fine-tuning and preference JSONL, CSV, Parquet. Veiled by default.

``.bundle`` is by itself: the window needs no zip.
"""

from atlas_desktop.domain.exporting.calls import CALL_FORMATS, CallExport, CallFormat, JudgedCall
from atlas_desktop.domain.exporting.example import Example, Skipped, example_of
from atlas_desktop.domain.exporting.formats import FORMATS, SUFFIX, Export, Format
from atlas_desktop.domain.exporting.parquet import NoParquetError
from atlas_desktop.domain.exporting.veiling import veiled_json, veiled_text

__all__ = [
    "CALL_FORMATS",
    "FORMATS",
    "SUFFIX",
    "CallExport",
    "CallFormat",
    "Example",
    "Export",
    "Format",
    "JudgedCall",
    "NoParquetError",
    "Skipped",
    "example_of",
    "veiled_json",
    "veiled_text",
]
