"""``import``: real files, bad lines, and servers that are slow, small or gone."""

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import orjson
import pytest

from atlas_desktop.api.errors import RateLimitError
from atlas_desktop.app.home import Home
from atlas_desktop.beside import Beside
from atlas_desktop.cli.import_order import Order
from atlas_desktop.cli.importing import Tally, _import
from atlas_desktop.contract.secret import Secret
from tests.api.sockets import Listener, listening, whole
from tests.cli.running import KEY, command, environment, run, serving
from tests.domain.recording import LEAST
from tests.domain.test_recorded_hostile import HOSTILE


def call(number: int) -> bytes:
    return orjson.dumps(LEAST | {"source_id": f"s/{number}"})


def test_real_files_twice(shared_data: Path, tmp_path: Path) -> None:
    files = sorted(shared_data.glob("*.jsonl"))
    first = run(tmp_path, "import", *files, "--json")
    assert (first.code, first.json) == (0, {"imported": 8916, "duplicates": 0, "rejected": []})
    again = run(tmp_path, "import", *files)
    assert again.code == 0
    assert again.out == "0 imported into the Atlas on this computer, 8916 were there already, 0 rejected.\n"


def test_every_kind_of_bad_line_is_reported_and_nothing_else_is_lost(tmp_path: Path) -> None:
    bad = {name: line for name, (line, _) in HOSTILE.items() if line.strip() and b"\n" not in line}
    lines, expected = [], {}
    for number, (name, line) in enumerate(bad.items()):
        lines += [call(number), line]
        expected[len(lines)] = HOSTILE[name][1]
    lines += [b"x" * 20_000_000, b"", b" \r", call(999)]
    expected[len(lines) - 3] = "longer than 8 MiB"
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(b"\n".join(lines))

    ran = run(tmp_path, "import", path, "--json")

    assert ran.code == 1
    assert ran.json["imported"] == len(bad) + 1
    rejected = {item["line"]: item["message"] for item in ran.json["rejected"]}
    assert rejected.keys() == expected.keys()
    assert all(rejected[number].startswith(words) for number, words in expected.items())
    assert {item["file"] for item in ran.json["rejected"]} == {str(path)}


def test_bad_lines_are_shown_to_a_person_without_steering_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(call(1) + b'\n{"source_id":"s","\\u001b[31m":1,"\\u001b[31m":2}\n')
    ran = run(tmp_path, "import", path)
    assert ran.code == 1
    assert f"{path}:2: " in ran.err
    assert "\x1b" not in ran.err
    assert ran.out.startswith("1 imported")


def test_options_fill_in_and_standard_input_is_read(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        arguments = ("import", "-", "--operation", "greet", "--customer", "north", "--url", url)
        ran = run(tmp_path, *arguments, stdin=call(1), NEWMEN_API_KEY=KEY)
    assert (ran.code, ran.out) == (0, f"1 imported into {url}, 0 were there already, 0 rejected.\n")


def test_the_key_is_asked_for_and_never_echoed(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_bytes(call(1))
    with serving(tmp_path) as url:
        master, slave = pty.openpty()
        with subprocess.Popen(
            command("import", path, "--url", url),
            env=environment(tmp_path),
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            start_new_session=True,
        ) as process:
            os.close(slave)
            try:
                said = b""
                # The blank after the colon comes when echo is off and old input is thrown away.
                while b": " not in said:
                    said += os.read(master, 1000)
                os.write(master, KEY.encode() + b"\n")
                out, _ = process.communicate(timeout=30)
            finally:
                process.kill()
        said += os.read(master, 10_000)
        os.close(master)
    assert process.returncode == 0
    assert out.startswith(b"1 imported")
    assert KEY.encode() not in said + out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.jsonl",), "There is no file nowhere.jsonl"),
        ((str(Path(__file__).parent),), "is a folder"),
        (("-", "--operation", "Not A Key"), "--operation is"),
        (("-", "--customer", ""), "--customer is"),
        (("-", "--format", "xml"), "--format is one of"),
        (("-", "--url", "http://atlas.example/v1", "--key", KEY), "use https"),
        (("-", "--url", "https://atlas.example/v1"), "set NEWMEN_API_KEY"),
        (("-", "--url", "http://127.0.0.1:9/v1", "--key", KEY + "\n"), "cannot be a key"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = run(tmp_path, "import", *arguments, stdin=call(1))
    assert ran.code == 2
    assert words in ran.err
    assert KEY not in ran.err + ran.out
    assert len(ran.err.splitlines()) == 1


def test_a_wrong_key_is_said_with_what_is_safe(tmp_path: Path) -> None:
    wrong = KEY[:-4] + "aaaa"
    with serving(tmp_path) as url:
        ran = run(tmp_path, "import", "-", "--url", url, stdin=call(1), NEWMEN_API_KEY=wrong)
    assert ran.code == 2
    assert "request req_" in ran.err
    assert f"). Give a key that is valid at {url} with --key or NEWMEN_API_KEY;" in ran.err
    assert "What was imported so far is kept" in ran.err
    assert "nothing is taken twice" in ran.err
    assert wrong not in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_a_file_too(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(
        command("import", pipe), env=environment(tmp_path / "home"), stdout=subprocess.PIPE
    ) as process:
        pipe.write_bytes(call(1))
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(b"1 imported")


def order(path: Path, listener: Listener) -> Order:
    return Order((path,), None, None, listener.url, Secret(KEY), "auto", None)


async def test_a_server_that_wants_less_at_once_gets_less(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"\n".join(call(number) for number in range(10)) + b"\n" + b"x" * 2000)

    async def small(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = listener.requests[-1].partition(b"\r\n\r\n")[2]
        count = body.count(b"\n")
        error = {"error": {"message": "too large", "type": "request_too_large"}}
        answer = (
            (413, error) if len(body) > 500 else (200, {"imported": count, "duplicates": 0, "rejected": []})
        )
        await whole(answer[0], orjson.dumps(answer[1]))(reader, writer)

    async with listening(small) as listener:
        tally = Tally()
        await _import(order(path, listener), Beside(), tally)
    assert tally.imported == 10
    assert [(bad.line, bad.message) for bad in tally.rejected] == [(11, "too large")]


async def test_a_server_that_is_busy_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(call(1))

    async def busy_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(listener.requests) == 1:
            await whole(503, b"", retry_after="0")(reader, writer)
        else:
            await whole(200, b'{"imported":0,"duplicates":1,"rejected":[]}')(reader, writer)

    async with listening(busy_once) as listener:
        tally = Tally()
        await _import(order(path, listener), Beside(), tally)
        assert len(listener.requests) == 2
    assert tally.duplicates == 1


async def test_a_server_that_asks_for_an_hour_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(call(1))
    async with listening(whole(429, b"", retry_after="3600")) as listener:
        with pytest.raises(RateLimitError):
            await _import(order(path, listener), Beside(), Tally())
        assert len(listener.requests) == 1


def test_an_import_here_needs_neither_qt_nor_http() -> None:
    script = (
        "import sys, atlas_desktop.cli.importing, atlas_desktop.cli.import_here;"
        "sys.exit(bool({'PySide6', 'httpx', 'starlette', 'alembic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_a_database_that_another_holds_is_said_in_a_line(tmp_path: Path) -> None:
    assert run(tmp_path, "import", "-", stdin=call(1)).code == 0
    holder = apsw.Connection(str(Home(tmp_path).server_db))
    with closing(holder):
        holder.execute("BEGIN IMMEDIATE")
        ran = run(tmp_path, "import", "-", stdin=call(2))
    assert ran.code == 2
    assert "database is locked" in ran.err
    assert "nothing is taken twice" in ran.err
    assert len(ran.err.splitlines()) == 1
