"""Datasets in a real window over a real store, without a server: what is kept here can be read and written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from atlas_desktop.contract.datasets import Dataset, DatasetItem
from atlas_desktop.contract.operations import Operation
from atlas_desktop.domain.query import Query
from atlas_desktop.store.dataset_drafts import DatasetDraft
from atlas_desktop.ui.pages.datasets.page import DatasetsPage
from tests.ui.conftest import Desk

SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}


def dataset(name: str = "Totals", **more: Any) -> Dataset:
    return Dataset.model_validate(
        {
            "id": f"ds_{name}", "operation_id": "extract", "name": name, "schema_version": "1", "status": "draft",
            "version": 1, "revision": 3, "item_count": 3, "content_hash": "0", "created_at": "2026-11-19T10:00:00Z",
        } | more
    )  # fmt: skip


def item(number: int, **more: Any) -> DatasetItem:
    return DatasetItem.model_validate(
        {
            "id": f"di_{number}", "input": {"messages": [{"role": "user", "content": f"question {number}"}]},
            "expected_output": {"total": number}, "predicted": f'{{"total": {number}.5}}', "revision": number,
        } | more
    )  # fmt: skip


async def keep(desk: Desk, *datasets: Dataset) -> None:
    """As if they had been read from the server some time ago."""
    workspace = desk.session.workspace
    assert workspace is not None
    store = workspace.store
    operation = {
        "id": "op_1", "key": "extract", "name": "Extract", "registration": "defined", "output_schema": SCHEMA,
    }  # fmt: skip
    await store.operations.replace([Operation.model_validate(operation)])
    await store.datasets.replace(datasets)
    for each in datasets:
        generation = await store.datasets.begin_items(each.id)
        items = [item(number) for number in range(1, each.item_count + 1)]
        await store.datasets.add_items(each.id, generation, items, 0)
        await store.datasets.end_items(each.id, generation, each.revision)


def page(desk: Desk) -> DatasetsPage:
    return desk.window.datasets


def go(desk: Desk, *datasets: Dataset) -> DatasetsPage:
    """On Datasets, with these at the left and the first at hand."""
    desk.run(keep(desk, *(datasets or (dataset(),))))
    desk.press("G D")
    desk.rest()
    return page(desk)


def texts(desk: Desk) -> list[str]:
    table = page(desk).items.table
    lines = [table.line_at(place) for place in range(table.count)]
    return [each.title for each in lines if each is not None]


def test_what_was_read_is_there_and_says_that_it_is_a_copy(desk: Desk) -> None:
    shown = go(desk)
    assert texts(desk) == ["question 1", "question 2", "question 3"]
    assert "copy" in shown.shelf.state.text()
    assert shown.items.partial.isHidden()  # all of them, of the newest revision there is
    assert shown.items.table.place == 0


def test_keys_go_through_items_and_their_tabs(desk: Desk) -> None:
    shown = go(desk)
    desk.press("J", "J", "K")
    assert shown.items.table.key == "di_2"
    desk.rest()
    assert shown.items.pane.expected.editor.text == '{\n  "total": 2\n}'
    desk.press("4")
    assert str(shown._shown) == "versions"
    desk.press("2")
    assert str(shown._shown) == "gates"
    desk.press("1")
    assert str(shown._shown) == "items"


def test_typing_is_kept_and_marked_and_survives_the_program(desk: Desk) -> None:
    shown = go(desk)
    desk.press("J", "E")
    desk.rest()
    assert desk.focus() is shown.items.pane.expected.editor
    desk.type("x")
    desk.rest()
    assert shown.items.pane.expected.foot._problem.text()
    desk.press("Esc")
    assert desk.focus() is shown.items.table
    line = shown.items.table.line_at(1)
    assert line is not None
    assert line.icon == "corrected"
    workspace = desk.session.workspace
    assert workspace is not None
    kept = desk.run(workspace.store.item_drafts.of("ds_Totals"))
    assert kept["di_2"].text == 'x{\n  "total": 2\n}'
    desk.press("K", "J")
    desk.rest()
    assert shown.items.pane.expected.editor.text == 'x{\n  "total": 2\n}'


def test_what_does_not_fit_is_not_sent_and_without_a_server_it_waits_here(desk: Desk) -> None:
    shown = go(desk)
    desk.press("E")
    desk.rest()
    desk.type("x")
    desk.press("Ctrl+Enter")
    desk.rest()
    editor = desk.session.workspace.datasets.editor  # type: ignore[union-attr]
    assert "does not fit" in editor.state.said
    assert desk.focus() is shown.items.pane.expected.editor
    desk.press("Ctrl+Z")
    desk.type(" ")
    desk.press("Ctrl+Enter")
    desk.rest()
    assert editor.state.problem is not None
    assert "not reached" in shown.items.bar.problem.text()
    assert editor.state.dirty


def test_golden_items_are_read_and_not_written(desk: Desk) -> None:
    shown = go(desk, dataset(status="golden", version=2, promoted_at="2026-11-19T11:00:00Z"))
    desk.press("E")
    desk.rest()
    assert shown.items.pane.expected.editor.isReadOnly()
    assert not shown.items.bar.save.isVisible()
    assert not shown.items.bar.drop.isVisible()
    desk.type("x")
    assert shown.items.pane.expected.editor.text == '{\n  "total": 1\n}'


def test_versions_show_what_differs(desk: Desk) -> None:
    branch = dataset(
        "Branch", branched_from="ds_Totals", item_count=2, revision=5, created_at="2026-11-20T10:00:00Z"
    )
    shown = go(desk, branch, dataset())
    workspace = desk.session.workspace
    assert workspace is not None
    desk.run(workspace.store.datasets.put_item("ds_Branch", item(2, expected_output={"total": 9})))
    desk.press("4")
    desk.rest()
    table = shown.versions.table
    lines = [table.line_at(place) for place in range(table.count)]
    assert [(each.key, each.state) for each in lines if each] == [("di_2", "changed"), ("di_3", "removed")]
    assert "9" in shown.versions.side.edit.text


def collected(desk: Desk) -> list[DatasetDraft]:
    workspace = desk.session.workspace
    assert workspace is not None
    return desk.run(workspace.store.dataset_drafts.all())


def narrow(desk: Desk) -> str:
    """Review shows one operation only: its name."""
    workspace = desk.session.workspace
    assert workspace is not None
    ((name, _), *_) = desk.run(workspace.store.calls.operations())
    desk.run(workspace.browser.apply(Query(operation=name)))
    desk.settle()
    return name


def test_selected_calls_become_a_draft_and_leave_it_again(desk: Desk) -> None:
    name = narrow(desk)
    desk.show_call(0)
    desk.press("X", "J", "X", "J", "X", "Shift+D")
    desk.rest()
    shown = page(desk)
    builder = desk.session.workspace.builder  # type: ignore[union-attr]
    assert (builder.state.operation, builder.state.total) == (name, 3)
    assert shown.builder.table.count == 3
    desk.press("J", "Delete")
    desk.rest()
    assert builder.state.total == 2
    desk.press("Z")
    desk.rest()
    assert builder.state.total == 3
    desk.run(click(shown))
    desk.rest()
    (draft,) = collected(desk)
    assert (draft.operation, draft.count) == (name, 3)
    assert builder.state.draft is not None


async def click(shown: DatasetsPage) -> None:
    shown.builder.keep_button.click()


def test_collected_calls_are_on_the_shelf(desk: Desk) -> None:
    narrow(desk)
    desk.show_call(0)
    desk.press("D", "J", "D")
    desk.press("G D")
    desk.rest()
    shown = page(desk)
    builder = desk.session.workspace.builder  # type: ignore[union-attr]
    assert builder.state.draft is not None
    assert shown.builder.table.count == 2
    assert [line.title for line in shown.shelf.list.lines if not line.heading] == [builder.state.draft.name]


@pytest.mark.parametrize("share", [0, 30])
def test_sent_without_a_server_a_draft_waits_and_says_so(desk: Desk, share: int) -> None:
    narrow(desk)
    desk.show_call(0)
    desk.press("Shift+D")
    desk.rest()
    shown = page(desk)
    builder = desk.session.workspace.builder  # type: ignore[union-attr]

    async def choose() -> None:
        builder.change(expects="everything", test_share=share)

    desk.run(choose())
    desk.rest()
    desk.press("Ctrl+Enter")
    desk.rest()
    assert (builder.state.sending, builder.state.waiting) == (True, True)
    assert "goes out" in shown.builder.problem.text()
    (draft,) = collected(desk)
    assert draft.sending
    workspace = desk.session.workspace
    assert workspace is not None
    (sending,) = desk.run(workspace.store.sendings.all())
    assert sending.total == builder.state.plan.count("ready")
    desk.run(press_send(shown))
    desk.rest()
    assert not builder.state.sending
    assert desk.run(workspace.store.sendings.all()) == []


async def press_send(shown: DatasetsPage) -> None:
    shown.builder.send_button.click()


def test_with_the_veil_rows_and_input_show_no_address(desk: Desk) -> None:
    shown = go(desk)
    workspace = desk.session.workspace
    assert workspace is not None
    private = item(1, input={"messages": [{"role": "user", "content": "write to ann@example.com"}]},
                   expected_output={"total": 1, "to": "ann@example.com"})  # fmt: skip
    desk.run(workspace.store.datasets.put_item("ds_Totals", private))
    desk.run(desk.session.settings.change(veil=True))
    desk.run(reread(desk))
    desk.rest()
    line = shown.items.table.line_at(0)
    assert line is not None
    assert "ann@" not in line.title + line.expected
    assert "ann@" not in shown.items.pane.input.view.toPlainText()
    assert not shown.items.pane.expected.editor.isVisible()
    desk.press("E")
    desk.rest()
    assert "ann@" in shown.items.pane.expected.editor.text
    assert shown.items.pane.expected.editor.isVisible()
    assert QApplication.focusWidget() is shown.items.pane.expected.editor


def test_versions_are_veiled_too(desk: Desk) -> None:
    branch = dataset("Branch", branched_from="ds_Totals", revision=5, created_at="2026-11-20T10:00:00Z")
    shown = go(desk, branch, dataset())
    workspace = desk.session.workspace
    assert workspace is not None
    desk.run(desk.session.settings.change(veil=True))
    private = item(2, expected_output={"total": 9, "to": "write to ann@example.com today"})
    desk.run(workspace.store.datasets.put_item("ds_Branch", private))
    desk.press("4")
    desk.rest()
    line = shown.versions.table.line_at(0)
    assert line is not None
    assert (line.key, line.state) == ("di_2", "changed")
    assert "ann@" not in line.title + line.expected + shown.versions.side.edit.text
    assert '"total": 9' in shown.versions.side.edit.text


async def reread(desk: Desk) -> None:
    workspace = desk.session.workspace
    assert workspace is not None
    workspace.datasets.choose(None)
    workspace.datasets.choose("ds_Totals")


def test_a_moment_is_written_for_the_reader(desk: Desk) -> None:
    shown = go(desk)
    assert str(datetime.now(UTC).year) in shown.head._since.text()
