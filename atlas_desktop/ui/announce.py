"""Speaking to a screen reader without moving the focus."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.hostile_text import one_line


def announce(widget: QWidget, sentence: str) -> None:
    """Have ``sentence`` read out, politely: after what is being read."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, one_line(sentence)))
