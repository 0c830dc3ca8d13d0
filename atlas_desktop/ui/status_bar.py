"""The last line of the window: where we are connected, what waits, what has the keys, how much was done."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Tone
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.store.rows import OutboxCounts
    from atlas_desktop.sync.status import Link, SyncStatus

_NEWS_MS: Final = 8_000
_LINKS: Final[dict["Link", tuple[str, str, Tone]]] = {
    "connecting": ("pending", mark("connecting…"), "muted"),
    "online": ("online", mark("online"), "good"),
    "offline": ("offline", mark("no connection"), "warn"),
    "by_hand": ("offline", mark("offline by hand"), "muted"),
    "auth": ("attention", mark("needs a key"), "bad"),
    "tls": ("attention", mark("certificate refused"), "bad"),
    "redirect": ("attention", mark("redirect refused"), "bad"),
    "version": ("attention", mark("server lacks a feature"), "bad"),
    "lying": ("attention", mark("answers do not add up"), "bad"),
}


def link_icon(link: "Link") -> tuple[str, str]:
    """An icon and its colour for how the connection stands."""
    name, _, tone = _LINKS[link]
    return name, tone


def link_words(link: "Link") -> str:
    """How the connection stands, in words."""
    return tr(_LINKS[link][1])


def synced_words(synced_at_ms: int | None, now_ms: int) -> str:
    """ "synced 2 s ago"."""
    if synced_at_ms is None:
        return tr("not synced yet")
    seconds = max(now_ms - synced_at_ms, 0) // 1000
    if seconds < 60:
        return tr("synced {count} s ago", count=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return tr("synced {count} min ago", count=minutes)
    if minutes < 48 * 60:
        return tr("synced {count} h ago", count=minutes // 60)
    return trn("synced {count} day ago", "synced {count} days ago", minutes // 1440)


class StatusBar(QWidget):
    """Words only; the icon repeats the first of them."""

    needs_you_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        body = surface("strip")
        row(self).addWidget(body)
        self.setFixedHeight(26)
        self._icon = IconMark(theme)
        self._name = PlainLabel("", role="caption")
        self._link = PlainLabel("", role="caption", tone="muted")
        self._synced = PlainLabel("", role="caption", tone="muted")
        self._pending = PlainLabel("", role="caption", tone="muted")
        self._needs = button(tr("See what needs you"), self.needs_you_wanted.emit, "quiet")
        self._said = PlainLabel("", role="caption", tone="muted")
        self._zone = PlainLabel("", role="caption", tone="muted")
        self._today = PlainLabel("", role="caption", tone="muted")
        self._pace = PlainLabel("", role="caption", tone="muted")
        self._pace.setToolTip(tr("Your pace; a pause counts as a minute at most."))
        self._zone.setAccessibleName(tr("Where keys act"))
        layout = row(body, margins=(3, 0, 3, 0), gap=3)
        for widget in (self._icon, self._name, self._link, self._synced, self._pending, self._needs):
            layout.addWidget(widget)
        layout.addWidget(self._said, 1)
        layout.addWidget(self._zone)
        layout.addWidget(self._pace)
        layout.addWidget(self._today)
        self._pace.hide()
        self._needs.hide()
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(_NEWS_MS)
        self._forget.timeout.connect(self._said.clear)

    def show_connection(
        self, name: str | None, status: "SyncStatus", counts: "OutboxCounts", now_ms: int
    ) -> None:
        """The connection, its sync, and what the store still has to send; without one only says so."""
        for widget in (self._link, self._synced, self._pending):
            widget.setVisible(name is not None)
        self._needs.setVisible(name is not None and counts.needs_you > 0)
        if name is None:
            self._icon.show_icon("", "muted")
            self._name.setText(tr("Not connected"))
            return
        icon, words, tone = _LINKS[status.link]
        self._icon.show_icon(icon, "muted" if tone == "muted" else tone)
        self._name.setText(name)
        self._link.setText(tr(words))
        self._link.set_tone(tone)
        self._synced.setText(synced_words(status.synced_at_ms, now_ms))
        self._pending.setText(tr("{count:,} pending", count=counts.pending))
        self._needs.setText(trn("{count:,} needs you", "{count:,} need you", counts.needs_you))

    def show_zone(self, zone: str, *, typing: bool) -> None:
        """What has the keys now; in colour while keys type."""
        self._zone.setText(zone)
        self._zone.set_tone("accent" if typing else "muted")

    def show_today(self, decided: int) -> None:
        """How much was decided since midnight."""
        self._today.setText(tr("{count:,} today", count=decided))

    def show_pace(self, an_hour: int | None) -> None:
        """Decisions an hour, once there is one to speak of."""
        self._pace.setVisible(an_hour is not None)
        if an_hour is not None:
            self._pace.setText(tr("{count:,} an hour", count=an_hour))

    @property
    def said(self) -> str:
        """The sentence on show."""
        return self._said.text()

    def say(self, sentence: str) -> None:
        """What just happened, for those who look; gone after a while, being no longer news."""
        self._said.setText(sentence)
        self._forget.start()
