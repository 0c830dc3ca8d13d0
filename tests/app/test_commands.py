import re
from dataclasses import replace
from pathlib import Path

import pytest

from atlas_desktop.app.commands import COMMANDS, Command, clashes
from atlas_desktop.app.commands.command import meet
from atlas_desktop.app.key_table import BEGIN, key_table, with_key_table

README = Path(__file__).resolve().parents[2] / "README.md"
FRESH = (
    "python -c 'from pathlib import Path; from atlas_desktop.app.key_table import *; "
    'from atlas_desktop.app.commands import COMMANDS; p = Path("README.md"); '
    "p.write_text(with_key_table(p.read_text(), COMMANDS))'"
)
KEYS_OF_THE_ISSUE = frozenset(
    "1 3 2 0 S Z Shift+Z J K U X Shift+J Shift+K . Space / ? Shift+1 Shift+2 Shift+3 Shift+U Up Down "  # noqa: SIM905
    "Shift+G Y Shift+A Ctrl+Shift+O F1 Ctrl+, Esc Ctrl+Q".split()
) | {"* A", "* N", "* U", "* I", "G G", "G C", "G D", "G O", "G S"}


def test_no_two_commands_want_one_key_in_one_place() -> None:
    assert clashes(COMMANDS) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("calls", "J"), ("calls", "J")),
        (("calls", "J"), ("anywhere", "J")),
        (("anywhere", "G"), ("calls", "G G")),
        (("calls", "* A"), ("calls", "*")),
    ],
)
def test_a_clash_is_found(one: tuple[str, str], other: tuple[str, str]) -> None:
    both = tuple(
        replace(COMMANDS[0], id=name, when=zone, keys=(key,))  # type: ignore[arg-type]
        for name, (zone, key) in (("one", one), ("other", other))
    )
    assert len(clashes(both)) == 1


def test_ids_and_titles_are_unique() -> None:
    assert len({each.id for each in COMMANDS}) == len(COMMANDS)
    assert len({each.title for each in COMMANDS}) == len(COMMANDS)


def test_every_key_of_the_issue_does_something() -> None:
    bound = {key for each in COMMANDS for key in each.keys}
    assert bound >= KEYS_OF_THE_ISSUE


def test_no_rating_key_repeats_when_held() -> None:
    assert not [
        each.id for each in COMMANDS if each.id.startswith("rate.") and each.repeats and "do" not in each.id
    ]


def test_selecting_never_rates_and_backspace_does_nothing() -> None:
    by_key = {key: each.id for each in COMMANDS if meet(each.when, "calls") for key in each.keys}
    assert by_key["X"] == "select.toggle"
    assert "Backspace" not in {key for each in COMMANDS for key in each.keys}


def test_the_readme_shows_the_keys_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert BEGIN in text, "the README has no place for the keys"
    assert text == with_key_table(text, COMMANDS), f"the keys in README.md are old; run: {FRESH}"


def test_the_table_shows_every_key_once() -> None:
    shown = [
        f"{run[1]}{number}" if (run := re.fullmatch(r"(.*)1–9", key)) else key
        for key in re.findall(r"`([^`]+)`", key_table(COMMANDS))
        for number in (range(1, 10) if key.endswith("1–9") else (0,))
    ]
    assert sorted(shown) == sorted(key for each in COMMANDS for key in each.keys)


def test_a_text_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="keys"):
        with_key_table("no markers", COMMANDS)


def test_command_is_frozen() -> None:
    with pytest.raises(AttributeError):
        COMMANDS[0].title = "other"  # type: ignore[misc]
    assert isinstance(COMMANDS, tuple)
    assert all(isinstance(each, Command) for each in COMMANDS)
