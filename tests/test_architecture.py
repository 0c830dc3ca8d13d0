"""The rules of the house that no linter knows: what may be called where, and how large a room may grow."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "atlas_desktop"
MOST_LINES = 350

# Modules that may be longer, with their length and why. Entries may shrink or go, never grow or come.
LONG: dict[str, tuple[int, str]] = {}

NAMELESS = frozenset({"utils", "util", "common", "helpers", "helper", "manager", "managers", "core", "misc"})


@dataclass(frozen=True)
class Rule:
    """Names that may appear only in some files. ``kind``: used how; ``allowed``: path prefixes, within the clone."""

    names: frozenset[str]
    why: str
    kind: Callable[[ast.AST], Iterator[str]]
    allowed: tuple[str, ...] = ()


def _mentioned(node: ast.AST) -> Iterator[str]:
    """Names read, attributes taken, and names imported, with the last part of a dotted one."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)


def _called(node: ast.AST) -> Iterator[str]:
    """``f`` for ``f(…)`` and ``.f`` for ``x.f(…)``; a class's bases count as called."""
    if isinstance(node, ast.Call):
        functions = [node.func]
    elif isinstance(node, ast.ClassDef):
        functions = node.bases
    else:
        return
    for function in functions:
        if isinstance(function, ast.Name):
            yield function.id
        elif isinstance(function, ast.Attribute):
            yield f".{function.attr}"
            if isinstance(function.value, ast.Name):
                yield f"{function.value.id}.{function.attr}"


def _imported(node: ast.AST) -> Iterator[str]:
    """Top-level packages imported, and ``package.name`` for what is taken from one."""
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.split(".")[0]
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _sql(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _STATEMENT.match(node.value):
        yield "SQL"


_STATEMENT = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s\w+\sSET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(TEMP\s+|VIRTUAL\s+|UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW)\s|PRAGMA\s\w|ALTER\s+TABLE\s|DROP\s+TABLE\s)",
    re.DOTALL,
)

RULES = (
    Rule(frozenset({".exec", ".exec_"}), "a nested event loop loses tasks: use open() and finished", _called),
    Rule(frozenset({"processEvents"}), "re-enters the event loop", _mentioned),
    Rule(frozenset({"QSortFilterProxyModel"}), "5.6 s a filter at a million rows", _mentioned),
    Rule(frozenset({"QTextBrowser"}), "follows links and loads what they name", _mentioned),
    Rule(
        frozenset({"setHtml", "setMarkdown", "insertHtml", "appendHtml"}),
        "untrusted text is text",
        _mentioned,
    ),
    Rule(
        frozenset({"QLabel", ".QLabel"}),
        "guesses rich text: use PlainLabel",
        _called,
        ("atlas_desktop/ui/widgets/plain_label.py",),
    ),
    Rule(frozenset({".create_task", "create_task"}), "use Tasks.spawn", _called, ("atlas_desktop/tasks.py",)),
    Rule(frozenset({"ensure_future"}), "use Tasks.spawn", _mentioned),
    Rule(frozenset({"time.sleep"}), "blocks a thread: wait for what you wait for", _called),
    Rule(frozenset({"time.sleep"}), "blocks a thread: wait for what you wait for", _imported),
    Rule(frozenset({"print"}), "log it, or show it", _called, ("atlas_desktop/cli",)),
    Rule(frozenset({"eval", "exec"}), "runs text as code", _called),
    Rule(frozenset({"pickle", "marshal", "shelve", "dill"}), "loading it runs code", _imported),
    Rule(frozenset({"sqlite3"}), "the system's SQLite is of any age: apsw or pysqlite3", _imported),
    Rule(
        frozenset({"apsw.Connection"}),
        "only the database opens files",
        _called,
        ("atlas_desktop/database/",),
    ),
    Rule(
        frozenset({"SQL"}),
        "SQL lives in database, store and server",
        _sql,
        ("atlas_desktop/database/", "atlas_desktop/store/", "atlas_desktop/server/"),
    ),
)


def breaches(path: str, source: str) -> list[str]:
    """Where a file breaks a rule, as ``path:line what: why``."""
    rules = [rule for rule in RULES if not path.startswith(rule.allowed or ("\0",))]
    return [
        f"{path}:{getattr(node, 'lineno', 0)} {name}: {rule.why}"
        for node in ast.walk(ast.parse(source, path))
        for rule in rules
        for name in sorted(set(rule.kind(node)) & rule.names)
    ]


def foreign_qt(source: str) -> list[str]:
    """What a file takes from Qt besides QtCore."""
    taken = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            taken += [alias.name for alias in node.names if alias.name.startswith("PySide6")]
        elif isinstance(node, ast.ImportFrom) and node.module == "PySide6":
            taken += [f"PySide6.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("PySide6"):
            taken.append(node.module)
    return [name for name in taken if name != "PySide6.QtCore"]


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_banned_names() -> None:
    found = [
        breach
        for path in python_files(PROGRAM)
        for breach in breaches(relative(path), path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_tests_never_sleep() -> None:
    found = [
        breach
        for path in python_files(ROOT / "tests")
        for breach in breaches(relative(path), path.read_text("utf-8"))
        if "time.sleep" in breach
    ]
    assert not found, "\n".join(found)


BREACHES = [
    ("dialog.exec()", ".exec"),
    ("app.processEvents()", "processEvents"),
    ("from PySide6.QtCore import QSortFilterProxyModel", "QSortFilterProxyModel"),
    ("QtWidgets.QTextBrowser()", "QTextBrowser"),
    ("view.setHtml(text)", "setHtml"),
    ("view.setMarkdown(text)", "setMarkdown"),
    ("QLabel('x')", "QLabel"),
    ("class Mine(QtWidgets.QLabel): pass", ".QLabel"),
    ("asyncio.create_task(x())", ".create_task"),
    ("asyncio.ensure_future(x())", "ensure_future"),
    ("time.sleep(1)", "time.sleep"),
    ("from time import sleep", "time.sleep"),
    ("print(1)", "print"),
    ("eval('1')", "eval"),
    ("exec('1')", "exec"),
    ("import pickle", "pickle"),
    ("from pickle import loads", "pickle"),
    ("import sqlite3", "sqlite3"),
    ("apsw.Connection('x.db')", "apsw.Connection"),
    ("q = 'SELECT a FROM b'", "SQL"),
    ("q = f'''INSERT OR IGNORE INTO {x}'''", "SQL"),
]


@pytest.mark.parametrize(("source", "name"), BREACHES)
def test_each_rule_bites(source: str, name: str) -> None:
    assert any(f" {name}:" in breach for breach in breaches("atlas_desktop/app/x.py", source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("atlas_desktop/tasks.py", "loop.create_task(x)"),
        ("atlas_desktop/cli.py", "print(1)"),
        ("atlas_desktop/store/calls.py", "q = 'SELECT a FROM b'"),
        ("atlas_desktop/ui/widgets/plain_label.py", "class PlainLabel(QLabel): pass"),
        ("atlas_desktop/app/x.py", "await asyncio.sleep(0)\ns = 'Select one from the list'"),
    ],
)
def test_rules_leave_the_rest_alone(path: str, source: str) -> None:
    assert breaches(path, source) == []


def test_models_know_only_qtcore() -> None:
    found = {
        relative(path): foreign
        for path in python_files(PROGRAM / "ui" / "models")
        if (foreign := foreign_qt(path.read_text("utf-8")))
    }
    assert not found
    assert foreign_qt(
        "from PySide6.QtGui import QColor\nfrom PySide6 import QtWidgets\nimport PySide6.QtCore"
    ) == [
        "PySide6.QtGui",
        "PySide6.QtWidgets",
    ]


def test_no_module_is_too_long() -> None:
    lengths = {
        relative(path): len(path.read_text("utf-8").splitlines())
        for folder in (PROGRAM, ROOT / "tests", ROOT / "packaging")
        for path in python_files(folder)
    }
    limits = {path: LONG.get(path, (MOST_LINES, ""))[0] for path in lengths}
    assert {path: lines for path, lines in lengths.items() if lines > limits[path]} == {}
    outgrown = [path for path, (lines, _) in LONG.items() if lengths.get(path, 0) < lines]
    assert not outgrown, f"shorter now: lower or drop their entry in LONG: {outgrown}"


def test_every_file_says_its_subject() -> None:
    nameless = [
        relative(path)
        for path in python_files(PROGRAM)
        if path.stem in NAMELESS or path.parent.name in NAMELESS
    ]
    assert nameless == []


def test_import_contracts_name_every_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = " ".join(next(found for found in contracts if found["type"] == "layers")["layers"])
    apart = next(found for found in contracts if found["name"].startswith("Server"))["source_modules"]
    named = set(re.findall(r"atlas_desktop\.(\w+)", f"{layers} {' '.join(apart)}"))
    packages = {path.name for path in PROGRAM.iterdir() if (path / "__init__.py").exists()}
    assert packages <= named


# Put together here, so that this file does not hold what it looks for.
HOSTS = ("py" + "pi.org", "python" + "hosted", "registry.n" + "pmjs", "deb.de" + "bian")
MACHINE_PATH = re.compile(r"(?<![\w.])/(wo" + r"rk|fa" + r"rm|tmp/pl" + r"an|home/\w+|ro" + r"ot)/")


def tracked_files() -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip("not a git clone: no list of tracked files")
    return [ROOT / name for name in answer.stdout.decode().split("\0") if name]


def test_nothing_tracked_names_a_registry_or_this_machine() -> None:
    found = []
    for path in tracked_files():
        if not path.is_file() or path.suffix in {".png", ".jsonl"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if any(host in line for host in HOSTS) or MACHINE_PATH.search(line):
                found.append(f"{relative(path)}:{number}")
    assert found == []
