"""Reading the call on the screen: what its keys do."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtWidgets import QWidget

from atlas_desktop.app.peek_log import PeekLog
from atlas_desktop.domain.filter import Highlighter
from atlas_desktop.domain.links import inspect
from atlas_desktop.ui.find_in_call import FindInCall
from atlas_desktop.ui.first_hit import FirstHit
from atlas_desktop.ui.opener import open_address
from atlas_desktop.ui.peeking import Peeking
from atlas_desktop.ui.rendering import Reading
from atlas_desktop.ui.widgets.find_bar import FindBar
from atlas_desktop.ui.widgets.payload_links import WHY, copy_link, link_at, next_link
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.app.settings import Settings
    from atlas_desktop.domain.query import Words
    from atlas_desktop.ui.pages.review import ReviewPage
    from atlas_desktop.ui.widgets.payload_view import PayloadView


class CallReading:
    """Implements ``commands.ReadingCall``."""

    def __init__(self, context: "Context", page: "ReviewPage") -> None:
        self._context = context
        self._panes = panes = page.panes
        self._question = page.question
        self._alike = page.alike
        self._rows = page.model
        self._log: PeekLog | None = None
        self._reviewer: str | None = None
        self._stops: list[Callable[[], None]] = []
        self._find = FindInCall([pane.view for pane in panes.payloads()], panes)
        self.bar = FindBar(self._find)
        self._offered = ""
        self._words: tuple[Words, ...] = ()
        self.bar.closed.connect(self._find_closed)
        self.bar.line.textChanged.connect(lambda _: self._unfold())
        panes.take_find_bar(self.bar)
        panes.text_changed.connect(self.bar.renew)
        self._first_hit = FirstHit(self._views(), panes)
        panes.text_changed.connect(self._text_changed)
        self._peeking = Peeking(panes)
        self._peeking.began.connect(self._peek_began)
        self._peeking.ended.connect(lambda: self._set_peeking(False))
        for view in self._views():
            view.open_wanted.connect(self._ask_to_open)
            view.copied.connect(lambda what: self._context.say(tr("Copied the {what}", what=what)))
        self.set_settings(context.session.settings.current)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Read the calls of this workspace from now on."""
        for stop in self._stops:
            stop()
        self._stops = []
        self._log = None
        self.bar.close_bar()
        if workspace is None:
            return
        browser, session = workspace.browser, self._context.session
        self._log = PeekLog(session.home.workspace_dir(workspace.connection.id) / "peeks.jsonl")
        self._reviewer = workspace.connection.reviewer
        self._stops = [browser.reset.connect(lambda _: self._filtered(workspace))]
        self._filtered(workspace)

    def set_settings(self, settings: "Settings") -> None:
        """Read as the settings say."""
        reading = Reading(rendered=settings.rendered, veil=settings.veil)
        for view in self._views():
            view.set_reading(reading)
        self._alike.set_reading(reading)
        self._rows.set_veil(settings.veil)
        # Read otherwise it is another text: what was found in it and what differs is marked anew.
        self._panes.text_changed.emit()

    # what keys do: see commands.ReadingCall

    def toggle_rendered(self) -> None:
        """Laid out, or as it was recorded."""
        settings = self._context.session.settings
        rendered = not settings.current.rendered
        self._context.spawn("reading", settings.change(rendered=rendered))
        self._context.say(tr("Rendered") if rendered else tr("As recorded"))

    def next_turn(self, direction: Literal[1, -1]) -> None:
        """The next turn, or the one before, to the top of the conversation."""
        heading = self._panes.conversation.view.next_turn(direction)
        if heading:
            self._context.say(heading)
        elif self._panes.conversation.view.complete or direction < 0:
            self._context.say(tr("This is the last turn") if direction > 0 else tr("This is the first turn"))

    def toggle_fold(self) -> None:
        """What begins at the caret, when the keys are in a text; else the system prompt."""
        view = self._view()
        if view is None or not view.hasFocus() or not view.folds.toggle_at_caret():
            self._panes.toggle_fold()

    def toggle_all_folds(self) -> None:
        """Everything that folds, in every pane."""
        folded = [view.folds.toggle_all() for view in self._views()]
        if not any(folded):
            self._context.say(tr("Nothing here folds"))

    def find(self) -> None:
        """Find words in the call: at first those the list was filtered by."""
        words = self._filtered_by()
        if self.bar.isHidden() and self.bar.line.text() in ("", self._offered):
            self.bar.line.setText(words)
            self._offered = words
        self.bar.open_bar()
        self._unfold()

    def find_next(self, direction: Literal[1, -1]) -> None:
        """The next place found, or the one before."""
        if self.bar.isHidden():
            self.find()
        else:
            self._find.step(direction)

    def close_find(self) -> bool:
        """Close the bar; False: it was not open."""
        return self.bar.close_bar()

    def peek(self) -> None:
        """Show what is veiled while the key is held; noted first."""
        if self._context.session.settings.current.veil:
            self._peeking.begin()
        else:
            self._context.say(tr("Nothing is veiled: the veil is off"))

    async def note_look(self, call_id: str) -> None:
        """Something is about to show this call without its veil: noted first. Raises KnownError."""
        if self._log is not None and self._context.session.settings.current.veil:
            await self._log.note(call_id, self._reviewer)

    def next_link(self) -> None:
        """The caret to the next link of the text with the focus, else of the answer."""
        view = self._view() or self._panes.output.view
        url = next_link(view)
        if url is None:
            self._context.say(tr("No link here"))
            return
        target = inspect(url)
        view.setFocus()
        self._context.say(
            tr("Link to {host}", host=target.host) if target.host else tr(WHY[target.refusal or "host"])
        )

    def copy_link(self) -> None:
        """The link at the caret to the clipboard."""
        view = self._view()
        url = link_at(view, view.textCursor().selectionStart()) if view is not None else None
        if view is None or url is None:
            self._context.say(tr("No link at the caret"))
        else:
            copy_link(view, url)

    def open_link(self) -> None:
        """Ask whether to open the link at the caret."""
        view = self._view()
        url = link_at(view, view.textCursor().selectionStart()) if view is not None else None
        if url is None:
            self._context.say(tr("No link at the caret"))
        else:
            self._ask_to_open(url)

    # parts

    def _ask_to_open(self, url: str) -> None:
        target = inspect(url)
        opens = target.opens
        if opens is None:
            self._context.say(tr(WHY[target.refusal or "host"]))
            return
        words = tr("Open {host} in the browser?", host=target.host)
        if target.spelled:
            words = tr("Open {host} in the browser? Its letters can look like others.", host=target.host)
        self._question.ask(words, tr("Open {host}", host=target.host), lambda: open_address(opens))

    def _peek_began(self) -> None:
        review = self._context.review
        call = review.current.call if review is not None else None
        if call is not None and self._log is not None:
            self._context.spawn("peek", self._peek(self._log, call.row.id))

    async def _peek(self, log: PeekLog, call_id: str) -> None:
        await log.note(call_id, self._reviewer)
        if self._peeking.held:
            self._set_peeking(True)

    def _set_peeking(self, peeking: bool) -> None:
        for view in self._views():
            view.set_peeking(peeking)
        self._alike.set_peeking(peeking)

    def _filtered(self, workspace: "Workspace") -> None:
        query = workspace.browser.query
        spans = Highlighter(query).spans if query.words else None
        for view in self._views():
            view.marks.show_words(spans)
        if query.words != self._words:
            self._words = query.words
            self._first_hit.look_for(spans)
            self._text_changed()

    def _text_changed(self) -> None:
        shown = self._panes.corrected
        self._first_hit.show_call(None if shown is None else shown[0])

    def _views(self) -> "list[PayloadView]":
        return [pane.view for pane in self._panes.payloads()]

    def _view(self) -> "PayloadView | None":
        return next((view for view in self._views() if view.hasFocus()), None)

    def _filtered_by(self) -> str:
        workspace = self._context.session.workspace
        words = workspace.browser.query.words if workspace is not None else ()
        return next((each.text.removesuffix("*") for each in words if not each.negated), "")

    def _unfold(self) -> None:
        """What is looked for may be in the system prompt."""
        self._panes.unfold(on=not self.bar.isHidden() and bool(self.bar.line.text().strip()))

    def _find_closed(self) -> None:
        self._panes.unfold(on=False)
        self._focus_text()

    def _focus_text(self) -> None:
        focus: QWidget = self._panes.conversation.view
        focus.setFocus()
