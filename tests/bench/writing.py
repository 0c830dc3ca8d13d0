"""A correction of nineteen thousand characters, typed key by key in the real editor."""

import asyncio
from typing import Final

from tests.bench.probe import seen
from tests.bench.seat import Seat

_WORDS: Final = "really not what it says "


async def write(seat: Seat) -> None:
    """From a key to the frame that shows it with what differs: in prose, and in JSON."""
    for customer, name in (("bench/19k", "edit_key"), ("bench/json", "edit_json")):
        await seat.filter(f"customer:{customer}")
        seat.probe.press("Home")
        await seat.still()
        for _ in range(len(seat.browser)):
            await _correct(seat, name)
            seat.probe.press("j")
            await seat.still()
    await seat.no_filter()


async def open_editor(seat: Seat) -> None:
    """From the key to the editor painted with the whole text in it, and the gaps of the loop until it is at rest."""
    for customer, name in (("bench/25k", "edit_open_25k"), ("bench/1m", "edit_open_1m")):
        await seat.filter(f"customer:{customer}")
        seat.probe.press("Home")
        for _ in range(len(seat.browser)):
            await seat.still()
            await seat.probe.until(lambda: seat.opened(seat.review.current.seq or 0), "the call is at rest")
            await _open(seat, name)
            seat.probe.press("j")
    await seat.no_filter()


async def _open(seat: Seat, name: str) -> None:
    editor, pane = seat.workspace.correction, seat.window.review_page.panes.correcting
    sides, gaps = (pane.editor, pane.original), len(seat.probe.gaps)
    whole: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def came() -> None:
        text = editor.state.text
        if not whole.done() and all(side.text == text and not side.loading for side in sides):
            whole.set_result(seat.probe.now())

    links = [side.loaded.connect(came) for side in sides]
    first = seat.probe.frame(lambda: pane.editor.hasFocus() and editor.state.begun)
    start = seat.probe.press("e")
    shown = await seen(first, start, name)
    seat.take(name, max(shown, await seen(whole, start, name)))
    await seat.probe.until(lambda: not editor.state.diff_due, "the differences")
    seat.take(f"{name}_gap", max(seat.probe.gaps[gaps:], default=0.0))
    for side, link in zip(sides, links, strict=True):
        side.loaded.disconnect(link)
    seat.probe.press("Esc")
    await seat.probe.until(seat.view.hasFocus, "the list has the focus")


async def _correct(seat: Seat, name: str) -> None:
    editor, pane = seat.workspace.correction, seat.window.review_page.panes.correcting
    seat.probe.press("e")
    await seat.probe.until(lambda: pane.editor.hasFocus() and editor.state.begun, "the editor is open")
    length = len(editor.state.text)
    # At both ends in turn, so that all between them is compared.
    for number in seat.times(40):
        await _typed(
            seat, name, length // 10 + number if number % 2 else len(pane.editor.text) - length // 10
        )
    seat.probe.press("Esc")
    await seat.probe.until(seat.view.hasFocus, "the list has the focus")
    await editor.discard()
    await seat.still()


async def _typed(seat: Seat, name: str, place: int) -> None:
    editor, edit = seat.workspace.correction, seat.window.review_page.panes.correcting.editor
    at = edit.text.find(" ", place) + 1
    edit.set_caret(at)
    edit.centerCursor()
    await seat.probe.until(lambda: not editor.state.diff_due, "the former differences")
    key = _WORDS[at % len(_WORDS)]
    wanted = edit.text[:at] + key + edit.text[at:]

    def shown() -> bool:
        found = editor.state.diff
        return edit.text == wanted and found is not None and found.new == wanted

    frame = seat.probe.frame(shown)
    seat.take(name, await seen(frame, seat.probe.press(key), name))
