"""The filter: one line of text, and three menus that edit the same line."""

from collections.abc import Callable, Sequence
from typing import Final, get_args

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from atlas_desktop.domain.filter import format_query, parse, parse_query, set_only
from atlas_desktop.domain.filter.completion import may_become_field
from atlas_desktop.domain.query import Field, Query, Rated, Term
from atlas_desktop.ui import icons
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.ui.widgets.plain_label import PlainLabel

Facet = Sequence[tuple[str, int]]
RATING_WORDS: Final[dict[Rated, str]] = {
    "none": "Not rated",
    "thumbs_up": "Good",
    "thumbs_down": "Bad",
    "unsure": "Unsure",
}
_PAUSE_MS: Final = 30
# On its way to a colon a key's name is no word to search for; who stops there means the word.
_KEY_PAUSE_MS: Final = 400
_ENTRIES: Final = 30
_FACETS: Final[tuple[Field, ...]] = ("operation", "customer", "rating")
_HINT: Final = 'Filter: words, "a phrase", rating:none, operation: or customer: and a name or its beginning'


class FilterLine(QLineEdit):
    """Where the filter is typed. Enter and Down go to the list."""

    finished = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types, but what leaves the line."""
        if {"Enter", "Down"} & set(names(event)):
            self.finished.emit()
            return
        super().keyPressEvent(event)


class FilterBar(QWidget):
    """``changed`` tells the new query a moment after the last key; ``left`` that the line is done with."""

    changed = Signal(object)
    left = Signal()
    facets_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._operations: Facet = ()
        self._customers: Facet = ()
        self._said = Query()
        self.line = FilterLine()
        self.line.setPlaceholderText(_HINT)
        self.line.setAccessibleName("Filter")
        self._search = QAction(self)
        self.line.addAction(self._search, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction("Clear the filter", self)
        self._clear.setVisible(False)
        self._clear.triggered.connect(lambda _=False: self.edit(Query()))
        self.line.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.line.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._say)
        self.line.textEdited.connect(
            lambda text: self._pause.start(_KEY_PAUSE_MS if may_become_field(text) else _PAUSE_MS)
        )
        self.line.textChanged.connect(self._show_unfinished)
        self.line.finished.connect(self._finish)
        self._unfinished = PlainLabel("", tone="muted")
        self._unfinished.setContentsMargins(GRID, 0, GRID, 0)
        self._unfinished.hide()
        self._count = PlainLabel("", tone="muted")
        self._count.setAccessibleName("Calls in the filter")
        layout = row(self, margins=(3, 2, 3, 2), gap=1)
        layout.addWidget(self.line, 1)
        layout.addWidget(self._unfinished)
        self._menus = [
            self._menu_button("Operation", self._operation_entries),
            self._menu_button("Customer", self._customer_entries),
            self._menu_button("Rating", self._rating_entries),
        ]
        for each in self._menus:
            layout.addWidget(each)
        layout.addSpacing(8)
        layout.addWidget(self._count)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def query(self) -> Query:
        """What the line says now."""
        return parse_query(self.line.text())

    def show_query(self, query: Query) -> None:
        """Put a filter into the line without announcing it."""
        self._said = query
        if self.query != query:
            self.line.setText(format_query(query))
        self._mark_used()

    def set_facets(self, operations: Facet, customers: Facet) -> None:
        """What the menus offer, with the number of calls of each."""
        self._operations, self._customers = operations, customers

    def set_count(self, matching: int, total: int, *, loading: bool = False) -> None:
        """ "1,204 of 8,916"; one number when they are the same."""
        # While calls pour in the two are counted one after the other: there are never more than there are.
        words = f"{matching:,} of {total:,}" if matching < total else f"{matching:,} calls"
        self._count.setText("…" if loading else words)

    def edit(self, query: Query) -> None:
        """Replace the line by this filter, and announce it."""
        self.line.setText(format_query(query))
        self._say()

    def _say(self) -> None:
        self._pause.stop()
        self._mark_used()
        if self.query != self._said:
            self._said = self.query
            self.changed.emit(self._said)

    def _show_unfinished(self, text: str) -> None:
        words = "; ".join(each.message for each in parse(text).faults)
        self._unfinished.setText(words)
        self._unfinished.setVisible(bool(words))

    def _finish(self) -> None:
        self._say()
        self.left.emit()

    def _menu_button(self, title: str, entries: Callable[[QMenu], None]) -> QToolButton:
        made = QToolButton()
        made.setText(f"{title} ▾")
        made.setAccessibleName(f"{title} filter")
        made.setProperty("kind", "facet")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(made)
        menu.setAccessibleName(f"{title} filter")

        def open_menu() -> None:
            self.facets_wanted.emit()
            menu.clear()
            entries(menu)
            menu.popup(made.mapToGlobal(QPoint(0, made.height() + 2)))

        made.clicked.connect(open_menu)
        return made

    def _operation_entries(self, menu: QMenu) -> None:
        self._entry(menu, "Every operation", self.query.without("operation"), not self.query.of("operation"))
        menu.addSeparator()
        for key, count in self._operations[:_ENTRIES]:
            chosen = _only(self.query, "operation", key)
            self._entry(menu, f"{key}\t{count:,}", chosen, self.query == chosen)
        self._more(menu, len(self._operations), "operation:")

    def _customer_entries(self, menu: QMenu) -> None:
        self._entry(menu, "Every customer", self.query.without("customer"), not self.query.of("customer"))
        menu.addSeparator()
        for name, count in self._customers[:_ENTRIES]:
            chosen = _only(self.query, "customer", name)
            self._entry(menu, f"{name}\t{count:,}", chosen, self.query == chosen)
        self._more(menu, len(self._customers), "customer:")

    def _rating_entries(self, menu: QMenu) -> None:
        self._entry(menu, "Any rating", self.query.without("rating"), not self.query.of("rating"))
        menu.addSeparator()
        for rating in get_args(Rated):
            chosen = _only(self.query, "rating", rating)
            self._entry(menu, RATING_WORDS[rating], chosen, self.query == chosen)

    def _entry(self, menu: QMenu, text: str, query: Query, checked: bool) -> None:
        name, tab, count = text.partition("\t")
        action = menu.addAction(one_line(name).replace("&", "&&") + tab + count)
        action.setCheckable(True)
        action.setChecked(checked)
        action.triggered.connect(lambda _=False: self.edit(query))

    def _more(self, menu: QMenu, total: int, token: str) -> None:
        if total > _ENTRIES:
            action = menu.addAction(f"{total - _ENTRIES:,} more: type {token} in the filter")
            action.triggered.connect(lambda _=False: self.line.setFocus())

    def _mark_used(self) -> None:
        query = self.query
        for each, facet in zip(self._menus, _FACETS, strict=True):
            used = bool(query.of(facet))
            if each.property("used") != used:
                each.setProperty("used", used)
                each.style().unpolish(each)
                each.style().polish(each)

    def _restyle(self) -> None:
        self._search.setIcon(icons.icon("search", self._theme.tokens.muted))
        self._clear.setIcon(icons.icon("bad", self._theme.tokens.muted))


def _only(query: Query, field: Field, value: str) -> Query:
    return set_only(query, Term(field, value))
