"""The database as handlers see it: read or write, in a scope, in one transaction."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa

from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.storage import tables
from atlas_desktop.server.storage.engine import begin_writing, open_engine
from atlas_desktop.server.storage.migrate import migrate
from atlas_desktop.server.storage.registry import Registry
from atlas_desktop.server.storage.scope import Scope, Tenant
from atlas_desktop.server.storage.writer import Writer, run_alone

T = TypeVar("T")

_CURSORS: Final = "cursors"


class Storage:
    """An open database. Made by :meth:`open`; ``close`` ends its threads.

    Threaded: writes go through the one writer thread, reads through a pool of threads with a connection
    each. Inline: both run at once in the caller's thread, on one connection.
    """

    def __init__(self, engine: sa.Engine, config: ServerConfig) -> None:
        self._engine = engine
        self._write_engine = begin_writing(engine)
        self._config = config
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self.cursor_secret = self._secret(_CURSORS)
        self.registry = Registry(self._engine, self._write_engine, config)
        if config.executor == "threaded":
            self._writer = Writer(self._write_engine, config.hooks)
            self._readers = ThreadPoolExecutor(config.readers, thread_name_prefix="atlas-reader")

    @classmethod
    def open(cls, config: ServerConfig) -> "Storage":
        """Open, and migrate when needed. Raises NewerDatabaseError, OldSqliteError, or SQLAlchemy's errors."""
        inline = config.executor == "inline"
        engine = open_engine(config.database_url, pool_size=config.readers + 2, one_connection=inline)
        try:
            migrate(begin_writing(engine))
            return cls(engine, config)
        except BaseException:
            engine.dispose()
            raise

    async def read(self, scope: Scope, ask: Callable[[Tenant], T]) -> T:
        """What ``ask`` finds, all of it from one moment."""
        return await self.compute(lambda: self._read(scope, ask))

    async def write(self, scope: Scope, act: Callable[[Tenant], T]) -> T:
        """What ``act`` returns, once its transaction is durable. Raises WriterBusyError."""
        return await self.post(scope, act)

    def post(self, scope: Scope, act: Callable[[Tenant], T]) -> Awaitable[T]:
        """Start a write; await the answer when it is needed. Raises WriterBusyError at once."""
        now = self._config.clock.now()

        def job(connection: sa.Connection) -> T:
            return act(Tenant(connection, scope, now))

        if self._writer is not None:
            return asyncio.wrap_future(self._writer.submit(job))
        with self._write_engine.connect() as connection:
            return _Done(run_alone(connection, job, self._config.hooks))

    async def compute(self, work: Callable[[], T]) -> T:
        """Run work that would hold up the event loop in a reader's thread."""
        if self._readers is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    def close(self) -> None:
        """Finish queued writes; end the threads; close the connections."""
        if self._writer is not None:
            self._writer.close()
        if self._readers is not None:
            self._readers.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()

    def _read(self, scope: Scope, ask: Callable[[Tenant], T]) -> T:
        with self._engine.connect() as connection, connection.begin():
            return ask(Tenant(connection, scope, self._config.clock.now()))

    def setting(self, name: str) -> bytes | None:
        """What the server keeps for itself under this name."""
        with self._engine.connect() as connection:
            found = connection.scalar(sa.select(tables.setting.c.value).where(tables.setting.c.name == name))
        return found if isinstance(found, bytes) else None

    def keep_setting(self, name: str, value: bytes) -> None:
        """Keep something for the server itself. Waits for the write lock."""
        with self._write_engine.begin() as connection:
            connection.execute(sa.delete(tables.setting).where(tables.setting.c.name == name))
            connection.execute(sa.insert(tables.setting).values(name=name, value=value))

    def _secret(self, name: str) -> bytes:
        found = self.setting(name)
        if found is None:
            found = secrets.token_bytes(32)
            self.keep_setting(name, found)
        return found


class _Done(Generic[T]):
    """An answer that is there already, for a caller who awaits it without an event loop."""

    def __init__(self, result: T) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, None, T]:
        yield from ()
        return self._result
