from PySide6.QtWidgets import QAbstractButton

from atlas_desktop.ui.pages.keys import KeysPage
from tests.ui.conftest import Desk, marks


def page(desk: Desk) -> KeysPage:
    desk.run(_go(desk))
    found = desk.window.pages["keys"]
    assert isinstance(found, KeysPage)
    return found


async def _go(desk: Desk) -> None:
    desk.window.show("keys")


async def click(button: QAbstractButton) -> None:
    button.click()


def stand_on(desk: Desk, editor: KeysPage, command: str) -> None:
    position = editor.list.rows.position_of(command)
    assert position is not None
    editor.list.stand_on(position)


def test_a_new_key_holds_at_once_everywhere(desk: Desk) -> None:
    editor = page(desk)
    stand_on(desk, editor, "rate.up")
    editor.list.setFocus()
    desk.press("Enter")
    assert editor.capture.isVisible()
    desk.press("F2")
    assert not editor.capture.isVisible()
    assert desk.session.settings.current.key_changes == {"rate.up": ("F2",)}
    assert "F2" in editor.said.text()
    assert desk.window.actions_by_id["rate.up"].shortcut().toString() == "F2"
    assert "F2 good" in desk.window.review_page._caps.accessibleName()
    desk.press("Esc", "Esc")
    desk.show_call(0)
    desk.press("1")
    assert marks(desk, 1) != ["good"]
    desk.press("F2")
    assert marks(desk, 1) == ["good"]


def test_a_key_that_is_taken_is_refused_and_its_owner_named(desk: Desk) -> None:
    editor = page(desk)
    stand_on(desk, editor, "rate.up")
    editor.list.setFocus()
    desk.press("Enter", "3")
    assert desk.session.settings.current.key_changes == {}
    assert "Bad, go on" in editor.said.text()
    assert editor.said.property("tone") == "bad"
    desk.press("Enter", "Ctrl+K")
    assert "Commands" in editor.said.text()
    assert desk.window.overlays.shown is None
    desk.press("Enter", "Backspace")
    assert desk.session.settings.current.key_changes == {}
    assert "Backspace" in editor.said.text()


def test_a_chord_is_two_keys_and_esc_gives_up(desk: Desk) -> None:
    editor = page(desk)
    stand_on(desk, editor, "rate.skip")
    editor.list.setFocus()
    desk.press("Enter", "G")
    assert editor.capture.isVisible()
    desk.press("X")
    assert desk.session.settings.current.key_changes == {"rate.skip": ("G X",)}
    desk.press("Enter", "Esc")
    assert not editor.capture.isVisible()
    assert desk.session.settings.current.key_changes == {"rate.skip": ("G X",)}
    desk.run(click(editor.restore))
    desk.settle()
    assert desk.session.settings.current.key_changes == {}


def test_a_preset_changes_the_keys_and_one_can_add_and_remove(desk: Desk) -> None:
    editor = page(desk)
    desk.run(click(editor.presets._buttons["no_single_keys"]))
    desk.settle()
    keyboard = desk.session.keyboard
    assert keyboard.key("rate.up") == "Alt+1"
    stand_on(desk, editor, "rate.up")
    desk.run(click(editor.add))
    desk.settle()
    desk.press("F2")
    assert keyboard.command("rate.up").keys == ("Alt+1", "F2")
    desk.run(click(editor.remove))
    desk.settle()
    assert keyboard.command("rate.up").keys == ()
    assert "palette" in editor.said.text()
    desk.press("F1")
    sheet = desk.window.overlays.sheet
    assert sheet.isVisible()
    desk.type("alt+3")
    shown = [line.words for _, lines in sheet._groups for line in lines if not line.widgets[0].isHidden()]
    assert any("bad, go on" in words for words in shown)
    assert not any("sync now" in words for words in shown)


def test_the_list_is_found_in_by_command_and_by_key(desk: Desk) -> None:
    editor = page(desk)
    editor.line.setFocus()
    desk.type("inspector")
    assert editor.list.rows.rowCount() == 1
    row = editor.list.current
    assert row is not None
    assert row.spoken == "Inspector, Call, I"
