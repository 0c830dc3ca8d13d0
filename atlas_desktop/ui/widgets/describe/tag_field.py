"""Where a tag is typed; those used most are offered over it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.completion_popup import CompletionPopup, Offer
from atlas_desktop.wording import tr

_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_GAP: Final = 4
_MOST: Final = 8


class TagField(QLineEdit):
    """``given``: this tag. ``asked``: which tags fit what is typed; answer with `offer`. ``taken_back``: the last one."""

    given = Signal(str)
    asked = Signal(str)
    taken_back = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._popup: CompletionPopup | None = None
        self._tags: tuple[str, ...] = ()
        self.setAccessibleName(tr("Add a tag"))
        self.setPlaceholderText(tr("Add a tag: dimension:value"))
        self.setMinimumWidth(180)
        self.textEdited.connect(self.asked)

    def offer(self, typed: str, tags: Sequence[str]) -> None:
        """These tags fit what was typed, the most used first; not shown when it is another by now."""
        if typed != self.text() or not self.hasFocus():
            return
        self._tags = tuple(tags)[:_MOST]
        popup = self._made()
        popup.offer([Offer(tag) for tag in self._tags], QPoint(0, 0), marked=bool(typed))
        corner = self.mapTo(self.window(), QPoint(0, 0))
        popup.move(corner.x(), corner.y() - popup.height() - _GAP)

    @property
    def offers(self) -> tuple[str, ...]:
        """The tags that are offered now."""
        return self._tags if self._popup is not None and self._popup.isVisible() else ()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The most used tags, before anything is typed."""
        super().focusInEvent(event)
        self.asked.emit(self.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is offered to who is elsewhere."""
        super().focusOutEvent(event)
        self._hide()

    def event(self, event: QEvent) -> bool:
        """Tab takes what is marked, else it goes on."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            marked = self._marked
            if event.key() == Qt.Key.Key_Tab and marked is not None and self.text():
                self._give(marked)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows choose, Enter gives, Backspace in the empty field takes the last tag back."""
        if event.key() in _STEPS and self.offers and self._popup is not None:
            self._popup.move_mark(_STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give(self._marked or self.text().strip())
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.taken_back.emit()
        else:
            super().keyPressEvent(event)

    @property
    def _marked(self) -> str | None:
        popup = self._popup
        if popup is None or not popup.isVisible() or popup.at is None or popup.at >= len(self._tags):
            return None
        return self._tags[popup.at]

    def _give(self, tag: str) -> None:
        if tag:
            self.given.emit(tag)

    def taken(self) -> None:
        """The tag was given: room for the next one. One that was refused stays to be changed."""
        self.clear()
        if self.hasFocus():
            self.asked.emit("")

    def _hide(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _made(self) -> CompletionPopup:
        if self._popup is None:
            self._popup = CompletionPopup(self._theme, self.window())
            self._popup.taken.connect(self._take)
            self.window().installEventFilter(self)
        return self._popup

    def _take(self, number: int) -> None:
        if number < len(self._tags):
            self._give(self._tags[number])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where it stood is elsewhere after the window took another size."""
        if event.type() == QEvent.Type.Resize:
            self._hide()
        return False
