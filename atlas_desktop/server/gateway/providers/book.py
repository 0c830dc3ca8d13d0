"""The provider table of a running server: one file, its keys, and how its providers have answered."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.engine import make_url

from atlas_desktop.contract.providers import ProviderSpec
from atlas_desktop.domain.routing.model import Variant
from atlas_desktop.domain.routing.table import EMPTY, ProviderTable, table_of
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.gateway.providers import file
from atlas_desktop.server.gateway.providers.health import HealthBook
from atlas_desktop.server.gateway.providers.keys import Found, ProviderKeys
from atlas_desktop.server.gateway.providers.rules import TableError
from atlas_desktop.server.gateway.providers.toml_file import read_table, write_table
from atlas_desktop.server.gateway.providers.variants import variants_of
from atlas_desktop.tasks import Tasks

T = TypeVar("T")

FILE: Final = "providers.toml"
LOOK_SECONDS: Final = 1.0
"""How often the file is looked at, while calls come."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a provider is asked, and the key it is asked with (None: it takes none)."""

    base_url: str
    key: str | None = field(repr=False)
    connect_seconds: float = 10.0
    first_byte_seconds: float = 120.0
    total_seconds: float = 600.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InForce:
    """The table that calls are routed by, and the file it should be. ``error``: why it is not, the one before stays.

    ``listed`` is for whoever lists it: what was made of each provider, by its name and whether for the operator.
    """

    providers: tuple[ProviderSpec, ...] = ()
    keys: Mapping[str, Found] = field(default_factory=dict, repr=False)
    revision: str = file.EMPTY
    error: TableError | None = None
    listed: dict[tuple[str, bool], tuple[dict[str, Any], bytes]] = field(default_factory=dict, repr=False)


class ProviderBook:
    """Used on the server's event loop; files and keyrings are read in a thread. The table is replaced, never changed."""

    def __init__(self, config: ServerConfig, path: Path | None, environment: Mapping[str, str]) -> None:
        self.path: Final = path
        self.health: Final = HealthBook(config.clock)
        self._clock = config.clock
        self._inline = config.executor == "inline"
        self._keys = ProviderKeys(config.provider_keys, environment, config.key_ring)
        self._ring: dict[str, str] = {}
        self._in_force = InForce()
        self._endpoints: dict[Variant, Endpoint] = {}
        self._before: dict[Variant, Endpoint] = {}
        self._table = EMPTY
        self._signature: file.Signature = None
        self._looked = float("-inf")
        self._tasks = Tasks(_bug)
        self._turn = asyncio.Lock()

    @classmethod
    def of(cls, config: ServerConfig) -> "ProviderBook":
        """The book of a server: its file is the one named, or the one beside a SQLite database."""
        return cls(config, config.providers or _beside(config.database_url), os.environ)

    @property
    def table(self) -> ProviderTable:
        """What calls are routed by now. Looks once a second at most whether the file is another."""
        if self.path is not None and self._clock.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = self._clock.monotonic()
            if file.signature_of(self.path) != self._signature:
                self._behind()
        return self._table

    @property
    def in_force(self) -> InForce:
        """The table as it is written."""
        return self._in_force

    @property
    def down(self) -> frozenset[str]:
        """Providers that could not be reached a moment ago."""
        return self.health.down

    def endpoint(self, variant: Variant) -> Endpoint:
        """Where to ask for this variant, also for one of the table before. Raises KeyError for those before that.

        By the variant, not by its provider's name: under the same name another table may mean the network.
        """
        return self._endpoints.get(variant) or self._before[variant]

    def worked(self, entry: str) -> None:
        """A provider answered."""
        self.health.worked(entry)

    def failed(self, entry: str, words: str, *, unreachable: bool = False) -> None:
        """A provider gave no usable answer: our own words. ``unreachable``: nothing could be sent."""
        self.health.failed(entry, words, unreachable=unreachable)

    async def start(self) -> None:
        """Read the file and the keys."""
        await self.check()

    async def close(self) -> None:
        """Stop what runs beside the requests."""
        await self._tasks.close()

    async def check(self) -> None:
        """Take over the file, if it is another than the one that was read last."""
        if self.path is None:
            return
        async with self._turn:
            if file.signature_of(self.path) != self._signature or self._in_force.error is not None:
                await self._read(self.path)

    async def write(self, providers: Sequence[ProviderSpec], revision: str) -> None:
        """Put these in the place of the table of this revision. Raises ChangedError, BusyError, OSError."""
        path = self.path
        assert path is not None  # noqa: S101 - the handler has looked
        async with self._turn:
            await self._in_thread(lambda: _replace(path, providers, revision))
            await self._read(path)

    async def give_key(self, name: str, key: str | None) -> None:
        """Keep a key for a provider until the server ends, also for one that is still to come; None forgets it."""
        async with self._turn:
            known = {provider.name: provider.base_url for provider in self._in_force.providers}
            self._keys.give(name, key, known.get(name))
            self._ring = await self._ring_of(list(self._in_force.providers))
            self._take(self._in_force.providers, self._in_force.revision, self._in_force.error)

    def key_for(self, provider: ProviderSpec) -> str | None:
        """The key of a provider that is about to be tried, as it is written.

        That of the table, where the table asks it at the same address; else one of the environment, if it names one.
        """
        for known in self._in_force.providers:
            if (
                known.name == provider.name
                and known.base_url == provider.base_url
                and known.key == provider.key
            ):
                found = self._in_force.keys.get(known.name)
                return None if found is None else found.key
        draft = provider.model_copy(update={"name": ""})
        found = self._keys.find(draft, {})
        return None if found is None else found.key

    def _behind(self) -> None:
        if self._inline:
            if self.path is not None:
                self._taken(file.read(self.path))
        else:
            self._tasks.spawn("provider table", self.check())

    async def _read(self, path: Path) -> None:
        on_disk = await self._in_thread(lambda: file.read(path))
        parsed = await self._in_thread(lambda: _parsed(on_disk))
        if not isinstance(parsed, TableError):
            self._keys.bind(parsed)
            self._ring = await self._ring_of(parsed)
        self._settle(on_disk, parsed)

    def _taken(self, on_disk: file.OnDisk) -> None:
        parsed = _parsed(on_disk)
        if not isinstance(parsed, TableError):
            self._keys.bind(parsed)
            self._ring = self._keys.ring(parsed)
        self._settle(on_disk, parsed)

    def _settle(self, on_disk: file.OnDisk, parsed: list[ProviderSpec] | TableError) -> None:
        self._signature = on_disk.signature
        if isinstance(parsed, TableError):
            if self._in_force.revision != on_disk.revision:
                # The words stay out of the log: they may have a part of the file in them.
                _log.warning("the provider table is not taken over: there is a fault at line %s", parsed.line)
            # What was in force stays so: a slip of a pen must not stop the traffic.
            self._take(self._in_force.providers, on_disk.revision, parsed)
        else:
            self._take(tuple(parsed), on_disk.revision, None)

    def _take(self, providers: tuple[ProviderSpec, ...], revision: str, error: TableError | None) -> None:
        keys = {
            provider.name: found
            for provider in providers
            if (found := self._keys.find(provider, self._ring)) is not None
        }
        self._in_force = InForce(providers, keys, revision, error)
        # A call that is being decided may still go to whom the table has no more.
        self._before = self._endpoints
        self._table = table_of(variants_of(providers, {p.name for p in providers if usable(p, keys)}))
        by_name = {provider.name: _endpoint(provider, keys) for provider in providers}
        self._endpoints = {variant: by_name[variant.entry] for variant in self._table.variants}
        self.health.keep({provider.name for provider in providers})

    async def _ring_of(self, providers: list[ProviderSpec]) -> dict[str, str]:
        return await self._in_thread(lambda: self._keys.ring(providers))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return work() if self._inline else await asyncio.to_thread(work)


def fault_in(config: ServerConfig) -> tuple[Path, TableError] | None:
    """What keeps the table of a server that is about to start from being taken, and the file it is in."""
    path = config.providers or _beside(config.database_url)
    if path is None:
        return None
    found = _parsed(file.read(path))
    return (path, found) if isinstance(found, TableError) else None


def usable(provider: ProviderSpec, keys: Mapping[str, Found]) -> bool:
    """Whether a provider can be asked: it is switched on, and its key is there or it takes none."""
    return provider.enabled and (provider.key is None or provider.name in keys)


def _endpoint(provider: ProviderSpec, keys: Mapping[str, Found]) -> Endpoint:
    found = keys.get(provider.name)
    usual = Endpoint("", None)
    return Endpoint(
        provider.base_url.rstrip("/"),
        None if found is None else found.key,
        provider.connect_seconds or usual.connect_seconds,
        provider.first_byte_seconds or usual.first_byte_seconds,
        provider.total_seconds or usual.total_seconds,
    )


def endpoint_of(provider: ProviderSpec, key: str | None) -> Endpoint:
    """Where a provider is asked that is in no table."""
    return _endpoint(provider, {} if key is None else {provider.name: Found(key, "given")})


def _parsed(on_disk: file.OnDisk) -> list[ProviderSpec] | TableError:
    if on_disk.unreadable is not None:
        return TableError(on_disk.unreadable)
    try:
        return read_table(on_disk.data)
    except TableError as error:
        return error


def _replace(path: Path, providers: Sequence[ProviderSpec], revision: str) -> None:
    before = file.read(path)
    data = write_table(providers, before.data)
    broken = isinstance(_parsed(before), TableError)
    file.replace(path, revision, data, keep_before=broken or before.data.count(b"#") > data.count(b"#"))


def _beside(database_url: str) -> Path | None:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).with_name(FILE)


def _bug(name: str, error: BaseException) -> None:
    # The kind alone: its text may hold a key.
    _log.error("%s could not be read: %s", name, type(error).__name__)
