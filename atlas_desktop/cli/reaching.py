"""Speaking to an Atlas from the command line: one elsewhere with a key, or the one on this computer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import AuthenticationError
from atlas_desktop.cli.failing import on_terminal, stop
from atlas_desktop.contract.capabilities import Health
from atlas_desktop.contract.secret import Secret

_NO_KEY = Secret("none")


@dataclass(frozen=True, slots=True)
class Target:
    """Which Atlas: at ``url``, or without one the Atlas of this home."""

    home: Path | None
    url: str | None = None
    key: Secret | None = None


def keyed(target: Target) -> Target:
    """The target with its key, asked for where none is given. Before the loop: inside it, Ctrl-C only marks the task,
    and who is asked waits on.
    """
    if target.url is None or target.key is not None:
        return target
    return replace(target, key=asked_key(target.url))


@asynccontextmanager
async def reached(target: Target, safe: str) -> AsyncIterator[AsyncAtlas]:
    """A client of it. Ends the command where a key is not taken, or there is no Atlas here yet."""
    if target.url is None:
        async with _here(target.home) as client:
            yield client
        return
    async with AsyncAtlas(target.url, target.key or asked_key(target.url)) as client:
        try:
            yield client
        except AuthenticationError as error:
            stop(str(error), other_key(target.url), safe)


def asked_key(url: str) -> Secret:
    """The key, typed by whoever sits there. Ends the command when nobody does."""
    if not on_terminal():
        stop(f"No key for {url}: set NEWMEN_API_KEY.")
    return Secret(typer.prompt(f"Key for {url}", hide_input=True, err=True))


def other_key(url: str) -> str:
    """What to do about a key that is not taken."""
    return (
        f"Give a key that is valid at {url} with --key or NEWMEN_API_KEY; where that is an Atlas of your own,"
        " atlas-desktop keys create NAME makes one there."
    )


@asynccontextmanager
async def _here(root: Path | None) -> AsyncIterator[AsyncAtlas]:
    """The Atlas on this computer, started for this command and ended with it."""
    # Only here: an import into an Atlas elsewhere needs none of it.
    from atlas_desktop.app.home import Home  # noqa: PLC0415
    from atlas_desktop.app.judge import JudgeSettings  # noqa: PLC0415
    from atlas_desktop.app.local_server import LocalServer  # noqa: PLC0415
    from atlas_desktop.app.secrets import KeyVault  # noqa: PLC0415
    from atlas_desktop.app.settings import SettingsFile  # noqa: PLC0415

    home = Home.find(root)
    if not home.server_db.exists():
        stop(
            "There is no Atlas on this computer yet.",
            "Name another with --url and --key, or import calls first: atlas-desktop import FILE",
        )
    home.create()
    settings, vault = SettingsFile(home.settings_file), KeyVault()
    settings.load()
    judge = JudgeSettings(settings, vault).chosen
    server = LocalServer(home.server_db, home.log_dir / "local-server.log", _health, judge=judge)
    try:
        where = await server.start(lambda _problem: None)
        async with AsyncAtlas(where.base_url, where.key) as client:
            yield client
    finally:
        await server.stop()
        vault.drop()


async def _health(base_url: str, nonce: str) -> Health:
    # Health is asked without a key; that this client holds none makes sure of it.
    async with AsyncAtlas(base_url, _NO_KEY) as client:
        return await client.health(nonce)
