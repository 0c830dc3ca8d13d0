"""All that waits to be scored, lane by lane; who holds others up waits in a lane of its own. Pure."""

from typing import Final, Literal, get_args

from atlas_desktop.server.evaluation_runs.line import Line, Turn
from atlas_desktop.server.evaluation_runs.live import LiveRun
from atlas_desktop.server.evaluation_runs.shares import Lane

Queue = Lane | Literal["slow"]
"""``slow``: rules of organizations with rules that had to be stopped. They wait for each other, and nobody for them."""

QUEUES: Final[tuple[Queue, ...]] = (*get_args(Lane), "slow")
SLOW_SECONDS: Final = 60.0
"""So long after a rule had to be stopped an organization waits among the slow ones."""


class Lines:
    """The lines of all lanes. Times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self._lines: dict[Queue, Line] = {queue: Line() for queue in QUEUES}
        self._slow: dict[int, float] = {}

    def __getitem__(self, queue: Queue) -> Line:
        return self._lines[queue]

    def add(self, run: LiveRun, now: float) -> None:
        """All that is to be done for a run."""
        org = run.scope.org
        slow = self._slow.get(org, now) > now
        for share in run.shares:
            queue: Queue = "slow" if slow and share.lane == "rules" else share.lane
            self._lines[queue].add(org, run.plan.id, share)

    def drop(self, run: LiveRun) -> None:
        """This run wants nothing any more."""
        for line in self._lines.values():
            line.drop(run.scope.org, run.plan.id)

    def set_aside(self, turn: Turn, now: float) -> None:
        """A rule of this organization had to be stopped: its others may be like that one."""
        self._slow[turn.org] = now + SLOW_SECONDS
        for run, share in self._lines["rules"].take_out(turn.org):
            self._lines["slow"].add(turn.org, run, share)
