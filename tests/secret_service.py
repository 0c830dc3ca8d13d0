"""A real keyring of its own for a test: gnome-keyring on a private D-Bus, with an empty, unlocked collection."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

NAME = "org.freedesktop.secrets"
PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
_READY_SECONDS = 20.0
_PASSWORD = "opened by the test"
_SESSION = (
    'echo "$DBUS_SESSION_BUS_ADDRESS"; exec gnome-keyring-daemon --foreground --unlock --components=secrets'
)


def missing_programs() -> list[str]:
    """What is not installed of what it takes."""
    return [program for program in PROGRAMS if not shutil.which(program)]


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Runs while the block does; its files go into ``folder``. Gives the address of the bus."""
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(folder),
    }
    process = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _SESSION],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(_PASSWORD.encode())
        process.stdin.close()
        address = process.stdout.readline().decode().strip()
        _wait_for_name(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        process.stdout.close()


def _wait_for_name(address: str) -> None:
    with open_dbus_connection(bus=address) as connection:
        rule = MatchRule(type="signal", interface=message_bus.interface, member="NameOwnerChanged")
        rule.add_arg_condition(0, NAME)
        with connection.filter(rule) as signals:
            _ask(connection, "AddMatch", rule.serialise())
            if not _ask(connection, "NameHasOwner", NAME):
                connection.recv_until_filtered(signals, timeout=_READY_SECONDS)


def _ask(connection: DBusConnection, method: str, argument: str) -> object:
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    reply = connection.send_and_get_reply(
        new_method_call(bus, method, "s", (argument,)), timeout=_READY_SECONDS
    )
    return reply.body[0] if reply.body else None
