"""What is known about a call beside its text: who served it and why, at what cost, how it did at the gates."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from atlas_desktop.ui.call_facts import About, Gate, refund_words, sections_of
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Role, Tone
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.decision import Considered, Standing
    from atlas_desktop.store.rows import OpenCall

_JUDGED: Final = {"good": ("good", "good"), "bad": ("bad", "bad"), "none": ("unsure", "muted")}
_STANDING: Final[dict["Standing", tuple[str, str]]] = {
    "chosen": ("selected", "accent"), "good": ("good", "good"), "bad": ("excluded", "bad"), "other": ("", "muted"),
}  # fmt: skip
_TOP: Final = Qt.AlignmentFlag.AlignTop


class Inspector(QWidget):
    """Sections under each other: facts in two columns, gates, the routing decision."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("Inspector"))
        self.setMinimumWidth(320)
        self._theme = theme
        self._call: str | None = None
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(tr("About this call"))
        column(self).addWidget(self._area)
        self.show_call(None)

    def show_call(self, opened: "OpenCall | None") -> None:
        """Show what was recorded of it; the same call keeps its place."""
        call = opened.call.id if opened is not None else None
        bar = self._area.verticalScrollBar()
        place = bar.value() if call is not None and call == self._call else 0
        self._call = call
        # Made anew and put in whole: what is added to a widget that is shown is laid out again and again.
        body = surface("surface")
        inside = column(body, margins=(3, 2, 3, 3), gap=2)
        if opened is not None:
            self._fill(inside, opened)
        inside.addStretch()
        self._area.setWidget(body)
        bar.setValue(place)

    def _fill(self, inside: QVBoxLayout, opened: "OpenCall") -> None:
        if words := refund_words(opened.call):
            inside.addWidget(self._marked("attention", "warn", _text(words, "strong", "warn")))
        for number, section in enumerate(sections_of(opened)):
            if number:
                inside.addWidget(hairline())
            inside.addWidget(PlainLabel(section.title, role="strong"))
            self._section(inside, section)

    def _section(self, inside: QVBoxLayout, section: About) -> None:
        if section.says:
            inside.addWidget(_text(section.says, "body", "text"))
        if section.facts:
            inside.addLayout(_facts(section))
        for gate in section.gates:
            inside.addWidget(self._gate(gate))
        for each in section.considered:
            inside.addWidget(self._variant(each))
        if section.rest:
            inside.addWidget(_text(section.rest, "caption", "muted"))

    def _gate(self, gate: Gate) -> QWidget:
        icon, color = _JUDGED[gate.judged]
        made = self._marked(icon, color, _text(gate.evaluator, "caption", "text"), gate.figure, gate.why)
        verdict = {"good": tr("passed"), "bad": tr("below its gate"), "none": tr("not judged")}[gate.judged]
        made.setAccessibleName(", ".join(filter(None, (gate.evaluator, gate.figure, verdict, gate.why))))
        return made

    def _variant(self, each: "Considered") -> QWidget:
        icon, color = _STANDING[each.standing]
        name = _text(each.name, "strong" if each.standing == "chosen" else "caption", "text")
        price = tr("{price} / M", price=each.price) if each.price else ""
        made = self._marked(icon, color, name, price, "  ·  ".join(filter(None, (each.who, each.why))))
        made.setAccessibleName(", ".join(filter(None, (each.name, each.who, each.why, price))))
        return made

    def _marked(self, icon: str, color: str, title: PlainLabel, figure: str = "", under: str = "") -> QWidget:
        """A line with an icon in front, a figure at its end, and words under it."""
        made = QWidget()
        line = row(made, gap=2)
        holder = QWidget()
        holder.setFixedWidth(4 * GRID)
        sign = IconMark(self._theme)
        sign.show_icon(icon, color)
        column(holder, margins=(0, 0, 0, 0)).addWidget(sign, 0, _TOP)
        line.addWidget(holder, 0, _TOP)
        words = column(gap=0)
        first = row(gap=2)
        first.addWidget(title, 1)
        if figure:
            first.addWidget(PlainLabel(figure, role="caption", tone="muted"), 0, _TOP)
        words.addLayout(first)
        if under:
            words.addWidget(_text(under, "caption", "muted"))
        line.addLayout(words, 1)
        return made


def _facts(section: About) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(1, 1)
    for line, (name, value) in enumerate(section.facts):
        title = PlainLabel(name, role="caption", tone="muted")
        title.setAlignment(_TOP)
        grid.addWidget(title, line, 0)
        grid.addWidget(_text(value, "caption", "text"), line, 1)
    return grid


def _text(text: str, role: Role, tone: Tone) -> PlainLabel:
    """Words in as many lines as they need, which can be selected."""
    made = PlainLabel(text, role=role, tone=tone)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
