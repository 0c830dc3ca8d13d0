"""Who changed what an operation demands, newest first."""

from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtWidgets import QStackedWidget, QWidget

from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.line_model import Line, Token
from atlas_desktop.ui.pages.operations.words import audit_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.contract.operations import AuditEntry

_ICONS: Final[dict[str, tuple[str, Token]]] = {
    "gate_loosened": ("attention", "warn"),
    "gate_tightened": ("good", "good"),
    "gate_added": ("good", "good"),
    "bundle_unveiled": ("attention", "warn"),
    "schema_changed": ("operations", "muted"),
    "evaluator_changed": ("corrected", "muted"),
    "operation_defined": ("lock", "muted"),
}


class HistoryPane(QWidget):
    """Read only; the server keeps it, so it is there while the server is reached."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.list = LineList(theme, tr("History"))
        self._empty = Empty(theme)
        self._more = PlainLabel("", role="caption", tone="muted")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        layout = column(self)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._more)

    def show_state(self, state: "BookState") -> None:
        """What the server said, or why it did not."""
        history = state.history
        names = {each.id: each.name for each in state.evaluators}
        self.list.show_lines([_line(number, entry, names) for number, entry in enumerate(history.rows)])
        self._stack.setCurrentWidget(self.list if history.rows else self._empty)
        self._more.setText(tr("Older entries are kept at the server.") if history.more else "")
        self._more.setVisible(history.more)
        if not history.rows:
            self._say(history.phase, online=state.online)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next entry."""
        self.list.step(direction)

    def take_focus(self) -> None:
        """The list."""
        self.list.setFocus()

    def _say(self, phase: str, *, online: bool) -> None:
        if phase == "limited":
            self._empty.say(
                tr("This server keeps no history"), tr("It does not offer one beyond the published API.")
            )
        elif phase == "failed":
            self._empty.say(
                tr("The history could not be fetched"), tr("It is asked for again when you come back here.")
            )
        elif phase == "away" or not online:
            self._empty.say(
                tr("The history is at the server"), tr("It is shown when the server is reached again.")
            )
        elif phase == "ready":
            self._empty.say(
                tr("Nothing changed yet"),
                tr("Gates, schemas and evaluators that change are listed here, with who changed them."),
            )
        else:
            self._empty.say(tr("Asking the server\u2026"))


def _line(number: int, entry: "AuditEntry", names: dict[str, str]) -> Line:
    icon, tone = _ICONS.get(entry.act, ("info", "muted"))
    when = to_the_minute(round(entry.created_at.timestamp() * 1000))
    by = one_line(entry.actor)
    said = tr("{who}  ·  {when}", who=by, when=when)
    return Line(str(number), audit_words(entry, names), "", said, icon=icon, icon_tone=tone)
