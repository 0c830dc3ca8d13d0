from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget

from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.key_field import KeyField
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.conftest import Desk

QT_OWN = ("qt_", "QTableCornerButton", "QLineEditIconButton")


def named(widget: QWidget) -> bool:
    interface = QAccessible.queryAccessibleInterface(widget)
    return bool(widget.accessibleName() or interface.text(QAccessible.Text.Name))


def ours(widget: QWidget) -> bool:
    name = widget.objectName() or type(widget).__name__
    return not name.startswith(QT_OWN) and widget.metaObject().className() not in QT_OWN


def test_every_control_has_a_name(desk: Desk) -> None:
    desk.show_call(0)
    desk.press("I")
    nameless = [
        widget
        for widget in desk.window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and ours(widget) and not named(widget)
    ]
    assert nameless == []


def test_all_text_is_plain(desk: Desk) -> None:
    labels = desk.window.findChildren(QLabel)
    assert labels
    assert all(isinstance(label, PlainLabel) for label in labels)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    written = [view for view in desk.window.findChildren(QPlainTextEdit) if not view.isReadOnly()]
    assert {isinstance(view, ExactEdit) for view in written} == {True}


def test_every_button_says_a_word(desk: Desk) -> None:
    silent = [
        button
        for button in desk.window.findChildren(QAbstractButton)
        if ours(button) and not button.accessibleName()
    ]
    assert silent == []


def test_menus_have_titles(desk: Desk) -> None:
    # One without a title is Qt's own, for titles that do not fit a narrow bar.
    menus = [menu for menu in desk.window.findChildren(QMenu) if menu.title() or menu.accessibleName()]
    assert len(menus) > 7
    assert [(menu.objectName(), menu.parent()) for menu in menus if not menu.accessibleName()] == []


def test_a_key_is_never_copied_or_shown(desk: Desk) -> None:
    fields = desk.window.findChildren(KeyField)
    assert fields
    for field in fields:
        field.setText("nm_live_abcdef_secret")
        field.selectAll()
        field.copy()
        assert field.echoMode() == QLineEdit.EchoMode.Password
        assert "secret" not in field.displayText()
        assert field.take().reveal() == "nm_live_abcdef_secret"
        assert field.text() == ""
    from PySide6.QtGui import QGuiApplication

    assert "secret" not in QGuiApplication.clipboard().text()
