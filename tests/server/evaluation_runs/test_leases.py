"""Which process works on which run: one at a time, and another when that one is gone or silent."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from atlas_desktop.contract.evaluations import EvaluationCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.server.evaluation_runs.owner import is_gone, this_process
from atlas_desktop.server.storage import evaluation_results, evaluations
from atlas_desktop.server.storage.evaluation_leases import Lease, claim, leases, release, renew
from atlas_desktop.server.storage.evaluations import LEASE_MS, By
from atlas_desktop.server.storage.scope import Tenant
from tests.server.loop import define, draft, item
from tests.server.talk import Talk

T = TypeVar("T")


def test_a_process_knows_who_has_ended() -> None:
    assert this_process() != this_process()
    assert not is_gone(this_process())
    program = [sys.executable, "-c", "import os; print(os.getpid())"]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    dead = this_process().replace(str(os.getpid()), ended.stdout.strip(), 1)
    assert is_gone(dead) is (os.name == "posix")
    assert not is_gone(dead.replace("@", "@elsewhere-"))
    assert not is_gone("nonsense")


class Desk:
    """A run that was begun and is worked on by nobody yet, and time that moves by hand."""

    def __init__(self, talk: Talk) -> None:
        define(talk)
        asked = EvaluationCreate(dataset_id=draft(talk, [item(1), item(2)]), evaluator_ids=["ev_short"])
        self._talk = talk
        self.name = self(
            lambda tenant: evaluations.create(tenant, asked, new_id, By("first", lambda *_: None))
        )
        self.plan = self(lambda tenant: evaluations.plan(tenant, self.name))

    def __call__(self, act: Callable[[Tenant], T]) -> T:
        atlas = self._talk.app.state.atlas
        (scope,) = [one for one in atlas.storage.registry.organizations() if one.organization == "north"]
        done: T = self._talk.runner.run(atlas.storage.write(scope, act))
        return done

    def later(self, milliseconds: int) -> None:
        clock: Any = self._talk.config.clock
        clock.seconds += milliseconds / 1000

    def lease(self) -> Lease:
        (found,) = self(lambda tenant: leases(tenant, lambda _: False))
        return found

    def record(self, seq: int, owner: str) -> int | None:
        row = (f"di_{seq}", "ev_short", 1.0, True, 1.0, b"{}")
        return self(lambda tenant: evaluation_results.record(tenant, self.plan.seq, [row], owner))


def test_a_lease_holds_while_it_is_renewed_and_no_longer(talk: Talk) -> None:
    desk = Desk(talk)
    assert desk.lease() == Lease(desk.name, "first", free=False)
    desk.later(LEASE_MS - 1)
    assert not desk.lease().free
    desk(lambda tenant: renew(tenant, [desk.name], "first"))
    desk(lambda tenant: renew(tenant, [desk.name], "another"))
    desk.later(LEASE_MS - 1)
    assert not desk.lease().free
    assert desk.record(1, "first") == 1
    desk.later(LEASE_MS)
    assert not desk.lease().free
    desk.later(1)
    assert desk.lease().free


def test_a_clock_that_was_set_back_frees_a_run(talk: Talk) -> None:
    desk = Desk(talk)
    desk.later(-3_600_000)
    assert desk.lease().free


def test_one_of_two_takes_it_over_and_the_first_writes_no_more(talk: Talk) -> None:
    desk = Desk(talk)
    assert desk.record(1, "first") == 1
    desk.later(LEASE_MS + 1)
    found = desk.lease()
    assert desk(lambda tenant: claim(tenant, found, "second"))
    assert not desk(lambda tenant: claim(tenant, found, "third"))
    assert desk.record(2, "first") is None
    assert desk.record(2, "second") == 2
    desk(lambda tenant: release(tenant, [desk.name], "first"))
    assert desk.lease().owner == "second"
    desk(lambda tenant: release(tenant, [desk.name], "second"))
    released = desk.lease()
    assert released == Lease(desk.name, None, free=True)
    assert desk(lambda tenant: claim(tenant, released, "third"))
    assert desk(lambda tenant: evaluations.end(tenant, desk.plan.seq, "cancelled"))
    assert desk.record(3, "third") is None
    assert not desk(lambda tenant: claim(tenant, found, "second"))
    assert desk(lambda tenant: leases(tenant, lambda _: True)) == []
    assert desk(lambda tenant: evaluation_results.done_by(tenant, desk.plan.seq)) == {
        "ev_short": {"di_1", "di_2"}
    }
