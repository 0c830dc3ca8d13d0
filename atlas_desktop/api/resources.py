"""What can be asked of an Atlas, by subject. Every method raises the errors of :mod:`.errors`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from atlas_desktop.api.errors import Unreadable
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.calls import (
    Call,
    CallChanges,
    CallDetail,
    CallFilters,
    ChangesQuery,
    ImportAnswer,
)
from atlas_desktop.contract.chat import Model, ModelList
from atlas_desktop.contract.evaluators import (
    Evaluator,
    EvaluatorCreate,
    EvaluatorScore,
    EvaluatorScoreCreate,
    EvaluatorTrial,
    EvaluatorTrialCreate,
    EvaluatorUpdate,
)
from atlas_desktop.contract.feedback import Feedback, FeedbackBatchAnswer, FeedbackCreate
from atlas_desktop.contract.listing import CallImportQuery, FeedbackQuery, ListQuery
from atlas_desktop.contract.operations import (
    AuditEntry,
    Operation,
    OperationCreate,
    OperationSchema,
    OperationUpdate,
)

if TYPE_CHECKING:
    from atlas_desktop.api.exchange import Exchange

T = TypeVar("T")


class _Resource:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange


class Calls(_Resource):
    """Recorded calls."""

    async def list(self, filters: CallFilters | None = None) -> Page[Call]:
        """One page, newest first."""
        return await self._exchange.ask("calls.list", Page[Call], query=filters)

    def iterate(self, filters: CallFilters | None = None) -> AsyncIterator[Call]:
        """Every call that matches, page after page, from the filters' own cursor on."""
        first = filters or CallFilters()
        return _iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)

    async def get(self, call_id: str) -> CallDetail:
        """One call with all its feedback."""
        return await self._exchange.ask("calls.get", CallDetail, call_id=call_id)

    async def changes(self, after: int = 0, limit: int = 200) -> CallChanges:
        """Calls changed since a revision."""
        query = ChangesQuery(after=after, limit=limit)
        return await self._exchange.ask("calls.changes", CallChanges, query=query)

    async def changes_raw(self, after: int = 0, limit: int = 200) -> bytes:
        """The same as the bytes the server sent, to be parsed elsewhere. Not checked beyond being whole."""
        query = ChangesQuery(after=after, limit=limit)
        return (await self._exchange.ask_raw("calls.changes", query=query)).body

    async def import_lines(
        self, lines: bytes, *, operation: str | None = None, customer: str | None = None
    ) -> ImportAnswer:
        """Import recorded calls, one JSON object a line, at most 16 MiB. Harmless to repeat."""
        query = CallImportQuery(operation=operation, customer=customer)
        return await self._exchange.ask("calls.import", ImportAnswer, query=query, body=lines)


class Feedbacks(_Resource):
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
        return _iterate(lambda cursor: self.list(first.model_copy(update={"cursor": cursor})), first.cursor)


class Operations(_Resource):
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
        return _iterate(lambda cursor: self.list(limit=1000, cursor=cursor), None)

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


class Evaluators(_Resource):
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
        return _iterate(lambda cursor: self.list(limit=1000, cursor=cursor), None)

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


class Models(_Resource):
    """Models the gateway knows."""

    async def list(self) -> list[Model]:
        """All of them."""
        return (await self._exchange.ask("models.list", ModelList)).data


async def _iterate(
    page_at: Callable[[str | None], Awaitable[Page[T]]], cursor: str | None
) -> AsyncIterator[T]:
    seen: set[str | None] = {cursor}
    while True:
        page = await page_at(cursor)
        for row in page.data:
            yield row
        if not page.has_more:
            return
        cursor = page.next_cursor
        if cursor is None or cursor in seen:
            raise Unreadable("The server says there is more, but its next page is one already read")
        seen.add(cursor)
