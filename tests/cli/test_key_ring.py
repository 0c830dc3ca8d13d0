"""Providers' keys from the keyring, for a server on its own."""

import subprocess
import threading
from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop.cli import key_ring
from atlas_desktop.cli.key_ring import provider_key
from tests.app.test_secrets import Ring
from tests.cli.running import command, environment


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(key_ring, "system_ring", lambda: made)
    return made


def test_only_what_was_kept_as_a_providers_key_is_given(ring: Ring) -> None:
    for entry in ("provider.openai", "local.judge", "connection-1"):
        ring.set_password("atlas-desktop", entry, f"sk-{entry}-12345678")
    assert provider_key("provider.openai") == "sk-provider.openai-12345678"
    assert provider_key("provider.none") is None
    assert provider_key("local.judge") is None
    assert provider_key("connection-1") is None


def test_without_a_keyring_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ring, "system_ring", fail.Keyring)
    assert provider_key("provider.openai") is None


def test_a_keyring_that_hangs_is_not_waited_for(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(key_ring, "_ALLOWED_SECONDS", 0.05)

    def hang(_service: str, _entry: str) -> str:
        answered.wait(20)
        return "late"

    monkeypatch.setattr(ring, "get_password", hang)
    try:
        assert provider_key("provider.openai") is None
    finally:
        answered.set()


def test_serve_says_at_which_line_the_table_is_wrong(tmp_path: Path) -> None:
    """And serves all the same: it is taken over when it is put right."""
    table = tmp_path / "providers.toml"
    table.write_text("# mine\n[[provider]]\nname = 'x'\nbase_url = 'ftp://x'\n")
    process = subprocess.Popen(
        command("serve", "--port", 0),
        env=environment(tmp_path, ATLAS_PROVIDERS=str(table)),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = [process.stderr.readline() for _ in range(2)]
        assert f"{table} is not taken over: line 4:" in said[1]
        assert any("Atlas on http://" in line for line in process.stderr)
    finally:
        process.kill()
        process.wait(20)
        process.stderr.close()
