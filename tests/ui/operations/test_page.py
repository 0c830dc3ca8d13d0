"""The Operations screen by keyboard, over the real local Atlas."""

import orjson
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget

from atlas_desktop.ui.widgets.correction.exact_edit import ExactEdit
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.ui.filled import line
from tests.ui.operations.conftest import KEY, SCHEMA, OperationsDesk
from tests.ui.test_accessibility import named, ours


def gates(at: OperationsDesk) -> dict[str, float]:
    return {gate.evaluator_id: gate.min_score for gate in at.operation().ship_gates}


def test_the_list_is_walked_and_what_was_only_seen_is_defined(at: OperationsDesk) -> None:
    at.page.take_focus()
    assert at.page.stack.currentWidget() is at.page.gates
    at.press("J")
    assert at.book.state.key == "seen"
    assert at.page.stack.currentWidget() is at.page.define_pane
    at.press("E")
    at.type("Seen now")
    at.press("Tab")
    at.type("What it is for.")
    at.press("Ctrl+Enter")
    made = at.ask(lambda client: client.operations.get("seen"))
    assert (made.registration, made.name, made.description) == ("defined", "Seen now", "What it is for.")
    assert at.page.stack.currentWidget() is at.page.gates
    assert "is defined" in at.said()


def test_a_gate_is_tightened_at_once(at: OperationsDesk) -> None:
    at.press("1", "Enter", "E")
    at.type("1")
    assert at.page.gates.rows["ev_ssn"].said.startswith("No SSN, at least 1, tightened from 0.90")
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 1.0}
    assert not at.page.gates.changed
    assert not at.page.question.isVisible()


def test_a_gate_is_loosened_only_after_a_question_and_that_is_on_record(at: OperationsDesk) -> None:
    at.press("Enter", "E")
    at.type("0.5")
    at.press("Ctrl+Enter")
    assert at.page.question.isVisible()
    assert "No SSN 0.90 \u2192 0.50" in at.page.question.accessibleName()
    at.press("Esc")
    assert gates(at) == {"ev_ssn": 0.9}
    at.press("Ctrl+Enter", "Enter")
    assert gates(at) == {"ev_ssn": 0.5}
    at.press("Esc", "3")
    assert at.page.history.list.lines[0].title == "Gate of No SSN loosened from 0.90 to 0.50"


def test_enter_leaves_a_score_to_its_gate_and_what_cannot_be_done_is_not_offered(at: OperationsDesk) -> None:
    at.press("Enter", "E")
    at.type("0.95")
    at.press("Enter")
    pane = at.page.gates
    assert QApplication.focusWidget() is pane
    assert "tightened from 0.90" in pane.rows["ev_ssn"].said
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 0.95}
    assert pane._add.isVisible()
    at.press("J", "A", "Ctrl+Enter")
    assert set(gates(at)) == {"ev_ssn", "ev_shape"}
    assert not pane._add.isVisible()
    assert not pane._edit.isVisible()


def test_a_gate_is_added_from_the_other_rules_and_removed(at: OperationsDesk) -> None:
    at.press("Enter", "J")
    assert at.page.gates.rules.hasFocus()
    at.press("A")
    at.type("0.8")
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 0.9, "ev_shape": 0.8}
    at.press("Esc", "Delete", "Ctrl+Enter")
    assert at.page.question.isVisible()
    at.press("Enter")
    assert gates(at) == {"ev_ssn": 0.9}


def test_what_is_no_score_is_said_and_not_saved(at: OperationsDesk) -> None:
    at.press("Enter", "E")
    at.type("1.5")
    assert "0 to 1, such as 0.85" in at.page.gates.rows["ev_ssn"].said
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 0.9}
    at.press("Ctrl+A")
    at.type("0,95")
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 0.95}


def test_how_a_rule_stands_is_beside_its_gate(at: OperationsDesk) -> None:
    at.desk.until(lambda: "1.00 on 10 recent calls" in at.page.gates.rows["ev_ssn"].said)


def test_a_schema_is_tried_while_it_is_written_and_saved_as_the_next_version(at: OperationsDesk) -> None:
    at.press("2")
    trial = at.page.schema.trial
    assert trial.accessibleName() == "Would reject 1 of 10. 1 is no JSON"
    at.press("E")
    at.press("Ctrl+A")
    at.type('{"required": ["unit"]')
    assert trial.accessibleName().startswith("Not tried: the schema has a problem")
    assert not at.page.schema._save.isEnabled()
    at.type("}")
    assert trial.accessibleName().startswith("Would reject 10 of 10")
    at.press("Ctrl+Enter")
    now = at.operation()
    assert (now.schema_version, now.output_schema) == ("2", {"required": ["unit"]})
    assert "schema version 2" in at.said()
    assert not at.page.schema.changed
    versions = at.page.schema._segments
    assert versions is not None
    versions._choose("1")
    at.settle()
    assert orjson.loads(at.page.schema.field.text) == SCHEMA
    assert at.page.schema.field.edit.isReadOnly()
    assert trial.accessibleName().startswith("Would reject 1 of 10")


def test_what_is_written_survives_a_look_elsewhere_and_a_sync(at: OperationsDesk) -> None:
    at.press("2", "E", "Ctrl+A")
    at.type('{"title": "mine"}')
    at.press("Esc", "1", "2")
    assert at.page.schema.field.text == '{"title": "mine"}'
    at.book.refresh()
    at.settle()
    assert at.page.schema.field.text == '{"title": "mine"}'
    assert at.page.schema._about.text().startswith("A schema change")


def test_a_rejected_answer_is_looked_at_in_review(at: OperationsDesk) -> None:
    at.press("2")
    assert at.page.schema.trial.list.hasFocus() or at.page.list.has_focus()
    at.page.rest()
    at.press("Enter")
    assert at.desk.window.screen_name == "review"
    review = at.desk.window.review
    assert review is not None
    at.desk.until(lambda: review.current.call is not None)
    assert review.current.call is not None
    assert review.current.call.row.output_preview == "none at all"


def test_a_rule_is_compared_with_itself_before_it_is_kept(at: OperationsDesk) -> None:
    at.press("Enter", "Enter")
    assert at.page.stack.currentWidget() is at.page.rule
    assert not at.page.rule.changed
    assert at.page.rule.trial.accessibleName().startswith("All 10 reach 0.90")
    at.press("Ctrl+A")
    at.type("none|3")
    assert (
        at.page.rule.trial.accessibleName()
        == "2 of 10 below 0.90. mean 0.80  ·  2 judged differently than now"
    )
    assert [each.figure for each in at.page.rule.trial.list.lines[:3]] == [
        "1.00 \u2192 0.00",
        "1.00 \u2192 0.00",
        "1.00",
    ]
    at.press("Ctrl+Enter")
    kept = at.ask(lambda client: client.evaluators.get("ev_ssn"))
    assert (kept.version, kept.config) == (2, {"pattern": "none|3", "must_match": False})
    assert at.page.rule._about.text().endswith("version 2")
    assert "run the evaluation of its datasets again" in at.said()
    at.press("Esc", "Esc")
    assert at.page.stack.currentWidget() is at.page.gates


def test_a_rule_that_cannot_work_says_why_and_is_not_kept(at: OperationsDesk) -> None:
    at.press("Enter", "Enter", "Ctrl+A")
    at.type("(?=a)")
    assert at.page.rule.trial.accessibleName().startswith("Not tried: the evaluator cannot work like this")
    at.press("Ctrl+Enter")
    assert at.ask(lambda client: client.evaluators.get("ev_ssn")).version == 1


def test_a_new_rule_is_made_and_offered_as_a_gate(at: OperationsDesk) -> None:
    at.press("Enter", "R")
    form = at.page.rule.form
    assert form.name.hasFocus()
    at.type("No total")
    form.pattern.setFocus()
    at.type("total")
    at.press("Ctrl+Enter")
    assert at.page.stack.currentWidget() is at.page.gates
    assert at.page.gates.rules.hasFocus()
    made = next(each for each in at.book.state.evaluators if each.name == "No total")
    assert at.page.gates.rules.key == made.id
    at.press("A", "Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 0.9, made.id: 1.0}


def test_under_the_veil_no_answer_tells_and_what_was_found_in_it_neither(at: OperationsDesk) -> None:
    mail = line(source_id="z", operation=KEY, output="write to ada.lovelace@example.com")
    at.ask(lambda client: client.calls.import_lines(mail))
    at.desk.session.sync_now()
    at.desk.until(lambda: at.book.state.lines[0].calls == 11)
    at.press("Enter", "Enter", "Ctrl+A")
    at.type("ada.*com")
    shown = at.page.rule.trial.list.lines[0]
    assert "lovelace" in shown.title
    assert "lovelace" in shown.detail
    at.desk.run(at.desk.session.settings.change(veil=True))
    said = [each.said for each in at.page.rule.trial.list.lines]
    assert not [each for each in said if "lovelace" in each]
    at.press("Esc", "Esc", "2")
    assert not [each for each in at.page.schema.trial.list.lines if "lovelace" in each.said]


def test_what_changed_leads_to_the_schema_or_to_a_rule(at: OperationsDesk) -> None:
    at.press("W")
    assert at.page.stack.currentWidget() is at.page.guide
    at.press("Enter")
    assert at.page.stack.currentWidget() is at.page.schema
    assert at.desk.focus() is at.page.schema.field.edit
    at.press("Esc", "W", "Tab", "Enter")
    assert at.page.stack.currentWidget() is at.page.gates
    assert at.page.gates.hasFocus()
    at.press("W", "Esc")
    assert at.page.stack.currentWidget() is at.page.gates


def test_a_description_is_written_in_its_place(at: OperationsDesk) -> None:
    at.press("N")
    at.type("Revenue")
    at.press("Tab")
    at.type("What a filing reports.")
    at.press("Ctrl+Enter")
    now = at.operation()
    assert (now.name, now.description) == ("Revenue", "What a filing reports.")
    assert not at.page.head.editing


def test_offline_it_is_read_and_what_was_typed_stays(at: OperationsDesk) -> None:
    at.desk.run(at.desk.session.set_offline(True))
    at.desk.until(lambda: not at.book.state.online)
    at.press("Enter", "E")
    at.type("1")
    at.press("Ctrl+Enter")
    assert at.page.notice.accessibleName().startswith("Nothing can be changed without the server")
    assert at.page.gates.changed
    at.press("Esc", "3")
    assert at.book.state.history.phase == "away"
    at.press("1")
    at.desk.run(at.desk.session.set_offline(False))
    at.desk.until(lambda: at.book.state.online)
    at.press("Ctrl+Enter")
    assert gates(at) == {"ev_ssn": 1.0}
    assert not at.page.notice.isVisible()


def test_every_control_has_a_name_and_all_text_is_plain(at: OperationsDesk) -> None:
    for keys in (("1",), ("2",), ("3",), ("1", "R"), ("W",)):
        at.press(*keys)
        widgets = at.page.findChildren(QWidget)
        nameless = [
            w for w in widgets if w.focusPolicy() != Qt.FocusPolicy.NoFocus and ours(w) and not named(w)
        ]
        assert nameless == []
        silent = [b for b in at.page.findChildren(QAbstractButton) if ours(b) and not b.accessibleName()]
        assert silent == []
        assert all(isinstance(label, PlainLabel) for label in at.page.findChildren(QLabel))
        written = [view for view in at.page.findChildren(QPlainTextEdit) if not view.isReadOnly()]
        assert all(isinstance(view, ExactEdit) for view in written)
        at.press("Esc", "Esc")


def test_what_was_typed_stays_with_its_operation_and_outlives_the_window(at: OperationsDesk) -> None:
    at.press("Enter", "E")
    at.type("0.1")
    at.press("Esc", "2", "E", "Ctrl+A")
    at.type('{"title": "half a')
    at.press("Esc", "1", "R")
    at.type("My rule")
    at.press("Esc", "]")
    assert at.book.state.key == "seen"
    assert at.page.list.lines.lines[1].detail.endswith("not saved")
    at.press("[")
    assert at.book.state.key == KEY
    assert at.page.gates.rows["ev_ssn"].minimum.text() == "0.10"
    at.desk.run(at.desk.session.open(at.desk.session.connections.all[-1].id))
    at.desk.until(lambda: at.desk.session.status.link == "online")
    at.desk.window.show("operations")
    at.desk.until(lambda: at.book.state.defined)
    at.settle()
    assert at.page.gates.changes[0].after == 0.1
    at.press("2")
    assert at.page.schema.field.text == '{"title": "half a'
    at.press("1", "R")
    assert at.page.rule.form.name.text() == "My rule"
    at.page.rule.discard()
    at.press("Esc")
    at.page.gates.discard()
    at.page.schema.discard()
    at.settle()
    assert not at.book.state.unsaved
