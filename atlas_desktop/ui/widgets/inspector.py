"""What is known about a call beside its text: who served it and why, at what cost, how it did at the gates."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from atlas_desktop.ui.call_facts import NO_NAMES, Names, rows_of
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.inspector_rows import RowView, make_row
from atlas_desktop.ui.widgets.layouts import column, surface
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.store.rows import OpenCall
    from atlas_desktop.ui.call_facts import Kind


class Inspector(QWidget):
    """Rows under each other. Those of the last call are used again: 60 new labels would be a late frame."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("Inspector"))
        self.setMinimumWidth(320)
        self._theme = theme
        self._call: str | None = None
        self._made: dict[Kind, list[RowView]] = {}
        self._kinds: tuple[Kind, ...] = ()
        body = surface("surface")
        self._rows = column(body, margins=(3, 2, 3, 3), gap=1)
        self._rows.addStretch()
        self._area = QScrollArea()
        self._area.setWidget(body)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(tr("About this call"))
        column(self).addWidget(self._area)

    def show_call(self, opened: "OpenCall | None", names: Names = NO_NAMES) -> None:
        """Show what was recorded of it; the same call keeps its place."""
        call = opened.call.id if opened is not None else None
        if call is None or call != self._call:
            self._area.verticalScrollBar().setValue(0)
        self._call = call
        rows = rows_of(opened, names) if opened is not None else []
        used: dict[Kind, int] = {}
        views = []
        for each in rows:
            number = used[each.kind] = used.get(each.kind, 0) + 1
            view = self._view(each.kind, number)
            view.show_row(each)
            views.append(view)
        kinds = tuple(each.kind for each in rows)
        if kinds != self._kinds:
            self._kinds = kinds
            self._arrange(views)

    def _view(self, kind: "Kind", number: int) -> RowView:
        """The view of the row of this kind and number, made if there was none yet."""
        made = self._made.setdefault(kind, [])
        if len(made) < number:
            made.append(make_row(kind, self._theme))
        return made[number - 1]

    def _arrange(self, views: list[RowView]) -> None:
        wanted = set(map(id, views))
        for each in (view for made in self._made.values() for view in made):
            self._rows.removeWidget(each)
            if id(each) not in wanted:
                each.hide()
        for place, view in enumerate(views):
            self._rows.insertWidget(place, view)
            view.show()
