"""The judge: set up in the settings, asked by the real local Atlas, and seen where a rule is tried."""

from atlas_desktop.ui.widgets.key_field import KeyField
from tests.server.stand_in import judging, says
from tests.ui.operations.conftest import OperationsDesk

SECRET = "sk-judge-77aa41"


def test_a_judge_is_set_up_tried_and_taken_away_again(at: OperationsDesk) -> None:
    desk, form = at.desk, at.desk.window.settings_page.judge
    at.press("Enter", "R")
    at.page.rule.form.choose_kind("llm_judge")
    at.page.rule.form.kinds.show_value("llm_judge")
    at.page.rule.form.rubric.setFocus()
    at.type("Be right.")
    assert at.page.rule._judge.text().startswith("No judge is set up on this server")
    with judging(says('{"score": 0.5, "reasoning": "half of it"}')) as judge:
        at.page.rule._set_up.click()
        assert desk.window.screen_name == "settings"
        assert form.address.hasFocus()
        at.type(judge.endpoint.base_url)
        at.press("Tab")
        at.type("judge-1")
        at.press("Tab")
        assert isinstance(desk.focus(), KeyField)
        desk.type(SECRET)
        desk.press("Enter")
        desk.until(lambda: "The key is kept until you quit" in form._said.text())
        assert form.key.text() == ""
        host = judge.endpoint.base_url.split("/")[2]
        assert form._now.text() == f"judge-1 at {host} judges."
        desk.window.show("operations")
        desk.until(lambda: at.book.state.judge is not None)
        assert at.page.rule._judge.text() == f"judge-1 at {host} judges."
        at.page.rule.form.rubric.setFocus()
        at.press("Ctrl+R")
        assert at.page.rule.trial.accessibleName() == "Mean 0.50 of 5"
        assert at.page.rule.trial.list.lines[0].detail == "half of it"
        _, headers, body = judge.asked[0]
        assert (headers["Authorization"], body["model"]) == (f"Bearer {SECRET}", "judge-1")
    desk.window.show("settings")
    form._forget.click()
    desk.until(lambda: form._said.text().startswith("The local Atlas asks no judge"))
    desk.until(lambda: at.book.state.judge_known and at.book.state.judge is None)


def test_an_address_that_cannot_be_one_is_said_beside_it(at: OperationsDesk) -> None:
    desk, form = at.desk, at.desk.window.settings_page.judge
    desk.window.show_judge()
    at.type("http://judge.example/v1")
    at.press("Enter")
    desk.until(form.notice.isVisible)
    assert "This address or key cannot be used" in form.notice.accessibleName()
    assert at.desk.session.settings.current.judge_address == ""
