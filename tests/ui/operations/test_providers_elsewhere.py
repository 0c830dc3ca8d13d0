"""The providers of an Atlas that this app did not start: read, with the reason and the way to change them."""

from pathlib import Path

import pytest
from keyring.backends import fail
from PySide6.QtWidgets import QLineEdit

from atlas_desktop.contract.secret import Secret
from tests.cli.running import run, serving
from tests.ui.conftest import Desk
from tests.ui.operations.conftest import OperationsDesk
from tests.ui.operations.providing import ProvidersDesk

TABLE = """
[[provider]]
name = "vllm"
title = "Our machine"
base_url = "http://127.0.0.1:9/v1"

[[provider.model]]
id = "llama-3.1-8b"
quantization = "q8"
open_weight = true
"""


@pytest.fixture
def lines() -> list[bytes]:
    return []


def test_of_another_atlas_they_are_read_and_it_says_where_they_are_edited(desk: Desk, tmp_path: Path) -> None:
    database = tmp_path / "served.db"
    (tmp_path / "providers.toml").write_text(TABLE)
    desk.session.vault._find = fail.Keyring
    with serving(tmp_path, database) as url:
        key = run(tmp_path, "keys", "create", "me", "--database", database).out.strip()
        desk.run(desk.session.set_offline(False))
        added = desk.run(desk.session.connections.add("There", url, Secret(key)))
        desk.run(desk.session.open(added.connection.id))
        desk.until(lambda: desk.session.status.link == "online")
        on = ProvidersDesk(OperationsDesk(desk), None)  # type: ignore[arg-type]
        on.press("G P")
        desk.until(lambda: bool(on.area.state.providers))
        area = on.area
        assert area.line.words.text().startswith("Read only: this app did not start that Atlas.")
        assert "providers.toml" in area.line.words.text()
        assert area.list.lines[0].title == "Our machine"
        # Neither where it is nor how its key is kept is told to whoever does not run it.
        assert area.form.address.text() == ""
        assert not area.form.key.isVisible()
        assert all(each.isReadOnly() for each in area.findChildren(QLineEdit) if each.isVisible())
        assert not area.pane._save.isVisible()
        on.press("M", "Delete", "Ctrl+R", "Ctrl+Enter", "A")
        assert len(area.form.draft.models) == 1
        assert not on.at.page.question.isVisible()
        assert area.list.lines[-1].title == "Your OpenAI client"
        on.press("]", "Shift+Y")
        assert area.client.isVisible()
        assert not area.begin.presets.isVisible()
        desk.run(desk.session.set_offline(True))
