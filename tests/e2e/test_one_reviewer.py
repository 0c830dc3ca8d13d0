"""One reviewer, one key: from the first start to the server's feedback, through a kill, by keys only."""

import asyncio
from pathlib import Path

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.transport import in_process
from atlas_desktop.app.local_server import new_key
from atlas_desktop.cli.local_atlas import database_url
from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.resources import resource_path
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey
from tests.e2e.drive import App

THUMBS = {"1": "thumbs_up", "3": "thumbs_down"}


def test_nothing_decided_is_lost_and_nothing_else_arrives(tmp_path: Path) -> None:
    """Start, filter, rate 20, undo 3, bulk 100, offline, rate 10, kill, restart, sync."""
    home = tmp_path / "home"
    decided: dict[str, str] = {}
    with App(home) as app:
        start_with_the_sample(app)
        decided |= rate_twenty_and_undo_three(app)
        decided |= rate_a_hundred_at_once(app)
        decided |= rate_ten_offline(app)
        app.kill()
    with App(home) as app:
        app.until(open=True, painted=True, link="by_hand", pending=10)
        app.keys("Ctrl+Shift+O")
        app.until(link="online", pending=0, needs_you=0)
        app.quit()
    assert asyncio.run(feedback_on_the_server(home)) == decided


def start_with_the_sample(app: App) -> None:
    """The first start: Enter on the welcome starts the local Atlas with its sample calls."""
    app.until(shown=True, open=False)
    app.keys("Enter")
    app.until(open=True, listed=len(resource_path("samples", "calls.jsonl").read_bytes().splitlines()))
    app.until(link="online", synced=True, painted=True)


def rate_twenty_and_undo_three(app: App) -> dict[str, str]:
    """In the filter ``rating:none``: what stands of twenty ratings when the last three are taken back."""
    set_filter(app, "rating:none")
    decided = {}
    for turn in range(20):
        key = "13"[turn % 2]
        decided[app.rate(key)] = THUMBS[key]
    app.until(today=20)
    for left in (19, 18, 17):
        app.keys("Z")
        seen = app.until(today=left, painted=True)
        assert seen["rating"] is None
        del decided[seen["call"]]
    assert len(decided) == 17
    return decided


def rate_a_hundred_at_once(app: App) -> dict[str, str]:
    """Select a hundred unrated calls by hand; one key, one question, one step."""
    app.keys("Esc")
    set_filter(app, "customer:default rating:none")
    app.keys("G", "G")
    app.keys("X")
    chosen = [app.until(painted=True, position=0, selected=1)["call"]]
    for place in range(1, 100):
        app.keys("Shift+J")
        chosen.append(app.until(painted=True, position=place, selected=place + 1)["call"])
    before = app.keys("1")["today"]
    app.until(asking=True)
    app.keys("Enter")
    app.until(asking=False, selected=0, today=before + 100)
    assert len(set(chosen)) == 100
    return dict.fromkeys(chosen, "thumbs_up")


def rate_ten_offline(app: App) -> dict[str, str]:
    """Offline by hand, when everything so far has arrived."""
    app.until(link="online", pending=0)
    app.keys("Ctrl+Shift+O")
    app.until(link="by_hand")
    set_filter(app, "rating:none")
    decided = {app.rate("3"): "thumbs_down" for _ in range(10)}
    app.until(pending=10)
    return decided


def set_filter(app: App, text: str) -> None:
    """Type a filter and go back to the list, at its top."""
    app.keys("/")
    app.keys("Ctrl+A")
    app.write(text)
    app.keys("Enter")
    app.until(filter=text, loading=False)
    app.keys("G", "G")
    app.until(position=0, painted=True)


async def feedback_on_the_server(home: Path) -> dict[str, str]:
    """What the server has of the reviewer: for each call the newest row, retracted ones left out."""
    newest: dict[str, str] = {}
    seen: set[str] = set()
    key = new_key()
    app = create_app(ServerConfig(database_url(home), static_keys=(StaticKey(key.reveal()),)))
    async with AsyncAtlas("http://127.0.0.1/v1", key, transport=in_process(app)) as client:
        async for row in client.feedback.iterate(FeedbackQuery(limit=1000)):
            if row.reviewer.startswith("import:") or row.call_id in seen:
                continue
            seen.add(row.call_id)
            if row.rating is not None:
                newest[row.call_id] = row.rating
    close_app(app)
    return newest


def test_it_opens_where_one_left(tmp_path: Path) -> None:
    """Walk some calls down and quit; the next start is there."""
    with App(tmp_path / "home") as app:
        start_with_the_sample(app)
        app.keys(*["J"] * 7)
        left = app.until(position=7, painted=True)["call"]
        app.quit()
    with App(tmp_path / "home") as app:
        assert app.until(open=True, painted=True, position=7)["call"] == left
        app.quit()


def test_a_filter_that_finds_nothing_is_left_again(tmp_path: Path) -> None:
    """The empty list says so, keys do nothing there, and clearing the filter brings the calls back."""
    with App(tmp_path / "home") as app:
        start_with_the_sample(app)
        app.keys("/")
        app.write("no such words anywhere")
        app.keys("Enter")
        app.until(listed=0, loading=False)
        assert app.keys("1", "3", "J", "Z")["today"] == 0
        app.keys("/")
        app.keys("Ctrl+A", "Delete", "Enter")
        app.until(listed=331, painted=True)
        app.quit()
