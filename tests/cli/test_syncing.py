"""``sync`` of the Atlas on this computer: the real engine, store and child server."""

from pathlib import Path

import orjson

from atlas_desktop.app.settings import Connection, Settings, save
from tests.cli.running import run
from tests.domain.recording import LEAST


def connect(home: Path, **more: object) -> None:
    home.mkdir(exist_ok=True)
    connection = Connection.model_validate({"title": "Here", "kind": "local", "organization": "local"} | more)
    save(home / "settings.json", Settings(connections=(connection,), last_connection=connection.id))


def test_what_was_imported_is_fetched_once(tmp_path: Path) -> None:
    connect(tmp_path)
    lines = b"\n".join(orjson.dumps(LEAST | {"source_id": f"s/{number}"}) for number in range(250))
    assert run(tmp_path, "import", "-", stdin=lines).code == 0
    first = run(tmp_path, "sync", "--json")
    assert first.code == 0, first.err
    assert first.json == {"link": "online", "pulled": 250, "pending": 0, "needs_you": 0, "problem": None}
    again = run(tmp_path, "sync", "Here")
    assert (again.code, again.out) == (0, "0 changes fetched, 0 ratings still to send, 0 wait for you.\n")


def test_a_connection_without_its_key_says_so(tmp_path: Path) -> None:
    connect(tmp_path, title="Far", kind="remote", base_url="https://nowhere.invalid/v1")
    ran = run(tmp_path, "sync", "Far", "--timeout", 20)
    assert ran.code == 2
    assert "no key here" in ran.err
    assert "safe on this computer" in ran.err


def test_offline_by_hand_is_respected(tmp_path: Path) -> None:
    connect(tmp_path)
    settings = orjson.loads((tmp_path / "settings.json").read_bytes())
    (tmp_path / "settings.json").write_bytes(orjson.dumps(settings | {"offline": True}))
    ran = run(tmp_path, "sync")
    assert ran.code == 2
    assert "offline" in ran.err
