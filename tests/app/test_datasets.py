"""Datasets and their builder over a real store and a real server."""

from pathlib import Path
from typing import Any

from atlas_desktop.app.datasets import Datasets
from atlas_desktop.contract.datasets import DatasetItem, DatasetItemUpdate
from atlas_desktop.domain.query import Query
from tests.app.loop_bench import KEY, LoopBench, loop_bench


async def filled(bench: LoopBench, count: int = 6) -> None:
    await bench.define()
    await bench.record(count)
    await bench.pull()


async def built(bench: LoopBench, **recipe: Any) -> None:
    await bench.builder.open_filter(Query(operation=KEY), "everything")
    await bench.builder.settled()
    if recipe:
        bench.builder.change(**recipe)
        await bench.builder.settled()


async def made(bench: LoopBench, **recipe: Any) -> None:
    """A dataset of all calls, at hand."""
    bench.datasets.watch()
    await bench.settled()
    await built(bench, expects="everything", **recipe)
    await bench.builder.send()
    await bench.settled()
    (dataset,) = bench.datasets.state.datasets
    bench.datasets.choose(dataset.id)
    await bench.settled()


async def test_a_filter_becomes_a_dataset(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await bench.say(1, correction='{"total": 100}')
        await bench.say(2, rating="thumbs_up")
        await bench.say(3, correction='{"total": "no number"}')
        await bench.pull()
        await built(bench)
        plan = bench.builder.state.plan
        assert dict(plan.states) == {"ready": 2, "not_conforming": 1, "nothing_expected": 3}
        assert bench.builder.state.has_schema
        await bench.builder.send()
        await bench.settled()
        assert not bench.builder.state.sending
        bench.datasets.watch()
        await bench.settled()
        (dataset,) = bench.datasets.state.datasets
        assert (dataset.name, dataset.item_count, dataset.status) == (f"{KEY} v1", 2, "draft")
        assert bench.datasets.state.drafts == ()
        bench.datasets.choose(dataset.id)
        await bench.settled()
        items = bench.datasets.items
        assert (items.phase, items.whole) == ("ready", True)
        assert {row.expected for row in items.rows} == {'{"total": 100}', '{"total": 2}'}
        first = await bench.datasets.item(items.rows[0].id)
        assert first is not None
        assert isinstance(first.expected_output, dict)


async def test_what_was_read_is_there_without_a_server(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        bench.online = False
        later = Datasets(bench.store, bench.ask, bench.tasks, lambda: False)
        later.watch()
        await bench.settled()
        assert later.state.phase == "away"
        (dataset,) = later.state.datasets
        later.choose(dataset.id)
        await bench.settled()
        assert (len(later.items.rows), later.items.whole, later.items.phase) == (6, True, "ready")


async def test_an_item_is_edited_checked_and_saved(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        changed: list[str] = []
        bench.datasets.item_changed.connect(lambda item: changed.append(item.id))
        dataset, editor = bench.datasets.state.current, bench.datasets.editor
        assert dataset is not None
        item = bench.datasets.items.rows[2].id
        await editor.show(dataset, item)
        editor.typed('{"total": "x"}')
        await bench.settled()
        assert editor.state.problems
        assert bench.datasets.items.unsaved == {item}
        assert not await editor.save()
        editor.typed('{"total": 7}')
        await bench.settled()
        assert editor.state.problems == ()
        assert await editor.save()
        await bench.settled()
        assert changed == [item]
        assert (editor.state.dirty, editor.state.said) == (False, "Saved.")
        assert bench.datasets.items.unsaved == frozenset()
        now = bench.datasets.state.current
        assert now is not None
        assert now.revision == dataset.revision + 1
        assert bench.datasets.items.rows[2].expected == '{"total": 7}'
        there = (await bench.client.datasets.items.list(dataset.id)).data
        assert [each.expected_output for each in there][2] == {"total": 7}


async def test_a_text_survives_that_nobody_saved(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        dataset = bench.datasets.state.current
        assert dataset is not None
        item = bench.datasets.items.rows[0].id
        await bench.datasets.editor.show(dataset, item)
        bench.datasets.editor.typed("half a thou")
        await bench.datasets.close()
        bench.online = False
        later = Datasets(bench.store, bench.ask, bench.tasks, lambda: False)
        await later.editor.show(dataset, item)
        assert (later.editor.state.text, later.editor.state.dirty) == ("half a thou", True)
        later.editor.typed('{"total": 1.5}')
        assert not await later.editor.save()
        assert later.editor.state.problem is not None
        assert later.editor.state.problem.code == "offline"
        await later.close()


async def test_an_item_somebody_else_changed_is_not_overwritten_unasked(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        dataset, editor = bench.datasets.state.current, bench.datasets.editor
        assert dataset is not None
        item = bench.datasets.items.rows[0].id
        await editor.show(dataset, item)
        editor.typed('{"total": 1.5}')
        await bench.client.datasets.items.update(
            dataset.id, item, DatasetItemUpdate(expected_output={"total": 2.5})
        )
        assert not await editor.save()
        assert editor.state.overtaken
        assert editor.state.start == '{\n  "total": 2.5\n}'
        assert editor.state.text == '{"total": 1.5}'
        assert await editor.save()
        await bench.settled()
        there = (await bench.client.datasets.items.list(dataset.id)).data
        assert there[0].expected_output == {"total": 1.5}


async def test_dropping_and_branching(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        first = bench.datasets.items.rows[0].id
        assert await bench.datasets.drop_item(first)
        await bench.settled()
        assert first not in [row.id for row in bench.datasets.items.rows]
        dataset = bench.datasets.state.current
        assert dataset is not None
        assert dataset.item_count == 5
        branch = await bench.datasets.branch(dataset, "Again")
        await bench.settled()
        assert branch is not None
        assert bench.datasets.state.chosen == branch.id
        assert (branch.branched_from, len(bench.datasets.items.rows)) == (dataset.id, 5)


async def test_an_item_taken_out_is_put_back_with_what_it_had(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        datasets, first = bench.datasets, bench.datasets.items.rows[0].id
        dataset = datasets.state.current
        assert dataset is not None
        change = DatasetItemUpdate(weight=3, split="test", tags=["hard"], expected_output={"total": 7})
        await datasets.save_item(dataset.id, first, change)
        await datasets.editor.show(dataset, first)
        datasets.editor.typed('{"total": 8}')
        await datasets.editor.settled()
        before = await bench.client.datasets.get(dataset.id)
        (kept,) = [each for each in await everything(bench, dataset.id) if each.id == first]
        assert await datasets.undo_drop() == "nothing"
        assert await datasets.drop_item(first)
        bench.online = False
        assert await datasets.undo_drop() == "failed"
        bench.online = True
        back = await datasets.undo_drop()
        assert isinstance(back, DatasetItem)
        await bench.settled()
        after = await bench.client.datasets.get(dataset.id)
        assert after.content_hash == before.content_hash
        (again,) = [each for each in await everything(bench, dataset.id) if each.id == back.id]
        assert again.model_dump(exclude={"id", "revision"}) == kept.model_dump(exclude={"id", "revision"})
        assert datasets.items.rows[-1].id == back.id
        assert datasets.items.unsaved == {back.id}  # the text that was being written, too
        assert await datasets.undo_drop() == "nothing"


async def everything(bench: LoopBench, dataset: str) -> list[DatasetItem]:
    return [each async for each in bench.client.datasets.items.iterate(dataset)]


async def test_a_text_over_a_golden_item_goes_on_in_the_branch(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        dataset, editor = bench.datasets.state.current, bench.datasets.editor
        assert dataset is not None
        item = bench.datasets.items.rows[0].id
        await editor.show(dataset, item)
        editor.typed('{"total": 44}')
        await bench.settled()
        golden = dataset.model_copy(update={"status": "golden"})
        await editor.show(golden, item)
        assert (editor.state.text, editor.state.locked) == (editor.state.start, True)
        assert "kept" in editor.state.said
        assert not await editor.save()
        branch = await bench.datasets.branch(golden)
        await bench.settled()
        assert branch is not None
        await editor.show(branch, item)
        assert (editor.state.text, editor.state.overtaken) == ('{"total": 44}', False)
        assert await editor.save()
        await bench.settled()


async def test_weight_and_split_are_changed_without_the_text(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await made(bench)
        dataset, editor = bench.datasets.state.current, bench.datasets.editor
        assert dataset is not None
        item = bench.datasets.items.rows[0].id
        await editor.show(dataset, item)
        editor.typed('{"total": 1.25}')
        assert await editor.change(DatasetItemUpdate(weight=2.5))
        assert await editor.change(DatasetItemUpdate(split="test"))
        assert await editor.change(DatasetItemUpdate(split=None))
        assert (editor.state.text, editor.state.dirty, editor.state.overtaken) == (
            '{"total": 1.25}',
            True,
            False,
        )
        assert await editor.save()
        await bench.settled()
        there = (await bench.client.datasets.items.list(dataset.id)).data[0]
        assert (there.weight, there.split, there.expected_output) == (2.5, None, {"total": 1.25})
