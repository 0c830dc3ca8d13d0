"""The releases of one operation, as the Releases section shows them."""

from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.app.asking import Phase
from atlas_desktop.app.problems import Problem
from atlas_desktop.contract.errors import FailedGate
from atlas_desktop.contract.releases import LiveStage, Release

STAGES: Final[tuple[LiveStage, ...]] = ("shadow", "canary", "prod")

Hindrance = Literal[
    "nothing",
    "no_release",
    "not_open",
    "away",
    "gates_unmet",
    "pass_rate_unmet",
    "no_ship_gates",
    "waiting",
    "acting",
]
"""Why a release cannot go on now. ``no_ship_gates`` only asks for a word; ``waiting``: more scores are needed."""


@dataclass(frozen=True, slots=True)
class ReleasesState:
    """``releases`` are those of the operation, newest first; ``at_hand`` the open one, else the newest, as it stands.

    ``refused`` are the gates that the server named when it last refused to advance; of this stage only.
    """

    key: str | None = None
    phase: Phase = "nothing"
    releases: tuple[Release, ...] = ()
    at_hand: Release | None = None
    models: tuple[str, ...] = ()
    """What a release can be of: models of the provider table."""
    models_known: bool = False
    online: bool = False
    acting: bool = False
    problem: Problem | None = None
    refused: tuple[FailedGate, ...] = ()

    @property
    def open(self) -> Release | None:
        """The release that is on its way."""
        return self.at_hand if self.at_hand is not None and self.at_hand.open else None

    @property
    def in_force(self) -> Release | None:
        """The release that answers all calls."""
        return next((each for each in self.releases if each.stage == "prod"), None)

    @property
    def hindrance(self) -> Hindrance:
        """Why *Advance* does nothing now."""
        release = self.open
        if release is None and not (self.at_hand is not None and is_live(self.at_hand)):
            return "no_release" if self.at_hand is None else "not_open"
        if self.acting:
            return "acting"
        if not self.online:
            return "away"
        if release is None:
            return "not_open"
        return _hindrance_of(release)

    @property
    def can_roll_back(self) -> bool:
        """Whether there is something to take out of the traffic, and a server to do so."""
        release = self.at_hand
        return self.online and not self.acting and release is not None and is_live(release)

    def failed(self, evaluator_id: str) -> FailedGate | None:
        """What the server said of this gate when it refused."""
        return next((gate for gate in self.refused if gate.evaluator_id == evaluator_id), None)


def is_live(release: Release) -> bool:
    """Whether it has traffic: on its way, or in force."""
    return release.open or release.stage == "prod"


def next_stage(release: Release) -> LiveStage | None:
    """Where it goes from here; None at the end."""
    if not release.open or release.stage not in ("shadow", "canary"):
        return None
    return "canary" if release.stage == "shadow" else "prod"


def entered(release: Release, stage: str) -> int | None:
    """When it first came to this stage, in milliseconds since 1970; None: it never did."""
    times = [step.at for step in release.steps if step.to_stage == stage]
    return round(min(times).timestamp() * 1000) if times else None


def _hindrance_of(release: Release) -> Hindrance:
    standing = release.standing
    if standing is None or standing.may_advance:
        return "nothing"
    codes = set(standing.why_not)
    if "not_open" in codes:
        return "not_open"
    unmet = [gate for gate in standing.gates if not gate.met]
    if unmet and all(gate.reason == "too_few_samples" for gate in unmet):
        return "waiting"
    if "gates_unmet" in codes or unmet:
        return "gates_unmet"
    if "pass_rate_unmet" in codes:
        return "waiting" if standing.rate.judged == 0 else "pass_rate_unmet"
    return "no_ship_gates" if "no_ship_gates" in codes else "nothing"
