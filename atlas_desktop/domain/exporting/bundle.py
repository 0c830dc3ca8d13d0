"""The training bundle: what a golden dataset teaches, as a zip that anybody can take anywhere.

The same dataset gives the same bytes: no time of making is in it, and the manifest names the hash of each file.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting.example import CannotExportError, Example, Skipped, example_of
from atlas_desktop.domain.exporting.lines import fine_tuning_line, preference_line

MANIFEST: Final = "manifest.json"
_MOST_SKIPPED: Final = 1000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold."""
_FORMS: Final[tuple[tuple[str, Callable[[Example], bytes]], ...]] = (
    ("fine-tuning", fine_tuning_line),
    ("preference", preference_line),
)
OpenFile = Callable[[], BinaryIO]


@dataclass(slots=True)
class _Part:
    """One file on its way into the bundle."""

    sink: BinaryIO
    items: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, line: bytes) -> None:
        self.sink.write(line)
        self.digest.update(line)
        self.items += 1
        self.size += len(line)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle: the zip, and its manifest."""

    zip: BinaryIO
    manifest: dict[str, Json]


def bundle_of(
    items: Iterable[DatasetItem],
    about: dict[str, Json],
    *,
    output_schema: Json = None,
    veil: bool = True,
    open_file: OpenFile = io.BytesIO,
) -> Bundle:
    """Fine-tuning lines, preference pairs, the output schema and the manifest, which starts with ``about``.

    Items of a held-out split are in files of their own, so that nothing is trained on what it is judged by.
    ``open_file`` gives the places where the parts are put together.
    """
    parts: dict[str, _Part] = {}
    skipped: list[dict[str, Json]] = []
    left_out = count = 0
    for item in items:
        count += 1
        example = example_of(item, veil=veil)
        for form, line_of in _FORMS:
            name = f"{form}.validation.jsonl" if example.held_out else f"{form}.jsonl"
            try:
                line = line_of(example)
            except CannotExportError as error:
                left_out += 1
                if len(skipped) < _MOST_SKIPPED:
                    skipped.append(_skipped(Skipped(example.id, str(error)), form))
                continue
            if name not in parts:
                parts[name] = _Part(open_file())
            parts[name].write(line)
    if output_schema is not None:
        parts["output_schema.json"] = schema = _Part(open_file())
        schema.write(orjson.dumps(output_schema, option=orjson.OPT_INDENT_2))
        schema.items = 0
    manifest = {
        **about,
        "item_count": count,
        "veiled": veil,
        "files": [_described(name, part) for name, part in sorted(parts.items())],
        "skipped_count": left_out,
        "skipped": skipped,
    }
    return Bundle(_zipped(parts, manifest, open_file), manifest)


def _skipped(skipped: Skipped, form: str) -> dict[str, Json]:
    return {"item_id": skipped.id, "format": form, "reason": skipped.reason}


def _described(name: str, part: _Part) -> dict[str, Json]:
    return {"name": name, "items": part.items, "bytes": part.size, "sha256": part.digest.hexdigest()}


def _zipped(parts: dict[str, _Part], manifest: dict[str, Json], open_file: OpenFile) -> BinaryIO:
    target = open_file()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(MANIFEST), orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        for name, part in sorted(parts.items()):
            part.sink.seek(0)
            with archive.open(_entry(name), "w", force_zip64=True) as entry:
                while chunk := part.sink.read(1 << 20):
                    entry.write(chunk)
            part.sink.close()
    target.seek(0)
    return target


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
