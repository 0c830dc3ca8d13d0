"""Every word the app says goes through the catalog: a walk through the window in a language of brackets."""

import gettext
from collections.abc import Iterator

import pytest

from atlas_desktop.app.commands import COMMANDS, Command, Screen
from atlas_desktop.wording import speak
from tests.ui.conftest import Desk
from tests.ui.filled import line
from tests.ui.words import Pseudo, all_texts, untranslated

_NOT_RUN = {"atlas.quit", "atlas.sync_now", "atlas.offline", "view.theme_system"}


@pytest.fixture(autouse=True)
def brackets() -> Iterator[None]:
    speak(Pseudo())
    yield
    speak(gettext.NullTranslations())


@pytest.fixture
def lines() -> list[bytes]:
    talk = [{"role": "system", "content": "ένα δύο"}, {"role": "user", "content": "τρία τέσσερα"}]
    return [
        line(source_id=f"m/{number}", operation=f"op{number % 3}", customer=f"c{number % 2}", model="m1", messages=talk,
             output="πέντε" if number % 4 else '{"α": [1, 2]}')
        for number in range(12)
    ]  # fmt: skip


def misses(desk: Desk) -> dict[str, str]:
    async def look() -> dict[str, str]:
        # In the loop: a row that is not read yet is asked for.
        return {where: text for where, text in all_texts(desk.window) if untranslated(text)}

    return desk.run(look())


async def do(desk: Desk, command: Command) -> None:
    desk.window.show("review")
    desk.window.run_command(command)


async def go(desk: Desk, screen: Screen) -> None:
    desk.window.show(screen)


# Menus pop up, which the screen that is not there cannot do properly.
@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")
def test_nothing_is_said_past_the_catalog(desk: Desk) -> None:
    found: dict[str, str] = {}
    desk.show_call(0)
    found |= misses(desk)
    for command in COMMANDS:
        if command.id in _NOT_RUN:
            continue
        desk.run(do(desk, command))
        desk.settle()
        found |= misses(desk)
        desk.press("Esc")
    for screen in ("datasets", "trends", "operations", "sync", "settings", "keys", "welcome"):
        desk.run(go(desk, screen))
        desk.settle()
        found |= misses(desk)
    assert not found, "\n".join(f"{where}: {text}" for where, text in found.items())
