"""What stands in a document that displays an exact text, read back."""

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument

from atlas_desktop.ui.hostile_text import CHIP
from atlas_desktop.ui.shown_text import width
from atlas_desktop.ui.widgets.chips import CHARACTER, OBJECT_TYPE
from atlas_desktop.ui.widgets.correction.line_end_mark import MARK_TYPE


def shown(document: QTextDocument, start: int, end: int) -> str:
    """The display between two positions; paragraphs end with a line feed."""
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", "\n")


def written(document: QTextDocument, start: int, end: int) -> str:
    """What stands there, chips as the characters they stand for."""
    text = shown(document, start, end)
    if CHIP not in text:
        return text
    cursor = QTextCursor(document)
    place, characters = start, []
    for character in text:
        place += width(character)
        cursor.setPosition(place)
        characters.append(_behind(cursor.charFormat()) if character == CHIP else character)
    return "".join(characters)


def _behind(text_format: QTextCharFormat) -> str:
    if text_format.objectType() == OBJECT_TYPE:
        return chr(text_format.intProperty(CHARACTER))
    return "\r" if text_format.objectType() == MARK_TYPE else CHIP
