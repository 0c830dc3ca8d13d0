"""The program finds the files that come with it, in a clone and installed."""

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_desktop.domain.recorded import Defaults, Recorded, read_line
from atlas_desktop.resources import resource_path

ROOT = Path(__file__).resolve().parent.parent


def test_the_clone_comes_first() -> None:
    assert resource_path("samples", "calls.jsonl") == ROOT / "resources" / "samples" / "calls.jsonl"
    assert resource_path().is_dir()


def test_what_is_missing_is_said() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/of/nothing\.svg"):
        resource_path("icons", "of", "nothing.svg")


def test_a_wheel_carries_and_finds_them(tmp_path: Path) -> None:
    for name in ("atlas_desktop", "resources"):
        shutil.copytree(ROOT / name, tmp_path / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / "source")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel")]
    subprocess.run(build, cwd=tmp_path / "source", check=True, capture_output=True)
    shutil.rmtree(tmp_path / "source")
    with zipfile.ZipFile(next((tmp_path / "wheel").iterdir())) as wheel:
        wheel.extractall(tmp_path / "site")
    ask = "from atlas_desktop.resources import resource_path as r; print(r('samples', 'calls.jsonl'))"
    answer = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {ask}"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (tmp_path / "site" / "atlas_desktop" / "py.typed").exists()
    found = Path(answer.stdout.strip())
    assert found == tmp_path / "site" / "atlas_desktop" / "_resources" / "samples" / "calls.jsonl"
    assert found.read_bytes() == resource_path("samples", "calls.jsonl").read_bytes()


def test_every_sample_call_can_be_imported() -> None:
    lines = resource_path("samples", "calls.jsonl").read_bytes().splitlines()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    read = [
        read_line(line, number, Defaults(), now, organization="org_1") for number, line in enumerate(lines, 1)
    ]
    assert [one for one in read if not isinstance(one, Recorded)] == []
    assert sum(bool(one.feedback) for one in read if isinstance(one, Recorded)) >= 200


def test_the_sample_is_small_varied_and_attributed() -> None:
    file = resource_path("samples", "calls.jsonl")
    calls = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert 250 <= len(calls) == len({call["source_id"] for call in calls}) <= 400
    assert file.stat().st_size <= 1_500_000
    assert len({call["operation"] for call in calls}) >= 20
    assert sum("rating" in call for call in calls) >= 100
    assert sum("tool_calls" in call for call in calls) >= 5
    assert any("\u0600" <= char <= "\u06ff" for call in calls for char in call["output"])
    assert any("\u0590" <= char <= "\u05ff" for call in calls for char in call["output"])
    attribution = resource_path("samples", "ATTRIBUTION.md").read_text("utf-8")
    assert all(f"`{call['source_id'].split('/')[0]}/`" in attribution for call in calls)
    licences = resource_path("samples", "LICENSES.txt").read_text("utf-8")
    assert all(
        name in licences for name in ("MIT License", "Apache License", "Creative Commons Attribution 4.0")
    )
