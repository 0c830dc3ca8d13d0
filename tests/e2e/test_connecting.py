"""A server somewhere else: connect by keys, the key in a real keyring, and what happens when the server goes."""

import asyncio
import os
from pathlib import Path

import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.contract.secret import Secret
from atlas_desktop.resources import resource_path
from tests.cli import running
from tests.e2e.drive import App

SAMPLE = resource_path("samples", "calls.jsonl")


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The home of a server that has the sample calls."""
    home = tmp_path / "server"
    home.mkdir()
    with running.serving(home) as url:
        assert running.run(home, "import", SAMPLE, "--url", url, NEWMEN_API_KEY=running.KEY).code == 0
    return home


def test_the_key_is_given_once_and_found_again_after_a_kill(
    tmp_path: Path, served: Path, secret_service: str
) -> None:
    """Connect, rate, kill; started again it goes on without asking; the key is in no file."""
    home = tmp_path / "home"
    with running.serving(served) as url:
        with App(home) as app:
            connect(app, url, running.KEY)
            rated = {app.rate("1") for _ in range(3)}
            app.until(pending=0, link="online")
            app.kill()
        with App(home) as app:
            app.until(open=True, link="online", synced=True, painted=True)
            rated.add(app.rate("1"))
            app.until(pending=0)
            app.quit()
        assert asyncio.run(rated_calls(url)) == rated
    assert secret_service
    assert not [path for path in files(tmp_path) if running.KEY.encode() in path.read_bytes()]


def test_a_server_that_goes_is_not_waited_for(tmp_path: Path, served: Path, secret_service: str) -> None:
    """Ratings go on while nobody answers, are said to be pending, and outlive the end of the program."""
    home = tmp_path / "home"
    with App(home) as app:
        with running.serving(served) as url:
            connect(app, url, running.KEY)
        app.keys("3")
        app.until(link="offline", pending=1)
        for pending in (2, 3):
            app.rate("3")
            app.until(pending=pending)
        app.quit()
    with App(home) as app:
        app.until(open=True, painted=True, pending=3)
        app.quit()
    assert secret_service


def test_a_wrong_key_is_said_and_nothing_is_kept(tmp_path: Path, served: Path, secret_service: str) -> None:
    """The form stays, and the right key works then."""
    with running.serving(served) as url, App(tmp_path / "home") as app:
        fill_in(app, url, "nm_live_abcdef_not-the-right-one")
        app.keys("Enter")
        app.until(open=False, told=True, focus="Key")
        app.write(running.KEY)
        app.keys("Enter")
        app.until(open=True, link="online", synced=True, painted=True)
        app.quit()
    assert secret_service


def connect(app: App, url: str, key: str) -> None:
    """By keys only, from the first screen."""
    fill_in(app, url, key)
    app.keys("Enter")
    app.until(open=True, link="online", synced=True, painted=True)
    app.until(listed=len(SAMPLE.read_bytes().splitlines()))


def fill_in(app: App, url: str, key: str) -> None:
    """Tab from the first button to the fields and type."""
    app.until(open=False, shown=True)
    app.keys("Tab")
    app.until(focus="Address")
    app.write(url)
    app.keys("Tab")
    app.until(focus="Key")
    app.write(key)


def files(folder: Path) -> list[Path]:
    """Every file below, but the real keyring's own."""
    return [path for path in folder.rglob("*") if path.is_file() and "keyrings" not in path.parts]


async def rated_calls(url: str) -> set[str]:
    """The calls this key's reviewer has rated, by the server."""
    async with AsyncAtlas(url, Secret(running.KEY)) as client:
        rows = [row async for row in client.feedback.iterate(FeedbackQuery(limit=1000))]
    return {row.call_id for row in rows if not row.reviewer.startswith("import:")}


@pytest.mark.skipif(os.name != "posix", reason="folders are closed by their mode only there")
def test_in_a_folder_that_holds_other_things_it_says_so_whatever_one_tries(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / "mine.txt").write_text("not the app's")
    with App(home) as app:
        fill_in(app, "http://127.0.0.1:9/v1", running.KEY)
        app.keys("Enter")
        app.until(told=True)
        assert app.errors() == ""
    assert [file.name for file in files(home)] == ["mine.txt"]
