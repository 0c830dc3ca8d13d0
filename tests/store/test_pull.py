"""Pages of changes: atomic, monotone, and one bad record spoils only itself."""

from functools import reduce
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.calls import CallChanges
from atlas_desktop.database.database import Hooks
from atlas_desktop.domain.query import Query
from atlas_desktop.store import audit, page
from atlas_desktop.store.digest import in_hex, mark_of
from atlas_desktop.store.page import UnreadablePage, read_page
from atlas_desktop.store.records import ReadCall, Unreadable
from tests.store.making import INLINE, a_call, a_page, open_store, with_calls


async def test_pages_follow_the_cursor(tmp_path: Path) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    first = await store.pull.apply(a_page(a_call(1, 1), a_call(2, 2), after=2, more=True), 0)
    assert (first.changed.added, first.next_after, first.has_more) == (2, 2, True)
    assert (await store.pull.apply(a_page(a_call(1, 1), after=2, more=True), 0)).stale
    assert (await store.pull.apply(a_page(a_call(9, 9), after=9), 5)).stale
    parsed = CallChanges.model_validate_json(
        a_page(a_call(1, 3), a_call(3, 4), after=4, total=3, digest="00")
    )
    second = await store.pull.apply(parsed, 2)
    assert (second.changed.calls, second.changed.added) == (frozenset({1}), 1)
    assert (second.total, second.digest) == (3, "00")
    assert await store.pull.cursor() == 4
    assert await store.calls.total() == 3
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_deleted_calls_leave_no_text_and_do_not_come_back_with_a_late_record(tmp_path: Path) -> None:
    store = await with_calls(tmp_path / "w" / "atlas.db", 3)
    gone = await store.pull.apply(a_page(after=10, gone=("chatcmpl-000002", "chatcmpl-999999")), 3)
    assert (gone.changed.removed, gone.changed.added) == (1, 0)
    late = await store.pull.apply(a_page(a_call(2, 9), after=11), 10)
    assert not late.changed
    assert list(await store.calls.ids(Query(order="oldest"))) == [3, 1]
    assert await store.calls.open_call(2) is None
    assert await store.calls.rows([1, 2, 3]) == await store.calls.rows([1, 3])
    assert list(await store.calls.ids(Query(text='"question 2"'))) == []
    again = await store.pull.apply(a_page(a_call(2, 12), after=12), 11)
    assert again.changed.added == 1
    assert await store.calls.seq_of("chatcmpl-000002") == 2
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_digest_and_total_are_those_of_the_contract(tmp_path: Path) -> None:
    store = await with_calls(tmp_path / "w" / "atlas.db", 5)
    await store.pull.apply(a_page(a_call(2, 8), after=9, gone=("chatcmpl-000004",)), 5)
    live = [(f"chatcmpl-{number:06d}", revision) for number, revision in ((1, 1), (2, 8), (3, 3), (5, 5))]
    expected = in_hex(reduce(lambda digest, call: digest ^ mark_of(*call), live, 0))
    assert await store.pull.digest_and_total() == (expected, 4)
    await store.close()


async def test_text_comes_back_exactly(tmp_path: Path) -> None:
    text = "nbsp\u00a0 crlf\r\n ls\u2028 nul\x00 bidi\u202e zwj\u200d \U0001f469\u200d\U0001f680 é e\u0301 \ufffd"
    store = open_store(tmp_path / "w" / "atlas.db")
    await store.pull.apply(a_page(a_call(1, 1, answer=text, ask="a\n\n b\tc"), after=1), 0)
    opened = await store.calls.open_call(1)
    assert opened is not None
    assert opened.call.response.message.content == text
    assert opened.call.request.messages[0].content == "a\n\n b\tc"
    assert opened.row.preview == "a b c"
    assert "\x00" not in opened.row.output_preview
    await store.close()


@given(st.text(max_size=200))
def test_every_text_survives_the_page(text: str) -> None:
    (record,) = read_page(a_page(a_call(1, 1, answer=text), after=1)).records
    assert isinstance(record, ReadCall)
    assert orjson.loads(record.body)["response"]["message"]["content"] == text
    assert record.output_preview.isprintable() or "\n" not in record.output_preview


def _with_record(raw: bytes) -> bytes:
    good = [orjson.dumps({"type": "call", "call": a_call(n, n)}) for n in (1, 2)]
    return (
        b'{"object":"list","data":['
        + b",".join([good[0], raw, good[1]])
        + b'],"next_after":7,"has_more":false}'
    )


BROKEN = {
    "not an object": b"17",
    "of an unknown type": b'{"type":"call.moved","id":"x"}',
    "without a call": b'{"type":"call"}',
    "with a wrong type inside": orjson.dumps({"type": "call", "call": a_call(3, 3, created_at="yesterday")}),
    "with a revision that is no number": orjson.dumps(
        {"type": "call", "call": a_call(3, 3) | {"revision": "many"}}
    ),
    "nested too deeply": b'{"type":"call","call":' + b"[" * 5000 + b"]" * 5000 + b"}",
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
async def test_a_broken_record_goes_to_quarantine_and_the_rest_arrives(tmp_path: Path, raw: bytes) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    applied = await store.pull.apply(_with_record(raw), 0)
    assert (applied.quarantined, applied.changed.added, applied.next_after) == (1, 2, 7)
    assert await store.pull.quarantined() == 1
    kept = await store.database.read(lambda c: c.execute("SELECT raw FROM quarantine").get)
    assert raw == kept or orjson.loads(raw) == orjson.loads(kept)
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_a_named_broken_record_counts_in_the_digest_until_a_good_one_comes(tmp_path: Path) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    broken = a_call(1, 1, created_at="yesterday")
    await store.pull.apply(a_page(broken, a_call(2, 2), after=2), 0)
    assert await store.pull.digest_and_total() == (
        in_hex(mark_of(broken["id"], 1) ^ mark_of("chatcmpl-000002", 2)),
        2,
    )
    await store.pull.apply(a_page(a_call(1, 3), a_call(2, 4, created_at="never"), after=4), 2)
    assert await store.pull.digest_and_total() == (
        in_hex(mark_of(broken["id"], 3) ^ mark_of("chatcmpl-000002", 4)),
        2,
    )
    opened = await store.calls.open_call(1)
    assert opened is not None, "the old content stays readable"
    await store.pull.apply(a_page(after=9, gone=("chatcmpl-000001",)), 4)
    assert (await store.pull.digest_and_total())[1] == 1
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_a_lone_surrogate_and_a_nan_are_altered_not_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    text = a_page(a_call(1, 1, answer="XX", latency=0.5), a_call(2, 2), after=2).decode()
    applied = await store.pull.apply(text.replace("XX", "a\\ud800b").replace("0.5", "NaN").encode(), 0)
    assert (applied.quarantined, applied.changed.added) == (0, 2)
    opened = await store.calls.open_call(1)
    assert opened is not None
    assert opened.call.response.message.content == "a\ufffdb"
    assert await store.database.read(lambda c: c.execute("SELECT altered FROM call WHERE seq = 1").get) == 1
    await store.close()


def test_both_parsers_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = a_page(
        *(a_call(n, n, extra=[1.5, None, {"a": [True]}]) for n in range(1, 6)), after=9, total=5, digest="ab"
    )
    fast = read_page(raw)
    monkeypatch.setattr(page, "_IN_ONE_GO", 0)
    assert read_page(raw) == fast
    assert read_page(b'\n{ "has_more" : false , "data" : [ ] , "next_after" : 3 } ').next_after == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"null", b"<html>", b'{"data":{}}', b'{"data":[],"has_more":false}',
        b'{"data":[],"next_after":"3","has_more":false}', b'{"data":[{', b'{"data":[1}', b"\xff\xfe",
        b'{"data":[],"next_after":0,"has_more":true}',
    ],
)  # fmt: skip
async def test_what_is_no_page_is_refused_whole(tmp_path: Path, raw: bytes) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    with pytest.raises(UnreadablePage):
        await store.pull.apply(raw, 0)
    assert await store.pull.cursor() == 0
    await store.close()


@given(st.binary(max_size=80) | st.text('{}[]",:0aetrufls\\ndxo_m', max_size=80).map(str.encode))
def test_no_bytes_are_a_bug(raw: bytes) -> None:
    for candidate in (raw, b'{"data":[' + raw + b'],"next_after":1,"has_more":false}'):
        try:
            records = read_page(candidate).records
        except UnreadablePage:
            continue
        assert all(isinstance(record, Unreadable) for record in records)


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_page_and_its_cursor_are_one(tmp_path: Path, moment: str) -> None:
    armed = False

    def crash() -> None:
        if armed:
            raise Crash

    path = tmp_path / "w" / "atlas.db"
    hooks = Hooks(before_commit=crash) if moment == "before" else Hooks(after_commit=crash)
    store = open_store(path, INLINE, hooks)
    armed = True
    with pytest.raises(Crash):
        await store.pull.apply(a_page(a_call(1, 1), after=1), 0)
    await store.close()
    store = open_store(path)
    expected = (0, 0) if moment == "before" else (1, 1)
    assert (await store.pull.cursor(), await store.calls.total()) == expected
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_pulling_again_from_the_start_changes_nothing(tmp_path: Path) -> None:
    store = await with_calls(tmp_path / "w" / "atlas.db", 4)
    before: list[Any] = await store.calls.rows([1, 2, 3, 4])
    digest = await store.pull.digest_and_total()
    await store.pull.restart()
    again = await store.pull.apply(a_page(*(a_call(n, n) for n in range(1, 5)), after=4), 0)
    assert not again.changed
    assert await store.calls.rows([1, 2, 3, 4]) == before
    assert await store.pull.digest_and_total() == digest
    await store.close()


async def test_changed_text_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    store = await with_calls(tmp_path / "w" / "atlas.db", 2)
    await store.pull.apply(a_page(a_call(1, 5, ask="something else"), after=5), 2)
    assert list(await store.calls.ids(Query(text="something"))) == [1]
    assert list(await store.calls.ids(Query(text="question"))) == [2]
    await store.close()


async def test_lists_of_names(tmp_path: Path) -> None:
    store = open_store(tmp_path / "w" / "atlas.db")
    calls = [
        a_call(n, n, customer="b" if n < 3 else "a", operation_id=None if n == 1 else "o")
        for n in range(1, 5)
    ]
    await store.pull.apply(a_page(*calls, after=4), 0)
    assert await store.calls.customers() == [("a", 2), ("b", 2)]
    assert await store.calls.operations() == [("o", 3)]
    assert list(await store.calls.ids(Query(customer="nobody"))) == []
    assert list(await store.calls.ids(Query(customer="%"))) == []
    assert list(await store.calls.ids(Query(customer="\ud800*"))) == []
    assert len(await store.calls.ids(Query(customer="*"))) == 4
    assert (
        len(await store.calls.ids(Query(operation="o", customer="a*", text="question", rating="none"))) == 2
    )
    assert list(await store.calls.ids(Query(operation="o", customer="o*"))) == []
    await store.close()


async def test_the_time_of_a_complete_pull_is_kept_with_its_last_page(tmp_path: Path) -> None:
    path = tmp_path / "w" / "atlas.db"
    store = open_store(path)
    assert await store.pull.synced_at_ms() is None
    await store.pull.apply(a_page(a_call(1, 1), after=1, more=True), 0, at_ms=1_000)
    assert await store.pull.synced_at_ms() is None, "more is to come"
    await store.pull.apply(a_page(a_call(2, 2), after=2, total=3), 1, at_ms=2_000)
    assert await store.pull.synced_at_ms() is None, "a call is missing"
    await store.pull.apply(a_page(a_call(3, 3), after=3, total=3), 2, at_ms=3_000)
    await store.pull.restart()
    await store.close()
    store = open_store(path)
    assert await store.pull.synced_at_ms() == 3_000
    with pytest.raises(ValueError, match="the store's own"):
        await store.identity.put("synced_at_ms", "1")
    await store.close()
