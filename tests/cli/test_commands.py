"""The other commands, as real processes."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from atlas_desktop import __version__
from tests.cli.running import command, environment, run


def test_version(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").out == f"atlas-desktop {__version__}\n"


def test_help_is_there_at_once(tmp_path: Path) -> None:
    def seconds() -> float:
        started = time.perf_counter()
        run(tmp_path, "--help")
        return time.perf_counter() - started

    # 50 ms on an idle core; the best of five, since the cores are shared with other tests.
    assert min(seconds() for _ in range(5)) < 0.3


def test_help_loads_nothing_it_does_not_need() -> None:
    script = (
        "import sys\nsys.argv = ['atlas-desktop', '--help']\nfrom atlas_desktop.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'PySide6', 'pydantic', 'httpx', 'sqlalchemy', 'apsw', 'starlette', 'rich'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0


def test_a_bug_is_no_answer() -> None:
    """``gate`` says unmet with 1, which is also what Python ends with after an exception."""
    script = (
        "import sys\nfrom atlas_desktop.cli import commands, main\n"
        "@commands.app.command()\ndef broken() -> None:\n    raise ValueError('ours')\n"
        "sys.argv = ['atlas-desktop', 'broken']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, "ValueError: ours" in done.stderr) == (2, True)


def test_keys_are_shown_once_and_can_be_revoked(tmp_path: Path) -> None:
    created = run(tmp_path, "keys", "create", "ada", "--organization", "acme", "--customer", "north/prod")
    assert created.code == 0
    key = created.out.strip()
    prefix = key.removeprefix("nm_live_")[:6]
    (listed,) = run(tmp_path, "keys", "list", "--json").json
    assert {name: listed[name] for name in ("prefix", "name", "organization", "customer", "revoked_at")} == {
        "prefix": prefix,
        "name": "ada",
        "organization": "acme",
        "customer": "north/prod",
        "revoked_at": None,
    }
    assert run(tmp_path, "keys", "revoke", prefix).code == 0
    assert run(tmp_path, "keys", "revoke", prefix).code == 1
    shown = run(tmp_path, "keys", "list")
    assert "revoked" in shown.out
    assert key not in shown.out
    assert key.encode() not in (tmp_path / "server" / "atlas.db").read_bytes()


def test_a_key_needs_a_name(tmp_path: Path) -> None:
    assert run(tmp_path, "keys", "create", " ").code == 2
    assert run(tmp_path, "keys").code == 2


def test_the_home_option_stands_before_or_after_the_command(tmp_path: Path) -> None:
    run(tmp_path / "env", "--home", tmp_path / "before", "keys", "create", "a")
    run(tmp_path / "env", "keys", "create", "b", "--home", tmp_path / "after")
    assert (tmp_path / "before" / "server" / "atlas.db").is_file()
    assert (tmp_path / "after" / "server" / "atlas.db").is_file()
    assert not (tmp_path / "env").exists()


def test_doctor_finds_what_is_there(tmp_path: Path) -> None:
    ran = run(tmp_path, "doctor", "--json", QT_QPA_PLATFORM="offscreen")
    states = {finding["name"]: finding["state"] for finding in ran.json}
    assert ran.code == 0
    assert {states[name] for name in ("python", "sqlite of the store", "sqlite of the server", "qt")} == {
        "ok"
    }
    assert not list(tmp_path.iterdir())


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    assert run(tmp_path, "frobnicate").code == 2


def test_sync_without_a_connection_says_so(tmp_path: Path) -> None:
    ran = run(tmp_path, "sync")
    assert ran.code == 2
    assert "Which connection?" in ran.err


def test_serve_stops_when_told(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("serve", "--port", 0), env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert "keys create" in process.stderr.readline()
        port = _port_said(process.stderr)
        assert port != 0
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            process.terminate()
        process.communicate(timeout=20)


def _port_said(lines: IO[str]) -> int:
    for line in lines:
        if said := re.match(r"Atlas on http://127\.0\.0\.1:(\d+)/v1 ", line):
            return int(said[1])
    raise AssertionError("it never said where it listens")


def test_a_port_that_is_taken_is_said_and_nothing_else_claimed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run(tmp_path, "serve", "--port", port)
    assert ran.code == 2
    assert f"Could not listen on 127.0.0.1:{port}." in ran.err
    assert "Nothing was started." in ran.err
    assert "Atlas on http" not in ran.err


def test_an_address_others_reach_is_warned_of(tmp_path: Path) -> None:
    # An address of a network for documentation: this computer does not have it, so that nothing is opened.
    ran = run(tmp_path, "serve", "--host", "192.0.2.1", "--port", 0)
    assert ran.code == 2
    assert "in the clear" in ran.err


def test_what_the_system_refuses_is_put_into_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run(tmp_path / "home", "--home", tmp_path / "file", "keys", "create", "ada")
    assert ran.code == 2
    assert "Errno" not in ran.err
    assert str(tmp_path / "file") in ran.err


def test_a_database_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    typo = tmp_path / "folder" / "typo.db"
    for arguments in (("list",), ("list", "--json"), ("revoke", "abcdef")):
        for named in (typo, f"sqlite:///{typo}"):
            ran = run(tmp_path / "home", "keys", *arguments, "--database", named)
            assert (ran.code, ran.out) == (2, "")
            assert f"There is no database at {typo}." in ran.err
    assert not list(tmp_path.iterdir())


def test_a_home_without_a_database_has_no_keys_and_stays_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, "keys", "list", "--json").json == []
    assert run(home, "keys", "revoke", "abcdef").code == 1
    assert not home.exists()


def test_a_new_key_as_json(tmp_path: Path) -> None:
    made = run(tmp_path, "keys", "create", "ada", "--customer", "north", "--json").json
    (listed,) = run(tmp_path, "keys", "list", "--json").json
    key = made.pop("key")
    assert key.startswith(f"nm_live_{made['prefix']}_")
    assert made == {name: listed[name] for name in ("prefix", "name", "organization", "customer")}


def test_revoking_what_is_not_there_says_where_to_look(tmp_path: Path) -> None:
    run(tmp_path, "keys", "create", "ada")
    ran = run(tmp_path, "keys", "revoke", "abcdef")
    assert ran.code == 1
    assert "atlas-desktop keys list" in ran.err


def test_doctor_puts_a_home_that_cannot_be_made_into_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    places = [tmp_path / "file", tmp_path / "file" / "below"]
    if sys.platform == "linux":
        places.append(Path("/proc/nobody/home"))
    for place in places:
        ran = run(tmp_path, "doctor", "--json", "--home", place, QT_QPA_PLATFORM="offscreen")
        (detail,) = [one["detail"] for one in ran.json if one["name"] == "home" and one["state"] == "missing"]
        assert detail.startswith(f"{place} cannot be ")
        assert "Errno" not in detail
        assert "--home" in detail
        assert ran.code == 1
