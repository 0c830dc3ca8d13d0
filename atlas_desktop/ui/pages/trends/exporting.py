"""Takes the chart out of Trends, as a picture or as its numbers; what it is of is in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from atlas_desktop.app.exporting import Exported
from atlas_desktop.app.trend_caption import Caption, caption
from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.exporting.trend import trend_csv
from atlas_desktop.domain.exporting.veiling import veiled_text
from atlas_desktop.ui.pages.trends.board import FEW
from atlas_desktop.ui.pages.trends.picture import Picture, veiled_names, veiled_state
from atlas_desktop.ui.pages.trends.words import group_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.export_strip import Form, Wish
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.ui.pages.trends.view import TrendsView

_FORMS: Final = (
    ("png", "PNG", mark("The chart as you see it, with what it is of under it.")),
    ("svg", "SVG", mark("The same as lines and text, sharp at any size.")),
    ("csv", "CSV", mark("Every point of the lines shown; what looks like a formula is made harmless.")),
)


class ChartExports:
    """Of one Trends screen. The figures are those shown when it was opened, also if others come meanwhile."""

    def __init__(self, theme: Theme, page: "TrendsView") -> None:
        self._theme = theme
        self._page = page

    def open(self) -> bool:
        """Offer it, in the strip at the top. False while there is nothing to take out."""
        workspace = self._page.workspace
        if workspace is None or not _drawable(state := workspace.trends.state):
            return False
        name = workspace.connection.shown_title

        async def run(wish: Wish) -> Exported:
            make = self._maker(state, name, wish)
            return await workspace.exporting.chart(make, wish.path, wish.form, veil=wish.veil)

        forms = [Form(form, words, tr(about), f".{form}") for form, words, about in _FORMS]
        title = caption(state, state.drawn, name, datetime.now(UTC)).title
        self._page.exports.offer(workspace, title, forms, f"{name} {title}", run, _done)
        return True

    def _maker(self, state: TrendState, name: str, wish: Wish) -> Callable[[], bytes]:
        """What makes the file off this thread; what only this thread may do is done at once."""
        said = caption(state, state.drawn, name, datetime.now(UTC))
        if wish.form == "csv":
            series = state.series
            assert series is not None  # noqa: S101 - looked at when it was offered
            return lambda: trend_csv(
                series, state.drawn, said.all, threshold=state.threshold.value, previous=state.previous,
                veil=wish.veil,
            )  # fmt: skip
        at_hand = self._page.group
        if len(state.drawn) > FEW and state.choice.layout == "overlay":
            said = Caption(said.title, (*said.lines, _bounds(state, at_hand)))
        if wish.veil:
            at_hand = at_hand and veiled_names(state).get(at_hand)
            state = veiled_state(state)
            said = Caption(said.title, tuple(map(veiled_text, said.lines)))
        picture = Picture(self._theme, state, said, at_hand=at_hand)
        if wish.form == "svg":
            made = picture.svg()
            return lambda: made
        image = picture.image()
        return lambda: _png(image)


def _bounds(state: TrendState, group: str | None) -> str:
    """Of many lines only one shows its bounds: whose."""
    series = state.series
    name = group_words(series.group_by, group) if series is not None else ""
    return tr("95 % bounds of {name}", name=name)


def _drawable(state: TrendState) -> bool:
    return state.shown is not None and state.series is not None and state.series.buckets > 0


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _done(made: Exported) -> str:
    return tr("The chart is in {name}.", name=made.path.name)
