"""One window a home: a second start hands its arguments to the first and ends."""

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from atlas_desktop.app.home import Home

_WAIT_MS: Final = 500
_LONGEST: Final = 65_536
# A socket's path has room for 107 bytes, and Qt makes it under a longer name first.
_LONGEST_PATH: Final = 80


def hand_over(home: Path, arguments: Sequence[str]) -> bool:
    """Give our arguments to the instance that has this home open. False when there is none."""
    name = _name(home)
    if not _is_ours(name):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(json.dumps(list(arguments)).encode() + b"\n")
    socket.waitForBytesWritten(_WAIT_MS)
    socket.disconnectFromServer()
    if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
        socket.waitForDisconnected(_WAIT_MS)
    return True


class SingleInstance(QObject):
    """Listens for later starts of the same user; ``asked`` tells their arguments."""

    asked = Signal(list)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        with contextlib.suppress(OSError):  # whoever opens the home next says what is wrong with it
            Home(home).create()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._buffers: dict[QLocalSocket, bytes] = {}
        if not self._server.listen(_name(home)):
            # A socket file left by a crash. Nobody answered it, or `hand_over` would have ended this start.
            QLocalServer.removeServer(_name(home))
            self._server.listen(_name(home))

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._buffers[socket] = b""
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            socket.destroyed.connect(lambda _=None, socket=socket: self._buffers.pop(socket, None))
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket not in self._buffers:
            return
        self._buffers[socket] += bytes(socket.readAll().data())
        line, end, _ = self._buffers[socket].partition(b"\n")
        if end:
            self._buffers[socket] = b""
            self._tell(line)
        elif len(line) > _LONGEST:
            socket.abort()

    def _tell(self, line: bytes) -> None:
        try:
            arguments = json.loads(line)
        except ValueError:
            return
        if isinstance(arguments, list) and all(isinstance(each, str) for each in arguments):
            self.asked.emit(arguments)


def _name(home: Path) -> str:
    """Where the socket is: in the home, which nobody else may enter. Otherwise Qt puts it into the folder for
    temporary files, where another user could wait for our arguments under our name, and no window would open.
    """
    inside = home / "instance"
    if os.name == "posix" and len(os.fsencode(inside)) <= _LONGEST_PATH:
        return str(inside)
    return "atlas-desktop-" + hashlib.sha256(str(home).encode()).hexdigest()[:16]


def _is_ours(name: str) -> bool:
    """Whether something of this user's is there to connect to."""
    if os.name != "posix":
        return True
    try:
        return (Path(QDir.tempPath()) / name).stat().st_uid == os.geteuid()
    except OSError:
        return False
