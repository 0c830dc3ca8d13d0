from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

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
