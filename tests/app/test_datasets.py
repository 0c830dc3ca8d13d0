"""Datasets and their builder over a real store and a real server."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.dataset_builder import DatasetBuilder
from atlas_desktop.app.datasets import Datasets
from atlas_desktop.contract.datasets import DatasetItemUpdate
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


async def test_splits_reach_the_server(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 10)
        await made(bench, test_share=30)
        splits = [row.split for row in bench.datasets.items.rows]
        assert (splits.count("test"), splits.count("train")) == (3, 7)


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


async def test_sending_goes_on_where_it_was_and_sends_nothing_twice(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 25)
        bench.builder.sender._most = 4
        await built(bench, expects="everything", name="All")
        asked: list[int] = []

        def fail() -> None:
            asked.append(1)
            if len(asked) == 4:  # after the creation and two parts
                bench.online = False
                raise ConnectionResetError

        bench.before = fail
        await bench.builder.send()
        await bench.settled()
        assert (bench.builder.state.sent, bench.builder.state.to_send) == (8, 25)
        bench.before, bench.online = (lambda: None), True
        again = DatasetBuilder(bench.store, bench.ask, bench.tasks, bench.datasets.schemas)
        again.resume()
        await bench.settled()
        (dataset,) = (await bench.client.datasets.list()).data
        assert (dataset.name, dataset.item_count, dataset.revision) == ("All", 25, 25)
        assert await bench.store.dataset_drafts.all() == []
        assert await bench.store.sendings.all() == []


async def test_what_the_server_refuses_stays_in_the_draft_with_its_words(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 3)
        await bench.record(2, first=3, output="this is no JSON")
        await bench.pull()
        # The copy here knows nothing yet of the schema that the server has.
        (operation,) = await bench.store.operations.list()
        await bench.store.operations.replace([operation.model_copy(update={"output_schema": None})])
        await built(bench, expects="everything")
        assert bench.builder.state.plan.count("ready") == 5
        await bench.builder.send()
        await bench.settled()
        (dataset,) = (await bench.client.datasets.list()).data
        assert dataset.item_count == 3
        refused = bench.builder.state.refused
        assert len(refused) == 2
        assert all("$.expected_output" in words for _, words in refused)
        (draft,) = await bench.store.dataset_drafts.all()
        assert (draft.count, draft.sending) == (2, False)
        assert sorted(await bench.store.dataset_drafts.items(draft.id)) == sorted(c for c, _ in refused)
        # What is left of it is refused altogether, which is another answer of the server's.
        await bench.builder.open_draft(draft.id)
        await bench.builder.settled()
        await bench.builder.send()
        await bench.settled()
        assert len(bench.builder.state.refused) == 2
        assert [each.count for each in await bench.store.dataset_drafts.all()] == [2]


async def test_of_a_contradiction_one_is_kept(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        await bench.record(2)
        await bench.record(2, first=2, messages=[{"role": "user", "content": "the same question"}])
        await bench.pull()
        await built(bench, expects="everything")
        plan = bench.builder.state.plan
        assert plan.clashes == 1
        told = [each for each in plan.items if each.clash]
        assert len(told) == 2
        await bench.builder.keep_only(told[0].call)
        await bench.builder.settled()
        assert bench.builder.state.plan.clashes == 0
        assert told[1].call not in [each.call for each in bench.builder.state.plan.items]
        assert len(bench.builder.state.plan.items) == 3


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_draft_keeps_its_calls_and_its_recipe(tmp_path: Path, restarted: bool) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await built(bench, expects="everything", test_share=20, name="Mine")
        draft = await bench.builder.keep_draft()
        assert draft is not None
        builder = bench.builder
        if restarted:
            builder = DatasetBuilder(bench.store, bench.ask, bench.tasks, bench.datasets.schemas)
        (kept,) = await bench.store.dataset_drafts.all()
        await builder.open_draft(kept.id)
        await builder.settled()
        assert (kept.name, kept.count) == ("Mine", 6)
        assert builder.state.recipe == replace(bench.builder.state.recipe, name="Mine")
        assert dict(builder.state.plan.splits) == {"test": 1, "train": 5}


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
