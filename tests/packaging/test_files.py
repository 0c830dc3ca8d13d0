"""The files that others rely on: the lock, the README's commands, CI, the sample and its maker."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from atlas_desktop.app.commands import COMMANDS
from atlas_desktop.app.key_table import with_key_table

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = (ROOT / "packaging" / "requirements.lock").read_text()
README = (ROOT / "README.md").read_text()


def test_the_lock_is_hashed_and_names_no_place() -> None:
    requirements = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(requirements) > 50
    assert all(re.match(r"[A-Za-z0-9_.-]+==\S+ ", requirement) for requirement in requirements)
    assert all("--hash=sha256:" in requirement for requirement in requirements)
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK
    assert "@ " not in LOCK


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.match(r"[A-Za-z0-9_.-]+", requirement)[0] for requirement in wanted}  # type: ignore[index]
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)==", LOCK, re.MULTILINE))
    assert {name.lower().replace("_", "-") for name in names} <= locked


def test_the_readme_has_the_two_commands_and_ci_runs_the_second() -> None:
    assert "python3 packaging/dev.py run" in README
    assert "python3 packaging/dev.py test" in README
    ci = (ROOT / ".ci" / "run").read_text()
    assert "python3 packaging/dev.py test" in ci
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0


def test_the_readme_shows_the_keys_that_are() -> None:
    assert with_key_table(README, COMMANDS) == README, "python packaging/make_readme.py brings it up to date"


def test_hooks_are_local() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"- repo: (\S+)", hooks) == ["local"]
    assert re.findall(r"id: (\S+)", hooks) == ["ruff", "ruff-format", "mypy"]


def test_the_changelog_and_the_licence() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in changelog
    licence = (ROOT / "LICENSE").read_text()
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


@pytest.mark.parametrize("name", ["calls.jsonl", "LICENSES.txt"])
def test_the_sample_is_what_its_maker_makes(
    name: str, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("make_sample", ROOT / "packaging" / "make_sample.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_sample", maker)
    spec.loader.exec_module(maker)
    monkeypatch.setattr(maker, "TARGET", tmp_path)
    maker.main(shared_data)
    assert (tmp_path / name).read_bytes() == (ROOT / "resources" / "samples" / name).read_bytes()


def test_ruff_is_the_locked_one() -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff is not None
    version = subprocess.run([ruff, "--version"], capture_output=True, text=True, check=True).stdout.split()[
        1
    ]
    assert f"\nruff=={version} " in LOCK
