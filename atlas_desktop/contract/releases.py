"""Releases: a candidate model for one operation, from shadow to a share of the traffic to all of it."""

from typing import Annotated, Literal

from pydantic import Field

from atlas_desktop.contract.base import Answer, Finite, Json, Request, Timestamp
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.contract.listing import ListQuery

Stage = Literal["shadow", "canary", "prod", "rolled_back", "superseded"]
"""``shadow`` and ``canary`` are open; ``prod`` is in force until another release is, or until it is rolled back."""
LiveStage = Literal["shadow", "canary", "prod"]

Percent = Annotated[int, Field(ge=1, le=100)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class ReleaseCreate(Request):
    """Begin a release in the shadow: ``model`` (perhaps of one provider, at one quantization only) for an operation.

    ``shadow_percent`` of the answered calls are put to the candidate as well; ``percent`` is the share it answers
    once it is the canary. To advance, each gate needs ``min_samples`` live scores, and ``min_pass_rate`` of the
    judged calls must have passed. ``dataset_id``: the golden dataset it was made from.
    """

    operation_id: str = Field(min_length=1, max_length=100)
    model: _Name
    provider: _Name | None = None
    quantization: str | None = Field(default=None, min_length=1, max_length=50)
    dataset_id: str | None = Field(default=None, min_length=1, max_length=100)
    percent: Percent = 10
    shadow_percent: Percent = 100
    min_samples: int = Field(default=50, ge=1, le=10_000)
    min_pass_rate: float = Field(default=0.85, ge=0, le=1, allow_inf_nan=False)


class ReleaseAdvance(Request):
    """The next step: shadow to canary, canary to prod; with a larger ``percent``, the canary is widened instead.

    ``from_stage``: the stage it is thought to be in, so that of two who advance it at once one takes the step (409
    ``release_moved`` for the other). ``acknowledge_no_gates`` is needed only for an operation without gates, and is
    kept on record.
    """

    percent: Percent | None = None
    from_stage: LiveStage | None = None
    acknowledge_no_gates: bool = False


class ReleaseRollback(Request):
    """Take the candidate out of the traffic. ``reason`` is kept."""

    reason: str = Field(default="", max_length=2_000)


class ReleasesQuery(ListQuery):
    """Releases of one operation (its key), at one stage, or all."""

    operation_id: str | None = Field(default=None, max_length=100)
    stage: Stage | None = None


class ReleaseGate(Answer):
    """A gate of the operation on the candidate's live scores in this stage, by the evaluator as it is now.

    ``mean`` of ``samples`` scores (null without any); ``pass_rate`` is the share of them at or above
    ``min_score``, within ``low`` and ``high`` (Wilson 95 %). ``unscored`` could not be computed. ``reason`` says
    why it is not met: ``too_few_samples`` or ``below``.
    """

    evaluator_id: str
    evaluator_version: int
    name: str
    kind: EvaluatorKind
    min_score: Finite
    mean: Finite | None = None
    samples: int = 0
    needed: int = 0
    unscored: int = 0
    pass_rate: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    met: bool = False
    reason: Literal["too_few_samples", "below"] | str | None = None


class ReleaseRate(Answer):
    """The share of the candidate's judged calls that passed every gate. One it failed to answer has not passed.

    ``met``: at least ``min_rate``. The release is rolled back by itself when ``high`` of its newest 200 judged calls
    is below ``min_rate``, not before there are ``rollback_from``.
    """

    passed: int = 0
    judged: int = 0
    failed: int = 0
    rate: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    min_rate: Finite
    rollback_from: int = 0
    met: bool = False


class ReleaseTraffic(Answer):
    """What one stage has seen of the candidate: ``calls`` put to it, those still ``waiting`` for their scores.

    ``failures``: how many it failed to answer, by code. ``cost_usd`` is its own cost: in the shadow nobody is
    billed for it. ``dropped``: duplicates that were left out, since too many were under way.
    """

    stage: LiveStage | str
    calls: int = 0
    waiting: int = 0
    failures: dict[str, int] = {}
    dropped: int = 0
    cost_usd: Finite = 0.0
    latency_ms: Finite | None = None


class ReleaseStanding(Answer):
    """How a release stands in its stage, and whether it may advance. ``why_not`` are codes:

    ``gates_unmet``, ``pass_rate_unmet``, ``no_ship_gates``, ``not_open``.
    """

    gates: list[ReleaseGate] = []
    rate: ReleaseRate
    traffic: list[ReleaseTraffic] = []
    may_advance: bool = False
    why_not: list[str] = []


class ReleaseStep(Answer):
    """One step, as it is kept. ``automatic``: the server took it by itself.

    ``act``: ``started``, ``advanced``, ``widened``, ``rolled_back``, ``superseded`` or ``restored`` (in force again,
    since what had superseded it was rolled back). ``details`` holds the scores it was taken on.
    """

    act: str
    from_stage: Stage | str | None = None
    to_stage: Stage | str
    percent: int = 0
    at: Timestamp
    actor: str
    automatic: bool = False
    reason: str | None = None
    details: dict[str, Json] = {}


class Release(Answer):
    """A release. ``since`` is when it entered its stage; ``percent`` is the canary's share. Lists leave ``standing`` out."""

    id: str
    object: Literal["release"] = "release"
    operation_id: str
    model: str
    provider: str | None = None
    quantization: str | None = None
    dataset_id: str | None = None
    stage: Stage | str
    open: bool = False
    percent: int
    shadow_percent: int
    min_samples: int
    min_pass_rate: Finite
    created_by: str
    created_at: Timestamp
    since: Timestamp
    steps: list[ReleaseStep] = []
    standing: ReleaseStanding | None = None
