"""Datasets on a server that offers only what is published: it takes items whole and fills nothing in."""

from pathlib import Path

from atlas_desktop.app.dataset_sending import DatasetSender
from tests.app.loop_bench import LoopBench, loop_bench
from tests.app.plain_server import PUBLISHED, plain
from tests.app.test_datasets import built, everything, filled


async def _sent(bench: LoopBench) -> None:
    await built(bench, expects="everything")
    await bench.builder.send()
    await bench.settled()


async def test_items_go_there_whole(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        async with plain(bench) as server:
            await _sent(bench)
        assert len(server.sent) == 6
        assert all(item.keys() == PUBLISHED for item in server.sent)
        asked = sorted(item["input"]["messages"][-1]["content"] for item in server.sent)
        assert asked == [f"question number {number}" for number in range(6)]
        assert sorted(item["expected_output"]["total"] for item in server.sent) == list(range(6))
        (dataset,) = (await bench.client.datasets.list()).data
        assert dataset.item_count == 6
        assert bench.datasets.state.drafts == ()


async def test_ours_fills_in_what_the_call_said(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await _sent(bench)
        (dataset,) = (await bench.client.datasets.list()).data
        items = await everything(bench, dataset.id)
        assert all(item.source_call_id and item.predicted and item.input["messages"] for item in items)


async def test_an_answer_lost_there_makes_nothing_twice(tmp_path: Path) -> None:
    """It does not know a request again: what it has is looked at before more is sent."""
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        bench.builder.sender = DatasetSender(bench.store, bench.ask, most=2)
        async with plain(bench) as server:
            server.lose = 2
            await _sent(bench)
            assert bench.builder.state.problem is not None
            (dataset,) = (await bench.client.datasets.list()).data
            assert dataset.item_count == 4
            bench.builder.resume()
            await bench.settled()
        assert not bench.builder.state.sending
        assert sorted(item["expected_output"]["total"] for item in server.sent) == list(range(6))
        assert (await bench.client.datasets.get(dataset.id)).item_count == 6


async def test_a_creation_whose_answer_was_lost_is_found_again(tmp_path: Path) -> None:
    async with loop_bench(tmp_path) as bench:
        await filled(bench)
        await built(bench, expects="everything")
        async with plain(bench):
            written = bench.store.sendings.created

            async def lost(draft: int, dataset: str) -> None:
                bench.store.sendings.created = written  # type: ignore[method-assign]
                raise KeyError(dataset)

            bench.store.sendings.created = lost  # type: ignore[method-assign]
            await bench.builder.send()
            await bench.settled()
            bench.builder.resume()
            await bench.settled()
        (dataset,) = (await bench.client.datasets.list()).data
        assert dataset.item_count == 6
