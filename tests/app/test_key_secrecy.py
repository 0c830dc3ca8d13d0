"""A canary key through everything the program does with a key: then it is in no file, log line, text or repr."""

import asyncio
import logging
from pathlib import Path

import pytest
from keyring.backends import fail

from atlas_desktop import logs
from atlas_desktop.app.connections import base_url_from
from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError, Problem, problem_from, report
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.contract.secret import Secret
from tests.api.sockets import listening

# Of no shape that a pattern would find: only its registration can keep it out.
ODD = "Hx7-canary-without-a-known-shape-Q2"
CANARY = "nm_live_canary_Zq3vT9sLx0w7Rk5bYc2h"


def refusing(key: str) -> bytes:
    """A server that answers with the very key it was sent, as some do."""
    body = b'{"error":{"message":"key %s is unknown","type":"authentication_error"}}' % key.encode()
    return b"HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


@pytest.mark.parametrize("key", [CANARY, ODD])
async def test_the_key_is_nowhere(tmp_path: Path, key: str, capfd: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home")
    home.create()
    logs.configure(home.log_dir / "app.log", level=logging.DEBUG, to_stderr=True)
    texts: list[str] = []
    try:
        await _use(home, key, texts)
    finally:
        logs.shut_down()
        logs.forget_secret(key)
    out, err = capfd.readouterr()
    assert texts
    for text in (*texts, out, err):
        assert key not in text
    files = _files(tmp_path)
    assert any(name.endswith("app.log") and data for name, data in files)
    for name, data in files:
        assert key.encode() not in data, name


async def _use(home: Home, key: str, texts: list[str]) -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(refusing(key))

    session = Session(home, vault=KeyVault(fail.Keyring))
    session.problem.connect(lambda problem: texts.extend(_words(problem)))
    try:
        session.begin()
        async with listening(answer) as server:
            for address in (
                server.url,
                "http://127.0.0.1:9/v1",
                f"https://{key}@x.example",
                f"https://x.example/?{key}",
            ):
                with pytest.raises(KnownError) as raised:
                    await session.connections.add("Theirs", address, Secret(key))
                texts += _words(raised.value.problem)
            await session.settings.change(
                connections=[{"id": "theirs", "title": "Theirs", "base_url": server.url}]
            )
            await session.vault.set("theirs", Secret(key))
            workspace = await session.open("theirs")
            async with asyncio.timeout(20):
                while workspace.sync.status.link != "auth":
                    await _told(workspace.sync.status_changed)
            texts += [repr(workspace.sync.status), repr(workspace), repr(session), repr(vars(session.vault))]
            texts += [repr(workspace.link.reached), repr(session.settings.current)]
            logging.getLogger("some.library").error("sent %s", {"Authorization": f"Bearer {key}"})
            session.tasks.spawn("a bug", _bug(key))
            await _told(session.problem)
    finally:
        await session.close()


async def _bug(key: str) -> None:
    raise ValueError(f"this is our fault, {key}")


async def _told(signal: object) -> None:
    told = asyncio.Event()
    stop = signal.connect(lambda _: told.set())  # type: ignore[attr-defined]
    await told.wait()
    stop()


def _words(problem: Problem) -> list[str]:
    return [problem.sentence, report(problem), repr(problem)]


def _files(folder: Path) -> list[tuple[str, bytes]]:
    return [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


def test_a_key_typed_into_the_address_is_not_repeated() -> None:
    for typed in (
        f"https://{CANARY}@x.example",
        f"https://x.example/v1?key={CANARY}",
        f"https://x.example:{CANARY}",
    ):
        with pytest.raises(KnownError) as raised:
            base_url_from(typed)
        for text in (*_words(raised.value.problem), *_words(problem_from(raised.value))):
            assert CANARY not in text
