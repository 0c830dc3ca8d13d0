"""What the builder looks at is read once: again only what reads differently."""

from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from tests.app.loop_bench import KEY, LoopBench, loop_bench


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The calls that were read of the store, in order."""
    from atlas_desktop.store.candidates import Candidates

    seen: list[int] = []
    original = Candidates.read

    async def noted(self: Candidates, calls: Any) -> Any:
        seen.extend(calls)
        return await original(self, calls)

    monkeypatch.setattr(Candidates, "read", noted)
    return seen


async def _opened(bench: LoopBench, count: int = 5) -> list[int]:
    await bench.define()
    await bench.record(count)
    await bench.pull()
    for number in range(count):
        await bench.say(number, rating="thumbs_up")
    await bench.pull()
    calls = sorted(await bench.store.calls.ids(Query()))
    await bench.builder.open_calls(calls, "all")
    await bench.builder.settled()
    return calls


async def test_other_splits_need_no_reading(tmp_path: Path, read: list[int]) -> None:
    async with loop_bench(tmp_path) as bench:
        calls = await _opened(bench)
        assert read == calls
        bench.builder.change(test_share=20)
        await bench.builder.settled()
        bench.builder.change(one_of_equal=False)
        await bench.builder.settled()
        assert dict(bench.builder.state.plan.splits) == {"test": 1, "train": 4}
        assert read == calls


async def test_another_expected_output_is_read_for_all(tmp_path: Path, read: list[int]) -> None:
    async with loop_bench(tmp_path) as bench:
        calls = await _opened(bench)
        bench.builder.change(expects="corrections")
        await bench.builder.settled()
        assert read == calls * 2
        assert bench.builder.state.plan.count("nothing_expected") == 5


async def test_leaving_out_and_back_reads_nothing(tmp_path: Path, read: list[int]) -> None:
    async with loop_bench(tmp_path) as bench:
        calls = await _opened(bench)
        await bench.builder.remove([calls[1]])
        await bench.builder.settled()
        assert [each.call for each in bench.builder.state.plan.items] == [calls[0], *calls[2:]]
        assert await bench.builder.undo()
        await bench.builder.settled()
        assert {each.call for each in bench.builder.state.plan.items} == set(calls)
        assert read == calls


async def test_only_what_was_corrected_meanwhile_is_read_again(tmp_path: Path, read: list[int]) -> None:
    async with loop_bench(tmp_path) as bench:
        calls = await _opened(bench)
        await bench.say(3, correction='{"total": 33}')
        await bench.pull()
        row = await bench.store.calls.seq_of(await bench.call(3))
        assert row is not None
        bench.builder.store_changed(Changed(calls=frozenset({row})))
        await bench.builder.settled()
        assert read == [*calls, row]
        texts = {each.call: each.text for each in bench.builder.state.plan.items}
        assert texts[row] == '{"total": 33}'
        assert bench.builder.state.operation == KEY
