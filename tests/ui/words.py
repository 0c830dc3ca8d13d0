"""A language nobody speaks: every sentence of the app in it stands in ⟦brackets⟧. What does not, is not translated."""

import gettext
import re
from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from atlas_desktop.app.key_presets import PRESET_NAMES
from atlas_desktop.app.language import TONGUES


class Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


_INSIDE = re.compile(r"⟦[^⟦⟧]*⟧")
_NAMES = [
    "Atlas Desktop", "api.newmen.ai", "https://", "http://", "nm_live_", "<br>", "Northwind", *PRESET_NAMES.values(), *(tongue.name for tongue in TONGUES.values()),
]  # fmt: skip
_KEYS = re.compile(
    r"\b(Ctrl|Shift|Alt|Meta|Esc|Enter|Space|Tab|Home|End|Up|Down|Left|Right|PgUp|PgDown|Backspace|Delete|F\d+|[A-Z])\b"
)
_DATA = re.compile(r"\b[\w-]*\d[\w-]*\b|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")
"""In the store of the test every name has a digit in it: ids, operations, models."""


def untranslated(text: str) -> str:
    """What is left of a text when everything translated, every name and every key is taken out."""
    before = None
    while before != text:
        before, text = text, _INSIDE.sub("", text)
    for name in _NAMES:
        text = text.replace(name, "")
    left = _DATA.sub("", _KEYS.sub("", text))
    return left if re.search(r"[A-Za-z]{2}", left) else ""


def all_texts(*roots: QWidget) -> Iterator[tuple[str, str]]:
    """Every text of the app's own on these widgets and what pops up beside them: where it is, and what it says."""
    popups = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each not in roots]
    for root in (*roots, *popups):
        for widget in (root, *root.findChildren(QWidget)):
            if shiboken6.isValid(widget) and not of_qt(widget):
                yield from ((f"{_path(widget)}.{name}", text) for name, text in _texts(widget) if text)
        for action in root.findChildren(QAction):
            yield f"action {action.text()}", action.text().split("\t")[0]


def of_qt(widget: QWidget) -> bool:
    name = widget.objectName()
    return name.startswith("qt_") or widget.metaObject().className().startswith(
        ("QLineEditIcon", "QTableCorner")
    )


def _path(widget: QWidget) -> str:
    names = [type(widget).__name__]
    parent = widget.parentWidget()
    while parent is not None:
        if type(parent).__name__ not in ("QWidget", "QStackedWidget", "QSplitter", "QScrollArea"):
            names.insert(0, type(parent).__name__)
        parent = parent.parentWidget()
    return "/".join(names[1:] if len(names) > 1 else names)


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "accessibleName", widget.accessibleName()
    yield "accessibleDescription", widget.accessibleDescription()
    yield "toolTip", widget.toolTip()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QMenu):
        yield "title", widget.title()
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView):
        yield from _rows(widget)


def _rows(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    roles = Qt.ItemDataRole
    columns = model.columnCount(QModelIndex()) if not isinstance(model, QAbstractListModel) else 1
    for column in range(columns):
        for role in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
            yield f"header {column}", str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
    for row in range(min(model.rowCount(), 12)):
        for column in range(columns):
            for role in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
                yield f"row {row} {column}", str(model.index(row, column).data(role) or "")
