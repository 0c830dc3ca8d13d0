"""Providers by keyboard, over the real local Atlas and a stub provider on a real socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget

from atlas_desktop.app.provider_draft import spec_again
from atlas_desktop.ui.pages.operations.providers.view import BEGIN
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from tests.app.test_local_server import assert_in_no_file
from tests.cli.running import run
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.ui.conftest import Desk
from tests.ui.operations.conftest import KEY, OperationsDesk
from tests.ui.operations.providing import SECRET, ProvidersDesk, providing, said_to
from tests.ui.test_accessibility import named, ours


@pytest.fixture
def stub() -> Iterator[StubProvider]:
    with providing() as made:
        yield made


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def on(desk: Desk, stub: StubProvider) -> ProvidersDesk:
    desk.session.vault._find = fail.Keyring
    desk.run(desk.session.set_offline(False))
    desk.run(desk.session.start_local(with_sample=False))
    desk.until(lambda: desk.session.status.link == "online")
    return ProvidersDesk(OperationsDesk(desk), stub)


def test_with_none_it_says_how_and_what_a_client_needs(on: ProvidersDesk) -> None:
    on.press("G P")
    on.at.desk.until(lambda: on.area.stack.currentWidget() is on.area.begin)
    assert on.at.desk.focus() is on.area.begin.presets
    titles = [line.title for line in on.area.begin.presets.lines]
    assert titles == ["OpenAI", "OpenRouter", "vLLM", "Ollama", "llama.cpp", "Another endpoint"]
    workspace = on.at.desk.session.workspace
    assert workspace is not None
    assert workspace.link.reached is not None
    on.press("Y")
    assert QGuiApplication.clipboard().text() == workspace.link.reached.base_url
    on.press("Shift+Y")
    assert f'base_url="{workspace.link.reached.base_url}"' in QGuiApplication.clipboard().text()
    compile(QGuiApplication.clipboard().text(), "snippet", "exec")
    assert on.at.said() == "Copied: lines for an OpenAI client"


def test_a_provider_is_begun_tried_saved_and_answers_calls(on: ProvidersDesk, tmp_path: Path) -> None:
    on.begin()
    area = on.area
    assert area.form.name.text() == "openai"
    on.into(area.form.key.key, SECRET)
    on.press("Ctrl+R")
    assert "answered in" in on.tried()
    asked = on.stub.requests[-1]
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert on.table().data == []
    on.press("Ctrl+Enter")
    on.at.desk.until(lambda: area.state.provider("openai") is not None)
    on.settle()
    assert area.form.key.key.text() == ""
    # There is no keyring here, and that is said, not hidden.
    assert "The key is kept until you quit" in on.at.said()
    assert "The key is kept until you quit" in area.form.key._said.text()
    listed = on.table().data[0]
    assert (listed.base_url, listed.status.key, listed.status.usable) == (on.stub.base_url, "present", True)
    made = on.at.ask(
        lambda client: client.chat.completions.create(
            messages=[{"role": "user", "content": "hi"}], tier="realtime", metadata={"operation_id": KEY}
        )
    )
    assert made.delivery is not None
    assert made.delivery.provider == "OpenAI"
    assert on.stub.requests[-1].headers["authorization"] == f"Bearer {SECRET}"
    # So does a program, with a key that was made beside the app.
    key = run(tmp_path / "home", "keys", "create", "my-app").out.strip()
    assert said_to(on, key) == "You said: hello"
    # The next child has the provider's key: over its pipe.
    assert on.at.desk.session.settings.current.provider_keys == {"openai": "provider.openai"}
    before = on.at.desk.session.workspace
    assert before is not None
    pid = before.link.child_pid
    on.at.desk.run(on.at.desk.session.reconnect())
    on.at.desk.until(lambda: on.at.desk.session.status.link == "online")
    assert before.link.child_pid != pid
    assert on.table().data[0].status.key == "present"
    assert_in_no_file(SECRET, tmp_path)


def test_what_fails_and_what_is_missing_is_said_in_words_beside_it(on: ProvidersDesk) -> None:
    on.begin()
    model = on.area.form.model_at_hand
    assert model is not None
    on.stub.plans[model.id] = Plan(status=401, error={"message": f"bad {SECRET}", "code": "invalid_api_key"})
    on.into(on.area.form.key.key, SECRET)
    on.press("Ctrl+R")
    words = on.tried()
    assert model.id in words
    assert SECRET not in words
    assert "key" in words.lower()
    on.into(on.area.form.address, "http://127.0.0.1:9/v1")
    assert on.area.state.trying is None  # it is about something else by now
    on.press("Ctrl+R")
    assert model.id in on.tried()
    assert on.area.pane.trial.property("tone") == "bad"
    on.area.discard()
    on.settle()
    on.stub.requests.clear()
    on.begin("#own")
    form = on.area.form
    on.press("Ctrl+Enter")
    assert form._faults["name"].isVisible()
    assert form._faults["models"].text() == "Add at least one model."
    on.into(form.name, "mine")
    assert not form._faults["name"].isVisible()
    on.into(form.address, "nonsense")
    assert "https://api.openai.com/v1" in form._faults["base_url"].text()
    on.press("Esc")
    on.press("M")
    on.at.desk.type("llama 3")
    on.press("Tab", "Tab")
    on.into(form.model.prompt, "a lot")
    assert form.model.faults["id"].isVisible()
    assert "0.15" in form.model.faults["prompt"].text()
    assert on.table().data == []
    assert on.stub.requests == []


def test_models_are_changed_by_keys_and_a_kept_key_is_sent_to_no_other_address(on: ProvidersDesk) -> None:
    on.save()
    form = on.area.form
    many = len(form.draft.models)
    on.press("Esc")
    assert form.models.hasFocus()
    on.press("M")
    assert form.model.id.hasFocus()
    on.at.desk.type("llama-3.1-8b")
    on.into(form.model.prompt, "0,05")
    form.model.tiers.setFocus()
    on.at.desk.run(_click(form.model.flags, "open weights"))
    on.press("Ctrl+Enter")
    on.at.desk.until(lambda: len(on.area.state.providers[0].models) == many + 1)
    last = on.table().data[0].models[-1]
    assert (last.id, last.prompt_usd, last.open_weight) == ("llama-3.1-8b", 0.05, True)
    on.press("Esc")
    assert form.models.hasFocus()
    on.press("Delete", "Ctrl+Enter")
    on.at.desk.until(lambda: len(on.area.state.providers[0].models) == many)
    # The key was not typed again, and is still there; but it goes to no other address.
    assert on.table().data[0].status.key == "present"
    with providing() as other:
        on.into(on.area.form.address, other.base_url)
        on.press("Ctrl+R")
        on.tried()
        assert all(SECRET not in str(asked.headers) for asked in other.requests)
        on.press("Ctrl+Enter")
        assert on.at.page.notice.accessibleName().startswith("The key was given for another address")
        assert on.table().data[0].base_url == on.stub.base_url
        assert on.area.form.address.text() == other.base_url


async def _click(picks: QWidget, words: str) -> None:
    next(each for each in picks.findChildren(QAbstractButton) if words in each.text()).click()


def test_what_is_typed_stays_but_for_the_key_and_a_provider_is_removed_with_its_own(
    on: ProvidersDesk,
) -> None:
    on.save()
    on.into(on.area.form.title, "Our OpenAI")
    on.into(on.area.form.key.key, "sk-half-typed")
    on.press("Esc", "Esc", "J")
    assert on.area.at == BEGIN
    on.press("K")
    assert on.area.form.title.text() == "Our OpenAI"
    assert on.area.form.key.key.text() == ""
    assert on.area.list.lines[0].detail.endswith("not saved")
    on.press("G O", "G P")
    assert on.area.form.title.text() == "Our OpenAI"
    on.area.discard()
    on.settle()
    assert on.area.form.title.text() == "OpenAI"
    # Removing asks first, and takes the key along.
    on.press("Delete")
    question = on.at.page.question
    assert question.isVisible()
    on.press("Esc")
    assert len(on.table().data) == 1
    on.press("Delete", "Enter")
    on.at.desk.until(lambda: not on.area.state.providers)
    assert on.table().data == []
    assert on.at.desk.run(on.at.desk.session.vault.get("provider.openai")) is None
    assert on.at.desk.session.settings.current.provider_keys == {}


def test_a_table_changed_meanwhile_is_not_overwritten(on: ProvidersDesk) -> None:
    on.save()
    table = on.table()
    spec = spec_again(table.data[0]).model_copy(update={"title": "Theirs"})
    on.at.ask(lambda client: client.providers.replace(table.revision, [spec]))
    on.into(on.area.form.title, "Mine")
    on.press("Ctrl+Enter")
    assert on.at.page.notice.accessibleName().startswith("The provider table was changed meanwhile")
    assert on.table().data[0].title == "Theirs"
    assert on.area.form.title.text() == "Mine"
    on.press("Ctrl+Enter")
    assert on.table().data[0].title == "Mine"
    table = on.table()
    assert table.path is not None
    path = Path(table.path)
    path.write_text(path.read_text() + "\nnonsense = [\n")
    on.press("Esc", "G O", "G P")
    on.at.desk.until(on.area.line.isVisible)
    assert "is not in force as it is now, line " in on.area.line.words.text()
    assert on.area.state.provider("openai") is not None
    path.write_text(path.read_text().replace("nonsense = [", ""))
    on.press("G O", "G P")
    on.at.desk.until(lambda: not on.area.line.isVisible())
    # Without the server the table stays to be read.
    on.at.desk.run(on.at.desk.session.set_offline(True))
    on.at.desk.until(lambda: not on.area.state.online)
    assert "not reached now" in on.area.line.words.text()
    on.into(on.area.form.title, "Later")
    on.press("Ctrl+Enter")
    assert on.at.page.notice.accessibleName().startswith("The server is not reached now")
    assert on.area.form.title.text() == "Later"


def test_every_control_has_a_name_and_tab_comes_to_it(on: ProvidersDesk) -> None:
    on.save()
    for keys in ((), ("A",), ("[",), ("E",)):
        on.press(*keys)
        widgets = on.area.findChildren(QWidget)
        nameless = [
            w for w in widgets if w.focusPolicy() != Qt.FocusPolicy.NoFocus and ours(w) and not named(w)
        ]
        assert nameless == []
        assert [b for b in on.area.findChildren(QAbstractButton) if ours(b) and not b.accessibleName()] == []
        assert all(isinstance(label, PlainLabel) for label in on.area.findChildren(QLabel))
        assert all(view.isReadOnly() for view in on.area.findChildren(QPlainTextEdit))
        on.press("Esc")
    assert _missed(on) == set()


def _missed(on: ProvidersDesk) -> set[str]:
    def wanted(widget: QWidget) -> bool:
        return bool(
            widget.isVisible()
            and widget.isEnabled()
            and ours(widget)
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        )

    here = {each for each in on.area.findChildren(QWidget) if wanted(each)}
    seen: set[Any] = set()
    for _ in range(3 * len(here)):
        seen.add(QApplication.focusWidget())
        on.press("Tab")
    return {each.accessibleName() for each in here - seen}
