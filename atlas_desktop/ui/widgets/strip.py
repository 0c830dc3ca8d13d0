"""A line that appears where the work is: a question that keys answer, or something to know."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from atlas_desktop.app.problems import At, Problem
from atlas_desktop.ui.theme import GRID, Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.key_caps import Hint, KeyCaps
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr


class Strip(QWidget):
    """The frame of all strips: hairline, quiet background, hidden until needed."""

    def __init__(self, edge: Literal["top", "bottom"] = "top") -> None:
        super().__init__()
        layout = column(self)
        body = surface("strip")
        self.line: QHBoxLayout = row(body, margins=(3, 1, 3, 1), gap=3)
        if edge == "top":
            layout.addWidget(hairline())
        layout.addWidget(body)
        if edge == "bottom":
            layout.addWidget(hairline())
        self.hide()


class Question(Strip):
    """Asks before many calls change. Enter confirms, Esc cancels; nothing is blocked meanwhile."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._text = PlainLabel("", role="strong")
        self._confirm: Callable[[], object] = lambda: None
        self.line.addWidget(self._text, 1)
        self.line.addWidget(KeyCaps(theme, [("Enter", tr("to confirm")), ("Esc", tr("to cancel"))]))
        self._yes = button(tr("Confirm"), self.confirm, "primary")
        self.line.addWidget(self._yes)
        self.line.addWidget(button(tr("Cancel"), self.cancel))

    def ask(self, text: str, verb: str, confirm: Callable[[], object]) -> None:
        """Show the question; ``confirm`` runs when it is answered with yes, by the button that says ``verb``."""
        self._yes.setText(verb)
        self._yes.setAccessibleName(verb)
        self._text.setText(text)
        self.setAccessibleName(text)
        self._confirm = confirm
        self.show()

    def confirm(self) -> None:
        """Yes."""
        self.hide()
        self._confirm()

    def cancel(self) -> None:
        """No."""
        self.hide()


class ChordHints(Strip):
    """What can follow the key that was pressed. Lies over the last line of ``over``, so that nothing moves."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__()
        self.setParent(over)
        self._over = over
        self._keys = KeyCaps(theme)
        # As high as the line that teaches keys, which it covers on Review.
        self.line.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        self.line.addWidget(self._keys, 1)
        over.installEventFilter(self)

    def show_for(self, prefix: str, completions: list[Hint]) -> None:
        """Show the completions of this prefix; an empty prefix hides the strip."""
        self._keys.set_hints([(prefix, tr("then")), *completions, ("Esc", tr("cancel"))])
        self._fit()
        self.setVisible(bool(prefix))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def _fit(self) -> None:
        height = self.sizeHint().height()
        self.setGeometry(0, self._over.height() - height, self._over.width(), height)


class Notice(Strip):
    """A problem in words: what happened, what is safe, what to do. Stays until it is dismissed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("bottom")
        self._icon = IconMark(theme)
        self._icon.show_icon("attention", "warn")
        self._title = PlainLabel("", role="strong")
        self._detail = PlainLabel("", tone="muted")
        self._detail.setWordWrap(True)
        self._retry = button(tr("Try again"), self._again, "quiet")
        self._on_retry: Callable[[], object] | None = None
        self._at: At | None = None
        self.line.addWidget(self._icon)
        words = column(gap=0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        self.line.addLayout(words, 1)
        self.line.addWidget(self._retry)
        self.line.addWidget(button(tr("Dismiss"), self.hide, "quiet"))

    def tell(self, problem: Problem, on_retry: Callable[[], object] | None = None) -> None:
        """Show a problem, instead of the one that was shown."""
        self._at = problem.at
        self._title.setText(problem.title)
        sentences = (problem.detail, problem.safe, problem.action)
        reference = tr("Request {name}.", name=problem.request_id) if problem.request_id else ""
        self._detail.setText(" ".join(part for part in (*sentences, reference) if part))
        self._on_retry = on_retry
        self._retry.setVisible(problem.retry and on_retry is not None)
        self.setAccessibleName(f"{problem.title}. {self._detail.text()}")
        self.show()

    def passed(self, *places: At) -> None:
        """What went wrong there is over: hide it, if it is what is shown."""
        if self._at in places:
            self.hide()

    def _again(self) -> None:
        self.hide()
        if self._on_retry is not None:
            self._on_retry()


class Undoable(Strip):
    """Something was taken away that can be put back: it stays until it is put back or dismissed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("bottom")
        self._words = PlainLabel("")
        self._back: Callable[[], object] = lambda: None
        self._undo = button(tr("Put it back"), self._put_back, "quiet")
        self.line.addWidget(self._words)
        self.line.addWidget(self._undo)
        self.line.addStretch(1)
        self.line.addWidget(button(tr("Dismiss"), self.hide, "quiet"))

    def tell(self, words: str, verb: str, back: Callable[[], object]) -> None:
        """Say what is gone, and offer it back."""
        self._words.setText(words)
        self._undo.setText(verb.replace("&", "&&"))
        self._undo.setAccessibleName(verb)
        self._back = back
        self.setAccessibleName(words)
        self.show()

    def _put_back(self) -> None:
        self.hide()
        self._back()
