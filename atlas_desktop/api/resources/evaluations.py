"""Datasets scored by evaluators."""

from collections.abc import AsyncIterator

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.evaluations import (
    Evaluation,
    EvaluationCreate,
    EvaluationResult,
    EvaluationsQuery,
    EvaluationWait,
    ResultsQuery,
)


class Evaluations(Resource):
    """Runs: started, watched, cancelled, read."""

    async def create(
        self,
        evaluation: EvaluationCreate,
        *,
        wait: float | None = None,
        idempotency_key: str | None = None,
    ) -> Evaluation:
        """Score a dataset. Answers after ten seconds at most: ``completed``, or ``running`` to be asked again.

        ``wait``: seconds, less than ten; 0 to watch the run from the start. Feature ``evaluations.cancel``.
        """
        query = None if wait is None else EvaluationWait(wait=wait)
        return await self._exchange.ask(
            "evaluations.create", Evaluation, query=query, body=evaluation, idempotency_key=idempotency_key
        )

    async def list(self, query: EvaluationsQuery | None = None) -> Page[Evaluation]:
        """One page, newest first."""
        return await self._exchange.ask("evaluations.list", Page[Evaluation], query=query)

    def iterate(self, query: EvaluationsQuery | None = None) -> AsyncIterator[Evaluation]:
        """Every run that matches."""
        first = query or EvaluationsQuery()
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def get(self, evaluation: str) -> Evaluation:
        """One run."""
        return await self._exchange.ask("evaluations.get", Evaluation, evaluation=evaluation)

    async def results(self, evaluation: str, query: ResultsQuery | None = None) -> Page[EvaluationResult]:
        """One page of what each item scored. Feature ``evaluations.results`` for the query."""
        return await self._exchange.ask(
            "evaluations.results", Page[EvaluationResult], query=query, evaluation=evaluation
        )

    def iterate_results(
        self, evaluation: str, query: ResultsQuery | None = None
    ) -> AsyncIterator[EvaluationResult]:
        """Every result that matches."""
        first = query or ResultsQuery(limit=1000)
        return iterate(
            lambda cursor: self.results(evaluation, first.model_copy(update={"cursor": cursor})), first.cursor
        )

    async def cancel(self, evaluation: str, *, idempotency_key: str | None = None) -> Evaluation:
        """Stop a run; what it scored so far stays readable. Feature ``evaluations.cancel``."""
        return await self._exchange.ask(
            "evaluations.cancel", Evaluation, idempotency_key=idempotency_key, evaluation=evaluation
        )
