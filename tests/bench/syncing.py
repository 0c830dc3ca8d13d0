"""Ten thousand calls come while the reviewer goes on rating."""

import time

from tests.bench.probe import seen
from tests.bench.seat import Seat

_REST_BEATS = 40


async def sync(seat: Seat) -> None:
    """Feel the UI's loop and press keys, until everything the server has is here."""
    probe = seat.probe
    await probe.until(lambda: seat.session.status.pulled > 0, "the first page comes")
    began, first = time.perf_counter(), seat.session.status.pulled
    probe.start_over()
    while not seat.session.status.caught_up or seat.session.status.to_pull:
        await _key(seat)
        beats = len(probe.gaps)
        await probe.until(lambda beats=beats: len(probe.gaps) >= beats + _REST_BEATS, "the loop turns")  # type: ignore[misc]
        assert time.perf_counter() - began < 300, seat.session.status
    took = time.perf_counter() - began
    seat.taken["sync_gap"] = list(probe.gaps)
    seat.taken["sync_collections"] = list(probe.pauses)
    seat.take("pull", (seat.session.status.pulled - first) / took)
    await seat.synced()
    await probe.until(lambda: seat.browser.new_count > 0, "the new calls are counted")
    seat.said["pulled"] = seat.session.status.pulled
    seat.said["new"] = seat.browser.new_count


async def _key(seat: Seat) -> None:
    probe, current = seat.probe, seat.review.current
    if seat.window.painted != current.seq or current.seq is None:
        return
    following = seat.browser.ids[current.position + 1]
    probe.painted.clear()
    shown = probe.frame(lambda: probe.painted.shows(following))
    start = probe.press("1" if len(seat.taken.get("sync_key", ())) % 2 else "3")
    seat.take("sync_key", await seen(shown, start, "the next call, while calls come"))
