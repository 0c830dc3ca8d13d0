"""What is copied from a payload: the exact characters of the selection."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData

from atlas_desktop.domain.veil import veiled

if TYPE_CHECKING:
    from atlas_desktop.ui.widgets.payload_view import PayloadView

# Clipboard managers of KDE, Windows and macOS leave out what is marked so (sync.md, threat 35).
_PRIVATE: Final = (
    ("x-kde-passwordManagerHint", b"secret"),
    ('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"\x01"),
    ("application/x-nspasteboard-concealed-type", b""),
)


def selected_text(view: "PayloadView", *, veil: bool) -> str:
    """The text behind the selection. Whole lines bring the markup at their ends, parts of a line do not."""
    cursor, document = view.textCursor(), view.document()
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    last = document.findBlock(end)
    from_start = document.findBlock(start).position() == start
    at_line_start = last.position() == end
    at_line_end = end == last.position() + last.length() - 1
    whole = from_start and (at_line_start or at_line_end)
    text = view.feed.shown.original(
        start,
        end,
        opening=whole,
        closing=whole and at_line_end and not (at_line_start and last.next().isValid()),
        veil=veil,
    )
    return veiled(text) if veil else text


def mime_of(view: "PayloadView", *, veil: bool, private: bool) -> QMimeData:
    """The selection for the clipboard; ``private``: it is not for its history."""
    data = QMimeData()
    data.setText(selected_text(view, veil=veil))
    for name, value in _PRIVATE if private else ():
        data.setData(name, value)
    return data
