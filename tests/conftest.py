"""What every test gets: nothing left running after it, no display needed, no file of the real user touched."""

import asyncio
import gc
import inspect
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
_QT_FIXTURES = frozenset({"qtbot", "qapp", "qtmodeltester"})
_GRACE_SECONDS = 2.0

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Two cores shared with Qt and SQLite make single examples late now and then; the number of them is what tests.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=100, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=5_000, print_blob=True)
hypothesis.settings.load_profile("long" if os.environ.get("ATLAS_LONG") else "quick")


def pytest_collection_finish() -> None:
    """Imported modules are no garbage: without them ``gc.collect()`` after each test takes a few ms."""
    gc.collect()
    gc.freeze()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Async tests get the check on leftover tasks; it comes first, hence ends last."""
    if isinstance(item, pytest.Function) and _is_async(item.obj):
        item.fixturenames.insert(0, "no_leftover_tasks")


def _is_async(function: object) -> bool:
    inner = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    return inspect.iscoroutinefunction(inner)


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_DESKTOP_HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("NEWMEN_BASE_URL", "NEWMEN_API_KEY"):
            patch.delenv(name, raising=False)
        # The keyring of whoever runs the tests is not theirs to open; one of their own is ``secret_service``.
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        yield


@pytest.fixture(autouse=True)
def _leaves_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Threads and Qt timers that outlive a test fail it; garbage is collected on this thread, after it."""
    before = set(threading.enumerate())
    uses_qt = bool(_QT_FIXTURES & set(request.fixturenames))
    ticking = _active_timers() if uses_qt else set()
    if uses_qt:
        # A collection on a worker thread destroys QObjects there: 9 of 9 runs crashed (house.md).
        gc.disable()
    yield
    gc.collect()
    gc.enable()
    threads = _still_running(before)
    assert not threads, f"threads left running: {threads}"
    timers = (_active_timers() if uses_qt else set()) - ticking
    assert not timers, f"Qt timers left running: {sorted(timers)}"


def _still_running(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + _GRACE_SECONDS
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    return sorted(thread.name for thread in set(threading.enumerate()) - before)


def _active_timers() -> set[str]:
    from PySide6.QtCore import QCoreApplication, QTimer

    app = QCoreApplication.instance()
    if app is None:
        return set()
    return {timer.objectName() or repr(timer) for timer in app.findChildren(QTimer) if timer.isActive()}


@pytest.fixture
async def no_leftover_tasks() -> AsyncIterator[None]:
    """Asyncio tasks still pending when an async test and its fixtures are through fail it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=_GRACE_SECONDS)
    assert not left, f"tasks left running: {sorted(task.get_name() for task in left)}"


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real, empty, unlocked keyring for this test, reached as programs reach it; its D-Bus address."""
    from tests import secret_service as keyring_of_its_own

    if missing := keyring_of_its_own.missing_programs():
        pytest.skip(f"no real keyring to test with: {' and '.join(missing)} not installed")
    with keyring_of_its_own.running(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recorded calls beside the repository; tests that need it skip without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recorded calls are not here: no ../shared/data beside the repository")
    return folder
