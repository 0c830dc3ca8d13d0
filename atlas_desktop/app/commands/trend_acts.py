"""What commands may ask of the Trends screen."""

from typing import Literal, Protocol

from atlas_desktop.app.trend_state import Layout, Span


class TrendActs(Protocol):
    """The chart, and the point at hand on one of its lines."""

    def step_point(self, direction: Literal[1, -1]) -> None:
        """The next point of the line that way."""
        ...

    def go_to_end(self, direction: Literal[1, -1]) -> None:
        """The last point of the line that way."""
        ...

    def step_line(self, direction: Literal[1, -1]) -> None:
        """The next line."""
        ...

    def brush(self, direction: Literal[1, -1]) -> None:
        """Take the next point that way into the stretch that is brushed."""
        ...

    def open_calls(self) -> None:
        """The failing calls of the stretch, or of the point, in Review."""
        ...

    def show_span(self, span: Span) -> None:
        """So many days, or any."""
        ...

    def show_layout(self, layout: Layout) -> None:
        """One chart, many small ones, or the numbers; asked for again, one chart."""
        ...

    def toggle_previous(self) -> None:
        """Compare with as many days before, or not."""
        ...

    def step_group(self, direction: Literal[1, -1]) -> None:
        """Lines by the next kind of thing."""
        ...

    def step_bucket(self) -> None:
        """Points of hours, of days, of weeks, or as the period asks for."""
        ...

    def zoom(self, direction: Literal[1, -1, 0]) -> None:
        """Nearer, farther, or (0) all of it."""
        ...

    def edit_filter(self) -> None:
        """The cursor into the filter."""
        ...

    def edit_threshold(self) -> None:
        """The cursor into the threshold."""
        ...

    def edit_period(self) -> None:
        """The cursor into the first day of any period."""
        ...

    def pick_lines(self) -> None:
        """The cursor into the list of lines."""
        ...

    def export(self) -> None:
        """Offer to take the chart or its numbers out."""
        ...
