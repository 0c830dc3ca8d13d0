"""The Providers area as it is laid out: the table as a list, and the one at hand beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from atlas_desktop.app.provider_draft import ProviderDraft, draft_from, draft_of
from atlas_desktop.app.provider_state import ProvidersState
from atlas_desktop.ui.key_router import takes_text
from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.area import Area
from atlas_desktop.ui.pages.operations.providers.begin_pane import BeginPane
from atlas_desktop.ui.pages.operations.providers.client_pane import ClientPart
from atlas_desktop.ui.pages.operations.providers.pane import ProviderPane
from atlas_desktop.ui.pages.operations.providers.table_words import TableLine, empty_words
from atlas_desktop.ui.pages.operations.providers.words import line_detail, standing_of
from atlas_desktop.ui.pages.work_page import Place, WorkPage
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.providers import Provider
    from atlas_desktop.ui.theme import Theme

NEW: Final = "#new"
BEGIN: Final = "#begin"
_LIST: Final = 250
_REST: Final = 1_000
_TAUGHT: Final[tuple[tuple[str, str], ...]] = (
    ("provider.next", mark("next row")),
    ("provider.next_provider", mark("next provider")),
    ("provider.edit", mark("write")),
    ("provider.try", mark("try it")),
    ("provider.save", mark("save")),
    ("provider.add_model", mark("add a model")),
    ("provider.add", mark("add a provider")),
    ("provider.remove", mark("remove")),
    ("provider.copy_address", mark("copy base URL")),
)
_BEGINNING: Final[tuple[tuple[str, str], ...]] = (
    ("provider.next", mark("next row")),
    ("provider.open", mark("begin with it")),
    ("provider.copy_address", mark("copy base URL")),
    ("provider.make_key", mark("make a key")),
    ("provider.copy_snippet", mark("copy lines")),
)
_READING: Final = frozenset(
    {"provider.next", "provider.next_provider", "provider.copy_address", "view.escape"}
)
_TYPING: Final[tuple[tuple[str, str], ...]] = (
    ("provider.save", mark("save")),
    ("provider.try", mark("try it")),
    ("view.escape", mark("leave the text")),
)


class ProvidersView(Area):
    """The list, and what is at hand beside it. What keys and buttons do is added by `ProvidersArea`."""

    zone = "providers"

    def __init__(self, theme: "Theme", page: WorkPage) -> None:
        super().__init__(theme, page)
        self.workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self.state = ProvidersState()
        self.at: str | None = None
        self.told_faults = False
        self.list = LineList(theme, tr("Providers"), hairlines=False)
        self.list.chosen.connect(self.select)
        self.list.setMinimumWidth(180)
        self.client = ClientPart(theme, page.context.copy, self.make_key_named)
        self.begin = BeginPane(theme, self.begin_with, self.client)
        self.pane = self.make_pane(theme)
        self.form = self.pane.form
        self.empty = Empty(theme)
        self.line = TableLine(theme)
        self.stack = QStackedWidget()
        for each in (self.begin, self.pane, self.empty):
            self.stack.addWidget(each)
        right = surface("surface")
        beside = column(right)
        beside.addWidget(self.line)
        beside.addWidget(self.stack, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.list)
        self.split.addWidget(right)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([_LIST, _REST])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        column(self).addWidget(self.split)

    def make_pane(self, theme: "Theme") -> ProviderPane:
        """The pane, whose buttons do what the area does."""
        raise NotImplementedError

    def begin_with(self, preset: str) -> None:
        """Begin a provider with this preset."""
        raise NotImplementedError

    def make_key_named(self, name: str) -> None:
        """Have a key of this name made for a program."""
        raise NotImplementedError

    # what the page asks for: see Area

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's providers from now on."""
        for stop in self._stops:
            stop()
        self._stops, self.workspace, self.at = [], workspace, None
        self.client.key.show_made(None)
        if workspace is None:
            self.show_state(ProvidersState())
            return
        self._stops = [
            workspace.providers.changed.connect(self.show_state),
            workspace.operations.changed.connect(lambda _: self._drafts_changed()),
        ]
        self._drafts = self._draft_names()
        self.show_state(workspace.providers.state)

    def show_area(self) -> None:
        """Ask for the table."""
        if self.workspace is not None:
            self.workspace.providers.show()

    def take_focus(self) -> None:
        """The list; where nothing is set up yet, what to begin with."""
        if self.stack.currentWidget() is self.begin and not self.state.providers and self.state.writable:
            self.begin.take_focus()
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def rest(self) -> None:
        """To where letters are keys."""
        if self.stack.currentWidget() is self.pane and self.form.models.isVisibleTo(self):
            self.form.rest()
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_back(self) -> bool:
        """From a text or a control to the models, from there to the list."""
        focus = QApplication.focusWidget()
        in_form = focus is not None and self.form.isAncestorOf(focus) and focus is not self.form.models
        if takes_text(focus) or (in_form and self.form.models.isVisibleTo(self)):
            self.rest()
        elif self.list.hasFocus():
            return False
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def cycle_panes(self) -> None:
        """List, then what is shown beside it."""
        if self.list.hasFocus():
            self.into()
        else:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def into(self) -> None:
        """The keyboard into what is shown beside the list."""
        if self.stack.currentWidget() is self.begin:
            self.begin.take_focus()
        elif self.stack.currentWidget() is self.pane:
            self.rest()

    def taught(self, place: Place) -> list[tuple[str, str]]:
        """Keys that do something where one is."""
        at_hand = self.stack.currentWidget() is self.pane
        if place == "keys":
            words = _TAUGHT if at_hand else _BEGINNING
        else:
            words = _TYPING if at_hand else _TYPING[-1:]
        if not self.state.writable:
            words = tuple(each for each in words if each[0] in _READING)
        return [(command, tr(said)) for command, said in words]

    # what is at hand

    def select(self, key: str) -> None:
        """Look at this one."""
        if key != self.at:
            self.at, self.told_faults = key, False
            self.form.key.key.clear()
            if self.workspace is not None:
                self.workspace.providers.forget_trial()
            self.show_state(self.state)

    def kept(self) -> ProviderDraft | None:
        """What was typed about the one at hand and not saved."""
        return self._kept_of(self._draft_name())

    def _kept_of(self, name: str) -> ProviderDraft | None:
        text = self.workspace.operations.unsaved(name) if self.workspace is not None else None
        return draft_from(text) if text is not None else None

    def keep(self, draft: ProviderDraft | None) -> None:
        """Keep what is typed; None: it was saved or taken back."""
        if self.workspace is not None:
            text = draft.model_dump_json() if draft is not None else None
            if text != self.workspace.operations.unsaved(self._draft_name()):
                self.workspace.operations.keep(self._draft_name(), text)

    def show_state(self, state: ProvidersState) -> None:
        """The table as it is known now."""
        self.state = state
        self._show_list()
        provider, kept = state.provider(self.at), self.kept()
        self.line.show_state(state)
        self.client.show_address(state.reached, local=state.local)
        if state.table is None:
            self.empty.say(*empty_words(state))
            self._turn_to(self.empty)
        elif provider is None and kept is None:
            self.begin.show_presets(state.presets, first=not state.providers, writable=state.writable)
            waited = self.list.hasFocus() and self.stack.currentWidget() is self.empty
            self._turn_to(self.begin)
            if waited:
                self.take_focus()
        else:
            draft = kept or (draft_of(provider) if provider is not None else ProviderDraft())
            changed = kept is not None or bool(self.form.key.key.text())
            self.pane.show_provider(
                draft, provider, state.why_no_keyring, writable=state.writable, changed=changed
            )
            self.pane.show_trial(state.trying)
            self._turn_to(self.pane)
        self.page.lessons_changed()

    # inside

    _drafts: frozenset[str] = frozenset()

    def _draft_name(self) -> str:
        return "provider/" if self.at in (NEW, None) else f"provider/{self.at}"

    def _draft_names(self) -> frozenset[str]:
        state = self.workspace.operations.state if self.workspace is not None else None
        return (
            frozenset(each for each in state.unsaved if each.startswith("provider/"))
            if state
            else frozenset()
        )

    def _drafts_changed(self) -> None:
        if (names := self._draft_names()) != self._drafts:
            self._drafts = names
            self.show_state(self.state)

    def _show_list(self) -> None:
        lines = [self._line(each) for each in self.state.providers]
        if "provider/" in self._drafts:
            draft = self._kept_of("provider/")
            title = (draft.title or draft.name) if draft is not None else ""
            lines.append(
                Line(NEW, title or tr("New provider"), tr("new, not saved"), icon="draft", strong=True)
            )
        if self.state.table is not None:
            last = tr("Add a provider") if self.state.writable else tr("Your OpenAI client")
            lines.append(
                Line(
                    BEGIN, last, tr("and connect your client") if self.state.writable else "", icon="connect"
                )
            )
        keys = [each.key for each in lines]
        if self.at not in keys:
            self.at = keys[0] if keys else None
        self.list.show_lines(lines, self.at if self.at != self.list.key else None)

    def _line(self, provider: "Provider") -> Line:
        standing = standing_of(provider)
        waits = tr("not saved") if f"provider/{provider.name}" in self._drafts else ""
        detail = "  \u00b7  ".join(filter(None, (line_detail(provider), waits)))
        title = provider.title or provider.name
        said = ", ".join((title, standing.words, detail))
        return Line(
            provider.name,
            title,
            detail,
            icon=standing.icon,
            icon_tone=standing.tone,
            strong=True,
            spoken=said,
        )

    def _turn_to(self, pane: QWidget) -> None:
        before, focus = self.stack.currentWidget(), QApplication.focusWidget()
        inside = before is not None and focus is not None and (before is focus or before.isAncestorOf(focus))
        self.stack.setCurrentWidget(pane)
        if inside and pane is not before:
            self.rest()
