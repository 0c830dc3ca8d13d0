"""Everything on Datasets has a name and is reached by Tab alone, with items, a builder and versions on the screen."""

import pytest

from atlas_desktop.app.commands import COMMANDS
from atlas_desktop.ui.pages.datasets.lessons import LESSON_ALL, LESSON_BUILDER, LESSONS
from tests.ui.conftest import Desk
from tests.ui.datasets.test_datasets_page import dataset, go, narrow
from tests.ui.test_reach import ambiguous, nameless, stops_missed

BRANCH = dataset(
    "Branch", branched_from="ds_Totals", item_count=2, revision=5, created_at="2026-11-20T10:00:00Z"
)


@pytest.mark.parametrize("key", ["1", "4"])
def test_every_section_is_named_and_reached(desk: Desk, key: str) -> None:
    go(desk, BRANCH, dataset())
    desk.press(key)
    desk.rest()
    assert nameless(desk) | ambiguous(desk) == set()
    assert stops_missed(desk, "Tab") == set()


def test_the_builder_is_named_and_reached(desk: Desk) -> None:
    narrow(desk)
    desk.show_call(0)
    desk.press("Shift+D")
    desk.rest()
    assert nameless(desk) | ambiguous(desk) == set()
    assert stops_missed(desk, "Tab") == set()


def test_f6_goes_from_the_list_to_the_items_to_the_texts_and_back(desk: Desk) -> None:
    shown = go(desk)
    assert desk.focus() is shown.items.table
    seen = []
    for _ in range(4):
        desk.press("F6")
        seen.append(desk.focus())
    pane = shown.items.pane
    assert seen == [pane.input.view, pane.expected.editor, shown.shelf.list, shown.items.table]


def test_every_key_that_is_taught_is_one() -> None:
    known = {command.id for command in COMMANDS}
    lessons = [*LESSONS.values(), LESSON_BUILDER, LESSON_ALL]
    assert {command for lesson in lessons for command, _ in lesson} <= known
