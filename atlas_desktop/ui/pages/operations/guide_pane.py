"""What changed? The two answers the seeds keep apart, each with what follows from it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr


class GuidePane(QWidget):
    """Two ways on; the difference decides whether old datasets stay comparable."""

    def __init__(self, shape: Callable[[], object], bar: Callable[[], object]) -> None:
        super().__init__()
        inside = surface("surface")
        body = column(inside, margins=(6, 6, 6, 6), gap=3)
        body.addWidget(PlainLabel(tr("What changed about a right answer?"), role="title"))
        across = row(gap=6)
        self.shape = button(tr("Write the new schema"), shape, "primary")
        self.bar = button(tr("Change an evaluator"), bar, "primary")
        across.addLayout(
            _way(
                tr("Its shape"),
                [
                    tr("A field was added or removed."),
                    tr("A field has another type."),
                    tr("Fewer or other values are allowed."),
                ],
                tr(
                    "A schema change. It gets a new schema version; tag the calls made from then on with it. Old calls "
                    "and datasets stay with the old version, so that the two never mix in one dataset."
                ),
                self.shape,
            ),
            1,
        )
        across.addWidget(hairline(Qt.Orientation.Vertical))
        across.addLayout(
            _way(
                tr("What counts as right"),
                [
                    tr("The rubric became stricter, or a business rule changed."),
                    tr("The system prompt handles edge cases differently."),
                    tr("A class of errors was found that nothing caught."),
                ],
                tr(
                    "A requirement change. The schema version stays: the items still fit it. Change the evaluator, run the "
                    "evaluation of its datasets again, and see whether they still meet the bar. If not, raise the gate "
                    "or add items that show what is expected now."
                ),
                self.bar,
            ),
            1,
        )
        body.addLayout(across)
        body.addStretch(1)
        column(self).addWidget(inside)


def _way(title: str, examples: list[str], follows: str, go: QWidget) -> QVBoxLayout:
    made = column(gap=2)
    made.addWidget(PlainLabel(title, role="strong"))
    for each in examples:
        example = PlainLabel(f"\u2022  {each}", tone="muted")
        example.setWordWrap(True)
        made.addWidget(example)
    made.addSpacing(4)
    words = PlainLabel(follows)
    words.setWordWrap(True)
    made.addWidget(words)
    made.addSpacing(4)
    made.addStretch(1)  # the buttons of both stand on one line, however long the words are
    line = row()
    line.addWidget(go)
    line.addStretch(1)
    made.addLayout(line)
    return made
