"""The Atlases the user works with: add, test, remove."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.app.problems import NOTHING_CHANGED, KnownError, Problem, problem_of_trying
from atlas_desktop.app.secrets import Kept, KeyVault
from atlas_desktop.app.settings import Connection, SettingsFile
from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.contract.secret import Secret
from atlas_desktop.logs import register_secret
from atlas_desktop.wording import mark, tr

HOSTED: Final = "https://api.newmen.ai/v1"
LOCAL_TITLE: Final = mark("Local Atlas on this computer")

MakeClient = Callable[[str, Secret], AsyncAtlas]


@dataclass(frozen=True, slots=True)
class Added:
    """A new connection, and where its key is kept."""

    connection: Connection
    capabilities: Capabilities
    kept: Kept


class Connections:
    """The list of connections and their keys. ``make_client`` replaces the network in tests."""

    def __init__(
        self,
        settings: SettingsFile,
        vault: KeyVault,
        network: LoopThread,
        make_client: MakeClient = AsyncAtlas,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._network = network
        self._make_client = make_client

    @property
    def all(self) -> tuple[Connection, ...]:
        """In the order they were added."""
        return self._settings.current.connections

    async def test(self, base_url: str, key: Secret) -> Capabilities:
        """Ask the server what it can do with this key. Raises KnownError that says what to do."""
        register_secret(key.reveal())
        address = base_url_from(base_url)
        try:
            return await self._network.run(_ask(self._make_client, address, key))
        except AtlasError as error:
            raise KnownError(problem_of_trying(error)) from None

    async def add(self, title: str, base_url: str, key: Secret) -> Added:
        """Test, then keep: the key in the keyring, the rest in the settings. Raises KnownError."""
        address = base_url_from(base_url)
        capabilities = await self.test(address, key)
        connection = Connection(
            title=title.strip() or (urlsplit(address).hostname or address),
            base_url=address,
            reviewer=capabilities.reviewer,
            organization=capabilities.organization,
        )
        kept = await self._vault.set(connection.id, key)
        await self._settings.change(connections=(*self.all, connection))
        return Added(connection, capabilities, kept)

    async def replace_key(self, connection_id: str, key: Secret) -> Kept:
        """Another key for the same organization. Raises KnownError."""
        connection = self.get(connection_id)
        capabilities = await self.test(connection.base_url, key)
        refuse_other_organization(connection, capabilities)
        return await self._vault.set(connection_id, key)

    async def remove(self, connection_id: str) -> bool:
        """Forget the connection and its key, not its local store. False if the keyring may still hold the key."""
        rest = tuple(each for each in self.all if each.id != connection_id)
        last = self._settings.current.last_connection
        await self._settings.change(connections=rest, last_connection=None if last == connection_id else last)
        return await self._vault.delete(connection_id)

    async def local(self) -> Connection:
        """The Atlas on this computer; made when there is none yet. Raises KnownError."""
        for each in self.all:
            if each.kind == "local":
                return each
        made = Connection(title=tr(LOCAL_TITLE), kind="local", organization="local")
        await self._settings.change(connections=(*self.all, made))
        return made

    def get(self, connection_id: str) -> Connection:
        """The connection of this id. Raises KnownError."""
        found = self._settings.current.connection(connection_id)
        if found is None:
            raise KnownError(
                Problem(
                    "no_connection",
                    tr("This connection is not there any more"),
                    tr("It was removed."),
                    tr("What was stored with it stays on this computer."),
                    tr("Choose another connection, or add it again."),
                    at="connection",
                )
            )
        return found


async def _ask(make_client: MakeClient, address: str, key: Secret) -> Capabilities:
    async with make_client(address, key) as client:
        capabilities = await client.capabilities()
        # A server that does not know /capabilities answers 404 before it looks at the key.
        if not capabilities.has("calls"):
            await client.operations.list()
        return capabilities


def refuse_other_organization(connection: Connection, capabilities: Capabilities) -> None:
    """What was rated for one organization must never reach another one. Raises KnownError."""
    ours, theirs = connection.organization, capabilities.organization
    if ours is not None and theirs is not None and ours != theirs:
        raise KnownError(
            Problem(
                "other_organization",
                tr("This key belongs to another organization"),
                tr("This connection is for {ours}, the key is for {theirs}.", ours=ours, theirs=theirs),
                tr("Nothing was sent with it."),
                tr("Enter a key of the same organization, or add a new connection for this one."),
                at="connection",
            )
        )


def base_url_from(text: str) -> str:
    """The address as typed, made whole: scheme, no trailing slash, ``/v1``. Raises KnownError with what is wrong.

    Only ``https``, but for this computer itself also ``http``.
    """
    typed = text.strip()
    if not typed:
        raise _bad_address(tr("No address was given."), tr("Enter one, such as {address}.", address=HOSTED))
    whole = typed if "://" in typed else f"{'http' if _is_loopback(typed) else 'https'}://{typed}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname, parts.port
    except ValueError:
        # What was typed is not repeated: it may be a key in the wrong field.
        raise _bad_address(tr("What was entered is not one."), _such_as()) from None
    _check(parts, host)
    path = parts.path.rstrip("/") or "/v1"
    name = f"[{host}]" if host and ":" in host else host
    return f"{parts.scheme.lower()}://{name}{f':{port}' if port is not None else ''}{path}"


def _check(parts: SplitResult, host: str | None) -> None:
    scheme = parts.scheme.lower()
    if not host or any(each.isspace() or not each.isprintable() for each in parts.netloc):
        raise _bad_address(tr("There is no host in it."), _such_as())
    if parts.username is not None or parts.password is not None:
        raise _bad_address(
            tr("It holds a user name or password."), tr("Leave it out; the key goes into its own field.")
        )
    if parts.query or parts.fragment:
        raise _bad_address(tr("It has something after the path."), tr("Leave out everything from ? or # on."))
    if scheme == "http" and not _is_loopback(parts.netloc):
        raise _bad_address(
            tr("It is not encrypted: anyone on the way could read the key."), tr("Use https://.")
        )
    if scheme not in ("http", "https"):
        raise _bad_address(tr("It does not begin with https://."), tr("Use https://."))


def _is_loopback(text: str) -> bool:
    try:
        host = urlsplit(f"//{text}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _such_as() -> str:
    return tr("Enter an address such as {address}.", address=HOSTED)


def _bad_address(detail: str, action: str) -> KnownError:
    return KnownError(
        Problem(
            "bad_address",
            tr("This address cannot be used"),
            detail,
            tr(NOTHING_CHANGED),
            action,
            at="connection",
        )
    )
