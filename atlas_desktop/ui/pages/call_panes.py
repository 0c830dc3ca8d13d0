"""The right side of Review: header, conversation, output, correction, inspector."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from atlas_desktop.ui import parts
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_header import CallHeader
from atlas_desktop.ui.widgets.correction.conflict_banner import ConflictBanner
from atlas_desktop.ui.widgets.correction.pane import CorrectionPane, show_inline
from atlas_desktop.ui.widgets.correction.side import Side
from atlas_desktop.ui.widgets.describe.strip import DescribeStrip
from atlas_desktop.ui.widgets.inspector import Inspector
from atlas_desktop.ui.widgets.layouts import column, hairline
from atlas_desktop.ui.widgets.payload_pane import PayloadPane
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.gate_meter import Meter
    from atlas_desktop.contract.calls import Call
    from atlas_desktop.domain.diff import Diff
    from atlas_desktop.store.rows import Correction, OpenCall


class CallPanes(QWidget):
    """Shows one call. ``painted`` is the call that a paint has put on the screen.

    ``text_changed``: another text is in the panes.
    """

    text_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._shown: OpenCall | None = None
        self._call: Call | None = None
        self._where = ""
        self._names: dict[str, str] = {}
        self._corrected: Correction | None = None
        self._draft: str | None = None
        self._unfolded = False
        self._unfolds = False
        self._painted: int | None = None
        self.header = CallHeader(theme)
        self.conversation = PayloadPane(theme, tr("Conversation"), heading=False)
        self.output = PayloadPane(theme, tr("Output"))
        self.correction = PayloadPane(theme, tr("Correction"))
        self.inspector = Inspector(theme)
        self.correction.hide()
        self.inspector.hide()
        self._inline = Side(theme, tr("Correction"))
        self._inline.hide()
        self._wants_inline = False
        self._diff: Diff | None = None
        self._veiled = False
        self._answers = _split(Qt.Orientation.Horizontal, self.output, self.correction, self._inline)
        self._answers.setSizes([500, 500])
        self.correcting = CorrectionPane(theme)
        self._lower = QStackedWidget()
        self._lower.addWidget(self._answers)
        self._lower.addWidget(self.correcting)
        self.banner = ConflictBanner(theme)
        self.describe = DescribeStrip(theme)
        below = QWidget()
        stacked = column(below)
        stacked.addWidget(self.banner)
        stacked.addWidget(self._lower, 1)
        stacked.addWidget(self.describe)
        self._vertical = _split(Qt.Orientation.Vertical, self.conversation, below)
        self._vertical.setSizes([500, 400])
        self._other_sizes = [300, 600]  # while correcting; the other of the two is in the splitter
        self._wide = _split(Qt.Orientation.Horizontal, self._vertical, self.inspector)
        self._wide.setStretchFactor(0, 1)
        self._wide.setSizes([900, 300])
        layout = self._column = column(self)
        layout.addWidget(self.header)
        layout.addWidget(hairline())
        layout.addWidget(self._wide, 1)
        self.conversation.view.activated.connect(self._activated)
        self.output.view.painted.connect(self._was_painted)
        self._inline.edit.painted.connect(self._was_painted)

    @property
    def painted(self) -> int | None:
        """The local id of the call on the screen; None until its first paint."""
        return self._painted

    def show_call(self, opened: "OpenCall | None", where: str) -> None:
        """Show this call; the same call with another rating keeps its place in the text."""
        if opened is None:
            self.loading()
            return
        same = self._call is opened.call or (
            self._shown is not None
            and (self._shown.row.seq, self._shown.call) == (opened.row.seq, opened.call)
        )
        self._shown, self._call = opened, opened.call
        self._where = where
        self.header.show_call(opened, where, self._names)
        self.header.show()
        if not same:
            self._unfolded = self._unfolds and parts.folds(opened.call)
            self._painted = None
            self._show_text(opened)
        elif self._corrected != opened.correction:
            self._show_correction(opened)
        if self.inspector.isVisibleTo(self):
            self.inspector.show_call(opened, self._names)

    def name_evaluators(self, meter: "Meter") -> None:
        """The evaluators of these gates have names: they are called so from now on."""
        names = {gate.id: gate.standing.name for gate in meter.gates}
        if not names.items() <= self._names.items():
            self._names = {**self._names, **names}
            if self._shown is not None:
                self.header.show_call(self._shown, self._where, self._names)
                self.inspector.show_call(self._shown, self._names)

    def loading(self) -> None:
        """Nothing to show yet: the text of the former call must not be taken for the next one's."""
        self._shown = self._call = self._painted = None
        self.header.hide()
        for pane in (self.conversation, self.output, self.correction):
            pane.show_parts(())
        self.show_changes(None)
        self.inspector.show_call(None)

    def toggle_inspector(self) -> None:
        """Show or hide what is known beside the text."""
        self.inspector.setVisible(not self.inspector.isVisibleTo(self))
        self.inspector.show_call(self._shown, self._names)

    def toggle_fold(self) -> None:
        """Show or hide the system prompt."""
        if self._shown is not None:
            self._unfolded = not self._unfolded
            self.conversation.show_parts(parts.conversation(self._shown.call, self._unfolded))
            self.text_changed.emit()

    def unfold(self, *, on: bool) -> None:
        """System prompts in full from now on, or folded again from the next call on."""
        self._unfolds = on
        if on and self._shown is not None and not self._unfolded and parts.folds(self._shown.call):
            self.toggle_fold()

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """A page of the pane with the focus, else of the conversation."""
        views = [pane.view for pane in (self.conversation, self.output, self.correction)]
        view = next((each for each in views if each.hasFocus()), views[0])
        bar = view.verticalScrollBar()
        bar.setValue(bar.value() + direction * bar.pageStep())

    def payloads(self) -> tuple[PayloadPane, ...]:
        """The panes with recorded text, in reading order."""
        return self.conversation, self.output, self.correction

    def take_find_bar(self, bar: QWidget) -> None:
        """A bar between the header and the text."""
        self._column.insertWidget(2, bar)

    def stops(self) -> list[QWidget]:
        """The panes the focus goes through."""
        return [
            pane.view for pane in (self.conversation, self.output, self.correction) if pane.isVisibleTo(self)
        ] + ([self._inline.edit] if self._inline.isVisibleTo(self) else [])

    def splits(self) -> dict[str, QSplitter]:
        """The dividers, by name."""
        return {
            "answers": self._answers,
            "correcting": self.correcting.split,
            "panes": self._vertical,
            "inspector": self._wide,
        }

    @property
    def editing(self) -> bool:
        """Whether the correction editor is on the screen."""
        return self._lower.currentWidget() is self.correcting

    def edit(self, *, on: bool) -> None:
        """Show the correction editor in the place of the answer, or the answer again."""
        if on == self.editing:
            return
        sizes, self._other_sizes = self._other_sizes, self._vertical.sizes()
        self._lower.setCurrentWidget(self.correcting if on else self._answers)
        self._vertical.setSizes(sizes)
        if not on:
            self.text_changed.emit()

    @property
    def corrected(self) -> "tuple[int, str | None] | None":
        """Which call is on view, and the correction or draft beside its answer; None while there is no call."""
        if self._shown is None:
            return None
        known = self._shown.correction.text if self._shown.correction is not None else None
        return self._shown.row.seq, known if self._draft is None else self._draft

    def _show_text(self, opened: "OpenCall") -> None:
        call = opened.call
        self.conversation.show_parts(parts.conversation(call, self._unfolded))
        self.output.show_parts(parts.output(call))
        self._show_correction(opened)

    def show_draft(self, text: str | None) -> None:
        """A correction that is not submitted yet, in the place of the one that stands; None: there is none."""
        if text != self._draft:
            self._draft = text
            if self._shown is not None:
                self._show_correction(self._shown)

    def _show_correction(self, opened: "OpenCall") -> None:
        correction, draft = opened.correction, self._draft
        self._corrected = correction
        self.show_changes(None)
        title = parts.correction_title(correction) if draft is None else tr("Your draft, not submitted")
        self.correction.set_title(title)
        self.correction.show_parts(parts.correction(correction) if draft is None else (parts.Part(draft),))
        self.text_changed.emit()

    def set_inline(self, inline: bool) -> None:
        """Show a correction in the text of the answer, or beside it."""
        self._wants_inline = inline
        self.correcting.set_inline(inline)
        self.show_changes(self._diff, veiled=self._veiled)

    def show_changes(self, diff: "Diff | None", *, veiled: bool = False) -> None:
        """What the correction on the screen made of the answer; None while nobody knows, or there is none.

        ``veiled``: side by side in any case, since the inline text is the exact one.
        """
        self._diff, self._veiled = diff, veiled
        inline = diff is not None and self._wants_inline and not veiled
        self.output.setVisible(not inline)
        self._inline.setVisible(inline)
        self.correction.setVisible(self._has_correction and not inline)
        pairs = (
            [pair for hunk in diff.hunks for pair in (hunk.words or ((hunk.old, hunk.new),))] if diff else []
        )
        self.output.view.marks.show_changes([old for old, _ in pairs], "removed")
        self.correction.view.marks.show_changes([new for _, new in pairs], "added")
        if diff is not None and inline:
            self._inline.set_title(self.correction.view.accessibleName())
            show_inline(self._inline.edit, diff)

    @property
    def _has_correction(self) -> bool:
        return self._shown is not None and (self._shown.correction is not None or self._draft is not None)

    def _activated(self, link: str) -> None:
        if link == "fold":
            self.toggle_fold()

    def _was_painted(self) -> None:
        if self._shown is not None:
            self._painted = self._shown.row.seq


def _split(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    split = QSplitter(orientation)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    for widget in widgets:
        split.addWidget(widget)
    return split
