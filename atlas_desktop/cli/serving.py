"""``atlas-desktop serve`` and ``keys``: the embedded Atlas on its own."""

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from atlas_desktop.cli.child import set_up_server
from atlas_desktop.cli.failing import DONE, NO, say, saying_why, stop
from atlas_desktop.cli.key_ring import provider_key
from atlas_desktop.cli.local_atlas import database_url
from atlas_desktop.contract.base import format_time
from atlas_desktop.server import keys
from atlas_desktop.server.config import LOOPBACK_HOSTS, ServerConfig
from atlas_desktop.server.gateway.providers.book import fault_in
from atlas_desktop.server.run import (
    embedder_of_environment,
    judge_of_environment,
    providers_of_environment,
    run_server,
)

_IN_THE_CLEAR: Final = (
    "Other computers may reach this address, and keys and calls would cross the network in the clear: "
    "put a proxy with TLS before it. Clients of ours refuse http to another computer."
)
_TAKEN: Final = (
    "Perhaps an Atlas, or another program, is there already; or this computer does not have that address. "
    "Nothing was started. Choose another with --port or --host."
)


def serve(home: Path | None, database: str | None, host: str, port: int, more_hosts: list[str]) -> int:
    """Serve until interrupted."""
    set_up_server()
    named = f"[{host}]" if ":" in host else host
    with saying_why():
        url = database_url(home, database)
        if not _has_a_key(url):
            say("No key yet: make one with  atlas-desktop keys create NAME")
        if named not in LOOPBACK_HOSTS:
            say(_IN_THE_CLEAR)
        config = ServerConfig(
            url,
            hosts=LOOPBACK_HOSTS | {named, *more_hosts},
            judge=judge_of_environment(),
            embedder=embedder_of_environment(),
            providers=providers_of_environment(),
            key_ring=provider_key,
        )
        if (fault := fault_in(config)) is not None:
            say(f"{fault[0]} is not taken over: {fault[1]}. It is read again when it is changed.")
        try:
            run_server(config, host=host, port=port, on_ready=lambda bound: _say_where(named, bound))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            stop(f"Could not listen on {named}:{port}", _TAKEN)
    return DONE


def _has_a_key(url: str) -> bool:
    try:
        return any(key.revoked_at is None for key in keys.list_keys(url))
    except keys.NoDatabaseError:
        return False


def _say_where(host: str, port: int) -> None:
    say(f"Atlas on http://{host}:{port}/v1 (stop with Ctrl-C)")


def create_key(
    home: Path | None,
    database: str | None,
    name: str,
    organization: str,
    customer: str | None,
    *,
    as_json: bool = False,
) -> int:
    """Make a key; the key alone goes to stdout, or an object with it."""
    with saying_why():
        try:
            key = keys.create_key(
                database_url(home, database), name=name, organization=organization, customer=customer
            )
        except ValueError as error:
            stop(f"{error}.")
        made = {
            "key": key,
            "prefix": _prefix(key),
            "name": name,
            "organization": organization,
            "customer": customer,
        }
        typer.echo(json.dumps(made) if as_json else key)
    say("Keep it now: it is stored as a hash and cannot be shown again.")
    return DONE


def list_keys(home: Path | None, database: str | None, as_json: bool) -> int:
    """List the keys, oldest first."""
    found: list[keys.KeyInfo] = []
    with saying_why(), _existing(database):
        found = keys.list_keys(database_url(home, database, create=False))
    if as_json:
        rows = [
            {
                "prefix": key.prefix,
                "name": key.name,
                "organization": key.organization,
                "customer": key.customer,
                "created_at": format_time(key.created_at),
                "revoked_at": format_time(key.revoked_at) if key.revoked_at else None,
            }
            for key in found
        ]
        typer.echo(json.dumps(rows))
        return DONE
    for key in found:
        scope = f"{key.organization} {key.customer or '(all customers)'}"
        state = f"revoked {format_time(key.revoked_at)}" if key.revoked_at else "live"
        typer.echo(f"{key.prefix}  {key.name}  {scope}  {format_time(key.created_at)}  {state}")
    if not found:
        say("There are no keys.")
    return DONE


def revoke_key(home: Path | None, database: str | None, prefix: str) -> int:
    """Revoke a key; 1 when no live key has this prefix."""
    with saying_why(), _existing(database):
        if keys.revoke_key(database_url(home, database, create=False), _prefix(prefix)):
            say("Revoked. It stops working within 5 seconds.")
            return DONE
    say("No live key has this prefix: atlas-desktop keys list shows those there are. Nothing was revoked.")
    return NO


def _prefix(key: str) -> str:
    return key.removeprefix("nm_live_")[:6]


@contextmanager
def _existing(database: str | None) -> Iterator[None]:
    """A database that was named must be there. Under the home, none yet means only that there are no keys."""
    try:
        yield
    except keys.NoDatabaseError as error:
        if database is not None:
            stop(str(error), "Nothing was made or changed. Check --database: keys create makes a new one")
