import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from atlas_desktop.app.secrets import KeyVault, trusted
from atlas_desktop.contract.secret import Secret

REPOSITORY = Path(__file__).resolve().parents[2]
CANARY = "nm_live_canary_Zq3vT9sLx0w7Rk5bYc2h"
KEY = Secret(CANARY)


class Ring(SecretService.Keyring):
    """Named as a trusted one; what it does is up to the test."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


# The allow-list goes by name, as a plug-in's class cannot take this one.
Ring.__module__, Ring.__qualname__ = SecretService.Keyring.__module__, "Keyring"


class Plaintext(KeyringBackend):
    """What keyrings.alt does: it would be found by keyring itself."""

    priority = 0.5
    asked = False

    def get_password(self, service: str, username: str) -> str | None:
        type(self).asked = True
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        type(self).asked = True

    def delete_password(self, service: str, username: str) -> None:
        type(self).asked = True


async def test_a_key_goes_into_the_keyring_and_comes_back() -> None:
    ring = Ring()
    vault = KeyVault(lambda: ring)
    assert (await vault.set("one", KEY)).where == "keyring"
    assert list(ring.kept.values()) == [CANARY]
    assert await KeyVault(lambda: ring).get("one") == KEY
    assert await vault.get("other") is None
    assert vault.why is None
    await vault.delete("one")
    await vault.delete("one")
    assert ring.kept == {}
    assert vault.why is None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Plaintext])
async def test_without_a_trusted_keyring_the_key_stays_in_memory_and_that_is_said(
    backend: type[KeyringBackend],
) -> None:
    vault = KeyVault(backend)
    kept = await vault.set("one", KEY)
    assert kept.where == "memory"
    assert kept.why is not None
    assert "until you quit" in kept.why
    assert await vault.get("one") == KEY
    assert await KeyVault(backend).get("one") is None
    assert not Plaintext.asked
    assert await vault.delete("other"), "where no keyring is, none holds the key"
    vault.drop()
    assert await vault.get("one") is None


def test_of_a_chain_only_a_trusted_keyring_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [fail.Keyring(), ring])
    assert trusted(chainer.ChainerBackend()) is ring


class Locked(Ring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class Broken(Ring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"could not store {password}")


for _kind in (Locked, Broken):
    _kind.__module__, _kind.__qualname__ = Ring.__module__, "Keyring"


@pytest.mark.parametrize(("kind", "word"), [(Locked, "locked"), (Broken, "could not be used")])
async def test_a_keyring_that_refuses_is_said_and_the_key_never_logged(
    kind: type[Ring], word: str, caplog: pytest.LogCaptureFixture
) -> None:
    ring = kind()
    vault = KeyVault(lambda: ring)
    kept = await vault.set("one", KEY)
    assert (kept.where, word in (kept.why or "")) == ("memory", True)
    assert await vault.get("one") == KEY
    assert CANARY not in caplog.text
    assert CANARY not in repr(vars(vault))


async def test_a_hanging_keyring_is_given_up_and_not_asked_again() -> None:
    release = threading.Event()
    asked: list[str] = []

    def hangs() -> KeyringBackend:
        asked.append("once")
        release.wait()
        return Ring()

    vault = KeyVault(hangs, limit=0.1)
    try:
        before = time.monotonic()
        assert await vault.get("one") is None
        assert time.monotonic() - before < 2
        assert await vault.get("one") is None
        assert asked == ["once"]
        assert "did not answer" in (vault.why or "")
        assert (await vault.set("one", KEY)).where == "memory"
        assert asked == ["once", "once"]
        assert await vault.get("one") == KEY
    finally:
        release.set()


async def test_the_loop_runs_while_the_keyring_takes_its_time() -> None:
    release = threading.Event()

    class Slow(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            release.wait(5)
            return CANARY

    Slow.__module__, Slow.__qualname__ = Ring.__module__, "Keyring"
    vault = KeyVault(Slow)
    asyncio.get_running_loop().call_later(0.01, release.set)
    assert await vault.get("one") == KEY
    assert release.is_set()


IN_A_SESSION = """
import asyncio, json, sys
from atlas_desktop.app.secrets import KeyVault, trusted
from atlas_desktop.contract.secret import Secret
import keyring

async def main():
    said = {"backend": type(keyring.get_keyring()).__module__}
    said["kept"] = (await KeyVault().set("one", Secret(sys.stdin.read()))).where
    found = await KeyVault().get("one")
    said["same"] = found is not None and found.reveal().startswith("nm_live_canary")
    said["shown"] = repr(found)
    await KeyVault().delete("one")
    vault = KeyVault()
    said["after"] = await vault.get("one")
    said["why"] = vault.why
    print(json.dumps(said))

asyncio.run(main())
"""
DAEMON = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec \"$@\""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon for a real keyring in a private session",
)
def test_a_real_gnome_keyring_keeps_the_key_and_no_file_shows_it(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PYTHONPATH": str(REPOSITORY),
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", DAEMON, "sh", sys.executable, "-c", IN_A_SESSION],
        input=CANARY,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said == {
        "backend": "keyring.backends.SecretService",
        "kept": "keyring",
        "same": True,
        "shown": "Secret(nm_…Yc2h)",
        "after": None,
        "why": None,
    }
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path


async def test_the_system_keyring_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    await KeyVault().set("one", KEY)
    assert list(ring.kept.values()) == [CANARY]


def test_the_keyring_library_is_loaded_when_a_key_is_asked_for_and_not_before() -> None:
    program = "import sys, atlas_desktop.app.session; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, timeout=60).returncode == 0
