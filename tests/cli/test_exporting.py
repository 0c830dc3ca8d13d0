"""``atlas-desktop export``: files of a real dataset."""

import asyncio
import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.loop import MAIL, make
from tests.cli.running import KEY, Ran, run, serving
from tests.domain.exporting.openai_lines import check_fine_tuning, check_preference


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    with serving(tmp_path) as base_url:
        asyncio.run(make(base_url, 3, 1))
        yield tmp_path, base_url


def export(made: tuple[Path, str], form: str, *more: str, name: str = "Numbers") -> tuple[Ran, Path]:
    home, url = made
    out = home / f"out.{form}"
    asked = ("export", name, "--format", form, "--out", out, *more)
    return run(home, *asked, NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY), out


def test_every_format_holds_the_items_veiled(made: tuple[Path, str]) -> None:
    for form, check in (("fine-tuning", check_fine_tuning), ("preference", check_preference)):
        done, out = export(made, form)
        assert (done.code, done.out) == (0, f"4 items written to out.{form}.\n"), done.err
        assert "Veiled" in done.err
        lines = out.read_bytes().splitlines(keepends=True)
        assert len(lines) == 4
        for line in lines:
            check(line)
        assert MAIL.encode() not in out.read_bytes()
    done, out = export(made, "csv", "--json")
    assert (done.json["written"], done.json["veiled"]) == (4, True)
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
    assert [row["expected_output"] for row in rows] == ["0", "1", "2", "'=nonexxx"]
    assert MAIL not in out.read_text("utf-8-sig")


def test_parquet(made: tuple[Path, str]) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    done, out = export(made, "parquet")
    assert done.code == 0, done.err
    assert parquet.read_table(out).num_rows == 4


def test_unveiled_is_said_and_noted(made: tuple[Path, str]) -> None:
    done, out = export(made, "fine-tuning", "--unveiled")
    assert done.code == 0, done.err
    assert "UNVEILED" in done.err
    assert MAIL.encode() in out.read_bytes()
    (line,) = (made[0] / "logs" / "exports.jsonl").read_text().splitlines()
    noted = json.loads(line)
    assert (noted["what"], noted["count"], noted["format"]) == ("dataset", 4, "fine-tuning")
    assert MAIL not in line


def test_one_split(made: tuple[Path, str]) -> None:
    assert export(made, "fine-tuning", "--split", "train")[0].out.startswith("2 items")
    done, out = export(made, "preference", "--split", "nothing")
    assert (done.code, done.out, out.exists()) == (1, "", False)
    assert "nothing to write" in done.err


def test_nothing_to_write_takes_the_place_of_nothing(made: tuple[Path, str]) -> None:
    _, out = export(made, "csv")
    before = out.read_bytes()
    done, _ = export(made, "csv", "--split", "misspelt", "--json")
    assert (done.code, done.json["written"], out.read_bytes()) == (1, 0, before)
    assert sorted(path.name for path in made[0].glob(".*")) == []


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders are POSIX's")
def test_a_pipe_is_no_place_for_a_file(made: tuple[Path, str]) -> None:
    os.mkfifo(made[0] / "out.csv")
    done, out = export(made, "csv")
    assert (done.code, out.is_fifo()) == (2, True)


def test_what_cannot_be_done_leaves_the_file_as_it_was(made: tuple[Path, str]) -> None:
    done, out = export(made, "csv")
    before = out.read_bytes()
    done, _ = export(made, "csv", name="ds_nothing")
    assert (done.code, out.read_bytes()) == (2, before)
    assert export(made, "xml")[0].code == 2
    home, url = made
    nowhere = run(home, "export", "Numbers", "--format", "csv", "--out", home / "no" / "x.csv", "--url", url)
    assert (nowhere.code, "a folder that is there" in nowhere.err) == (2, True)
    assert sorted(path.name for path in home.glob(".*")) == []
