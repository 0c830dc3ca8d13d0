"""Scoring rules."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.evaluators import (
    Evaluator,
    EvaluatorCreate,
    EvaluatorScore,
    EvaluatorScoreCreate,
    EvaluatorTrial,
    EvaluatorTrialCreate,
    EvaluatorUpdate,
)
from atlas_desktop.contract.listing import ListQuery


class Evaluators(Resource):
    """Scoring rules."""

    async def create(self, evaluator: EvaluatorCreate, *, idempotency_key: str | None = None) -> Evaluator:
        """Make an evaluator, with an id of one's own or a new one."""
        return await self._exchange.ask(
            "evaluators.create", Evaluator, body=evaluator, idempotency_key=idempotency_key
        )

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[Evaluator]:
        """One page."""
        query = ListQuery(limit=limit, cursor=cursor)
        return await self._exchange.ask("evaluators.list", Page[Evaluator], query=query)

    def iterate(self) -> AsyncIterator[Evaluator]:
        """Every evaluator."""
        return iterate(lambda cursor: self.list(limit=1000, cursor=cursor), None)

    async def get(self, evaluator: str) -> Evaluator:
        """One evaluator."""
        return await self._exchange.ask("evaluators.get", Evaluator, evaluator=evaluator)

    async def update(self, evaluator: str, change: EvaluatorUpdate) -> Evaluator:
        """Change an evaluator; its config is merged key by key. Only the fields that were set are sent."""
        return await self._exchange.ask("evaluators.update", Evaluator, body=change, evaluator=evaluator)

    async def score(self, evaluator: str, asked: EvaluatorScoreCreate) -> EvaluatorScore:
        """Score one output now; nothing of it is kept. Feature ``evaluators.score``."""
        return await self._exchange.ask("evaluators.score", EvaluatorScore, body=asked, evaluator=evaluator)

    async def attempt(self, asked: EvaluatorTrialCreate) -> EvaluatorTrial:
        """Score one output by a rule that is not kept. Feature ``evaluators.try``."""
        return await self._exchange.ask("evaluators.try", EvaluatorTrial, body=asked)
