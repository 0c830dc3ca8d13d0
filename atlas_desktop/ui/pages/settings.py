"""Settings, made from the model: a field's title and description are the page."""

from typing import TYPE_CHECKING, Any, Final, get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.app.key_presets import PRESET_NAMES
from atlas_desktop.app.language import TONGUES
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.settings import Connection, Settings
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.pages.column_page import ColumnPage
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments, Switch
from atlas_desktop.ui.widgets.connect_form import ConnectForm
from atlas_desktop.ui.widgets.connection_line import ConnectionActs, ConnectionLine
from atlas_desktop.ui.widgets.hours_field import HoursField
from atlas_desktop.ui.widgets.judge_form import JudgeForm
from atlas_desktop.ui.widgets.layouts import column, hairline, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.ui.widgets.strip import Notice
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context

_SHOWN: Final = ("theme", "density", "language", "auto_advance", "veil", "alerts", "quiet_hours", "offline")
_JUDGES: Final = mark(
    "Evaluators of the kind Judge ask a model behind any OpenAI-compatible endpoint. What is judged goes there; "
    "the key goes into this system's keyring and to the local Atlas, nowhere else."
)
_CHOICES: Final[dict[str, str]] = {
    "system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark"), "contrast": mark("High contrast"),
    "comfortable": mark("Comfortable"), "compact": mark("Compact"),
    **{tongue.code: tongue.name for tongue in TONGUES.values()},
}  # fmt: skip


class SettingsPage(ColumnPage):
    """Each change holds at once; there is no button to save."""

    def __init__(self, theme: Theme, context: "Context") -> None:
        super().__init__(tr("Settings"))
        self._theme = theme
        self._context = context
        self._fields: dict[str, Switch | Segments | HoursField] = {}
        self._connections = column()
        self.lines: dict[str, ConnectionLine] = {}
        self.notice = Notice(theme)
        self.form = ConnectForm(theme, self._connect)
        self.judge = JudgeForm(theme, self._use_judge, self._forget_judge)
        self.body.addWidget(self.notice)
        self.body.addWidget(PlainLabel(tr("Settings"), role="title"))
        self.body.addSpacing(4)
        self.body.addWidget(hairline())
        for name in _SHOWN:
            if name in Settings.model_fields:
                self.body.addWidget(self._setting(name))
                self.body.addWidget(hairline())
        self._key_map = PlainLabel("", tone="muted")
        self.body.addWidget(self._keys())
        self.body.addWidget(hairline())
        self.body.addSpacing(24)
        self.body.addWidget(PlainLabel(tr("Connections"), role="title"))
        self.body.addSpacing(4)
        self.body.addWidget(hairline())
        self.body.addLayout(self._connections)
        self.body.addSpacing(16)
        self.body.addWidget(PlainLabel(tr("Add a connection"), role="strong"))
        self.body.addWidget(self.form)
        self.body.addSpacing(24)
        self.body.addWidget(PlainLabel(tr("Judge of the Atlas on this computer"), role="title"))
        self.body.addSpacing(4)
        self.body.addWidget(hairline())
        about = PlainLabel(tr(_JUDGES), tone="muted")
        about.setWordWrap(True)
        self.body.addWidget(about)
        self.body.addWidget(self.judge)
        self.body.addStretch()
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """What is chosen now."""
        names = {**PRESET_NAMES, "no_single_keys": tr("No single keys")}
        own = len(settings.key_changes)
        changed = trn("{count} key changed", "{count} keys changed", own) if own else ""
        self._key_map.setText("  ·  ".join(filter(None, (names[settings.key_preset], changed))))
        for name, field in self._fields.items():
            value = getattr(settings, name)
            if isinstance(field, Segments | HoursField):
                field.show_value(value)
            else:
                field.blockSignals(True)
                field.setChecked(value)
                field.blockSignals(False)
                field.update()
        self._show_connections(settings)
        self.judge.show_settings(settings)

    def _keys(self) -> QWidget:
        holder = QWidget()
        line = row(holder, margins=(0, 2, 0, 2), gap=4)
        words = column(gap=0)
        words.addWidget(PlainLabel(tr("Keys"), role="strong"))
        words.addWidget(self._key_map)
        line.addLayout(words, 1)
        line.addWidget(button(tr("Change keys…"), lambda: self._context.show("keys")))
        return holder

    def _setting(self, name: str) -> QWidget:
        described = Settings.model_fields[name]
        holder = QWidget()
        line = row(holder, margins=(0, 2, 0, 2), gap=4)
        words = column(gap=0)
        title, about = tr(described.title or name), tr(described.description or "")
        words.addWidget(PlainLabel(title, role="strong"))
        detail = PlainLabel(about, tone="muted")
        detail.setWordWrap(True)
        words.addWidget(detail)
        line.addLayout(words, 1)
        field = self._field(name, described.annotation)
        if isinstance(field, Segments | HoursField):
            field.name(title, about)
        else:
            field.setAccessibleName(title)
            field.setAccessibleDescription(about)
        line.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)
        self._fields[name] = field
        return holder

    def _field(self, name: str, annotation: Any) -> Switch | Segments | HoursField:
        if annotation is str:
            return HoursField(lambda hours: self._change(name, hours))
        if annotation is bool:
            return Switch(self._theme, lambda on: self._change(name, on))
        choices = [(value, tr(_CHOICES[value])) for value in get_args(annotation)]
        return Segments(choices, lambda value: self._change(name, value))

    def _change(self, name: str, value: object) -> None:
        session = self._context.session
        if name == "offline":
            self._context.spawn("offline", session.set_offline(bool(value)))
        else:
            self._context.spawn("change setting", session.settings.change(**{name: value}))

    def _show_connections(self, settings: Settings) -> None:
        while (item := self._connections.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.lines.clear()
        for connection in settings.connections:
            current = connection.id == settings.last_connection
            self._connections.addWidget(self._connection(connection, current=current))
            self._connections.addWidget(hairline())
        if not settings.connections:
            self._connections.addWidget(PlainLabel(tr("None yet."), tone="muted"))

    def _connection(self, connection: Connection, *, current: bool) -> QWidget:
        spawn = self._context.spawn
        acts = ConnectionActs(
            open=lambda: spawn("open", self._open(connection.id)),
            ask=lambda: spawn("ask to remove", self._ask_to_remove(line)),
            remove=lambda: spawn("remove connection", self._remove(connection)),
        )
        line = ConnectionLine(self._theme, connection, acts, current=current)
        self.lines[connection.id] = line
        return line

    async def _ask_to_remove(self, line: ConnectionLine) -> None:
        try:
            unsent = await self._context.session.unsent(line.connection.id)
        except KnownError as error:
            self.notice.tell(error.problem)
            return
        # The list may have been made anew meanwhile.
        if self.lines.get(line.connection.id) is line:
            line.ask(unsent)

    async def _remove(self, connection: Connection) -> None:
        try:
            removed = await self._context.session.remove(connection.id)
        except KnownError as error:
            self.notice.tell(error.problem)
            return
        self.setFocus()
        if (news := removed.problem(connection)) is not None:
            self.notice.tell(news)

    async def _open(self, connection_id: str) -> None:
        try:
            await self._context.session.open(connection_id)
        except KnownError as error:
            self.notice.tell(error.problem)
        else:
            self._context.show("review")

    def _connect(self) -> None:
        self.form.say(tr("Testing the key…"))
        self._context.spawn("connect", self._add())

    async def _add(self) -> None:
        values = self.form.values()
        try:
            added = await self._context.session.connections.add(values.title, values.base_url, values.key)
        except KnownError as error:
            self.form.say("")
            self.form.notice.tell(error.problem)
            announce(self, error.problem.sentence)
            self.reveal(self.form.notice)
            self.form.key.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.form.kept(added.kept)

    def show_judge(self) -> None:
        """Where the judge is chosen, with the cursor in it."""
        self.judge.address.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reveal(self.judge)

    def _use_judge(self) -> None:
        self.judge.say(tr("Starting the local Atlas anew\u2026"))
        self._context.spawn("judge is chosen", self._choose_judge())

    async def _choose_judge(self) -> None:
        values, session = self.judge.values(), self._context.session
        try:
            kept = await session.judge.choose(values.base_url, values.model, values.key)
            await session.judge_changed()
        except KnownError as error:
            self.judge.say("")
            self.judge.notice.tell(error.problem)
            announce(self, error.problem.sentence)
            self.reveal(self.judge.notice)
            return
        self.judge.kept(kept)

    def _forget_judge(self) -> None:
        self._context.spawn("judge is forgotten", self._without_judge())

    async def _without_judge(self) -> None:
        session = self._context.session
        try:
            gone = await session.judge.forget()
            await session.judge_changed()
        except KnownError as error:
            self.judge.notice.tell(error.problem)
            return
        self.judge.say(
            tr("The local Atlas asks no judge.")
            if gone
            else tr(
                "The local Atlas asks no judge. Its key may still be in the keyring, which did not answer."
            )
        )
