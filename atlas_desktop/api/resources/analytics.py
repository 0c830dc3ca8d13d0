"""Figures over calls. Features ``analytics`` and ``usage``."""

from datetime import datetime

from atlas_desktop.api.resources.resource import Resource
from atlas_desktop.contract.analytics import (
    PassRateQuery,
    PassRates,
    QuantizationQuery,
    QuantizationReport,
)


class Analytics(Resource):
    """Figures over calls."""

    async def pass_rate(self, query: PassRateQuery | None = None) -> PassRates:
        """What share of the calls passed, by group and time."""
        return await self._exchange.ask("analytics.pass_rate", PassRates, query=query)

    async def quantization(
        self, operation_id: str | None = None, *, since: datetime | None = None, until: datetime | None = None
    ) -> QuantizationReport:
        """The mean score of one operation (its key), or of each, by quantization and provider."""
        query = QuantizationQuery(operation_id=operation_id, from_=since, to=until)
        return await self._exchange.ask("analytics.quantization", QuantizationReport, query=query)
