"""No key reaches a log, by whatever way the line came."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop import logs

KEY = "nm_live_k3y9xq_0123456789abcdefghijklmna1b2"
PASSWORD = "correct horse battery"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "atlas.log"
    logs.configure(file)
    logs.register_secret(PASSWORD)
    yield file
    logs.forget_secret(PASSWORD)
    logs.shut_down()


def test_structlog_and_the_standard_library_write_the_same_lines(log_file: Path) -> None:
    structlog.get_logger("sync").info("pulled", calls=3, key=KEY)
    logging.getLogger("keyring").warning("tried %s with %s", PASSWORD, {"Authorization": f"Bearer {KEY}"})
    lines = [json.loads(line) for line in log_file.read_text("utf-8").splitlines()]
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("pulled", "info", "sync"),
        ("tried … with {'Authorization': 'Bearer …'}", "warning", "keyring"),
    ]
    assert (lines[0]["calls"], lines[0]["key"]) == (3, "nm_…")
    assert all(line["timestamp"].endswith("Z") for line in lines)


def raise_with_locals() -> None:
    held = [KEY, PASSWORD, "prompt text"]
    raise ValueError(f"refused: {held[1]}")


def test_tracebacks_say_where_and_not_with_what(log_file: Path) -> None:
    try:
        raise_with_locals()
    except ValueError:
        logging.getLogger("x").exception("failed")
    text = log_file.read_text("utf-8")
    assert "raise_with_locals" in text
    assert "refused: …" in text
    assert not any(secret in text for secret in (KEY, PASSWORD, "prompt text"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning", "default::UserWarning")
def test_every_way_an_error_can_fall_through_ends_in_the_log(log_file: Path) -> None:
    thread = threading.Thread(target=raise_with_locals, name="writer")
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(f"main {KEY}"), None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old way {KEY}", stacklevel=1)
    asyncio.run(_fail_in_callback())
    text = log_file.read_text("utf-8")
    for said in ("uncaught exception in writer", "main nm_…", "old way nm_…", "callback nm_…"):
        assert said in text
    assert KEY not in text
    assert PASSWORD not in text


async def _fail_in_callback() -> None:
    def fail() -> None:
        raise ValueError(f"callback {KEY}")

    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)


def test_a_foreign_handler_gets_no_key_either(log_file: Path) -> None:
    seen: list[str] = []

    class Foreign(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    logging.getLogger().addHandler(foreign := Foreign())
    logging.getLogger("x").warning("key %s", KEY)
    logging.getLogger().removeHandler(foreign)
    assert seen == ["key nm_…"]


def test_only_the_owner_reads_it_and_it_rotates(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LOG_BYTES", 2_000)
    logs.configure(log_file)
    for number in range(60):
        logging.getLogger("x").warning("line %d of some length", number)
    files = sorted(log_file.parent.glob("atlas.log*"))
    assert [file.name for file in files] == ["atlas.log", "atlas.log.1", "atlas.log.2", "atlas.log.3"]
    if sys.platform != "win32":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_configuring_again_doubles_nothing(log_file: Path) -> None:
    logs.configure(log_file)
    logging.getLogger("x").warning("once")
    assert log_file.read_text("utf-8").count("once") == 1


def test_a_real_process_dying_of_a_bug_prints_no_key(tmp_path: Path) -> None:
    program = (
        "import logging, pathlib, sys\nfrom atlas_desktop import logs\n"
        f"logs.configure(pathlib.Path({str(tmp_path / 'a.log')!r}), to_stderr=True)\n"
        "logs.register_secret(sys.stdin.read())\ndef f(key): raise RuntimeError('bad key ' + key)\n"
        "f(next(iter(logs._live)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], input=PASSWORD, capture_output=True, text=True)
    assert answer.returncode == 1
    assert "bad key …" in answer.stderr
    for text in (answer.stderr, answer.stdout, (tmp_path / "a.log").read_text("utf-8")):
        assert PASSWORD not in text


@given(st.text(), st.text(), st.from_regex(r"nm_[a-z]+_[A-Za-z0-9_]+", fullmatch=True))
def test_a_key_is_found_anywhere(before: str, after: str, key: str) -> None:
    secret = key.split("_", 2)[2]
    shown = logs.redact(f"{before} {key} {after} Bearer {key}")
    assert "nm_…" in shown
    assert key not in shown or key in before or key in after
    assert f" {secret} " not in shown.replace(before, "").replace(after, "") or len(secret) < 2


def test_a_short_secret_does_not_eat_the_log() -> None:
    logs.register_secret("a")
    assert logs.redact("a plain sentence") == "a plain sentence"
