"""Finding one's way, measured: scroll, filter, search."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QAbstractSlider

from tests.bench.seat import Seat

_FILTERS: Final = 8
# In many calls, in few, in none, two at once, a phrase, a beginning, other scripts.
_SEARCHES: Final = (
    "the", "refund", "flight", "revenue", "cancel reservation", '"credit card"', "transf", "zebra quark",
    "日本", "компания", "customer:bench/bulk card", "rating:none currency",
)  # fmt: skip


async def scroll(seat: Seat) -> None:
    """Frames of a list that moves: by the wheel, by pages, and by jumps to places nobody has read yet."""
    await seat.still()
    seat.probe.frames.clear()
    bar = seat.view.verticalScrollBar()
    for _ in seat.times(150):
        await _moved(seat, lambda: seat.wheel(1))
    for _ in seat.times(300):
        await _moved(seat, lambda: _act(seat, QAbstractSlider.SliderAction.SliderPageStepAdd))
    for _ in seat.times(100):
        place = seat.dice.randrange(bar.maximum())
        start = await _moved(seat, lambda place=place: _jump(seat, place))  # type: ignore[misc]
        rows = seat.probe.frame(seat.rows_painted)
        seat.view.viewport().update()
        await seat.take_frame("cold_rows", rows, start)
    # The frames that show rows read meanwhile count as well, though no hand asked for them.
    seat.taken.setdefault("scroll", []).extend(seat.probe.frames)
    bar.setValue(0)
    await seat.still()


async def _moved(seat: Seat, move: Callable[[], float]) -> float:
    bar, before = seat.view.verticalScrollBar(), seat.view.verticalScrollBar().value()
    lists = seat.probe.painted.lists
    shown = seat.probe.frame(lambda: bar.value() != before and seat.probe.painted.lists > lists)
    seat.probe.painted.marks.clear()
    start = move()
    await seat.take_frame("scroll", shown, start)
    return start


def _act(seat: Seat, action: QAbstractSlider.SliderAction) -> float:
    start = seat.probe.post(seat.view)
    seat.view.verticalScrollBar().triggerAction(action)
    return start


def _jump(seat: Seat, place: int) -> float:
    start = seat.probe.post(seat.view)
    seat.view.verticalScrollBar().setSliderPosition(place)
    return start


async def filter_list(seat: Seat) -> None:
    """By operation, customer, rating and two of them: from the last key typed to the rows and to the count."""
    store = seat.workspace.store
    operations = [name for name, _ in (await store.calls.operations())[:_FILTERS]]
    customers = [name for name, _ in (await store.calls.customers())[:_FILTERS]]
    lines = [f"operation:{name}" for name in operations] + [f"customer:{_quoted(name)}" for name in customers]
    lines += ["rating:none", "rating:thumbs_up", "rating:thumbs_down", "rating:unsure", "customer:s*"]
    lines += [f"operation:{operations[0]} rating:thumbs_up", f"operation:{operations[1]} rating:none"]
    for _ in seat.times(3):
        for line in lines:
            rows, count = await seat.filter(line)
            seat.take("filter", rows)
            seat.take("count", count)
    await seat.no_filter()


async def search(seat: Seat) -> None:
    """Words in the text: from the last key typed to the rows."""
    for _ in seat.times(5):
        for line in _SEARCHES:
            rows, _ = await seat.filter(line)
            seat.take("search", rows)
    await seat.no_filter()


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
