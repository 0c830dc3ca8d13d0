"""What the store hands out: frozen values, ready to show."""

from dataclasses import dataclass
from typing import Literal

from atlas_desktop.contract.base import Thumb
from atlas_desktop.contract.calls import Call
from atlas_desktop.domain.opinion import Edit, Opinion, Verdict
from atlas_desktop.store.changed import Changed

OutboxState = Literal["ready", "inflight", "unknown", "conflict", "rejected", "parked"]


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the call list. Previews are one line each; the text in them is untrusted.

    ``rating`` and what follows from it show my unsent decision where there is one, else what the server
    has; what others said when the decision takes mine back. ``corrected``: a correction stands, whoever's.
    ``copies``: so many equal exchanges this row stands for, in a folded list; ``mixed``: which are rated differently. ``pending``: a decision of mine is on its way. ``needs_you``: one was refused or conflicts.
    """

    seq: int
    id: str
    created_ms: int
    customer: str
    operation: str | None
    model: str
    rating: Thumb | None
    unsure: bool
    corrected: bool
    mine: bool
    pending: bool
    needs_you: bool
    passed: bool | None
    preview: str
    output_preview: str
    tags: tuple[str, ...]
    latency_ms: float | None
    cost_usd: float | None
    size_bytes: int
    feedback_count: int
    provider: str | None = None
    quantization: str | None = None
    tier: str | None = None
    schema_version: str | None = None
    finish: str | None = None
    copies: int = 1
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """The correction that stands. ``by`` is the other reviewer who wrote it; None: I did.

    ``seen`` is what a text written in sight of this one must name as its base. ``since_ms``: when it was written
    (epoch milliseconds); None for one of mine that is not sent.
    """

    text: str
    by: str | None
    seen: str | None = None
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call with its payload, what I say about it now, and the newest correction that stands.

    ``weight``: about the bytes its payload takes in memory.
    """

    row: CallRow
    call: Call
    opinion: Opinion
    correction: Correction | None
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A committed decision. ``count`` calls were named; ``decision_id`` is None when nothing changed.

    ``full`` calls were left as they are, because they have no room for more tags.
    """

    decision_id: int | None
    edit: Edit
    count: int
    changed: Changed
    full: int = 0

    @property
    def verdict(self) -> Verdict | None:
        """The rating in it, if there is one."""
        return self.edit.verdict


@dataclass(frozen=True, slots=True)
class Undone:
    """An undone or redone decision. ``first_seq`` is a call of it to go back to."""

    decision_id: int
    edit: Edit
    count: int
    first_seq: int
    changed: Changed

    @property
    def verdict(self) -> Verdict | None:
        """The rating in it, if there is one."""
        return self.edit.verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """How many calls of a filter (its rating part left out) carry a rating or are marked unsure."""

    rated: int
    total: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One act to send. ``op_id`` is both the feedback id and the Idempotency-Key; ``payload`` never changes."""

    seq: int
    op_id: str
    lane: int
    call_id: str
    payload: bytes
    sha256: bytes
    state: OutboxState
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One act as the Sync screen shows it, with the server's words when it was refused."""

    seq: int
    op_id: str
    call: int
    call_id: str
    opinion: Opinion
    state: OutboxState
    attempts: int
    created_ms: int
    status: int | None = None
    code: str | None = None
    message: str | None = None
    theirs: Opinion | None = None
    theirs_by: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many acts are in each state. Acknowledged ones are not here: they became receipts."""

    ready: int = 0
    inflight: int = 0
    unknown: int = 0
    conflict: int = 0
    rejected: int = 0
    parked: int = 0

    @property
    def pending(self) -> int:
        """Acts that will go out by themselves."""
        return self.ready + self.inflight + self.unknown

    @property
    def needs_you(self) -> int:
        """Acts that wait for a person."""
        return self.conflict + self.rejected + self.parked

    @property
    def unsent(self) -> int:
        """All of them: what the server does not have, as far as we know."""
        return self.pending + self.needs_you


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page of the changes feed did. ``stale``: it was not the page after the cursor, nothing done.

    ``total`` and ``digest`` are the server's, when the page carried them.
    """

    changed: Changed
    next_after: int
    has_more: bool
    stale: bool = False
    quarantined: int = 0
    total: int | None = None
    digest: str | None = None
