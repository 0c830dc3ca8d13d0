"""Calls kept in memory: by what they take there."""

import sys
from pathlib import Path

import pytest

from atlas_desktop.contract.calls import Call
from atlas_desktop.domain.answer import answer_text
from atlas_desktop.store.rows import OpenCall
from tests.app.desk import desk, some_calls

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("sign", ["", "é", "字", "🌳"])
async def test_no_more_is_kept_than_twelve_megabytes_and_the_call_at_hand(tmp_path: Path, sign: str) -> None:
    message = {"role": "assistant", "content": f"{sign}{'word ' * (MEGABYTE // 5)}"}
    long = some_calls(9, response={"message": message, "finish_reason": "stop"})
    async with desk(tmp_path / "atlas.db") as it:
        await it.sync(long)
        await it.open()
        for position in range(9):
            it.review.go(position)
            await it.review.settled()
            assert it.review.current.call is not None
        kept = it.review._cursor.opened._calls
        texts = [_text(call) for call in kept.values()]
        assert len(texts) > 1
        # The next one at least, also where each character takes four bytes.
        assert sum(map(sys.getsizeof, texts)) <= 12 * MEGABYTE


async def test_a_weight_is_about_what_a_call_takes(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": f"turn {number}"} for number in range(5_000)]
    async with desk(tmp_path / "atlas.db") as it:
        await it.sync(some_calls(1, request={"messages": turns}))
        await it.open()
        call = it.review.current.call
        assert call is not None
        lists = sum(sys.getsizeof(turn) + sum(map(sys.getsizeof, turn.values())) for turn in turns)
        assert lists / 2 < call.weight < lists * 4


def _text(call: OpenCall) -> str:
    return answer_text(call.call.response.message)


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 1_300])
async def test_a_long_conversation_is_read_whole_and_in_order(tmp_path: Path, number: int) -> None:
    turns = [{"role": "user", "content": f"turn {each}", "x_more": each} for each in range(number)]
    async with desk(tmp_path / "atlas.db") as it:
        (call,) = some_calls(1, request={"messages": turns, "temperature": 0.5})
        await it.sync([call])
        await it.open()
        opened = it.review.current.call
        assert opened is not None
        assert opened.call.request == Call.model_validate(call).request
        assert len(opened.call.request.messages) == number
