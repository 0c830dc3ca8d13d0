"""Imports without what a library brings along."""

import subprocess
import sys

import pytest

from atlas_desktop.sparing import without


def test_who_asks_later_finds_it() -> None:
    code = (
        "from atlas_desktop.sparing import without\n"
        "with without('colorsys'):\n"
        "    try: import colorsys\n"
        "    except ImportError: print('not there')\n"
        "import colorsys; print(colorsys.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "not there\ncolorsys\n"


def test_what_is_there_already_stays() -> None:
    with without("json"):
        import json
    assert sys.modules["json"] is json


def test_it_ends_with_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), without("colorsys_not_there"):
        _ = 1 / 0
    assert "colorsys_not_there" not in sys.modules
