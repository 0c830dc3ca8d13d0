"""Pass rates that fell, put before the person: a notice of the desktop; a click on it shows them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QSystemTrayIcon

from atlas_desktop.app.alerts import DAYS
from atlas_desktop.app.desktop_notices import Notice
from atlas_desktop.app.trend_caption import percent
from atlas_desktop.domain.alerts import Reading
from atlas_desktop.domain.query import Query
from atlas_desktop.domain.veil import veiled_preview
from atlas_desktop.ui.short_name import short_name
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.ui.window import Window

_NAMED: Final = 3
_NAME: Final = 60
"""Characters of a name in a notice."""


def notice_of(falls: Sequence[Reading], *, veil: bool) -> Notice:
    """What to say of them, the lowest under its gate first. ``veil``: others may see the screen."""
    first = falls[0]
    if len(falls) == 1:
        title = tr("{customer} fell below its gate", customer=_name(first, veil=veil))
        body = trn(
            "{operation}: {share} of {count:,} evaluated call of the last {days} days passed; the gate is {gate}.",
            "{operation}: {share} of {count:,} evaluated calls of the last {days} days passed; the gate is {gate}.",
            first.counts.evaluated,
            operation=_short(first.key.operation), share=percent(first.counts.rate or 0.0), days=DAYS,
            gate=percent(first.gate),
        )  # fmt: skip
        return Notice(title, body, tr("Open Trends"))
    title = trn(
        "{count} pass rate fell below its gate", "{count} pass rates fell below their gates", len(falls)
    )
    lines = [_line(each, veil=veil) for each in falls[:_NAMED]]
    if (more := len(falls) - _NAMED) > 0:
        lines.append(trn("and {count} more", "and {count} more", more))
    return Notice(title, "\n".join(lines), tr("Open Trends"))


def _line(fall: Reading, *, veil: bool) -> str:
    return tr(
        "{customer}, {operation}: {share}, gate {gate}",
        customer=_name(fall, veil=veil), operation=_short(fall.key.operation), share=percent(fall.counts.rate or 0.0),
        gate=percent(fall.gate),
    )  # fmt: skip


def _name(fall: Reading, *, veil: bool) -> str:
    if fall.key.customer is None:
        return tr("no customer")
    return _short(veiled_preview(fall.key.customer) if veil else fall.key.customer)


def _short(name: str) -> str:
    # A desktop shows what it is sent, as long as it is; and some cut the end, where the figures are.
    return short_name(name, _NAME)


class Falls:
    """Of one window. Where the desktop takes no notices over its bus, the tray does; else the status bar."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self._shown: tuple[Reading, ...] = ()

    def tell(self, falls: tuple[Reading, ...]) -> None:
        """Say it, in the background."""
        self._window.spawn("a fall is told", self._tell(falls))

    def open(self, falls: Sequence[Reading]) -> None:
        """Show them on Trends, with the window before the others."""
        window, workspace = self._window, self._window.session.workspace
        if workspace is None:
            return
        operations = {each.key.operation for each in falls}
        query = Query(operation=operations.pop()) if len(operations) == 1 else Query()
        picked = frozenset(each.key.customer for each in falls)
        workspace.trends.choose(query=query, group_by="customer", span="28d", threshold=None, picked=picked)
        window.show("trends")
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Nothing is shown any more."""
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None

    async def _tell(self, falls: tuple[Reading, ...]) -> None:
        session = self._window.session
        notice = notice_of(falls, veil=session.settings.current.veil)
        if await session.notices.show(notice, lambda: self.open(falls)):
            return
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self._shown = falls
            self._in_tray(notice)
        else:
            self._window.say(f"{notice.title}: {notice.body}")

    def _in_tray(self, notice: Notice) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self._window)
            self._tray.messageClicked.connect(lambda: self.open(self._shown))
        self._tray.setToolTip(notice.title)
        self._tray.show()
        self._tray.showMessage(notice.title, notice.body, QSystemTrayIcon.MessageIcon.Warning)
