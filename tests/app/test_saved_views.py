"""Saved views live in the settings file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from atlas_desktop.app.saved_views import SavedView, SavedViews
from atlas_desktop.app.settings import SettingsFile, load
from atlas_desktop.domain.query import Query, Sort, Term

BAD = SavedView(name="Bad ones", line="rating:bad sort:-cost", columns=("customer", "cost"), fold=True)
MINE = SavedView(name="Mine", line="is:unsent")


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


async def test_a_view_is_there_after_a_restart(settings: SettingsFile, tmp_path: Path) -> None:
    views = SavedViews(settings)
    await views.save(BAD)
    await views.save(MINE)
    again = SettingsFile(tmp_path / "settings.json")
    assert again.load().problem is None
    views = SavedViews(again)
    assert views.all == (BAD, MINE)
    assert views.numbered(1) == BAD
    assert views.numbered(2) == MINE
    assert (views.numbered(0), views.numbered(3)) == (None, None)
    assert BAD.query == Query([Term("rating", "thumbs_down")], sort=Sort("cost"))


async def test_saving_again_replaces_in_place(settings: SettingsFile) -> None:
    views = SavedViews(settings)
    await views.save(BAD)
    await views.save(MINE)
    newer = BAD.model_copy(update={"line": "rating:bad"})
    await views.save(newer)
    assert views.all == (newer, MINE)


async def test_rename_move_delete_and_put_back(settings: SettingsFile) -> None:
    views = SavedViews(settings)
    await views.save(BAD)
    await views.save(MINE)
    assert await views.rename("Mine", "  Not   sent ")
    assert not await views.rename("Mine", "x"), "there is none any more"
    assert not await views.rename("Not sent", "Bad ones"), "another's name"
    assert not await views.rename("Not sent", "  ")
    assert not await views.rename("Not sent", "x" * 81)
    assert await views.rename("Not sent", "Not sent"), "its own name is no clash"
    await views.move("Not sent", 0)
    assert [view.name for view in views.all] == ["Not sent", "Bad ones"]
    deleted = await views.delete("Not sent")
    assert deleted is not None
    assert [view.name for view in views.all] == ["Bad ones"]
    await views.restore(deleted, 1)
    assert [view.name for view in views.all] == ["Bad ones", "Not sent"]
    assert await views.delete("nobody") is None


def test_a_view_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        SavedView(name="")


def test_a_file_with_fields_of_a_newer_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"views": [{"name": "a", "line": "rating:bad", "shape": "round"}]}')
    assert load(path).settings.views == (SavedView(name="a", line="rating:bad"),)
