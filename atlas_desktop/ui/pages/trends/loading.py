"""The chart, made when Trends is first looked at."""

from typing import TYPE_CHECKING

from atlas_desktop.app.daemon_thread import in_daemon_thread

if TYPE_CHECKING:
    from atlas_desktop.ui.pages.trends.chart import TrendChart
    from atlas_desktop.ui.theme import Theme


async def load_chart(theme: "Theme") -> "TrendChart":
    """With what it needs: 0.3 s of imports, which a start does not need and the loop is not to wait for."""
    await in_daemon_thread("chart is loaded", _import)
    from atlas_desktop.ui.pages.trends.chart import TrendChart  # noqa: PLC0415 - loaded by now

    return TrendChart(theme)


def _import() -> None:
    import atlas_desktop.ui.pages.trends.chart  # noqa: F401, PLC0415 - to have it loaded
