"""``python -m tests.bench``: every promised number, measured on the real things. Exit code 1 when one is exceeded."""

import argparse
import compileall
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from tests.bench import table
from tests.bench.corpus import Corpus, corpus
from tests.bench.limits import ROWS
from tests.bench.measuring import Measured, measure


def main(arguments: list[str]) -> int:
    """Measure, print, judge."""
    options = _options().parse_args(arguments)
    wanted = set(options.only or [row.name for row in ROWS])
    # The commands measured below must not spend their start on compiling what was changed since.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(Path(__file__).parents[2] / "atlas_desktop", quiet=1)
    _say(f"building {options.calls:,} calls (kept for the next time) …")
    found = corpus(options.calls)
    with _folder(found) as folder:
        measured = measure(found, wanted, folder, _say)
    lines = [line for line in table.lines(measured.taken, measured.floors) if line.name in wanted]
    if options.json:
        answer = {
            "machine": _machine(found),
            "rows": table.as_json(lines),
            "floors": measured.floors,
            "notes": measured.notes,
        }
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(found, lines, measured)
    return 0 if table.within(lines) else 1


def _print(found: Corpus, lines: list[table.Line], measured: Measured) -> None:
    out = [_machine(found), "", table.text(lines, measured.floors), ""]
    out += [f"{name}: {said}" for name, said in measured.notes.items()]
    sys.stdout.write("\n".join(out) + "\n")


def _machine(found: Corpus) -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{found.number:,} calls from {found.source}; {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores{load}, Python {platform.python_version()}; Qt paints offscreen"
    )


@contextmanager
def _folder(found: Corpus) -> Iterator[Path]:
    # Beside the corpus: copies and commits belong on the same disk.
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=found.folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, metavar="N", help="stored calls (100000)")
    names = [row.name for row in ROWS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--json", action="store_true", help="for a script")
    return parser


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
