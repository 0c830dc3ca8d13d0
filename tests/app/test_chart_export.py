"""A chart in a file: whole or not at all, and written down first when it is not veiled."""

from pathlib import Path

import pytest

from atlas_desktop.app.exporting import export_made

ENTRY: dict[str, object] = {"what": "chart", "format": "csv"}


async def test_veiled_it_is_written_and_not_noted(tmp_path: Path) -> None:
    noted: list[dict[str, object]] = []
    made = await export_made(lambda: b"rates", tmp_path / "a.csv", ENTRY, noted.append)
    assert (tmp_path / "a.csv").read_bytes() == b"rates"
    assert made.veiled
    assert noted == []


async def test_unveiled_it_is_noted_before_anything_is_there(tmp_path: Path) -> None:
    noted: list[dict[str, object]] = []

    def note(entry: dict[str, object]) -> None:
        assert not list(tmp_path.iterdir())
        noted.append(entry)

    await export_made(lambda: b"rates", tmp_path / "a.csv", ENTRY, note, veil=False)
    assert noted == [{**ENTRY, "file": "a.csv"}]


async def test_what_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"before")

    def make() -> bytes:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await export_made(make, tmp_path / "a.csv", ENTRY, lambda _: None)
    assert _names(tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"before"


def _names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]
