"""Building datasets and sending them, over a real store and a real server."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.app.dataset_builder import DatasetBuilder
from tests.app.loop_bench import loop_bench
from tests.app.test_datasets import built, filled, made


async def test_splits_reach_the_server(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 10)
        await made(bench, test_share=30)
        splits = [row.split for row in bench.datasets.items.rows]
        assert (splits.count("test"), splits.count("train")) == (3, 7)


async def test_sending_goes_on_where_it_was_and_sends_nothing_twice(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 25)
        bench.builder.sender._most = 4
        await built(bench, expects="everything", name="All")
        asked: list[int] = []

        def fail() -> None:
            asked.append(1)
            if len(asked) == 5:  # after what it can do, the creation and two parts
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


@pytest.mark.parametrize("lost", ["created", "settle"])
async def test_an_answer_that_was_never_written_down_makes_nothing_twice(tmp_path: Path, lost: str) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench, 9)
        bench.builder.sender._most = 4
        await built(bench, expects="everything", name="Once")

        async def killed(*_: Any, **__: Any) -> None:
            raise OSError(5, "the program ended here")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bench.store.sendings, lost, killed)
            await bench.builder.send()
            await bench.settled()
            assert bench.builder.state.problem is not None
        again = DatasetBuilder(bench.store, bench.ask, bench.tasks, bench.datasets.schemas)
        again.resume()
        await bench.settled()
        (dataset,) = (await bench.client.datasets.list()).data
        assert (dataset.item_count, dataset.revision) == (9, 9)


async def test_items_that_contradict_what_is_in_the_dataset_are_counted(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await bench.define()
        same = [{"role": "user", "content": "the same question"}]
        await bench.record(1, messages=same)
        await bench.pull()
        await made(bench)
        (dataset,) = bench.datasets.state.datasets
        await bench.record(1, first=5, messages=same)
        await bench.pull()
        newest = [await bench.store.calls.newest()]
        await bench.builder.open_calls(newest, "the new one")
        await bench.builder.settled()
        assert [each.id for each in bench.builder.state.targets] == [dataset.id]
        bench.builder.change(expects="everything", into=dataset.id)
        await bench.builder.settled()
        await bench.builder.send()
        await bench.settled()
        assert bench.builder.against == 1
        now = bench.datasets.state.current
        assert now is not None
        assert (now.id, now.item_count) == (dataset.id, 2)
