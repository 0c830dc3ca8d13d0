import asyncio
import os
import stat
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.settings import Connection, Settings, SettingsFile, load, save

some_settings = st.builds(
    Settings,
    theme=st.sampled_from(["system", "light", "dark", "contrast"]),
    density=st.sampled_from(["comfortable", "compact"]),
    auto_advance=st.booleans(),
    offline=st.booleans(),
    connections=st.lists(
        st.builds(
            Connection,
            title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
            kind=st.sampled_from(["local", "remote"]),
            base_url=st.text(st.characters(exclude_categories=["Cs"])),
        ),
        max_size=3,
    ).map(tuple),
    window=st.dictionaries(
        st.sampled_from(["x", "split"]), st.integers(0, 9999) | st.lists(st.integers(0, 9))
    ),
)


@given(some_settings)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    path = tmp_path_factory.mktemp("home") / "settings.json"
    save(path, settings)
    loaded = load(path)
    assert loaded.settings == settings
    assert loaded.problem is None
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_every_setting_has_a_title_and_a_description() -> None:
    for model in (Settings, Connection):
        for name, each in model.model_fields.items():
            if name in ("id", "kind"):
                continue
            assert each.description, name
            assert each.title or name == "organization", name


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"[]", b'{"theme": "pink"}', b"\xff\x00", b'{"connections": 3}']
)
def test_a_broken_file_is_set_aside_and_said(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(broken)
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.problem is not None
    (aside,) = tmp_path.iterdir()
    assert aside.read_bytes() == broken
    assert aside.name in loaded.problem.action
    assert load(path).problem is None


def test_fields_of_a_newer_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'{"theme": "dark", "gate_meter": {"on": true}}')
    save(path, load(path).settings.model_copy(update={"theme": "light"}))
    assert orjson.loads(path.read_bytes())["gate_meter"] == {"on": True}


def test_a_failed_save_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    save(path, Settings(theme="dark"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(path, Settings(theme="light"))
    monkeypatch.undo()
    assert load(path).settings.theme == "dark"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    old = os.umask(0)
    try:
        save(path, Settings())
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_change_is_told_at_once_and_many_quick_ones_end_with_the_last_on_disk(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.load()
    told: list[str] = []
    file.changed.connect(lambda now: told.append(now.theme))
    await asyncio.gather(*(file.change(theme=theme) for theme in ("dark", "light", "light", "contrast")))
    assert told == ["dark", "light", "contrast"]
    assert load(tmp_path / "settings.json").settings.theme == "contrast"


async def test_a_wrong_value_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    with pytest.raises(ValidationError):
        await file.change(theme="pink")
    assert file.current == Settings()
    assert not (tmp_path / "settings.json").exists()


async def test_a_disk_that_refuses_is_said_and_the_setting_holds_for_now(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "gone" / "settings.json")
    with pytest.raises(KnownError) as raised:
        await file.change(theme="dark")
    assert raised.value.problem.code == "settings_not_saved"
    assert file.current.theme == "dark"
