from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.commands import COMMANDS, Command, clashes
from atlas_desktop.app.key_map import (
    bound,
    canonical,
    changed,
    clash,
    is_single,
    preset_keys,
    same_or_prefix,
    without_single,
)
from atlas_desktop.app.key_presets import PRESETS, Preset
from atlas_desktop.app.keyboard import Keyboard
from atlas_desktop.app.settings import Settings, load, save

BY_ID = {each.id: each for each in COMMANDS}
keys = st.sampled_from(sorted({key for each in COMMANDS for key in each.keys} | {"F12", "Ctrl+Y", "G", "*"}))
ids = st.sampled_from(sorted(BY_ID))
changes = st.dictionaries(ids, st.lists(keys, max_size=3).map(tuple), max_size=8)
presets = st.sampled_from(get_args(Preset))


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_wants_one_key_for_two_things(preset: Preset) -> None:
    assert clashes(bound(COMMANDS, preset)) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_commands_that_there_are(preset: Preset) -> None:
    assert set(PRESETS[preset]) <= set(BY_ID)


@pytest.mark.parametrize("preset", PRESETS)
def test_whatever_the_preset_no_rating_is_lost_and_backspace_never_decides(preset: Preset) -> None:
    by_key = {key: each for each in bound(COMMANDS, preset) for key in each.keys}
    assert "Backspace" not in by_key
    bare = [each.id for each in bound(COMMANDS, preset) if not each.keys and BY_ID[each.id].keys]
    assert bare == []


def test_without_single_keys_every_command_is_reached_by_keys_that_type_nothing() -> None:
    made = bound(COMMANDS, "no_single_keys")
    assert [(each.id, key) for each in made for key in each.keys if is_single(key)] == []
    assert {each.id for each in made if each.keys} == {each.id for each in COMMANDS if each.keys}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "Alt+1"), ("Shift+J", "Alt+Shift+J"), ("G C", "Alt+G Alt+C"), ("* A", "Alt+* Alt+A"),
        ("F11", "F11"), ("Space", "Space"), ("Ctrl+K", "Ctrl+K"),
    ],
)  # fmt: skip
def test_a_single_key_is_held_with_alt(one: str, other: str) -> None:
    assert without_single((one,)) == (other,)


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("Shift+Alt+F", "Alt+Shift+F"),
        ("Ctrl++", "Ctrl++"),
        ("+", "+"),
        ("G G", "G G"),
        ("Shift++", "Shift++"),
    ],
)
def test_modifiers_have_one_order(typed: str, one: str) -> None:
    assert canonical(typed) == one


@given(changes, presets)
def test_whatever_the_settings_say_no_key_means_two_things(
    wanted: dict[str, tuple[str, ...]], preset: Preset
) -> None:
    made = bound(COMMANDS, preset, wanted)
    assert clashes(made) == []
    assert [each.id for each in made] == [each.id for each in COMMANDS]
    for command_id, given_keys in wanted.items():
        command = next(each for each in made if each.id == command_id)
        assert set(command.keys) <= set(map(canonical, given_keys))


@given(ids, keys)
def test_a_key_that_is_free_can_be_given_and_one_that_is_not_names_its_owner(
    command_id: str, key: str
) -> None:
    command = BY_ID[command_id]
    found = clash(COMMANDS, command, key)
    given_it = tuple(
        replace(each, keys=(*each.keys, key)) if each.id == command_id else each for each in COMMANDS
    )
    if found is None:
        assert clashes(given_it) == []
    elif found.command is not None:
        assert found.command.id != command_id
        assert same_or_prefix(found.theirs, canonical(key))


@pytest.mark.parametrize("key", ["Esc", "Tab", "G Esc"])
def test_the_way_out_is_nobodys(key: str) -> None:
    found = clash(COMMANDS, BY_ID["rate.up"], key)
    assert found is not None
    assert (found.command is None) == (key != "Esc") or found.command is None


def test_what_is_as_in_the_preset_is_no_change() -> None:
    one: Command = BY_ID["rate.up"]
    made = changed(COMMANDS, "atlas", {}, "rate.up", ("F12",))
    assert made == {"rate.up": ("F12",)}
    assert changed(COMMANDS, "atlas", made, "rate.up", preset_keys(one, "atlas")) == {}


def test_a_keyboard_follows_the_settings_and_says_so_once() -> None:
    keyboard = Keyboard(Settings())
    heard: list[int] = []
    keyboard.changed.connect(lambda commands: heard.append(len(commands)))
    assert keyboard.key("rate.up") == "1"
    keyboard.follow(Settings(theme="dark"))
    assert heard == []
    keyboard.follow(Settings(key_preset="gmail"))
    keyboard.follow(Settings(key_preset="gmail", key_changes={"rate.up": ("F12",)}))
    assert len(heard) == 2
    assert keyboard.key("rate.up") == "F12"
    assert keyboard.hints(("rate.up", "good"), ("go.keys", "change")) == [("F12", "good")]


def test_keys_live_in_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(path, Settings(key_preset="prodigy", key_changes={"rate.up": ("F12",), "rate.skip": ()}))
    settings = load(path).settings
    assert (settings.key_preset, settings.key_changes) == ("prodigy", {"rate.up": ("F12",), "rate.skip": ()})
