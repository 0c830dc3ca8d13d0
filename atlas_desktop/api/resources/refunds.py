"""Calls that are not metered, and what reviewers say to that. Feature ``refunds``."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.refunds import RefundDecision, RefundOverturn, RefundRow, RefundsQuery


class Refunds(Resource):
    """Calls that scored below a gate."""

    async def list(self, query: RefundsQuery | None = None) -> Page[RefundRow]:
        """One page, newest first."""
        return await self._exchange.ask("refunds.list", Page[RefundRow], query=query)

    def iterate(self, query: RefundsQuery | None = None) -> AsyncIterator[RefundRow]:
        """Every refund that matches."""
        first = query or RefundsQuery()
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def confirm(
        self, call: str, reason: str | None = None, *, idempotency_key: str | None = None
    ) -> RefundRow:
        """The call stays not metered, in the name of whoever the key belongs to."""
        return await self._exchange.ask(
            "refunds.confirm",
            RefundRow,
            body=RefundDecision(reason=reason),
            idempotency_key=idempotency_key,
            call=call,
        )

    async def overturn(self, call: str, reason: str, *, idempotency_key: str | None = None) -> RefundRow:
        """The call is metered all the same, once; the reason is kept."""
        return await self._exchange.ask(
            "refunds.overturn",
            RefundRow,
            body=RefundOverturn(reason=reason),
            idempotency_key=idempotency_key,
            call=call,
        )
