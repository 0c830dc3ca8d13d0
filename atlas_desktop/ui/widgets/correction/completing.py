"""What can stand at the caret, offered while one types JSON; the text keeps the focus and every other key."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent

from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.completion_popup import CompletionPopup, Offer
from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.domain.json_text import Completion

_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_GAP: Final = 4


class Completing(QObject):
    """``ask`` gives what can stand at a place of the text; ``ask_later`` is True where `offer` will tell it."""

    def __init__(
        self,
        theme: Theme,
        edit: ExactEdit,
        ask: "Callable[[int], Completion | None]",
        ask_later: Callable[[int], bool],
    ) -> None:
        super().__init__(edit)
        self._theme = theme
        self._edit = edit
        self._ask = ask
        self._ask_later = ask_later
        self._waiting = False
        self._found: Completion | None = None
        self._popup: CompletionPopup | None = None
        self.while_typing = False
        """Whether a quotation mark asks by itself."""
        edit.installEventFilter(self)
        edit.left.connect(self.hide)
        edit.caret_moved.connect(self._moved)

    @property
    def shown(self) -> bool:
        """Whether something is offered."""
        return self._popup is not None and self._popup.isVisible()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        return self._popup.offers if self._popup is not None and self.shown else ()

    def show(self) -> bool:
        """Offer what can stand at the caret; False when nothing can be told."""
        if self._ask_later(self._edit.caret):
            self._waiting = True
            return True
        return self.offer(self._ask(self._edit.caret))

    def offer(self, found: "Completion | None") -> bool:
        """Offer this; False when it is nothing."""
        self._waiting = False
        if found is None or not found.options:
            self.hide()
            return False
        self._found = found
        required = tr("required")
        offers = [
            Offer(each.label, "  ·  ".join(filter(None, (each.detail, required if each.required else ""))))
            for each in found.options
        ]
        popup = self._made()
        popup.offer(offers, QPoint(0, 0), marked=True)
        self._place(popup)
        return True

    def hide(self) -> None:
        """Offer nothing."""
        self._waiting = False
        self._found = None
        if self._popup is not None:
            self._popup.hide()

    def typed(self) -> None:
        """A key changed the text: what is offered follows, and a quotation mark begins it."""
        before = self._edit.text[max(self._edit.caret - 1, 0) : self._edit.caret]
        if self.shown or self._waiting or (self.while_typing and before == '"'):
            self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is offered the arrows choose, and Enter or Tab takes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not self.shown:
            return False
        if self._popup is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in _TAKES and self._popup.at is not None:
            self._take(self._popup.at)
            return True
        if event.key() in _STEPS:
            self._popup.move_mark(_STEPS[Qt.Key(event.key())])
            return True
        return False

    def _take(self, number: int) -> None:
        found = self._found
        self.hide()
        if found is not None and number < len(found.options):
            self._edit.exact.pause()
            option = found.options[number]
            self._edit.put(found.start, found.end, option.insert)
            self._edit.set_caret(found.start + option.caret)
            self.hide()

    def _moved(self) -> None:
        found = self._found
        if found is not None and not found.start <= self._edit.caret <= max(found.end, found.start) + 1:
            self.hide()

    def _made(self) -> CompletionPopup:
        if self._popup is None:
            # A child of the window, not of the text: there is room for it.
            self._popup = CompletionPopup(self._theme, self._edit.window())
            self._popup.taken.connect(self._take)
        return self._popup

    def _place(self, popup: CompletionPopup) -> None:
        caret = self._edit.cursorRect()
        window = self._edit.window()
        below = self._edit.viewport().mapTo(window, caret.bottomLeft() + QPoint(0, _GAP))
        left = min(max(below.x(), 0), max(window.width() - popup.width(), 0))
        if below.y() + popup.height() <= window.height():
            popup.move(left, below.y())
        else:
            above = self._edit.viewport().mapTo(window, caret.topLeft())
            popup.move(left, above.y() - popup.height() - _GAP)
