import os
import socket
import stat
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from atlas_desktop.ui import single_instance
from atlas_desktop.ui.single_instance import SingleInstance, hand_over


def test_without_a_first_one_nothing_is_handed_over(tmp_path: Path, qtbot: QtBot) -> None:
    assert not hand_over(tmp_path, ["x"])


def test_arguments_go_to_the_one_that_runs(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path)
    try:
        with qtbot.waitSignal(first.asked) as caught:
            assert hand_over(tmp_path, ["--demo", "é"])
        assert caught.args == [["--demo", "é"]]
        assert not hand_over(tmp_path / "other", [])
    finally:
        first.close()
        first.deleteLater()
        QCoreApplication.sendPostedEvents(first, QEvent.Type.DeferredDelete)


def test_a_socket_left_by_a_crash_is_taken_over(tmp_path: Path, qtbot: QtBot) -> None:
    crashed = SingleInstance(tmp_path)
    second = SingleInstance(tmp_path)
    try:
        with qtbot.waitSignal(second.asked):
            assert hand_over(tmp_path, ["again"])
    finally:
        for each in (second, crashed):
            each.close()
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


@pytest.mark.skipif(os.name != "posix", reason="named pipes have no path")
def test_nobody_else_can_reach_it(qtbot: QtBot) -> None:
    with tempfile.TemporaryDirectory(prefix="home-") as folder:
        _listens_inside(Path(folder) / "new")


def _listens_inside(home: Path) -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    first = SingleInstance(home)
    try:
        assert home.stat().st_mode & 0o077 == 0
        (file,) = [each for each in home.iterdir() if not each.is_dir()]
        assert stat.S_ISSOCK(file.stat().st_mode)
        assert file.stat().st_mode & 0o077 == 0
        assert not [new for new in set(Path(tempfile.gettempdir()).iterdir()) - before if "atlas" in new.name]
    finally:
        first.close()
        first.deleteLater()
        QCoreApplication.sendPostedEvents(first, QEvent.Type.DeferredDelete)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="gives a file to another user")
@pytest.mark.parametrize("name", ["short", "long" * 30])
def test_a_stranger_who_waits_there_gets_nothing(tmp_path: Path, qtbot: QtBot, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    place = Path(tempfile.gettempdir()) / single_instance._name(home)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(place))
        stranger.listen()
        os.chown(place, 65534, 65534)
        try:
            assert not hand_over(home, ["a file of mine"])
        finally:
            place.unlink()
