"""What reviewers said."""

from collections.abc import AsyncIterator, Sequence

from atlas_desktop.api.resources.resource import Resource, iterate
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.feedback import Feedback, FeedbackBatchAnswer, FeedbackCreate
from atlas_desktop.contract.listing import FeedbackQuery


class Feedbacks(Resource):
    """What reviewers said."""

    async def create(
        self, feedback: FeedbackCreate | bytes, *, idempotency_key: str | None = None
    ) -> Feedback:
        """Rate, correct or tag one call. Bytes are sent as they are."""
        return await self._exchange.ask(
            "feedback.create", Feedback, body=feedback, idempotency_key=idempotency_key
        )

    async def batch(
        self, payloads: Sequence[bytes], *, idempotency_key: str | None = None
    ) -> FeedbackBatchAnswer:
        """Send up to 1,000 acts, each the exact bytes given. Fewer results than payloads is possible.

        Without an ``idempotency_key`` every sending has its own: what repeats are the items, by their ids,
        and an item that failed for the moment must not get the same failure replayed.
        """
        body = b'{"items":[' + b",".join(payloads) + b"]}"
        return await self._exchange.ask(
            "feedback.batch", FeedbackBatchAnswer, body=body, idempotency_key=idempotency_key
        )

    async def list(self, query: FeedbackQuery | None = None) -> Page[Feedback]:
        """One page, newest first."""
        return await self._exchange.ask("feedback.list", Page[Feedback], query=query)

    def iterate(self, query: FeedbackQuery | None = None) -> AsyncIterator[Feedback]:
        """Every row that matches."""
        first = query or FeedbackQuery()
        return iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)
