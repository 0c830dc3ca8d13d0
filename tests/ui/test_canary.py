"""A picture and a listener that nothing may touch, named in every field of a call that the window shows.

The picture lies on this disk and the kernel tells of every opening of it; the listener is a real socket. What loads
neither, paints no pixel of the one and makes no connection to the other, fetches nothing else either.
"""

import asyncio
import ctypes
import ctypes.util
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget

from atlas_desktop.ui.widgets.payload_links import links_menu
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk
from tests.ui.filled import line

_IN_OPEN, _IN_ACCESS, _IN_NONBLOCK = 0x20, 0x1, 0x800
_MAGENTA = b"\xff\x00\xff\xff"  # blue, green, red, alpha as they lie in memory


class Canary:
    """The picture, the listener, and what was done to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.file = folder / "canary.png"
        image = QImage(64, 64, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.magenta)
        image.save(str(self.file))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port: int = self.listener.getsockname()[1]
        self._watch = _watch(folder)

    def hostile(self) -> str:
        """One text with every spelling that some renderer would fetch."""
        local, web = QUrl.fromLocalFile(str(self.file)).toString(), f"http://127.0.0.1:{self.port}"
        share = f"\\\\127.0.0.1@{self.port}\\share\\canary.png"
        parts = [
            f'<img src="{local}"><img src="{self.file}"><img src="{web}/a.png">',
            f'<link rel="stylesheet" href="{web}/b.css"><table background="{local}"><body background="{web}/c">',
            f'<object data="{web}/d"><iframe src="{web}/e"></iframe><script src="{web}/f.js"></script>',
            f"![x]({local}) ![y]({web}/g.png) ![z]({self.file}) [w]({web}/h) <{web}/i> {web}/j {local} {share}",
            f"![x]: {web}/k\n[id]: {web}/l 'title'\n![ref][id] ![smb](smb://127.0.0.1:{self.port}/share/m.png)",
            f"<style>@import url({web}/n.css); * {{ background: url({local}) }}</style><b>bold</b>",
        ]
        return " ".join(parts)

    def touched(self) -> list[str]:
        """What was opened or connected to; empty is good."""
        found = []
        try:
            connection, _ = self.listener.accept()
            connection.close()
            found.append("connected to")
        except BlockingIOError:
            pass
        return [*found, *(["opened"] if self._opened() else [])]

    def _opened(self) -> bool:
        if self._watch < 0:
            return False
        try:
            events = os.read(self._watch, 4096)
        except BlockingIOError:
            return False
        return len(events) >= struct.calcsize("iIII")

    def close(self) -> None:
        self.listener.close()
        if self._watch >= 0:
            os.close(self._watch)


def _watch(folder: Path) -> int:
    if not sys.platform.startswith("linux"):
        return -1
    libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    descriptor = int(libc.inotify_init1(_IN_NONBLOCK))
    # The files in it, not the folder: an app may well look where it lies.
    for file in folder.iterdir():
        assert libc.inotify_add_watch(descriptor, os.fsencode(file), _IN_OPEN | _IN_ACCESS) > 0
    return descriptor


@pytest.fixture
def canary(tmp_path: Path, qapp: QApplication) -> Iterator[Canary]:
    made = Canary(tmp_path / "canary")
    yield made
    made.close()


@pytest.fixture
def lines(canary: Canary) -> list[bytes]:
    text = canary.hostile()
    tool = {
        "id": "c1",
        "type": "function",
        "function": {"name": text, "arguments": f'{{"a": "{canary.port}"}}'},
    }
    parts = [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": f"http://127.0.0.1:{canary.port}/o.png"}},
        {"type": "image_url", "image_url": {"url": QUrl.fromLocalFile(str(canary.file)).toString()}},
    ]
    turns = [
        {"role": "system", "content": text},
        {"role": "user", "content": parts, "name": text[:190]},
        {"role": "assistant", "content": text, "tool_calls": [tool]},
        {"role": "tool", "tool_call_id": "c1", "content": text},
        {"role": text[:190], "content": text},
    ]
    fields = {"customer": text[:190], "model": text[:190], "operation": "hostile", "finish_reason": text}
    return [
        line(source_id=f"canary/{number}", messages=turns, output=output, expected_output=text, **fields)
        for number, output in enumerate(
            [text, f"# {text}\n\n| a |\n|---|\n| {text} |", f'{{"a": "{canary.port}"}}']
        )
    ]


def seen(widget: QWidget) -> bool:
    """Whether a pixel of the picture is on it."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return _MAGENTA in bytes(image.constBits())


def hover(desk: Desk, widget: QWidget) -> None:
    """Ask for the tool tip of every corner of it."""

    async def ask() -> None:
        for x in range(4, widget.width(), 60):
            for y in range(4, widget.height(), 40):
                at = QPoint(x, y)
                QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))

    desk.run(ask())


def test_the_canary_sings(canary: Canary) -> None:
    """What watches, sees."""
    assert canary.touched() == []
    with socket.create_connection(("127.0.0.1", canary.port)):
        assert "connected to" in canary.touched()
    label = PlainLabel("")
    assert not seen(label)
    image = QImage(str(canary.file))
    assert not image.isNull()
    if sys.platform.startswith("linux"):
        assert "opened" in canary.touched()
    label.deleteLater()


STEPS: list[tuple[str, tuple[str, ...]]] = [
    ("inspector", ("I",)),
    ("system prompt", ("O",)),
    ("as recorded", ("R",)),
    ("rendered again", ("R",)),
    ("unfolded", ("Shift+O",)),
    ("facets", ("Ctrl+B",)),
    ("table", ("Shift+V",)),
    ("look-alikes", ("L",)),
    ("rated", ("1", "3")),
    ("correcting", ("E",)),
    ("back", ("Esc", "Esc")),
    ("palette", ("Ctrl+K",)),
    ("palette closed", ("Esc",)),
    ("keys", ("F1",)),
    ("keys closed", ("Esc",)),
    ("sync", ("G S",)),
    ("calls", ("G C",)),
]


@pytest.mark.qt_log_ignore(r"This plugin does not support raise\(\)")  # tool tips, offscreen
def test_nothing_is_fetched_whatever_is_shown(desk: Desk, canary: Canary) -> None:
    assert canary.touched() == [], "by what made the store"
    for position in range(3):
        desk.show_call(position)
        desk.until(lambda: desk.window.review_page.panes.output.view.complete)
        assert not seen(desk.window), f"call {position}"
    for name, keys in STEPS:
        desk.press(*keys)
        desk.run(asyncio.sleep(0.02))
        assert not seen(desk.window), name
        assert canary.touched() == [], name
    for widget in desk.window.findChildren(QWidget):
        if widget.isVisible():
            hover(desk, widget)
    view = desk.window.review_page.panes.output.view
    menu = links_menu(view, f"http://127.0.0.1:{canary.port}/p.png")
    assert not seen(menu)
    menu.deleteLater()
    desk.run(asyncio.sleep(0.05))
    assert canary.touched() == []


def test_the_text_it_is_named_in_is_there(desk: Desk, canary: Canary) -> None:
    """Or the test above proves nothing."""
    desk.show_call(0)
    view = desk.window.review_page.panes.output.view
    desk.until(lambda: view.complete)
    assert f":{canary.port}/" in desk.window.review_page.panes.conversation.view.original_text()
    assert str(canary.port) in view.original_text()


def test_nobody_here_can_speak_to_a_network_by_qt() -> None:
    program = Path(__file__).resolve().parents[2] / "atlas_desktop"
    speakers = ("QNetworkAccessManager", "QWebEngine", "QNetworkRequest", "loadResource", "QTextBrowser(")
    found = [
        f"{path.name}: {name}"
        for path in program.rglob("*.py")
        for name in speakers
        if name in path.read_text("utf-8")
    ]
    assert found == []
