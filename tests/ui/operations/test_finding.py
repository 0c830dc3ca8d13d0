"""An operation is found by its name, and from a call of it."""

from dataclasses import replace

from tests.ui.operations.conftest import KEY, OperationsDesk


def test_an_operation_is_found_by_typing_and_all_come_back(at: OperationsDesk) -> None:
    listed = at.page.list
    at.press("/")
    assert at.desk.focus() is listed.finder
    at.type("EE")
    assert [line.key for line in listed.lines.lines if not line.heading] == ["seen"]
    assert at.book.state.key == "seen"
    at.press("Enter")
    assert listed.has_focus()
    at.press("Esc")
    assert [line.key for line in listed.lines.lines if not line.heading] == [KEY, "seen"]
    assert at.book.state.key == "seen"
    at.press("/")
    at.type("nothing like it")
    assert listed.lines.lines == ()
    assert at.book.state.key == "seen"
    at.press("Esc")
    assert listed.has_focus()
    assert not listed.finder.isVisible()


def test_without_a_dataset_the_gates_of_a_call_stand_with_its_operation(at: OperationsDesk) -> None:
    workspace = at.desk.session.workspace
    assert workspace is not None
    at.press("J")
    assert at.book.state.key == "seen"
    at.desk.window.show("review")
    at.desk.show_call(0)
    call = workspace.review.current.call
    assert call is not None
    wanted = call.row.operation
    at.desk.until(lambda: workspace.meter.state.operation == wanted)
    at.press("G A")
    assert at.desk.window.screen_name == "operations"
    assert at.book.state.key == wanted
    assert at.page.section == "gates"


def test_what_comes_while_it_is_looked_for_is_chosen(at: OperationsDesk) -> None:
    """Its first calls are pulled a moment after somebody tagged them, and types its name."""
    listed, whole = at.page.list, at.book.state
    at.page._show(replace(whole, lines=tuple(line for line in whole.lines if line.key != "seen")))
    at.press("/")
    at.desk.type("seen")
    assert listed.lines.lines == ()
    at.page._show(whole)
    at.settle()
    assert at.page.stack.currentWidget() is at.page.define_pane
    assert at.book.state.key == "seen"
    assert at.desk.focus() is listed.finder
