"""What is known about a call beside its text: who served it, at what cost, with which fingerprints."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.layouts import column, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.contract.calls import Call
    from atlas_desktop.store.rows import OpenCall

Fact = tuple[str, str]


class Inspector(QWidget):
    """Two columns: what, and how much."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("Inspector"))
        self.setMinimumWidth(320)
        self._theme = theme
        self._grid = QGridLayout()
        self._grid.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        body = surface("surface")
        inner = column(body)
        inner.addLayout(self._grid)
        inner.addStretch()
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("About this call"))
        layout = column(self)
        layout.addWidget(area)

    def show_call(self, opened: "OpenCall | None") -> None:
        """Show these facts; only those that were recorded."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        facts = facts_of(opened) if opened is not None else []
        for line, (name, value) in enumerate(facts):
            title = PlainLabel(name, role="caption", tone="muted")
            title.setAlignment(Qt.AlignmentFlag.AlignTop)
            text = PlainLabel(value, role="caption")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(title, line, 0)
            self._grid.addWidget(text, line, 1)


def facts_of(opened: "OpenCall") -> list[Fact]:
    """Name and value of everything recorded, in reading order."""
    call, row = opened.call, opened.row
    facts: list[tuple[str, object | None]] = [
        (tr("Call"), call.id),
        (tr("Schema version"), call.schema_version),
        (tr("Finish"), call.response.finish_reason),
        (tr("Latency"), tr("{count:,.0f} ms", count=row.latency_ms) if row.latency_ms is not None else None),
        (tr("Cost"), f"${row.cost_usd:.6f}".rstrip("0").rstrip(".") if row.cost_usd is not None else None),
        *_delivery(call),
        *_usage(call),
        (tr("Size"), tr("{count:,} bytes", count=row.size_bytes)),
        (tr("Tags"), ", ".join(row.tags) or None),
        (tr("Comment"), call.feedback.comment if call.feedback else None),
        (tr("Last reviewer"), call.feedback.reviewer if call.feedback else None),
        (
            tr("Feedback"),
            trn("{count:,} row", "{count:,} rows", call.feedback_count) if call.feedback_count else None,
        ),
    ]
    return [(name, str(value)) for name, value in facts if value is not None]


def _delivery(call: "Call") -> list[tuple[str, object | None]]:
    delivery = call.delivery
    if delivery is None:
        return []
    prints = delivery.fingerprints
    return [
        (tr("Tier"), delivery.tier),
        (tr("Served by"), delivery.served_by),
        (tr("Provider"), delivery.provider),
        (tr("Quantization"), delivery.quantization),
        (tr("Prompt"), prints.prompt if prints else None),
        (tr("Exchange"), prints.exchange if prints else None),
        (tr("Schema"), prints.json_schema if prints else None),
    ]


def _usage(call: "Call") -> list[tuple[str, object | None]]:
    usage = call.response.usage
    if usage is None:
        return []
    return [
        (tr("Prompt tokens"), usage.prompt_tokens),
        (tr("Answer tokens"), usage.completion_tokens),
    ]
