import os
from pathlib import Path

import pytest

from atlas_desktop.app import local_zone as module
from atlas_desktop.app.local_zone import local_zone, name_zone, zone_from

NOTHING = Path("/nothing/is/here")


@pytest.mark.parametrize(
    "value",
    [
        "Asia/Kolkata",
        ":Asia/Kolkata",
        "/usr/share/zoneinfo/Asia/Kolkata",
        ":/usr/share/zoneinfo/Asia/Kolkata",
    ],
)
def test_the_variable_names_it(value: str, tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert zone_from(value, NOTHING, tmp_path / "timezone").key == "Asia/Kolkata"


@pytest.mark.skipif(os.name != "posix", reason="links like these are of Unix")
@pytest.mark.parametrize("folder", ["zoneinfo", "zoneinfo/posix", "zoneinfo/right"])
def test_the_link_names_it(folder: str, tmp_path: Path) -> None:
    target = tmp_path / folder / "Europe" / "Berlin"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"TZif")
    (tmp_path / "localtime").symlink_to(target)
    assert zone_from(None, tmp_path / "localtime", NOTHING).key == "Europe/Berlin"


@pytest.mark.parametrize(
    "value", ["EST5EDT4,M3.2.0,M11.1.0", "", None, "Nowhere/City", "../../etc/passwd", "\0"]
)
def test_what_is_no_name_is_passed_over(value: str | None, tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert zone_from(value, tmp_path / "localtime", tmp_path / "timezone").key == "Europe/Berlin"
    (tmp_path / "broken").write_bytes(b"\xff")
    assert zone_from(value, tmp_path / "localtime", tmp_path / "broken").key == "UTC"


def test_here_there_is_one() -> None:
    assert local_zone().key


def test_what_was_told_counts_but_less_than_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_told", None)
    name_zone("Asia/Tokyo")
    assert zone_from(None, NOTHING, NOTHING).key == "Asia/Tokyo"
    assert zone_from("Asia/Kolkata", NOTHING, NOTHING).key == "Asia/Kolkata"
    monkeypatch.undo()
    zone_from.cache_clear()
