"""The fixtures that guard every test are tested themselves."""

import os
import sys
from pathlib import Path

import pytest
from keyring.backends import SecretService

pytest_plugins = ["pytester"]

LEAKS = """
import asyncio, threading, time, gc
stop = threading.Event()

def test_thread_left():
    threading.Thread(target=stop.wait, args=(9,), name="left", daemon=True).start()

def test_thread_ended():
    stop.set()
    thread = threading.Thread(target=stop.wait, args=(9,))
    thread.start()
    thread.join()

async def test_task_left():
    global kept
    kept = asyncio.ensure_future(asyncio.Event().wait())

async def test_task_ended():
    await asyncio.ensure_future(asyncio.sleep(0))

def test_file_left_open():
    open(__file__)

def test_qt_timer_left(qapp):
    from PySide6.QtCore import QTimer
    timer = QTimer(qapp)
    timer.setObjectName("ticking")
    timer.start(1000)

def test_qt_timer_stopped(qapp):
    from PySide6.QtCore import QTimer
    timer = qapp.findChild(QTimer, "ticking")
    timer.stop()
    assert not gc.isenabled()

def test_collected_again():
    assert gc.isenabled()
"""


def test_what_is_left_running_fails_its_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest(
        (Path(__file__).parent / "conftest.py")
        .read_text("utf-8")
        .replace("_GRACE_SECONDS = 2.0", "_GRACE_SECONDS = 0.1")
    )
    pytester.makepyfile(LEAKS)
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nqt_api = pyside6\nfilterwarnings = error"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", "-rA")
    outcomes = result.parseoutcomes()
    assert outcomes == {"passed": 7, "failed": 1, "errors": 3}, result.stdout.str()
    result.stdout.fnmatch_lines_random(
        [
            "*threads left running: ?'left'?*",
            "*tasks left running:*",
            "*ResourceWarning*",
            "*Qt timers left running: ?'ticking'?*",
        ]
    )


def test_no_test_finds_the_users_keyring_or_home() -> None:
    assert "home" in Path(os.environ["ATLAS_DESKTOP_HOME"]).name
    backend = SecretService.Keyring()
    with pytest.raises(Exception, match=r"\S"):
        backend.get_password("atlas-desktop", "x")


def test_a_real_keyring_keeps_and_forgets(secret_service: str) -> None:
    backend = SecretService.Keyring()
    backend.set_password("atlas-desktop", "connection", "nm_live_k3y9xq_0123456789")
    assert SecretService.Keyring().get_password("atlas-desktop", "connection") == "nm_live_k3y9xq_0123456789"
    backend.delete_password("atlas-desktop", "connection")
    assert backend.get_password("atlas-desktop", "connection") is None
