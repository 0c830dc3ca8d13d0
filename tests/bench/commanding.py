"""The command palette, measured: from the key to the list painted, and from each letter typed."""

from typing import Final

from tests.bench.seat import Seat

_TYPED: Final = ("bad", "unrated", "theme d", "copy", "foucs")


async def command(seat: Seat) -> None:
    """Open it, as the first time it is asked for and later ones; type, close."""
    window, painted = seat.window, seat.probe.painted
    for turn in seat.times(40):
        lists = painted.found
        shown = seat.probe.frame(lambda lists=lists: painted.found > lists)  # type: ignore[misc]
        # A key with Ctrl is the toolkit's shortcut: an event that is posted passes it by.
        start = seat.probe.now()
        window.show_palette()
        await seat.take_frame("palette", shown, start)
        for letter in _TYPED[turn % len(_TYPED)]:
            lists = painted.found
            found = seat.probe.frame(lambda lists=lists: painted.found > lists)  # type: ignore[misc]
            await seat.take_frame("palette_key", found, seat.probe.press(letter))
        window.escape()
        await seat.still()
