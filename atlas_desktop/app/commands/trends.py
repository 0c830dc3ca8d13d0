"""Trends: points, stretches, lines, and what of them is shown."""

from collections.abc import Callable

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.trend_acts import TrendActs


def _do(act: Callable[[TrendActs], None]) -> Run:
    return lambda context: act(context.trends)


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("trend.next", "Next point", "Trend", ("Right",), "chart",
                _do(lambda trends: trends.step_point(1)), repeats=True),
        Command("trend.previous", "Previous point", "Trend", ("Left",), "chart",
                _do(lambda trends: trends.step_point(-1)), repeats=True),
        Command("trend.first", "First point", "Trend", ("Home",), "chart", _do(lambda trends: trends.go_to_end(-1))),
        Command("trend.last", "Last point", "Trend", ("End",), "chart", _do(lambda trends: trends.go_to_end(1))),
        Command("trend.next_line", "Next line", "Trend", ("J", "Down"), "chart",
                _do(lambda trends: trends.step_line(1)), repeats=True),
        Command("trend.previous_line", "Previous line", "Trend", ("K", "Up"), "chart",
                _do(lambda trends: trends.step_line(-1)), repeats=True),
        Command("trend.brush_right", "Extend the stretch to the right", "Trend", ("Shift+Right",), "chart",
                _do(lambda trends: trends.brush(1)), repeats=True),
        Command("trend.brush_left", "Extend the stretch to the left", "Trend", ("Shift+Left",), "chart",
                _do(lambda trends: trends.brush(-1)), repeats=True),
        Command("trend.calls", "Review these failing calls", "Trend", ("Enter",), "chart",
                _do(lambda trends: trends.open_calls())),
        Command("trend.export", "Export the chart…", "Trend", ("E", "Ctrl+Shift+E"), "chart",
                _do(lambda trends: trends.export())),
        Command("trend.7_days", "7 days", "Trend", ("1",), "chart", _do(lambda trends: trends.show_span("7d"))),
        Command("trend.28_days", "28 days", "Trend", ("2",), "chart", _do(lambda trends: trends.show_span("28d"))),
        Command("trend.90_days", "90 days", "Trend", ("3",), "chart", _do(lambda trends: trends.show_span("90d"))),
        Command("trend.any", "Any time", "Trend", ("4",), "chart", _do(lambda trends: trends.show_span("any"))),
        Command("trend.period", "Choose the days", "Trend", ("D",), "chart",
                _do(lambda trends: trends.edit_period())),
        Command("trend.by", "Group by the next field", "Trend", ("B",), "chart",
                _do(lambda trends: trends.step_group(1))),
        Command("trend.by_before", "Group by the previous field", "Trend", ("Shift+B",), "chart",
                _do(lambda trends: trends.step_group(-1))),
        Command("trend.points", "Points of hours, days or weeks", "Trend", ("W",), "chart",
                _do(lambda trends: trends.step_bucket())),
        Command("trend.pick", "Choose lines", "Trend", ("L",), "chart", _do(lambda trends: trends.pick_lines())),
        Command("trend.threshold", "Threshold", "Trend", ("H",), "chart",
                _do(lambda trends: trends.edit_threshold())),
        Command("trend.compare", "Compare with the period before", "Trend", ("P",), "chart",
                _do(lambda trends: trends.toggle_previous())),
        Command("trend.multiples", "Small charts, or one", "Trend", ("M",), "chart",
                _do(lambda trends: trends.show_layout("multiples"))),
        Command("trend.table", "Numbers, or the chart", "Trend", ("T",), "chart",
                _do(lambda trends: trends.show_layout("table"))),
        Command("trend.nearer", "Zoom in", "Trend", ("Z",), "chart",
                _do(lambda trends: trends.zoom(1)), repeats=True),
        Command("trend.farther", "Zoom out", "Trend", ("Shift+Z",), "chart",
                _do(lambda trends: trends.zoom(-1)), repeats=True),
        Command("trend.whole", "The whole period", "Trend", ("0",), "chart", _do(lambda trends: trends.zoom(0))),
        Command("trend.filter", "Filter the chart", "Trend", ("/",), "chart",
                _do(lambda trends: trends.edit_filter())),
    )  # fmt: skip
