"""What a reviewer does all day, measured: rate, undo, rate many, open."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from tests.bench.corpus import BULK
from tests.bench.probe import seen
from tests.bench.seat import Seat

_VERDICTS: Final = {"good": "1", "bad": "3"}
_OTHER: Final = {"good": "bad", "bad": "good"}


async def rate(seat: Seat) -> None:
    """One key: the rating in its row, and the text of the next call in the panes."""
    for _ in seat.times(150):
        await seat.still()
        await _rate_one(seat, "rate", "advance")
    await seat.still()


async def hurry(seat: Seat) -> None:
    """The same with the next key as soon as the next call is painted: faster than anyone reads."""
    for _ in seat.times(100):
        await _rate_one(seat, "hurry_rate", "hurry")
    await seat.still()


async def _rate_one(seat: Seat, rated: str, advanced: str) -> None:
    probe, current = seat.probe, seat.review.current
    seq, following = current.seq, seat.browser.ids[current.position + 1]
    assert seq is not None
    await probe.until(lambda: seat.browser.row(current.position) is not None, "the row is read")
    wanted = "bad" if seat.mark(seq) == "good" else "good"
    probe.painted.clear()
    row = probe.frame(lambda: probe.painted.marks.get(seq) == wanted)
    text = probe.frame(lambda: probe.painted.shows(following))
    start = probe.press(_VERDICTS[wanted])
    await seat.take_frame(rated, row, start)
    await seat.take_frame(advanced, text, start)
    assert seat.window.painted == following


async def undo(seat: Seat) -> None:
    """Back to the call, its former rating in its row and its text in the panes."""
    probe = seat.probe
    for _ in seat.times(60):
        await seat.still()
        seq = seat.browser.ids[seat.review.current.position - 1]
        before = seat.mark(seq)
        probe.painted.clear()
        shown = probe.frame(
            lambda seq=seq, before=before: (  # type: ignore[misc]
                probe.painted.shows(seq) and probe.painted.marks.get(seq, before) != before
            )
        )
        await seat.take_frame("undo", shown, probe.press("Z"))
    await seat.still()


async def bulk(seat: Seat) -> None:
    """A thousand calls, from the key that confirms to their rating in every row on view; and its undo."""
    customer, number = BULK
    probe, question = seat.probe, seat.window.review_page.question
    await seat.filter(f"customer:{customer}")
    assert len(seat.browser) == number
    wanted = "bad"
    for _ in seat.times(10):
        wanted = _OTHER[wanted]
        probe.press("*", shift=True)
        probe.press("a")
        await probe.until(lambda: seat.review.selected_count == number, "all selected")
        await seat.still()
        probe.press(_VERDICTS[wanted])
        await probe.until(question.isVisible, "it asks before so many")
        await _all_become(seat, wanted, "Enter", "bulk")
    for _ in range(2):  # not so far that the rows show what they did before all this
        await seat.still()
        wanted = _OTHER[wanted]
        await _all_become(seat, wanted, "Z", "bulk_undo")
    await seat.still()


async def _all_become(seat: Seat, wanted: str, key: str, name: str) -> None:
    probe, marks = seat.probe, seat.probe.painted.marks
    probe.painted.clear()
    done = probe.frame(lambda: seat.rows_painted() and all(marks[seq] == wanted for seq in seat.visible()))
    await seat.take_frame(name, done, probe.press(key))


async def open_far(seat: Seat) -> None:
    """A click on a row far from what was read ahead: its call, read from the disk, in the panes."""
    probe, view = seat.probe, seat.view
    for _ in seat.times(60):
        await seat.still()
        bar = view.verticalScrollBar()
        bar.setValue(seat.dice.randrange(bar.maximum()))
        probe.painted.clear()
        view.viewport().update()
        await probe.until(seat.rows_painted, "the rows there are painted")
        at = QPointF(60, view.viewport().height() / 2)
        seq = seat.browser.ids[view.indexAt(at.toPoint()).row()]
        probe.painted.clear()
        shown = probe.frame(lambda seq=seq: probe.painted.shows(seq))  # type: ignore[misc]
        start = probe.post(view.viewport(), _mouse(seat, at, QEvent.Type.MouseButtonPress),
                           _mouse(seat, at, QEvent.Type.MouseButtonRelease))  # fmt: skip
        await seat.take_frame("open_far", shown, start)


async def open_long(seat: Seat) -> None:
    """Long outputs: from the key to all of the text that shows unasked laid in and painted."""
    for customer, name in (
        ("bench/25k", "open_25k"),
        ("bench/1m", "open_1m"),
        ("bench/line", "open_line_5m"),
    ):
        await seat.filter(f"customer:{customer}")
        seat.probe.press("Home")
        await seat.still()
        for key in ["j"] * (len(seat.browser) - 1) + ["k"] * (len(seat.browser) - 1):
            step = 1 if key == "j" else -1
            await seat.still()
            await seat.probe.until(lambda: seat.opened(seat.review.current.seq or 0), "the former is at rest")
            seq = seat.browser.ids[seat.review.current.position + step]
            seat.probe.painted.clear()
            gaps = len(seat.probe.gaps)
            first = seat.probe.frame(lambda seq=seq: seat.probe.painted.shows(seq))  # type: ignore[misc]
            whole = seat.probe.frame(lambda seq=seq: seat.opened(seq))  # type: ignore[misc]
            start = seat.probe.press(key)
            seat.take(f"{name}_first", await seen(first, start, name))
            await seat.take_frame(name, whole, start)
            await seat.still()
            seat.take(f"{name}_gap", max(seat.probe.gaps[gaps:], default=0.0))
    await seat.no_filter()


def _mouse(seat: Seat, at: QPointF, kind: QEvent.Type) -> QMouseEvent:
    left = Qt.MouseButton.LeftButton
    held = left if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
    everywhere = seat.view.viewport().mapToGlobal(at)
    return QMouseEvent(kind, at, everywhere, left, held, Qt.KeyboardModifier.NoModifier)
