"""What is said of the table as a whole: that it is another's, that its file has a mistake, that nobody answers."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.provider_state import ProvidersState
    from atlas_desktop.ui.theme import Theme


class TableLine(QWidget):
    """Over what is at hand; hidden while there is nothing to say."""

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._icon = IconMark(theme)
        self.words = PlainLabel("", role="caption")
        self.words.setWordWrap(True)
        strip = surface("strip")
        inside = row(strip, margins=(4, 2, 4, 2), gap=2)
        inside.addWidget(self._icon)
        inside.addWidget(self.words, 1)
        body = column(self)
        body.addWidget(strip)
        body.addWidget(hairline())
        self.hide()

    def show_state(self, state: "ProvidersState") -> None:
        """The most important of it."""
        words, wrong = table_words(state)
        self.words.setText(words)
        self.words.set_tone("warn" if wrong else "muted")
        self._icon.show_icon("attention" if wrong else "lock", "warn" if wrong else "muted")
        self.setVisible(bool(words))
        self.setAccessibleName(words)


def table_words(state: "ProvidersState") -> tuple[str, bool]:
    """A sentence, and whether something is wrong."""
    table = state.table
    if table is None:
        return "", False
    if table.error is not None:
        at = tr("line {line}: ", line=table.error.line) if table.error.line is not None else ""
        return (
            tr(
                "The file is not in force as it is now, {where}{why} The table before it stays.",
                where=at,
                why=table.error.message.rstrip(".") + ".",
            )
            + (f" {table.path}" if table.path else ""),
            True,
        )
    if not state.online:
        return tr(
            "The server is not reached now: this is the table as it was last. Nothing can be changed."
        ), False
    if not table.writable:
        return read_only_words(state), False
    return "", False


def read_only_words(state: "ProvidersState") -> str:
    """Why nothing can be changed here, and where it can."""
    path = state.table.path if state.table is not None else None
    if path:
        return tr(
            "Read only: this app did not start that Atlas. Its table is the file {path} there.", path=path
        )
    return tr(
        "Read only: this app did not start that Atlas. Its table is the file providers.toml beside its database; "
        "whoever runs it edits it there."
    )


def empty_words(state: "ProvidersState") -> tuple[str, str]:
    """What stands where no table is known."""
    if state.phase == "limited":
        return (
            tr("This server tells nothing of its providers"),
            tr("It does not offer that beyond the published API. Calls still say who served them."),
        )
    if state.phase == "failed":
        return tr("The providers could not be fetched"), tr(
            "They are asked for again when you come back here."
        )
    if state.phase == "away" or (state.phase == "nothing" and not state.online):
        return tr("The provider table is at the server"), tr("It is shown when the server is reached again.")
    return tr("Asking the server\u2026"), ""
