"""Every number that is measured, what it may be at most, and what lies under it."""

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["ms", "calls/s", "items/s", "requests/s", "MB"]
A_SECOND: Final = frozenset({"calls/s", "items/s", "requests/s"})
"""Units of which more is better."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of the table. ``step`` measures it. Of what is counted a second more is better, and ``least`` is the limit.

    ``floor`` names what the machine could do at best (see `floors`).
    """

    name: str
    title: str
    step: str
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    worst: float | None = None
    least: float | None = None
    unit: Unit = "ms"
    floor: str | None = None


ROWS: Final = (
    Limit("rate", "decision key → rating painted", "rate", p95=16, floor="paint"),
    Limit("advance", "decision key → next call painted", "rate", p95=50, floor="paint"),
    Limit("hurry", "the same, next key at once", "hurry", p95=50, floor="paint"),
    Limit("undo", "undo key → painted", "undo", p95=50, floor="paint"),
    Limit("scroll", "scroll, a frame", "scroll", p95=16, worst=33, floor="paint"),
    Limit("cold_rows", "jump → rows not read yet painted", "scroll"),
    Limit("table", "scroll as a table, a frame", "table", p95=16, worst=33, floor="paint"),
    Limit("tick", "tick in the sidebar → every count painted", "tick", p95=300),
    Limit("filter", "filter → first rows painted", "filter", p95=100),
    Limit("count", "filter → exact count painted", "filter", p95=300),
    Limit("search", "search → first rows painted", "search", p95=150),
    Limit("facets", "facets: every value counted under the filter", "browse", p95=300),
    Limit("sort", "another order → its first rows read", "browse", p95=100),
    Limit("fold", "equal exchanges folded", "browse", p95=300),
    Limit("same_prompt", "the answers to one prompt", "browse", p95=50),
    Limit("complete", "key in the filter → read, completed", "browse", p95=5),
    Limit("bulk", "bulk 1,000 → painted", "bulk", p95=200, floor="commit"),
    Limit("bulk_undo", "undo of bulk 1,000 → painted", "bulk", p95=200, floor="commit"),
    Limit("palette", "command palette → painted", "command", p95=50, floor="paint"),
    Limit("palette_key", "key in the palette → what it finds painted", "command", p95=50, floor="paint"),
    Limit("open_far", "open a call not read ahead", "open_far", p95=50, floor="paint"),
    Limit("open_25k", "open 25 kB", "open_long", p95=50, floor="paint"),
    Limit("open_1m", "open 1 MB", "open_long", p95=200, floor="paint"),
    Limit("open_line_5m", "open a line of 5 MB", "open_long", p95=200, floor="paint"),
    Limit("open_line_5m_gap", "UI loop, gaps meanwhile", "open_long", worst=50, floor="clock"),
    Limit("edit_open_25k", "correction editor → 25 kB in it painted", "open_editor", p95=50, floor="paint"),
    Limit("edit_open_25k_gap", "UI loop, gaps meanwhile", "open_editor", worst=50, floor="clock"),
    Limit("edit_open_1m", "correction editor → all of 1 MB in it", "open_editor", p95=200, floor="paint"),
    Limit("edit_open_1m_gap", "UI loop, gaps meanwhile", "open_editor", worst=50, floor="clock"),
    Limit(
        "edit_key", "key in a correction of 19 kB → painted, differences too", "write", p95=16, floor="paint"
    ),
    Limit("edit_json", "the same in JSON", "write", p95=16, floor="paint"),
    Limit("diff_key", "key → what differs, 20 kB of real outputs", "compare", p95=16),
    Limit("diff_nasty", "the same, 20 kB with little in common", "compare", p95=16),
    Limit("diff_1m", "the same, 1 MB, in a thread", "compare", p95=1_000),
    Limit("json_key", "key in 20 kB of JSON → paths, problems, options", "compare", p95=16),
    Limit("lamp_regex", "key in 20 kB → five patterns' lamps", "judge", p95=50),
    Limit("lamp_schema", "key in 20 kB of JSON → the schema's lamp", "judge", p95=50),
    Limit("lamp_large", "key in 1 MB → all six, in a process", "judge", p95=500),
    Limit("dataset_preview", "dataset builder → 10,000 calls looked at", "datasets"),
    Limit("dataset_open_gap", "UI loop, gaps meanwhile", "datasets", worst=50, floor="clock"),
    Limit("dataset_step_gap", "the same, walking its rows", "datasets", worst=50, floor="clock"),
    Limit("dataset_recipe_gap", "the same, made otherwise", "datasets", worst=50, floor="clock"),
    Limit("dataset_send_gap", "the same, 10,000 items sent", "datasets", worst=50, floor="clock"),
    Limit(
        "dataset_items_gap", "the same, they are read, shown and walked", "datasets", worst=50, floor="clock"
    ),
    Limit("dataset_gates_gap", "the same, gates read and scored", "datasets", worst=50, floor="clock"),
    Limit(
        "dataset_fixes_gap",
        "the same, fix list of 10,000 opened and walked",
        "datasets",
        worst=50,
        floor="clock",
    ),
    Limit("trend_open", "trends: key → first chart, with what it loads", "trends"),
    Limit("trend_first", "a year of 1,000,000 calls → chart painted", "trends", p95=300, floor="paint"),
    Limit("trend_pan", "that chart moved and zoomed → frame", "trends", p95=16, floor="paint"),
    Limit("trend_filter", "another filter → chart painted", "trends", p95=500, floor="paint"),
    Limit("start", "cold start → usable list painted", "start", p95=1_500, floor="start"),
    Limit("sync_gap", "UI loop, gaps during the sync", "sync", worst=50, floor="clock"),
    Limit("sync_key", "key → next call, during the sync", "sync", p95=50, floor="paint"),
    Limit("pull", "that sync of 10,000 calls", "sync", unit="calls/s"),
    Limit("memory", "memory of the app after use", "", worst=250, unit="MB", floor="memory"),
    Limit("import_http", "import over HTTP", "import", least=5_000, unit="calls/s", floor="inserts"),
    Limit("import_cli", "import by command", "import", least=5_000, unit="calls/s", floor="inserts"),
    Limit("import_more", "import 10,000 by command beside the rest", "sync", unit="calls/s", floor="inserts"),
    Limit("reimport", "the same import again", "import", unit="calls/s"),
    Limit(
        "evaluate", "evaluation of 10,000 items, regex and schema", "evaluate", least=5_000, unit="items/s"
    ),
    Limit("evaluate_health", "GET /healthz meanwhile", "evaluate", p95=50, floor="round_trip"),
    Limit("route_1000", "router: a decision among 1,000 variants", "route", p50=0.05, p95=0.1),
    Limit(
        "gateway_added",
        "gateway: added to an answer, one at a time",
        "gateway",
        p50=1.2,
        p99=5,
        floor="proxy_added",
    ),
    Limit("gateway_first", "gateway: added to a stream's first byte", "gateway", p95=3, floor="proxy_first"),
    Limit(
        "gateway_rate", "gateway: 16 at a time", "gateway", least=1_000, unit="requests/s", floor="proxy_rate"
    ),
    Limit("gateway_streams", "gateway: 300 streams at once, each whole", "gateway"),
)

FLOORS: Final = {
    "paint": ("key → empty window of this size painted", "ms"),
    "commit": ("one small FULL commit on this disk", "ms"),
    "round_trip": ("GET /healthz over loopback", "ms"),
    "start": ("python, PySide6, an empty window painted", "ms"),
    "clock": ("gaps of a process that only looks at the clock", "ms"),
    "memory": ("an empty window", "MB"),
    "inserts": ("plain SQLite with full-text index", "calls/s"),
    "proxy_added": ("a bare proxy (Starlette, httpx): added to an answer", "ms"),
    "proxy_first": ("the same: added to a stream's first byte", "ms"),
    "proxy_rate": ("the same: 16 at a time", "requests/s"),
}
