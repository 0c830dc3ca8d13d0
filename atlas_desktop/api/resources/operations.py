"""Named units of work."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.listing import ListQuery
from atlas_desktop.contract.operations import (
    AuditEntry,
    Operation,
    OperationCreate,
    OperationSchema,
    OperationUpdate,
)


class Operations(Resource):
    """Named units of work."""

    async def create(self, operation: OperationCreate, *, idempotency_key: str | None = None) -> Operation:
        """Define an operation."""
        return await self._exchange.ask(
            "operations.create", Operation, body=operation, idempotency_key=idempotency_key
        )

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[Operation]:
        """One page."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask("operations.list", Page[Operation], query=query)

    def iterate(self) -> AsyncIterator[Operation]:
        """Every operation."""
        return iterate(lambda cursor: self.list(limit=1000, cursor=cursor), None)

    async def get(self, operation: str) -> Operation:
        """One operation, by id or key."""
        return await self._exchange.ask("operations.get", Operation, operation=operation)

    async def update(self, operation: str, change: OperationUpdate) -> Operation:
        """Change an operation, by id or key. Only the fields that were set are sent."""
        return await self._exchange.ask("operations.update", Operation, body=change, operation=operation)

    async def schemas(
        self, operation: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[OperationSchema]:
        """The output schemas it ever had, newest first. Feature ``operations.schemas``."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask(
            "operations.schemas", Page[OperationSchema], query=query, operation=operation
        )

    async def audit(self, operation: str, *, limit: int = 50, cursor: str | None = None) -> Page[AuditEntry]:
        """Who changed what it demands, newest first. Feature ``operations.audit``."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask(
            "operations.audit", Page[AuditEntry], query=query, operation=operation
        )
