"""What shapes the list on Review: filter, facets, order, folding, columns, saved views. One filter, many editors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from atlas_desktop.app.facets import FacetCounts
from atlas_desktop.app.saved_views import LONGEST_NAME, SavedView, SavedViews
from atlas_desktop.domain.filter import format_query
from atlas_desktop.domain.query import Query, Sort
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.columns import COLUMNS, columns_from
from atlas_desktop.ui.models.facet_rows import ViewLine
from atlas_desktop.ui.pages.facet_pane import FacetPane
from atlas_desktop.ui.pages.list_pane import ListPane
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.call_delegate import Layout
from atlas_desktop.ui.widgets.filter_bar import FilterBar
from atlas_desktop.ui.widgets.list_menus import sort_menu, sort_title, views_menu
from atlas_desktop.ui.widgets.name_strip import NameStrip
from atlas_desktop.ui.widgets.strip import Undoable
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace


_SAVED: Final = "view.saved_"


class Listing(QObject):
    """Implements ``commands.Listing``. ``laid_out`` tells that the list is lines now, or a table; ``alike_wanted``
    that the other answers to the same prompt are to be shown, or hidden."""

    laid_out = Signal(str)
    alike_wanted = Signal()

    def __init__(
        self, theme: Theme, context: "Context", bar: FilterBar, pane: ListPane, facets: FacetPane
    ) -> None:
        super().__init__(bar)
        self._context = context
        self._bar = bar
        self._pane = pane
        self._facets = facets
        self._workspace: Workspace | None = None
        self._views = SavedViews(context.session.settings)
        self.naming = NameStrip(theme)
        self.deleted = Undoable(theme)
        self._connect()
        facets.hide()
        stop = context.session.settings.changed.connect(lambda _: self._show_views())
        self.destroyed.connect(stop)

    def set_workspace(self, workspace: "Workspace | None") -> list[Callable[[], None]]:
        """Shape this list from now on; returns what ends it."""
        self._workspace = workspace
        if workspace is None:
            return []
        counts = workspace.facets
        counts.want_vocabulary()
        counts.show(not self._facets.isHidden())
        self._show_facets(counts)
        self._bar.set_vocabulary(counts.vocabulary)
        self.follow()
        return [
            workspace.browser.reset.connect(lambda _: self.follow()),
            counts.changed.connect(lambda _: self._show_facets(counts)),
            counts.vocabulary_changed.connect(self._bar.set_vocabulary),
        ]

    def follow(self) -> None:
        """The list was made anew: every editor shows its filter and order."""
        if self._workspace is None:
            return
        browser = self._workspace.browser
        self._bar.show_query(browser.query)
        self._bar.show_order(sort_title(browser.query.sort), fold=browser.fold)
        self._facets.show_query(browser.query)
        self._pane.show_sort(browser.query.sort)
        self._show_views()

    # commands

    def toggle_facets(self) -> None:
        """The sidebar with the keyboard in it; away when it is there already."""
        shown = self._facets.isVisible()
        self._show_sidebar(not shown)
        if shown:
            self._pane.view.setFocus()
        else:
            self._facets.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_layout(self) -> None:
        """Lines or a table."""
        self.lay_out("lines" if self._pane.layout_name == "table" else "table")
        table = self._pane.layout_name == "table"
        self._context.say(tr("The list is a table") if table else tr("The list is lines"))

    def toggle_equal(self) -> None:
        """Equal exchanges as one row, or each by itself."""
        if self._workspace is not None:
            self._context.spawn("fold equal calls", self._fold(self._workspace))

    def toggle_alike(self) -> None:
        """Other answers to the same prompt, or without them."""
        self.alike_wanted.emit()

    def choose_columns(self) -> None:
        """The menu of columns; the list becomes a table for it."""
        self.lay_out("table")
        self._pane.open_columns()

    def choose_sort(self) -> None:
        """The menu of orders."""
        button = self._bar.sorting
        self._open_sort_menu(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def sort(self, sort: Sort) -> None:
        """This order."""
        workspace = self._workspace
        if workspace is not None and workspace.browser.query.sort != sort:
            self._apply(workspace.browser.query.sorted(sort))

    def turn_order(self) -> None:
        """The other way round."""
        if self._workspace is not None:
            now = self._workspace.browser.query.sort
            self.sort(Sort(now.column, not now.descending))

    def save_view(self) -> None:
        """Ask for a name, and keep the filter, the order, the columns and the folding under it."""
        if self._workspace is not None:
            self.naming.ask(
                tr("Save this view as"), self._proposed_name(), tr("Save"), self._save_as, self._focus_list
            )

    def open_view(self, number: int) -> None:
        """The view of this number, from 1."""
        view, workspace = self._views.numbered(number), self._workspace
        if view is None:
            self._context.say(tr("There is no saved view {number}.", number=number))
            return
        if workspace is None:
            return
        self._context.show("review")
        if view.columns:
            self._pane.show_columns(columns_from({**self._pane.columns.saved(), **_shown(view)}))
        # The workspace's own act: it keeps the call at hand, if the view has it.
        self._context.spawn("saved view", self._open(workspace, view))

    def chord_title(self, command_id: str, title: str | None) -> str | None:
        """What the hint strip calls a command: a saved view by its name, and not at all when there is none."""
        if not command_id.startswith(_SAVED):
            return title
        view = self._views.numbered(int(command_id.removeprefix(_SAVED)))
        return one_line(view.name) if view is not None else None

    # remembering

    def remembered(self) -> dict[str, Any]:
        """How the list is arranged, for the settings."""
        return {
            "layout": self._pane.layout_name,
            "columns": self._pane.columns.saved(),
            "facets": {"shown": not self._facets.isHidden(), **self._facets.saved()},
        }

    def restore(self, saved: object) -> None:
        """Arrange it as it was."""
        if not isinstance(saved, dict):
            return
        self._pane.show_columns(columns_from(saved.get("columns")))
        self.lay_out("table" if saved.get("layout") == "table" else "lines")
        facets = saved.get("facets")
        self._facets.restore(facets)
        self._show_sidebar(isinstance(facets, dict) and facets.get("shown") is True)

    def lay_out(self, layout: Layout) -> None:
        """Lines or a table."""
        if layout != self._pane.layout_name:
            self._pane.lay_out(layout)
            self._bar.layout_button.setChecked(layout == "table")
            self.laid_out.emit(layout)

    # inside

    def _connect(self) -> None:
        bar, facets, pane = self._bar, self._facets, self._pane
        bar.changed.connect(self._apply)
        bar.completion.popup.said.connect(self._context.say)
        bar.left.connect(self._focus_list)
        bar.vocabulary_wanted.connect(self._want_vocabulary)
        bar.facets_wanted.connect(self.toggle_facets)
        bar.sort_menu_wanted.connect(self._open_sort_menu)
        bar.views_menu_wanted.connect(self._open_views_menu)
        bar.layout_wanted.connect(self.toggle_layout)
        facets.edited.connect(self._apply)
        facets.view_wanted.connect(lambda number: self.open_view(number + 1))
        facets.renaming.connect(self._rename)
        facets.deleting.connect(self._delete)
        pane.sort_wanted.connect(self.sort)
        pane.header.said.connect(self._context.say)

    def _apply(self, query: Query) -> None:
        if self._workspace is not None:
            # Shown at once: who ticks three values ticks the third one beside the second.
            self._bar.show_query(query)
            self._facets.show_query(query)
            self._context.spawn("filter", self._workspace.review.filter(query))

    async def _fold(self, workspace: "Workspace") -> None:
        browser = workspace.browser
        fold = not browser.fold
        if await browser.set_fold(fold, keep=workspace.review.current.seq):
            self._context.say(
                tr("Equal calls are one row: {rows:,} rows", rows=len(browser))
                if fold
                else tr("Every call by itself")
            )

    async def _open(self, workspace: "Workspace", view: SavedView) -> None:
        keep = workspace.review.current.seq
        if await workspace.browser.apply(view.query, keep=keep, fold=view.fold):
            self._context.say(tr("View {name}", name=view.name))

    def _show_sidebar(self, shown: bool) -> None:
        self._facets.setVisible(shown)
        self._bar.facets.setChecked(shown)
        if self._workspace is not None:
            self._workspace.facets.show(shown)

    def _show_facets(self, counts: FacetCounts) -> None:
        self._facets.show_facets(counts.value if counts.counted else None, counts.problem)

    def _show_views(self) -> None:
        keys = self._context.session.keyboard
        self._facets.show_views(
            [
                ViewLine(view.name, self._is_on(view), keys.key(f"view.saved_{at}") if at < 10 else "")
                for at, view in enumerate(self._views.all, 1)
            ],
            keys.key("view.save"),
        )

    def _is_on(self, view: SavedView) -> bool:
        browser = self._workspace.browser if self._workspace is not None else None
        return browser is not None and (browser.query, browser.fold) == (view.query, view.fold)

    def _want_vocabulary(self) -> None:
        if self._workspace is not None:
            self._workspace.facets.want_vocabulary()

    def _open_sort_menu(self, at: QPoint) -> None:
        if self._workspace is not None:
            browser = self._workspace.browser
            key = self._context.session.keyboard.key("view.equal")
            sort_menu(self._bar, browser.query.sort, (browser.fold, key), self.sort, self.toggle_equal).popup(
                at
            )

    def _open_views_menu(self, at: QPoint) -> None:
        keys = self._context.session.keyboard
        lines = self._facets.views
        views_menu(
            self._bar, lines, keys.key("view.save"), self.open_view, self.save_view, self._edit_views
        ).popup(at)

    def _edit_views(self) -> None:
        self._show_sidebar(True)
        self._facets.edit_views()

    def _proposed_name(self) -> str:
        line = format_query(self._workspace.browser.query) if self._workspace is not None else ""
        return line[:LONGEST_NAME]

    def _save_as(self, name: str) -> str | None:
        if (wrong := _unfit(name)) is not None or self._workspace is None:
            return wrong
        browser, pane = self._workspace.browser, self._pane
        columns = pane.columns.shown if pane.layout_name == "table" else ()
        view = SavedView(name=name, line=format_query(browser.query), columns=columns, fold=browser.fold)
        self._context.spawn("save view", self._views.save(view))
        self._context.say(tr("Saved the view {name}", name=name))
        return None

    def _rename(self, number: int) -> None:
        view = self._views.numbered(number + 1)
        if view is not None:
            self.naming.ask(
                tr("Rename the view"),
                view.name,
                tr("Rename"),
                lambda name: self._rename_to(view, name),
                self._facets.list.setFocus,
            )

    def _rename_to(self, view: SavedView, name: str) -> str | None:
        if (wrong := _unfit(name)) is not None:
            return wrong
        if name != view.name and self._views.named(name) is not None:
            return tr("Another view has this name.")
        self._context.spawn("rename view", self._views.rename(view.name, name))
        return None

    def _delete(self, number: int) -> None:
        view = self._views.numbered(number + 1)
        if view is not None:
            self._context.spawn("delete view", self._views.delete(view.name))
            self.deleted.tell(
                tr("The view {name} is deleted", name=view.name),
                tr("Put it back"),
                lambda: self._context.spawn("put view back", self._views.restore(view, number)),
            )

    def _focus_list(self) -> None:
        self._pane.view.setFocus(Qt.FocusReason.OtherFocusReason)


def _unfit(name: str) -> str | None:
    if not name:
        return tr("A name is missing.")
    if len(name) > LONGEST_NAME:
        return tr("At most {count} characters.", count=LONGEST_NAME)
    return None


def _shown(view: SavedView) -> dict[str, Any]:
    return {"order": list(view.columns), "hidden": [each for each in COLUMNS if each not in view.columns]}
