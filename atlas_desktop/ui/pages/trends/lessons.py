"""Which keys the line at the bottom of Trends teaches."""

from typing import Final

from atlas_desktop.wording import mark

Lesson = tuple[tuple[str, str], ...]
CHART: Final = (
    ("trend.next", mark("next point")), ("trend.next_line", mark("next line")),
    ("trend.brush_right", mark("brush")), ("trend.calls", mark("the failing calls")),
    ("trend.multiples", mark("small charts")), ("trend.table", mark("numbers")), ("trend.by", mark("group by")),
    ("trend.export", mark("export")), ("view.keys", mark("all keys")),
)  # fmt: skip
UNJUDGED: Final = (
    ("trend.calls", mark("rate these calls")), ("trend.any", mark("any time")), ("trend.filter", mark("filter")),
    ("go.providers", mark("gateway")), ("view.keys", mark("all keys")),
)  # fmt: skip
EMPTY: Final = (
    ("trend.any", mark("any time")),
    ("trend.filter", mark("filter")),
    ("go.review", mark("calls")),
)
