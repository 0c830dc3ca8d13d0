import logging

import pytest

from atlas_desktop.app.signals import Signal


def test_listeners_hear_in_order_until_they_disconnect() -> None:
    signal: Signal[int] = Signal("numbers")
    heard: list[str] = []
    stop = signal.connect(lambda value: heard.append(f"a{value}"))
    signal.connect(lambda value: heard.append(f"b{value}"))
    signal.emit(1)
    stop()
    stop()
    signal.emit(2)
    assert heard == ["a1", "b1", "b2"]


def test_a_failing_listener_is_logged_and_the_others_hear(caplog: pytest.LogCaptureFixture) -> None:
    signal: Signal[int] = Signal("numbers")
    heard: list[int] = []
    signal.connect(lambda value: 1 // value)
    signal.connect(heard.append)
    with caplog.at_level(logging.ERROR):
        signal.emit(0)
    assert heard == [0]
    assert "a listener of numbers failed" in caplog.text


def test_a_listener_may_leave_while_it_is_told() -> None:
    signal: Signal[int] = Signal("numbers")
    heard: list[int] = []
    leaves: list[object] = []

    def once(value: int) -> None:
        heard.append(value)
        stop()
        leaves.append(value)

    stop = signal.connect(once)
    signal.connect(heard.append)
    signal.emit(1)
    signal.emit(2)
    assert heard == [1, 1, 2]
    assert leaves == [1]
