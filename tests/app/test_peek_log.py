import os
import sys
from pathlib import Path

import pytest

from atlas_desktop.app.peek_log import PeekLog
from atlas_desktop.app.problems import KnownError


async def test_each_look_is_a_line_with_who_and_when_and_nothing_else(tmp_path: Path) -> None:
    log = PeekLog(tmp_path / "peeks.jsonl")
    assert log.entries() == []
    await log.note("chatcmpl-1", "jane")
    await log.note("chatcmpl-2", None)
    assert [(entry["call"], entry["reviewer"]) for entry in log.entries()] == [
        ("chatcmpl-1", "jane"),
        ("chatcmpl-2", None),
    ]
    assert all(set(entry) == {"at", "call", "reviewer"} for entry in log.entries())


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
async def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await PeekLog(tmp_path / "peeks.jsonl").note("chatcmpl-1", None)
    finally:
        os.umask(before)
    assert (tmp_path / "peeks.jsonl").stat().st_mode & 0o077 == 0


async def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        await PeekLog(tmp_path / "gone" / "peeks.jsonl").note("chatcmpl-1", None)
    assert caught.value.problem.code == "peek_not_noted"
    assert "nothing was shown" in caught.value.problem.title


async def test_a_torn_line_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "peeks.jsonl"
    log = PeekLog(path)
    await log.note("chatcmpl-1", None)
    with path.open("ab") as file:
        file.write(b'{"at": "2026\n')
    await log.note("chatcmpl-2", None)
    assert [entry["call"] for entry in log.entries()] == ["chatcmpl-1", "chatcmpl-2"]
