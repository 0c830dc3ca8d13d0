"""The facet sidebar: saved views and values with counts, an editor of the same filter as the line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from atlas_desktop.domain.filter import toggle
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.models.facet_model import FacetModel
from atlas_desktop.ui.models.facet_rows import FOLDED_AT_FIRST, FacetRow, ViewLine, facet_rows
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.facet_list import FacetList
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.domain.filter import Facets


class FacetPane(QWidget):
    """``edited`` tells the new filter; ``view_wanted``, ``renaming`` and ``deleting`` a saved view by its number."""

    edited = Signal(object)
    view_wanted = Signal(int)
    renaming = Signal(int)
    deleting = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMinimumWidth(180)
        self._query = Query()
        self._facets: Facets | None = None
        self.views: tuple[ViewLine, ...] = ()
        self._save_key = ""
        self._folded = set(FOLDED_AT_FIRST)
        self._unfolded: set[str] = set()
        self.model = FacetModel(self)
        self.list = FacetList(theme, self.model)
        self._problem = PlainLabel("", role="caption", tone="bad")
        self._problem.setWordWrap(True)
        self._problem.setContentsMargins(12, 8, 12, 8)
        self._problem.hide()
        foot = surface("strip")
        caps = KeyCaps(theme, [("Space", tr("tick")), ("-", tr("leave out"))])
        row(foot, margins=(3, 0, 1, 0)).addWidget(caps)
        layout = column(self)
        layout.addWidget(self._problem)
        layout.addWidget(self.list, 1)
        layout.addWidget(hairline())
        layout.addWidget(foot)
        self.list.toggled.connect(self._toggled)
        self.list.folding.connect(self._fold)
        self.list.renaming.connect(lambda row: self._of_view(row, self.renaming))
        self.list.deleting.connect(lambda row: self._of_view(row, self.deleting))
        self._refresh()

    def show_query(self, query: Query) -> None:
        """Tick what the filter asks for."""
        if query != self._query:
            self._query = query
            self._refresh()

    def show_facets(self, facets: "Facets | None", problem: "Problem | None" = None) -> None:
        """The counts; None while they are not known."""
        self._facets = facets
        self._problem.setText(problem.sentence if problem is not None else "")
        self._problem.setVisible(problem is not None)
        self._refresh()

    def show_views(self, views: Sequence[ViewLine], save_key: str) -> None:
        """The saved views, and the key that saves one."""
        if (tuple(views), save_key) != (self.views, self._save_key):
            self.views, self._save_key = tuple(views), save_key
            self._refresh()

    def edit_views(self) -> None:
        """The keyboard to the first saved view."""
        self._folded.discard("views")
        self._refresh()
        self.list.setFocus()
        if self.views:
            self.list.go(f"view {self.views[0].name}")

    def saved(self) -> dict[str, Any]:
        """Which headings are folded, for the settings."""
        return {"folded": sorted(self._folded)}

    def restore(self, saved: object) -> None:
        """Fold them as they were."""
        if isinstance(saved, dict) and isinstance(folded := saved.get("folded"), list):
            self._folded = {each for each in folded if isinstance(each, str)}
            self._refresh()

    def _refresh(self) -> None:
        here = self.list.row
        rows = facet_rows(self._facets, self._query, self.views, self._folded, self._unfolded, self._save_key)
        if self.model.show(rows) and here is not None:
            self.list.go(here.key)

    def _toggled(self, row: FacetRow, out: bool) -> None:
        if row.kind == "more":
            self._unfolded ^= {row.field}
            self._refresh()
        elif row.kind == "view":
            self._of_view(row, self.view_wanted)
        elif row.term is not None:
            # A second time takes it back: what is left out and ticked is asked for, and the other way round.
            term = type(row.term)(row.term.field, row.term.value, row.term.op, negated=out)
            self.edited.emit(toggle(self._query, term))

    def _fold(self, row: FacetRow, open_: bool) -> None:
        if row.kind == "more":
            return
        if row.kind != "heading":
            if not open_:
                self.list.go(row.field)
            return
        if open_ and row.open:
            return
        (self._folded.discard if open_ else self._folded.add)(row.field)
        self._refresh()

    def _of_view(self, row: FacetRow, signal: Any) -> None:
        number = next((at for at, view in enumerate(self.views) if f"view {view.name}" == row.key), None)
        if number is not None:
            signal.emit(number)
