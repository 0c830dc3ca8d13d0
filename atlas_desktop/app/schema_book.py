"""Which output schema a version of an operation has: from the copy here, else from the server."""

from dataclasses import dataclass

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.operations import Operation, OperationSchema
from atlas_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """``known`` False: nobody here can say. ``schema`` None and known: this version has none."""

    known: bool
    schema: Json = None


UNKNOWN = KnownSchema(known=False)


class SchemaBook:
    """Asks the server once for a version that is not the operation's current one."""

    def __init__(self, store: Store, ask: Ask) -> None:
        self._store = store
        self._ask = ask
        self._asked: dict[tuple[str, str], KnownSchema] = {}
        self._first: dict[str, str] = {}

    async def operation(self, key: str) -> Operation | None:
        """The operation, as last heard."""
        return next((each for each in await self._store.operations.list() if each.key == key), None)

    async def of(self, key: str, version: str | None) -> KnownSchema:
        """The schema of this version; without one, of the current."""
        operation = await self.operation(key)
        if operation is None:
            return UNKNOWN
        if version in (None, operation.schema_version):
            return KnownSchema(known=True, schema=operation.output_schema)
        if (key, version) not in self._asked:
            await self._read(key)
        return self._asked.get((key, version or ""), UNKNOWN)

    async def first_version(self, operation: Operation) -> str | None:
        """What a call without a version counts as: the first one there was; None when only the server knows."""
        if operation.schema_version == "1":
            return "1"
        if operation.key not in self._first:
            await self._read(operation.key)
        return self._first.get(operation.key)

    async def _read(self, key: str) -> None:
        try:
            page = await self._ask(lambda client: client.operations.schemas(key, limit=1000))
        except (NotOnline, AtlasError):
            return  # the server says it itself when the items arrive
        for each in page.data:
            self._asked[(key, each.schema_version)] = KnownSchema(known=True, schema=each.output_schema)
        if page.data and not page.has_more:
            oldest: OperationSchema = page.data[-1]
            self._first[key] = oldest.schema_version
