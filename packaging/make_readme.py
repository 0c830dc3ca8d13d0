"""Bring the README's table of keys up to date with the commands: ``.venv/bin/python packaging/make_readme.py``."""

from pathlib import Path
from typing import Final

from atlas_desktop.app.commands import COMMANDS
from atlas_desktop.app.key_table import with_key_table

README: Final = Path(__file__).resolve().parent.parent / "README.md"

if __name__ == "__main__":
    README.write_text(with_key_table(README.read_text("utf-8"), COMMANDS), "utf-8")
