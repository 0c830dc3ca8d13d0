"""Commands on a real review, with a window that only writes down what it was asked."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from keyring.backends import fail

from atlas_desktop.app.commands import COMMANDS, Context, Screen
from atlas_desktop.app.home import Home
from atlas_desktop.app.review import Decided, Ignored, Outcome, Review
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.domain.opinion import Edit
from tests.app.desk import Desk, desk

BY_ID = {each.id: each for each in COMMANDS}


@dataclass
class Asked:
    """Something a command may ask for that has no answer: it is only written down."""

    asked: list[str]
    name: str

    def __getattr__(self, name: str) -> "Asked":
        return Asked(self.asked, f"{self.name} {name}")

    def __call__(self, *about: object, **how: object) -> None:
        self.asked.append(" ".join([self.name, *map(str, (*about, *how.values()))]))


@dataclass
class Window:
    session: Session
    review: Review | None = None
    asked: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    spawned: list[Coroutine[Any, Any, object]] = field(default_factory=list)

    @property
    def painted(self) -> int | None:
        return self.review.current.seq if self.review is not None else None

    def spawn(self, name: str, coro: Coroutine[Any, Any, object]) -> object:
        self.spawned.append(coro)
        return None

    def decided(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def show(self, screen: Screen) -> None:
        self.asked.append(f"show {screen}")

    def focus_filter(self) -> None:
        self.asked.append("filter")

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        self.asked.append(f"scroll {direction}")

    def show_keys(self) -> None:
        self.asked.append("keys")

    def toggle_inspector(self) -> None:
        self.asked.append("inspector")

    def next_pane(self) -> None:
        self.asked.append("pane")

    def copy(self, text: str, what: str) -> None:
        self.asked.append(f"copy {text}")

    def escape(self) -> None:
        self.asked.append("escape")

    def quit(self) -> None:
        self.asked.append("quit")

    def __getattr__(self, name: str) -> Asked:
        if not hasattr(Context, name):
            raise AttributeError(name)
        return Asked(self.asked, name)

    async def press(self, key: str) -> None:
        (command,) = [
            each
            for each in COMMANDS
            if key in each.keys and each.when not in ("datasets", "operations", "providers", "usage", "chart")
        ]
        command.run(cast("Context", self))
        await self.through()

    async def through(self) -> None:
        while self.spawned:
            await self.spawned.pop(0)
        if self.review is not None:
            await self.review.settled()


@pytest.fixture
def window(tmp_path: Path) -> Window:
    return Window(Session(Home(tmp_path), vault=KeyVault(fail.Keyring)))


async def pressed(window: Window, it: Desk, keys: str) -> None:
    window.review = it.review
    for key in keys.split("|"):
        await window.press(key)


async def test_rating_by_keys(window: Window, tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 8) as it:
        await pressed(window, it, "1|3|2|S|.|Shift+1|0|Z|Z|Shift+Z|G G|Shift+3|U")
        assert it.shown() == ["thumbs_down", "thumbs_down", "unsure", "-", "unsure", "thumbs_up", "-", "-"]
        assert it.review.current.position == 3
        assert Ignored("nothing") not in window.outcomes
        assert window.outcomes[:2] == [Decided(Edit("up"), 1), Decided(Edit("down"), 1)]


async def test_moving_and_selecting_by_keys(window: Window, tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 30) as it:
        await pressed(window, it, "J|Down|K|X|Shift+J|Shift+J|Shift+K")
        assert (it.review.current.position, it.review.selected_count) == (2, 2)
        await pressed(window, it, "* I")
        assert it.review.selected_count == 28
        await pressed(window, it, "* N|* A")
        assert it.review.selected_count == 30
        await pressed(window, it, "1")
        assert getattr(window.outcomes[-1], "count", None) == 30
        assert it.shown() == ["-"] * 30
        await pressed(window, it, "* U|Shift+G|Home")
        assert (it.review.selected_count, it.review.current.position) == (30, 0)


async def test_the_window_is_asked(window: Window, tmp_path: Path) -> None:
    async with desk(tmp_path / "atlas.db", 3) as it:
        await pressed(window, it, "Space|Shift+Space|/|?|F6|Esc|G C|G S|Ctrl+,|Y|Ctrl+Q")
    assert window.asked == [
        "scroll 1", "scroll -1", "filter", "keys", "pane", "escape", "show review", "show sync", "show settings",
        "copy chatcmpl-000003", "quit",
    ]  # fmt: skip


async def test_settings_by_commands(window: Window) -> None:
    window.session.home.create()
    await window.press("Shift+A")
    assert window.asked == ["say After a rating you stay on the call."]
    await window.press("Ctrl+Shift+O")
    BY_ID["view.theme_dark"].run(cast("Context", window))
    await window.through()
    now = window.session.settings.current
    assert (now.auto_advance, now.offline, now.theme) == (False, True, "dark")


async def test_a_decision_is_about_what_was_painted_when_the_key_was_pressed(
    window: Window, tmp_path: Path
) -> None:
    async with desk(tmp_path / "atlas.db", 5) as it:
        window.review = it.review
        BY_ID["rate.up"].run(cast("Context", window))
        it.review.move(2)
        await window.through()
        assert window.outcomes == [Ignored("not_painted")]
        assert it.shown() == ["-"] * 5


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.id)
async def test_without_a_workspace_no_command_fails(window: Window, command: Any) -> None:
    window.session.home.create()
    command.run(cast("Context", window))
    await window.through()
    assert window.outcomes == []
