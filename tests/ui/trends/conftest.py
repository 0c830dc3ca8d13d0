"""A window on Trends with the figure's calls in its store."""

from datetime import UTC, datetime

import pytest

from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.domain.query import Query
from tests.ui.conftest import Desk
from tests.ui.trends import figure


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days are those of a place where it is about noon."""
    monkeypatch.setenv("TZ", figure.zone_of_noon(datetime.now(UTC)))


@pytest.fixture
def charted(noon: None, desk: Desk) -> Desk:
    """Trends shows the operation of the figure, by customer, over 28 days."""
    workspace = desk.session.workspace
    assert workspace is not None
    desk.run(figure.put_into(workspace.store))
    desk.press("G T")
    show(desk, query=Query(operation=figure.OPERATION))
    return desk


def show(desk: Desk, **choice: object) -> TrendState:
    """Have this choice shown, all of it read."""
    workspace = desk.session.workspace
    assert workspace is not None
    trends = workspace.trends

    async def go() -> None:
        trends.show(True)
        trends.choose(**choice)
        trends.refresh()
        await trends.through()

    desk.run(go())
    desk.rest()
    assert trends.state.problem is None
    assert trends.state.series is not None
    return trends.state
