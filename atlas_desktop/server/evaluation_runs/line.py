"""The runs that wait in one lane, and whose piece is next. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from atlas_desktop.server.evaluation_runs.fair import Turns
from atlas_desktop.server.evaluation_runs.shares import Piece, Share

_GUESS: Final = 0.05
"""Seconds charged for a turn when it is taken: until it is over, others must not take theirs to be nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A piece of a run (by its id) of an organization, taken and not yet done."""

    org: int
    run: str
    share: Share
    piece: Piece


class Line:
    """Organizations take turns, and in each the runs do."""

    def __init__(self) -> None:
        self._shares: dict[int, dict[str, list[Share]]] = {}
        self._orgs: Turns[int] = Turns()
        self._runs: dict[int, Turns[str]] = {}

    def add(self, org: int, run: str, share: Share) -> None:
        """This share of a run waits here."""
        self._shares.setdefault(org, {}).setdefault(run, []).append(share)
        self._orgs.join(org)
        self._runs.setdefault(org, Turns()).join(run)

    def drop(self, org: int, run: str) -> None:
        """This run wants nothing any more: it is over."""
        runs = self._shares.get(org, {})
        if runs.pop(run, None) is None:
            return
        self._runs[org].leave(run)
        if not runs:
            del self._shares[org], self._runs[org]
            self._orgs.leave(org)

    def take_out(self, org: int) -> list[tuple[str, Share]]:
        """All of an organization, run by run: it waits elsewhere from now on."""
        runs = {run: list(shares) for run, shares in self._shares.get(org, {}).items()}
        for run in runs:
            self.drop(org, run)
        return [(run, share) for run, shares in runs.items() for share in shares]

    @property
    def waiting(self) -> bool:
        """Whether there is a piece to take."""
        return any(self._has(org) for org in self._shares)

    def take(self) -> Turn | None:
        """The piece whose turn it is; None when there is none."""
        org = self._orgs.next(org for org in self._shares if self._has(org))
        if org is None:
            return None
        run = self._runs[org].next(self._ready(org))
        if run is None:
            return None
        share = next(share for share in self._shares[org][run] if share.waiting)
        self._charge(org, run, _GUESS)
        return Turn(org, run, share, share.take())

    def took(self, turn: Turn, seconds: float) -> None:
        """A turn is over, and took so long."""
        self._charge(turn.org, turn.run, seconds - _GUESS)

    def _has(self, org: int) -> bool:
        return next(self._ready(org), None) is not None

    def _ready(self, org: int) -> Iterator[str]:
        return (run for run, shares in self._shares[org].items() if any(share.waiting for share in shares))

    def _charge(self, org: int, run: str, seconds: float) -> None:
        self._orgs.charge(org, seconds)
        if org in self._runs:
            self._runs[org].charge(run, seconds)
