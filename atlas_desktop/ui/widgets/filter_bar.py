"""The filter: one line of text with suggestions, what of it is not understood, and what else shapes the list."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from atlas_desktop.domain.filter import Facets, Fault, format_query, parse, unknown_names
from atlas_desktop.domain.filter.completion import may_become_field
from atlas_desktop.domain.query import Query
from atlas_desktop.ui import icons
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.completion_popup import CompletionPopup
from atlas_desktop.ui.widgets.fault_line import FaultLine
from atlas_desktop.ui.widgets.filter_completion import FilterCompletion
from atlas_desktop.ui.widgets.filter_line import FilterLine
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

_PAUSE_MS: Final = 30
# On its way to a colon a field's name is no word to search for; who stops there means the word.
_FIELD_PAUSE_MS: Final = 400


class FilterBar(QWidget):
    """``changed`` tells the new query a moment after the last key; ``left`` that the line is done with.

    ``vocabulary_wanted``: somebody begins to type. The buttons: ``facets_wanted``, ``sort_menu_wanted`` and
    ``views_menu_wanted`` (with a place), ``layout_wanted``.
    """

    changed = Signal(object)
    left = Signal()
    vocabulary_wanted = Signal()
    facets_wanted = Signal()
    sort_menu_wanted = Signal(QPoint)
    views_menu_wanted = Signal(QPoint)
    layout_wanted = Signal()

    def __init__(self, theme: Theme, page: QWidget) -> None:
        super().__init__(page)
        self._theme = theme
        self._said = Query()
        self._vocabulary = Facets()
        self.line = self._make_line()
        self.completion = FilterCompletion(theme, self.line, CompletionPopup(theme, page))
        self._fault = FaultLine(theme)
        self._count = PlainLabel("", tone="muted")
        self._count.setAccessibleName(tr("Calls in the filter"))
        self.facets = self._button(tr("Facets"), tr("Facets: values to tick"), self._facets_clicked)
        self.facets.setCheckable(True)
        self.sorting = self._button(tr("Newest"), tr("Sort and fold"), self._sort_clicked)
        self.views = self._button(tr("Views"), tr("Saved views"), self._views_clicked)
        self.layout_button = self._button(tr("Table"), tr("Table or lines"), self.layout_wanted.emit)
        self.layout_button.setCheckable(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._say)
        self._lay_out()
        self._connect()
        self._restyle()

    @property
    def query(self) -> Query:
        """What of the line is understood now."""
        return parse(self.line.text()).query

    def show_query(self, query: Query) -> None:
        """Put a filter into the line without announcing it."""
        self._said = query
        if self.query != query:
            self.line.setText(format_query(query))
        self._judge()

    def set_vocabulary(self, vocabulary: Facets) -> None:
        """What there is in the store, to be suggested."""
        self._vocabulary = vocabulary
        self.completion.set_vocabulary(vocabulary)
        self._judge()

    def set_count(self, matching: int, total: int, *, rows: int | None = None, loading: bool = False) -> None:
        """ "1,204 of 8,916"; one number when they are the same; in how many ``rows``, when equal ones are folded."""
        # While calls pour in the two are counted one after the other: there are never more than there are.
        if matching < total:
            words = tr("{count:,} of {total:,}", count=matching, total=total)
        else:
            words = trn("{count:,} call", "{count:,} calls", matching)
        if rows is not None and rows < matching:
            words = tr("{calls} in {count:,} rows", calls=words, count=rows)
        self._count.setText("…" if loading else words)
        # Only ever wider: the line would jump under the hand that types in it.
        self._count.setMinimumWidth(max(self._count.minimumWidth(), self._count.sizeHint().width()))

    def show_order(self, words: str, *, fold: bool) -> None:
        """The order in force, on its button; whether equal calls are folded."""
        shown = tr("{order}, folded", order=words) if fold else words
        self.sorting.setText(shown)
        self.sorting.setAccessibleName(tr("Order: {order}", order=shown))

    def edit(self, query: Query) -> None:
        """Replace the line by this filter, and announce it."""
        self.line.setText(format_query(query))
        self._say()

    def close_suggestions(self) -> bool:
        """Hide them. False when there were none."""
        return self.completion.close()

    def _make_line(self) -> FilterLine:
        line = FilterLine(self._theme)
        line.setPlaceholderText(
            tr('Filter: words, "a phrase", rating:none, customer: and a name, latency:>2s')
        )
        line.setAccessibleName(tr("Filter"))
        self._search = QAction(self)
        line.addAction(self._search, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(tr("Clear the filter"), self)
        self._clear.setVisible(False)
        self._clear.triggered.connect(lambda _=False: self.edit(Query()))
        line.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        return line

    def _lay_out(self) -> None:
        layout = column(self, margins=(3, 2, 3, 2))
        line = row(gap=1)
        line.addWidget(self.facets)
        line.addWidget(self.line, 1)
        for each in (self.sorting, self.views, self.layout_button):
            line.addWidget(each)
        line.addSpacing(8)
        line.addWidget(self._count)
        layout.addLayout(line)
        layout.addWidget(self._fault)

    def _connect(self) -> None:
        line = self.line
        line.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        line.textChanged.connect(lambda _: self._judge())
        line.cursorPositionChanged.connect(lambda _old, _new: self._judge())
        line.textEdited.connect(
            lambda text: self._pause.start(_FIELD_PAUSE_MS if may_become_field(text) else _PAUSE_MS)
        )
        line.finished.connect(self._finish)
        line.textEdited.connect(lambda _: self.vocabulary_wanted.emit())
        line.entered.connect(self._judge)
        line.exited.connect(self._judge)
        self.completion.took.connect(self._say)
        self.completion.mend = self._fault.mend
        self._fault.mended.connect(self._mend)
        self._theme.changed.connect(self._restyle)

    def _say(self) -> None:
        self._pause.stop()
        if self.query != self._said:
            self._said = self.query
            self.changed.emit(self._said)

    def _finish(self) -> None:
        self.completion.close()
        self._say()
        self.left.emit()

    def _judge(self) -> None:
        """Underline what is not understood; say why under it, once the hand has left it."""
        parsed = parse(self.line.text())
        faults = [fault for fault in parsed.faults if not fault.unfinished]
        typing = self.line.hasFocus()
        cursor = self.line.cursorPosition()
        # What the cursor is in is still being typed, and the suggestions speak of it.
        settled = [each for each in faults if not (typing and each.start <= cursor <= each.end)]
        self.line.show_faults([(each.start, each.end) for each in settled])
        hints = unknown_names(parsed, self._vocabulary) if self._vocabulary.total and not settled else ()
        hints = tuple(each for each in hints if not (typing and each.start <= cursor <= each.end))
        first = next(iter((*settled, *hints)), None)
        place = self._place_of(first) if first is not None else 0
        self._fault.tell(first, place, typing=typing, wrong=bool(settled))

    def _place_of(self, fault: Fault) -> int:
        inside = min(max(self.line.x_of(fault.start), 0), self.line.width())
        x = self.line.mapTo(self, QPoint(inside, 0)).x() - self.contentsMargins().left()
        return self.width() - x if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else x

    def _mend(self, fault: Fault) -> None:
        text = self.line.text()
        self.line.setText(text[: fault.start] + (fault.suggestion or "") + text[fault.end :])
        self._say()

    def _button(self, words: str, name: str, clicked: object) -> QToolButton:
        made = QToolButton()
        made.setText(words)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setProperty("kind", "facet")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda _=False: clicked())  # type: ignore[operator]
        return made

    def _facets_clicked(self) -> None:
        self.facets_wanted.emit()

    def _sort_clicked(self) -> None:
        self.sort_menu_wanted.emit(self.sorting.mapToGlobal(QPoint(0, self.sorting.height() + 2)))

    def _views_clicked(self) -> None:
        self.views_menu_wanted.emit(self.views.mapToGlobal(QPoint(0, self.views.height() + 2)))

    def _restyle(self) -> None:
        muted = self._theme.tokens.muted
        self._search.setIcon(icons.icon("search", muted))
        self._clear.setIcon(icons.icon("bad", muted))
        for button, name in (
            (self.facets, "facets"),
            (self.sorting, "sort"),
            (self.views, "views"),
            (self.layout_button, "table"),
        ):
            button.setIcon(icons.icon(name, muted))
