"""The real application in a process of its own, driven by keys over its standard input.

One JSON object a line in, one out: ``{"keys": ["J", "Shift+1"]}`` presses keys, ``{"type": "text"}`` types, and
``{"until": {"listed": 331}}`` waits until the window shows that (or answers ``late``), ``{"picture": "x.png"}`` paints it
into a file. Each answers what the window shows. Keys are real key events to whatever has the focus.
"""

import json
import sys
import threading
import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from atlas_desktop.domain.filter import format_query
from atlas_desktop.ui.main import application, main
from atlas_desktop.ui.widgets.correction.lamp_strip import findings_words
from atlas_desktop.ui.window import Window
from tests.e2e.looking import look_at_datasets
from tests.e2e.looking_gateway import look_at_gateway

_LOOK_AGAIN_MS = 5


class Driver(QObject):
    """Takes orders on the UI thread and answers them on standard output."""

    ordered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.ordered.connect(self._obey, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, name="driver", daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.ordered.emit(line)

    def _obey(self, line: str) -> None:
        order: dict[str, Any] = json.loads(line)
        window = _window()
        if window is not None and not window.isActiveWindow():
            # No window manager here to do it.
            window.activateWindow()
        for name in order.get("keys", ()):
            _press(_target(window), name)
        if text := order.get("type"):
            QTest.keyClicks(_target(window), text)
        if (picture := order.get("picture")) and window is not None:
            window.grab().save(picture)
        self._answer_when(order.get("until", {}), time.monotonic() + order.get("seconds", 20.0))

    def _answer_when(self, wanted: dict[str, Any], deadline: float) -> None:
        seen = look(_window())
        late = time.monotonic() > deadline
        if late or all(seen.get(name) == value for name, value in wanted.items()):
            sys.stdout.write(json.dumps(seen | {"late": late}) + "\n")
            sys.stdout.flush()
            return
        QTimer.singleShot(_LOOK_AGAIN_MS, lambda: self._answer_when(wanted, deadline))


def _window() -> Window | None:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Window)]
    return found[0] if found else None


def _target(window: Window | None) -> QWidget:
    target = QApplication.focusWidget() or window
    assert target is not None
    return target


def _press(target: QWidget, name: str) -> None:
    if name in "*?":
        QTest.keyClicks(target, name)
        return
    combination = QKeySequence(name)[0]  # type: ignore[index]  # the stubs leave it out
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def look(window: Window | None) -> dict[str, Any]:
    """What the window shows now."""
    workspace = window.session.workspace if window is not None else None
    if window is None or workspace is None:
        focus = QApplication.focusWidget()
        return {
            "open": False,
            "shown": window is not None and window.isVisible(),
            "focus": focus.accessibleName() if focus is not None else None,
            "told": window is not None and window.welcome_page.form.notice.isVisible(),
        }
    review, current = workspace.review, workspace.review.current
    row = current.call.row if current.call is not None else None
    opinion = current.call.opinion if current.call is not None else None
    editor, written = window.review_page.panes.correcting.editor, workspace.correction.state
    status = window.session.status
    return {
        "open": True,
        "painted": window.painted is not None and window.painted == current.seq,
        "call": row.id if row is not None else None,
        "rating": row.rating if row is not None else None,
        "unsure": row.unsure if row is not None else False,
        "position": current.position,
        "listed": len(workspace.browser),
        "filter": format_query(workspace.browser.query),
        "loading": workspace.browser.loading,
        "selected": review.selected_count,
        "asking": window.review_page.question.isVisible(),
        "focus": type(QApplication.focusWidget()).__name__,
        "pending": workspace.outbox.counts.pending,
        "link": status.link,
        "synced": status.caught_up,
        "needs_you": status.needs_you,
        "today": review.progress.today,
        "rated": review.progress.rated,
        "can_undo": review.progress.can_undo,
        "editing": window.correcting.open_now and editor.hasFocus(),
        "text": editor.text if window.correcting.open_now else None,
        "caret": editor.caret,
        "draft_saved": written.dirty
        and written.seq is not None
        and workspace.correction.drafts.is_saved(written.seq),
        "said": window.status.said,
        "problems": [problem.message for problem in written.problems],
        "lamps": {lamp.name: lamp.state for lamp in written.lamps},
        "scores": {lamp.name: lamp.score for lamp in written.lamps},
        "lamp_words": {lamp.name: " ".join(findings_words(lamp)) for lamp in written.lamps},
        "green": bool(written.lamps) and all(lamp.state == "ok" for lamp in written.lamps),
        "conflict": written.conflict is not None,
        "offers": [offer.label for offer in window.correcting.offers],
        "correction": opinion.correction if opinion is not None else None,
        "tags": list(opinion.tags) if opinion is not None else [],
        **look_at_datasets(window, workspace),
        **look_at_gateway(workspace),
        "kept": [connection.title for connection in window.session.settings.current.connections],
    }


if __name__ == "__main__":
    application()
    driver = Driver()
    sys.exit(main(offscreen=True))
