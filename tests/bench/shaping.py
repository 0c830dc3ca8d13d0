"""The list as a table, and the filter by ticking: measured."""

from PySide6.QtWidgets import QAbstractSlider

from tests.bench.seat import Seat


async def table(seat: Seat) -> None:
    """Frames of the list as a table that moves a page at a time."""
    listing = seat.window.review_page.listing
    listing.lay_out("table")
    await seat.still()
    seat.probe.frames.clear()
    bar, painted = seat.view.verticalScrollBar(), seat.probe.painted
    for _ in seat.times(300):
        before, lists = bar.value(), painted.lists
        shown = seat.probe.frame(
            lambda before=before, lists=lists: bar.value() != before and painted.lists > lists  # type: ignore[misc]
        )
        start = seat.probe.post(seat.view)
        bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        await seat.take_frame("table", shown, start)
    seat.taken["table"].extend(seat.probe.frames)
    bar.setValue(0)
    listing.lay_out("lines")
    await seat.still()


async def tick(seat: Seat) -> None:
    """From the key that ticks a value in the sidebar to every count under the new filter painted."""
    page, counts = seat.window.review_page, seat.workspace.facets
    page.listing.toggle_facets()
    await seat.probe.until(lambda: counts.counted, "the facets are counted")
    values = [
        row for row in map(page.facets.model.row_at, range(page.facets.model.rowCount())) if row and row.term
    ]
    for row in values[: len(seat.times(20))]:
        for _ in range(2):  # ticked, and not any more
            await seat.still()
            await counts.through()
            page.facets.list.go(row.key)
            before, query = counts.value, seat.browser.query
            shown = seat.probe.frame(
                lambda before=before, query=query: (  # type: ignore[misc]
                    seat.browser.query != query and counts.value is not before
                )
            )
            await seat.take_frame("tick", shown, seat.probe.press(" "))
    await seat.still()
    page.listing.toggle_facets()
    await seat.no_filter()
