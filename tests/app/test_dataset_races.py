"""Datasets are read while they change: what is typed stays, and what is known to be newer is not overwritten."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from atlas_desktop.app.item_editor import ItemEditor
from atlas_desktop.contract.datasets import Dataset, DatasetCreate
from atlas_desktop.store.item_drafts import ItemDraft
from tests.app.loop_bench import KEY, LoopBench, loop_bench
from tests.app.test_datasets import filled, made


async def begun(bench: LoopBench) -> tuple[ItemEditor, Dataset, list[str]]:
    """A dataset at hand, its first item in the editor."""
    await filled(bench, 3)
    await made(bench)
    (dataset,) = bench.datasets.state.datasets
    items = [row.id for row in bench.datasets.items.rows]
    await bench.datasets.editor.show(dataset, items[0])
    return bench.datasets.editor, dataset, items


async def test_what_is_typed_while_the_same_item_is_shown_once_more_stays(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        editor, dataset, items = await begun(bench)
        drafts = bench.store.item_drafts
        read_now = drafts.of

        async def read_while_typing(dataset: str) -> dict[str, ItemDraft]:
            found = await read_now(dataset)
            editor.typed('{"total": 49}', 12)
            return found

        drafts.of = read_while_typing  # type: ignore[method-assign]
        await editor.show(dataset, items[0])
        assert (editor.state.text, editor.state.caret, editor.state.dirty) == ('{"total": 49}', 12, True)
        drafts.of = read_now  # type: ignore[method-assign]
        assert await editor.save()
        saved = await bench.datasets.item(items[0])
        assert saved is not None
        assert saved.expected_output == {"total": 49}


async def test_of_two_items_the_one_asked_for_last_is_at_hand(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        editor, dataset, items = await begun(bench)
        for first, last in ((0, 1), (2, 0), (1, 2)) * 10:
            await asyncio.gather(editor.show(dataset, items[first]), editor.show(dataset, items[last]))
            assert editor.state.item is not None
            assert editor.state.item.id == items[last]
        going = asyncio.ensure_future(editor.show(dataset, items[0]))
        await asyncio.sleep(0)
        editor.leave()
        await going
        assert editor.state.item is None


async def test_a_list_that_was_asked_for_earlier_hides_no_dataset_made_since(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 3)
        await bench.client.datasets.create(DatasetCreate(operation_id=KEY, name="before"))
        bench.datasets.watch()
        await bench.settled()
        answer_now = bench.datasets._ask
        made_since: list[Dataset] = []
        there: list[bool] = []

        async def late(make: Any) -> Any:
            answer = await answer_now(make)
            if not made_since:
                made_since.append(
                    await bench.client.datasets.create(DatasetCreate(operation_id=KEY, name="since"))
                )
                bench.datasets.took(made_since[0])
                while bench.datasets.state.dataset(made_since[0].id) is None:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.001)
                bench.datasets.changed.connect(
                    lambda state: there.append(state.dataset(made_since[0].id) is not None)
                )
            return answer

        bench.datasets._ask = late
        bench.datasets.refresh()
        await bench.settled()
        assert all(there)
        assert [each.name for each in bench.datasets.state.datasets] == ["since", "before"]
        assert bench.datasets.state.phase == "ready"


async def test_a_dataset_made_while_a_list_is_being_kept_stays(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 3)
        bench.datasets.watch()
        await bench.settled()
        kept = bench.store.datasets
        replace_now = kept.replace
        made_since: list[Dataset] = []

        async def replace_late(datasets: Sequence[Dataset]) -> None:
            await replace_now(datasets)
            if not made_since:
                body = DatasetCreate(operation_id=KEY, name="since")
                made_since.append(await bench.client.datasets.create(body))
                bench.datasets.took(made_since[0])
                while bench.datasets.state.dataset(made_since[0].id) is None:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.001)

        kept.replace = replace_late  # type: ignore[method-assign]
        bench.datasets.refresh()
        await bench.settled()
        assert [each.name for each in bench.datasets.state.datasets] == ["since"]
