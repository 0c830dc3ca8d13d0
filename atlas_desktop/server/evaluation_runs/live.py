"""A run that is being worked on."""

import asyncio
from collections.abc import Callable, Sequence

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluations import EvaluationStatus
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.server.evaluation_runs.material import Rule
from atlas_desktop.server.evaluation_runs.shares import PIECE, Lane, Share, lane_of, left_to_do
from atlas_desktop.server.evaluation_runs.texts import impossible
from atlas_desktop.server.storage import evaluation_results, evaluations
from atlas_desktop.server.storage.evaluations import Plan
from atlas_desktop.server.storage.scope import Scope, Tenant

OverNet = Callable[[EvaluatorKind, dict[str, Json]], bool]
"""Whether a rule is scored by a model that is asked over the net."""


class LiveRun:
    """What is to be done, for whom, and who waits for it. ``over`` is set when nothing more will come."""

    def __init__(self, scope: Scope, plan: Plan, shares: Sequence[Share]) -> None:
        self.scope = scope
        self.plan = plan
        self.shares = tuple(shares)
        self.over = asyncio.Event()

    @property
    def seq(self) -> int:
        """The run's number."""
        return self.plan.seq


def live_run(tenant: Tenant, name: str, over_net: OverNet) -> LiveRun:
    """The run with all that it lacks: everything at first, after a restart what was not written. Raises Refusal."""
    plan = evaluations.plan(tenant, name)
    if plan.status in _OVER:
        return LiveRun(tenant.scope, plan, ())
    members = evaluations.members(tenant, plan)
    done = evaluation_results.done_by(tenant, plan.seq) if plan.done else {}
    shares = []
    for lane, rules in _by_lane(plan.rules, over_net):
        seqs, started = left_to_do(members, rules, done)
        share = Share(lane, rules, seqs, piece=1 if lane == "asked" else PIECE)
        share.put_back(*started)
        for rule in rules:
            if (why := impossible(rule.kind, plan.predictions)) is not None:
                share.given_up[rule.id] = why
        shares.append(share)
    return LiveRun(tenant.scope, plan, shares)


_OVER: frozenset[EvaluationStatus] = frozenset({"completed", "failed", "cancelled"})


def _by_lane(rules: Sequence[Rule], over_net: OverNet) -> list[tuple[Lane, tuple[Rule, ...]]]:
    """Rules that are scored together. Whoever is asked over the net is asked alone."""
    together: dict[Lane, list[Rule]] = {}
    alone: list[tuple[Lane, tuple[Rule, ...]]] = []
    for rule in rules:
        lane = lane_of(rule.kind, over_net=over_net(rule.kind, rule.config))
        if lane == "asked":
            alone.append((lane, (rule,)))
        else:
            together.setdefault(lane, []).append(rule)
    return [*((lane, tuple(some)) for lane, some in together.items()), *alone]
