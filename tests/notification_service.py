"""A desktop's notification service for a test: the real protocol over a real bus of its own."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jeepney import message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.low_level import HeaderFields, MessageType
from jeepney.wrappers import DBusAddress

NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_STEP_SECONDS = 0.05


def missing_program() -> bool:
    """Whether there is no bus to run."""
    return shutil.which("dbus-daemon") is None


@contextmanager
def bus() -> Iterator[str]:
    """A bus nobody else is on; its address."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        process.stdout.close()


class Service:
    """Keeps what is shown; `click` does what a person does."""

    def __init__(self, address: str, capabilities: list[str]) -> None:
        self._capabilities = capabilities
        self.shown: list[tuple[Any, ...]] = []
        self.came = threading.Event()
        self._ended = False
        self._clicks: list[int] = []
        self._connection: DBusConnection = open_dbus_connection(bus=address)
        Proxy(message_bus, self._connection).RequestName(NAME)
        self._thread = threading.Thread(target=self._serve, name="notification service", daemon=True)
        self._thread.start()

    def click(self, number: int) -> None:
        """Click on what was shown."""
        self._clicks.append(number)

    def close(self) -> None:
        self._ended = True
        self._thread.join(10)
        self._connection.close()

    def _serve(self) -> None:
        while not self._ended:
            while self._clicks:
                self._tell("ActionInvoked", "us", (self._clicks[0], "default"))
                self._tell("NotificationClosed", "uu", (self._clicks.pop(0), 2))
            with suppress(TimeoutError):
                self._answer(self._connection.receive(timeout=_STEP_SECONDS))

    def _tell(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        emitter = DBusAddress(_PATH, bus_name=None, interface=NAME)
        self._connection.send(new_signal(emitter, member, signature, body))

    def _answer(self, message: Any) -> None:
        if message.header.message_type is not MessageType.method_call:
            return
        member = message.header.fields.get(HeaderFields.member)
        if member == "GetCapabilities":
            self._connection.send(new_method_return(message, "as", (self._capabilities,)))
        elif member == "Notify":
            self.shown.append(message.body)
            self._connection.send(new_method_return(message, "u", (len(self.shown),)))
            self.came.set()


@contextmanager
def running(address: str, *capabilities: str) -> Iterator[Service]:
    """Runs while the block does."""
    service = Service(address, [*capabilities])
    try:
        yield service
    finally:
        service.close()
