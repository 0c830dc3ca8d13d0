"""Choices that are others now and then: operations of a filter, states of its calls."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication

from atlas_desktop.ui.widgets.choices import Segments


def exchange(
    into: Any, old: Segments | None, choices: list[tuple[str, str]], act: Callable[[str], object]
) -> Segments:
    """Other choices in the same place; the keyboard stays where it was."""
    focus = QApplication.focusWidget()
    focused = old is not None and focus is not None and old.isAncestorOf(focus)
    made = Segments(choices, act)
    if old is not None:
        into.replaceWidget(old, made)
        old.hide()
        old.deleteLater()
    else:
        into.addWidget(made)
        into.addStretch()
    if focused:
        made.setFocus()
    return made
