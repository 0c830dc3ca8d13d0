"""Sync in words: what is here, what waits, what needs a person, each with its reason."""

from collections.abc import Callable
from itertools import pairwise
from time import time
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.pages.column_page import ColumnPage
from atlas_desktop.ui.status_bar import link_icon, link_words, synced_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.key_caps import KeyCaps
from atlas_desktop.ui.widgets.key_field import KeyEntry
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.outbox_item import OutboxLine
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Notice
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.problems import Problem
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.secret import Secret
    from atlas_desktop.store.rows import OutboxCounts, OutboxItem
    from atlas_desktop.sync.status import SyncStatus

_SHOWN: Final = 100


class SyncPage(ColumnPage):
    """A view of the engine's status and of ``OutboxView``."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(tr("Sync"))
        self._theme = theme
        self._context = context
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        self._status: SyncStatus | None = None
        self._lines: dict[int, OutboxLine] = {}
        self.notice = Notice(theme)
        self._icon = IconMark(theme)
        self._headline = PlainLabel("", role="title")
        self._problem = PlainLabel("", tone="muted")
        self._problem.setWordWrap(True)
        self._offline = button(tr("Go offline"), self._toggle_offline)
        self._again = button(tr("Sync now"), self._try_again)
        self._key = KeyEntry(self._use_key)
        self._facts = [PlainLabel("") for _ in range(4)]
        self._caps = KeyCaps(theme)
        self.show_keys(context.session.keyboard)
        self._need_title = PlainLabel("", role="strong")
        self._items = column()
        self._none = PlainLabel("", tone="muted")
        self._build()

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's sync from now on."""
        for stop in self._stops:
            stop()
        self._workspace = workspace
        self._status = workspace.sync.status if workspace else None
        self._stops = [workspace.outbox.changed.connect(lambda _: self._show())] if workspace else []
        if workspace is not None:
            workspace.outbox.refresh()
        self._show()

    def show_status(self, status: "SyncStatus", now_ms: int) -> None:
        """The engine's newest word."""
        self._status = status
        if self.isVisible():
            self._show(now_ms)

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while the page was hidden is on it at once, not at the next tick."""
        self._show()
        super().showEvent(event)

    def show_keys(self, keyboard: "Keyboard") -> None:
        """Teach the keys as they are now."""
        hints = (("atlas.offline", tr("go offline or online")), ("go.review", tr("back to the calls")))
        self._caps.set_hints(keyboard.hints(*hints))

    def tell(self, problem: "Problem") -> None:
        """A problem, beside the work."""
        self.notice.tell(problem)

    def _build(self) -> None:
        head = row(gap=2)
        head.addWidget(self._icon)
        head.addWidget(self._headline, 1)
        head.addWidget(self._again)
        head.addWidget(self._offline)
        self.body.addWidget(self.notice)
        self.body.addLayout(head)
        self.body.addWidget(self._problem)
        self.body.addWidget(self._key)
        self.body.addSpacing(8)
        self.body.addWidget(hairline())
        for fact in self._facts:
            fact.setMinimumHeight(24)
            self.body.addWidget(fact)
        self.body.addWidget(hairline())
        self.body.addSpacing(8)
        self.body.addWidget(self._need_title)
        self.body.addWidget(self._none)
        self.body.addLayout(self._items)
        self.body.addSpacing(8)
        self.body.addWidget(self._caps)
        self.body.addStretch()
        # A missing key is what one comes here for: before the buttons above it.
        order = (self._key.field, self._key.use, self._again, self._offline)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _show(self, now_ms: int | None = None) -> None:
        workspace, status = self._workspace, self._status
        if workspace is None or status is None:
            self._headline.setText(tr("Not connected"))
            return
        at_ms = now_ms if now_ms is not None else round(time() * 1000)
        self._icon.show_icon(*link_icon(status.link))
        self._show_key(status.link == "auth" and workspace.connection.kind == "remote")
        self._headline.setText(
            tr("{name}: {state}", name=workspace.connection.shown_title, state=link_words(status.link))
        )
        self._problem.setText(status.problem or "")
        self._problem.setVisible(bool(status.problem))
        words = tr("Go online") if self._context.session.offline else tr("Go offline")
        self._offline.setText(words)
        self._offline.setAccessibleName(words)
        self._again.setVisible(status.link not in ("online", "by_hand"))
        facts = _facts(workspace.browser.total, status, workspace.outbox.counts, at_ms)
        for label, text in zip(self._facts, facts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._show_items(workspace.outbox.items, workspace.outbox.counts.needs_you)

    def _show_key(self, wanted: bool) -> None:
        focus = QApplication.focusWidget()
        if not wanted and focus is not None and self._key.isAncestorOf(focus):
            self.setFocus()  # else Qt gives it to what comes next: the rail
        self._key.setVisible(wanted)

    def _show_items(self, items: "tuple[OutboxItem, ...]", many: int) -> None:
        wanted = {item.seq: item for item in items[:_SHOWN]}
        for seq in [seq for seq, line in self._lines.items() if wanted.get(seq) != line.item]:
            line = self._lines.pop(seq)
            self._items.removeWidget(line)
            line.deleteLater()
        for seq, item in wanted.items():
            if seq not in self._lines:
                line = self._lines[seq] = OutboxLine(self._theme, item, self)
                self._items.addWidget(line)
        self._need_title.setText(
            trn("{count:,} needs you", "{count:,} need you", many) if many else tr("Needs you")
        )
        self._none.setText(tr("Nothing was refused, and nothing conflicts."))
        self._none.setVisible(not many)

    # what a line asks for: see OutboxActs

    def retry(self, item: "OutboxItem") -> None:
        """Send it again."""
        if self._workspace is not None:
            self._context.spawn("retry", self._workspace.outbox.retry(item.seq))

    def discard(self, item: "OutboxItem") -> None:
        """Give it up; it is kept in the trash."""
        if self._workspace is not None:
            self._context.spawn("discard", self._workspace.outbox.discard(item.seq))

    def edit(self, item: "OutboxItem") -> None:
        """Go to its call and write; in a conflict, with the three texts side by side."""
        self._context.editing.open_call(item.call)

    def keep_mine(self, item: "OutboxItem") -> None:
        """Say mine again, on top of theirs."""
        self._resolve(item, mine=True)

    def take_theirs(self, item: "OutboxItem") -> None:
        """Have theirs stand."""
        self._resolve(item, mine=False)

    def _resolve(self, item: "OutboxItem", *, mine: bool) -> None:
        if self._workspace is not None:
            self._context.spawn("conflict ends", self._end(self._workspace, item.call, mine))

    async def _end(self, workspace: "Workspace", call: int, mine: bool) -> None:
        conflict = await workspace.store.conflicts.of(call)
        if conflict is not None:
            text = conflict.mine if mine else None
            self._context.decided(await workspace.review.resolve(conflict, text))

    def _toggle_offline(self) -> None:
        session = self._context.session
        self._context.spawn("offline", session.set_offline(not session.offline))

    def _use_key(self, key: "Secret") -> None:
        self._context.spawn("new key", self._context.session.replace_key(key))

    def _try_again(self) -> None:
        if self._workspace is not None:
            self._workspace.sync.try_again()


def _facts(total: int, status: "SyncStatus", counts: "OutboxCounts", now_ms: int) -> list[str]:
    """What is cached, pending, and when the two were last in step. Empty strings are not shown."""
    here = trn("{count:,} call on this computer", "{count:,} calls on this computer", total)
    coming = tr("{count:,} still to come", count=status.to_pull) if status.to_pull else ""
    pending = tr("Everything you rated is on the server")
    if counts.needs_you:
        pending = trn(
            "All but {count:,} of what you rated is on the server",
            "All but {count:,} of what you rated is on the server",
            counts.needs_you,
        )
    if counts.pending:
        pending = tr("{count:,} not sent yet", count=counts.pending)
    if counts.inflight:
        pending = tr(
            "{count:,} not sent yet, {inflight:,} on the way now",
            count=counts.pending,
            inflight=counts.inflight,
        )
    unknown = tr(
        "{count:,} without an answer: sent again with the same id, so nothing counts twice",
        count=counts.unknown,
    )
    return [
        "  ·  ".join(filter(None, (here, coming))),
        pending,
        unknown if counts.unknown else "",
        synced_words(status.synced_at_ms, now_ms).capitalize(),
    ]
