"""A key for a program, made on the Providers screen by keyboard; and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail
from PySide6.QtGui import QGuiApplication

from tests.app.test_local_server import assert_in_no_file
from tests.server.gateway.stub_provider import StubProvider
from tests.ui.conftest import Desk
from tests.ui.operations.conftest import OperationsDesk
from tests.ui.operations.providing import ProvidersDesk, providing, said_to


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def stub() -> Iterator[StubProvider]:
    with providing() as made:
        yield made


@pytest.fixture
def on(desk: Desk, stub: StubProvider) -> ProvidersDesk:
    desk.session.vault._find = fail.Keyring
    desk.run(desk.session.set_offline(False))
    desk.run(desk.session.start_local(with_sample=False))
    desk.until(lambda: desk.session.status.link == "online")
    return ProvidersDesk(OperationsDesk(desk), stub)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_a_key_is_made_shown_once_and_asks_the_gateway(on: ProvidersDesk, tmp_path: Path) -> None:
    on.begin("vllm")
    on.press("Ctrl+Enter")
    on.at.desk.until(lambda: on.area.state.provider("vllm") is not None)
    on.press("Esc")
    on.press("N")
    part = on.area.client.key
    assert on.at.desk.focus() is part.name
    assert on.area.stack.currentWidget() is on.area.begin
    assert [command for command, _ in on.area.taught("typing")] == ["view.escape"]
    on.press("Ctrl+A")
    on.at.desk.type("nightly")
    on.press("Enter")
    on.at.desk.until(lambda: part.made is not None)
    assert "nightly" in on.at.said()
    assert on.at.desk.focus() is part.copy_button
    on.press("Space")
    key = clipboard()
    assert key.startswith("nm_live_")
    assert part.shown.text() == key
    assert key[8:14] in part.about.text()
    on.press("Shift+Y")
    assert f'api_key="{key}"' in clipboard()
    compile(clipboard(), "snippet", "exec")
    assert key not in on.area.client.text.toPlainText()
    assert said_to(on, key) == "You said: hello"
    # It lives in the server, as a hash; after a restart it is shown nowhere, and still asks.
    on.at.desk.run(on.at.desk.session.reconnect())
    on.at.desk.until(lambda: on.at.desk.session.status.link == "online")
    on.settle()
    assert said_to(on, key) == "You said: hello"
    on.at.desk.run(on.at.desk.session.start_local(with_sample=False))
    on.at.desk.until(lambda: on.at.desk.session.status.link == "online")
    assert part.made is None
    assert part.shown.text() == ""
    assert_in_no_file(key.rpartition("_")[2], tmp_path)


def test_a_key_without_a_name_is_not_made_and_that_is_said(on: ProvidersDesk) -> None:
    on.press("G P")
    on.at.desk.until(lambda: on.area.stack.currentWidget() is on.area.begin)
    on.press("N")
    part = on.area.client.key
    on.press("Ctrl+A", "Delete", "Enter")
    assert part.made is None
    assert on.at.said() == "Give the key a name: what is rated with it is signed with that"
    assert on.at.desk.focus() is part.name


def test_offline_no_key_is_made_and_the_name_stays(on: ProvidersDesk) -> None:
    on.press("G P")
    on.at.desk.until(lambda: on.area.stack.currentWidget() is on.area.begin)
    on.press("N")
    on.press("Ctrl+A")
    on.at.desk.type("nightly")
    on.at.desk.run(on.at.desk.session.set_offline(True))
    on.press("Enter")
    assert on.area.client.key.made is None
    assert on.area.client.key.name.text() == "nightly"
    assert on.at.desk.window.operations.notice.isVisibleTo(on.at.desk.window)
