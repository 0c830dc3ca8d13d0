"""What can be asked of an Atlas, by subject. Every method raises the errors of :mod:`.errors`."""

from collections.abc import AsyncIterator, Sequence

from atlas_desktop.contract.base import Page
from atlas_desktop.contract.calls import Call, CallChanges, CallDetail, CallFilters, ImportAnswer
from atlas_desktop.contract.chat import Model
from atlas_desktop.contract.feedback import Feedback, FeedbackBatchAnswer, FeedbackCreate
from atlas_desktop.contract.listing import FeedbackQuery
from atlas_desktop.contract.operations import Operation, OperationCreate, OperationUpdate


class Calls:
    """Recorded calls."""

    async def list(self, filters: CallFilters | None = None) -> Page[Call]:
        """One page, newest first."""
        raise NotImplementedError

    def iterate(self, filters: CallFilters | None = None) -> AsyncIterator[Call]:
        """Every call that matches, page after page."""
        raise NotImplementedError

    async def get(self, call_id: str) -> CallDetail:
        """One call with all its feedback."""
        raise NotImplementedError

    async def changes(self, after: int = 0, limit: int = 200) -> CallChanges:
        """Calls changed since a revision."""
        raise NotImplementedError

    async def changes_raw(self, after: int = 0, limit: int = 200) -> bytes:
        """The same as the bytes the server sent, to be parsed elsewhere. Not checked beyond being whole."""
        raise NotImplementedError

    async def import_lines(
        self, lines: bytes, *, operation: str | None = None, customer: str | None = None
    ) -> ImportAnswer:
        """Import recorded calls, one JSON object a line, at most 16 MiB."""
        raise NotImplementedError


class Feedbacks:
    """What reviewers said."""

    async def create(
        self, feedback: FeedbackCreate | bytes, *, idempotency_key: str | None = None
    ) -> Feedback:
        """Rate, correct or tag one call. Bytes are sent as they are."""
        raise NotImplementedError

    async def batch(
        self, payloads: Sequence[bytes], *, idempotency_key: str | None = None
    ) -> FeedbackBatchAnswer:
        """Send up to 1,000 acts, each the exact bytes given. Fewer results than payloads is possible."""
        raise NotImplementedError

    async def list(self, query: FeedbackQuery | None = None) -> Page[Feedback]:
        """One page, newest first."""
        raise NotImplementedError

    def iterate(self, query: FeedbackQuery | None = None) -> AsyncIterator[Feedback]:
        """Every row that matches."""
        raise NotImplementedError


class Operations:
    """Named units of work."""

    async def create(self, operation: OperationCreate, *, idempotency_key: str | None = None) -> Operation:
        """Define an operation."""
        raise NotImplementedError

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[Operation]:
        """One page."""
        raise NotImplementedError

    def iterate(self) -> AsyncIterator[Operation]:
        """Every operation."""
        raise NotImplementedError

    async def get(self, operation: str) -> Operation:
        """One operation, by id or key."""
        raise NotImplementedError

    async def update(self, operation: str, change: OperationUpdate) -> Operation:
        """Change an operation, by id or key."""
        raise NotImplementedError


class Models:
    """Models the gateway knows."""

    async def list(self) -> "list[Model]":
        """All of them."""
        raise NotImplementedError
