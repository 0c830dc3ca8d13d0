"""Calls of a real store and datasets of a real server, as files."""

import asyncio
import csv
import io
import json
import os
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from atlas_desktop.app.exporting import Exporting
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.whole_file import DroppedError, WholeFile
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.datasets import DatasetItemUpdate
from atlas_desktop.domain.recorded import Defaults, Recorded, read_line
from tests.app.desk import NOW, Desk, desk, some_calls
from tests.app.loop_desk import LoopDesk, loop_desk

MAIL = "jane.doe@example.com"


async def nobody(make: Any) -> Any:
    raise NotOnline


def exporting(here: Desk, tmp_path: Path) -> Exporting:
    return Exporting(here.store, nobody, tmp_path / "exports.jsonl")


def over(loop: LoopDesk, tmp_path: Path) -> Exporting:
    store: Any = None  # a dataset is the server's
    return Exporting(store, loop.ask, tmp_path / "exports.jsonl")


def test_a_part_is_seen_by_nobody_until_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"before")
    file = WholeFile(target)
    file.begin()
    file.sink.write(b"half")
    assert target.read_bytes() == b"before"
    file.drop()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(DroppedError):
        file.keep()
    with pytest.raises(DroppedError):
        file.begin()
    again = WholeFile(target)
    again.begin()
    again.sink.write(b"whole")
    again.keep()
    again.drop()
    assert target.read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in folders are POSIX's")
def test_a_pipe_a_device_and_stdout_are_not_replaced(tmp_path: Path) -> None:
    """Root may do that: /dev/null would be a file then, for every program."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "stdout").symlink_to("/proc/self/fd/1")
    (tmp_path / "folder").mkdir()
    before = {path.name: path.lstat().st_ino for path in tmp_path.iterdir()}
    for name in before:
        with pytest.raises(OSError, match="no file"):
            WholeFile(tmp_path / name).begin()
    assert {path.name: path.lstat().st_ino for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_a_new_file_is_its_owners_and_an_old_one_keeps_whom_it_let_in(tmp_path: Path) -> None:
    for name, wanted in (("new", 0o600), ("old", 0o644)):
        target = tmp_path / name
        if name == "old":
            target.touch()
            target.chmod(wanted)
        file = WholeFile(target)
        file.begin()
        file.keep()
        assert target.stat().st_mode & 0o777 == wanted


async def test_calls_carry_what_stands_about_them_here_also_unsent(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 3) as here:
        seqs = list(here.browser.ids)
        await here.rate("down")
        told: list[tuple[int, int]] = []
        out = tmp_path / "calls.jsonl"
        done = await exporting(here, tmp_path).calls(
            seqs, out, "jsonl", moved=lambda *so_far: told.append(so_far)
        )
        lines = [orjson.loads(line) for line in out.read_bytes().splitlines()]
        assert (done.written, done.skipped, done.veiled) == (3, (), True)
        assert told == [(3, 3)]
        assert [line.get("rating") for line in lines] == ["thumbs_down", None, None]
        rows = await here.store.calls.rows(seqs)
        assert [line["source_id"] for line in lines] == [row.id for row in rows]
        for number, line in enumerate(out.read_bytes().splitlines(), 1):
            assert isinstance(read_line(line, number, Defaults(), NOW, organization="org"), Recorded)


async def test_calls_are_veiled_and_otherwise_it_is_noted_first(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db") as here:
        message = {"role": "user", "content": f"I am {MAIL}"}
        await here.sync(some_calls(1, request={"messages": [message]}))
        await here.open()
        seqs = list(here.browser.ids)
        out = tmp_path / "calls.csv"
        await exporting(here, tmp_path).calls(seqs, out, "csv")
        (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline=""))
        assert MAIL not in "".join(row.values())
        assert not (tmp_path / "exports.jsonl").exists()
        await exporting(here, tmp_path).calls(seqs, out, "csv", veil=False)
        assert MAIL in out.read_text("utf-8-sig")
        (noted,) = (tmp_path / "exports.jsonl").read_text().splitlines()
        assert {**json.loads(noted), "at": ""} == {
            "at": "",
            "what": "calls",
            "count": 1,
            "format": "csv",
            "file": "calls.csv",
        }


async def test_what_cannot_be_noted_does_not_leave(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 1) as here:
        out = tmp_path / "calls.csv"
        nowhere = Exporting(here.store, nobody, tmp_path / "gone" / "exports.jsonl")
        with pytest.raises(KnownError):
            await nowhere.calls(list(here.browser.ids), out, "csv", veil=False)
        assert not out.exists()


async def test_a_call_that_is_gone_is_named(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 2) as here:
        seqs = [*here.browser.ids, 999]
        done = await exporting(here, tmp_path).calls(seqs, tmp_path / "calls.jsonl", "jsonl")
        assert (done.written, [each.id for each in done.skipped]) == (2, ["999"])


async def test_a_cancelled_export_leaves_no_file(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 120) as here:
        out = tmp_path / "files" / "calls.jsonl"
        out.parent.mkdir()
        begun = asyncio.Event()
        work = exporting(here, tmp_path).calls(
            list(here.browser.ids), out, "jsonl", moved=lambda _done, _of: begun.set()
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            await begun.wait()
            task.cancel()
        assert task.cancelled()
        assert list(out.parent.iterdir()) == []
        for each in threading.enumerate():
            if each.name == "export":
                each.join(10)
        assert list(out.parent.iterdir()) == []


async def test_a_folder_that_refuses_is_said(tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 1) as here:
        with pytest.raises(KnownError) as caught:
            await exporting(here, tmp_path).calls(
                list(here.browser.ids), tmp_path / "no" / "calls.csv", "csv"
            )
        assert caught.value.problem.code == "os_FileNotFoundError"


async def test_a_dataset_page_by_page(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as loop:
        await loop.define()
        dataset = await loop.draft(*(f"{n} EUR" for n in range(450)))
        told: list[tuple[int, int]] = []
        out = tmp_path / "out.jsonl"
        done = await over(loop, tmp_path).dataset(
            dataset, out, "preference", moved=lambda *so_far: told.append(so_far)
        )
        assert (done.written, told[-1], len(told)) == (450, (450, 450), 3)
        answers = [
            orjson.loads(line)["preferred_output"][0]["content"] for line in out.read_bytes().splitlines()
        ]
        assert answers == [f"{n} EUR" for n in range(450)]


async def test_a_dataset_that_changes_meanwhile_is_not_half_of_each(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as loop:
        await loop.define()
        dataset = await loop.draft("1 EUR", "2 EUR")
        (first, _) = await loop.items(dataset)
        asked = 0

        async def ask(make: Any) -> Any:
            nonlocal asked
            asked += 1
            answer = await make(loop.client)
            if asked == 2:
                await loop.client.datasets.items.update(
                    dataset.id, first.id, DatasetItemUpdate(expected_output="3 EUR")
                )
            return answer

        store: Any = None
        out = tmp_path / "out.csv"
        with pytest.raises(KnownError) as caught:
            await Exporting(store, ask, tmp_path / "exports.jsonl").dataset(dataset, out, "csv")
        assert (caught.value.problem.code, out.exists()) == ("dataset_changed", False)


@pytest.mark.parametrize("cursor", [None, "again"])
async def test_pages_that_go_in_circles_or_just_end_make_no_file(tmp_path: Path, cursor: str | None) -> None:
    async with loop_desk(tmp_path) as loop:
        await loop.define()
        dataset = await loop.draft("1 EUR")
        pages: list[Any] = []

        async def ask(make: Any) -> Any:
            if pages:  # the real server would refuse the cursor it never gave
                return pages[0]
            answer = await make(loop.client)
            if isinstance(answer, Page):
                pages.append(answer.model_copy(update={"has_more": True, "next_cursor": cursor}))
                return pages[0]
            return answer

        store: Any = None
        out = tmp_path / "files" / "out.csv"
        out.parent.mkdir()
        with pytest.raises(KnownError, match="did not arrive whole"):
            await Exporting(store, ask, tmp_path / "exports.jsonl").dataset(dataset, out, "csv")
        assert list(out.parent.iterdir()) == []


async def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as loop:
        await loop.define()
        dataset = await loop.draft("1 EUR")
        loop.online = False
        with pytest.raises(KnownError) as caught:
            await over(loop, tmp_path).dataset(dataset, tmp_path / "out.csv", "csv")
        assert caught.value.problem.code == "offline"


async def test_the_bundle_of_a_training_request(tmp_path: Path) -> None:
    async with loop_desk(tmp_path) as loop:
        await loop.define()
        dataset = await loop.draft(f"1 EUR {MAIL}")
        await loop.client.datasets.promote(dataset.id, acknowledge_no_gates=True)
        training = await loop.client.datasets.training(dataset.id, notes="Quarterly retrain.")
        for veil in (True, False):
            out = tmp_path / f"{veil}.zip"
            await over(loop, tmp_path).bundle(dataset.id, training.id, out, veil=veil)
            with zipfile.ZipFile(out) as archive:
                assert (MAIL.encode() in archive.read("fine-tuning.jsonl")) != veil
        assert "bundle" in (tmp_path / "exports.jsonl").read_text()
        if os.name == "posix":
            assert (tmp_path / "exports.jsonl").stat().st_mode & 0o077 == 0
