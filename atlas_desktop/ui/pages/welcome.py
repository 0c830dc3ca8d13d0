"""The first start: an Atlas on this computer, or one that is somewhere else."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.secrets import news_of
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.pages.column_page import ColumnPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.connect_form import ConnectForm
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Notice
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context

_LOCAL: Final = mark(
    "Starts an Atlas that runs only while this app does. A few hundred recorded calls come with it, "
    "so there is something to rate. Nothing leaves this computer."
)
_REMOTE: Final = mark(
    "The address of your organization's Atlas and a key. Calls are copied here, so you can work offline."
)


class WelcomePage(ColumnPage):
    """Two ways in. ``opened`` tells that one was taken."""

    opened = Signal()

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(tr("Welcome"))
        self._context = context
        self.notice = Notice(theme)
        self._local = button(tr("Start local Atlas"), self._start_local, "primary")
        self.form = ConnectForm(theme, self._connect)
        self._status = PlainLabel("", tone="muted")
        self.body.addStretch(1)
        self.body.addWidget(PlainLabel("Atlas Desktop", role="title"))
        self.body.addWidget(PlainLabel(tr("Rate recorded LLM calls from the keyboard."), tone="muted"))
        self.body.addSpacing(16)
        self.body.addWidget(self.notice)
        self.body.addWidget(hairline())
        self.body.addWidget(
            _way(theme, "computer", tr("Local Atlas on this computer"), tr(_LOCAL), self._local, self._status)
        )
        self.body.addWidget(hairline())
        self.body.addWidget(_way(theme, "connect", tr("Connect to an Atlas"), tr(_REMOTE), self.form))
        self.body.addStretch(2)

    def take_focus(self) -> None:
        """Enter starts the local Atlas."""
        self._local.setFocus(Qt.FocusReason.OtherFocusReason)

    def _start_local(self) -> None:
        self._status.setText(tr("Starting…"))
        start = self._run(self._context.session.start_local, self._local, self.notice)
        self._context.spawn("start local Atlas", start)

    def _connect(self) -> None:
        self.form.say(tr("Testing the key…"))
        self._context.spawn("connect", self._run(self._add, self.form.key, self.form.notice))

    async def _add(self) -> None:
        values = self.form.values()
        session = self._context.session
        session.begin()  # what kept the start from it, such as a folder that is not ours, is said here then
        added = await session.connections.add(values.title, values.base_url, values.key)
        await session.open(added.connection.id)
        # This page has gone by now: the news belongs where the person is.
        if (news := news_of(added.kept)) is not None:
            session.problem.emit(news)

    async def _run(
        self, way: Callable[[], Coroutine[Any, Any, object]], again: QWidget, notice: Notice
    ) -> None:
        """Try this way in; when it fails, say why beside it and put the focus where one would try ``again``."""
        self._local.setEnabled(False)
        self.form.setEnabled(False)
        failed: KnownError | None = None
        try:
            await way()
        except KnownError as error:
            failed = error
        finally:
            self._local.setEnabled(True)
            self.form.setEnabled(True)
            self._status.setText("")
            self.form.say("")
        for each in (self.notice, self.form.notice):
            each.hide()
        if failed is None:
            self.opened.emit()
            return
        notice.tell(failed.problem)
        announce(self, failed.problem.sentence)
        self.reveal(notice)
        again.setFocus(Qt.FocusReason.OtherFocusReason)


def _way(theme: Theme, icon: str, title: str, detail: str, *widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = row(holder, margins=(0, 4, 0, 4), gap=4)
    mark = IconMark(theme)
    mark.show_icon(icon, "accent")
    side = column()
    side.addSpacing(2)
    side.addWidget(mark)
    side.addStretch()
    layout.addLayout(side)
    words = column(gap=2)
    words.addWidget(PlainLabel(title, role="strong"))
    text = PlainLabel(detail, tone="muted")
    text.setWordWrap(True)
    words.addWidget(text)
    words.addSpacing(4)
    for widget in widgets:
        if isinstance(widget, PlainLabel | ConnectForm):
            words.addWidget(widget)
        else:
            line = row()
            line.addWidget(widget)
            line.addStretch()
            words.addLayout(line)
    layout.addLayout(words, 1)
    return holder
