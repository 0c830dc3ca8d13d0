"""The lamps beside the correction editor: what each evaluator of the operation says about the draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from atlas_desktop.app.signals import Signal
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain.scoring.score import Finding

LampState = Literal["ok", "bad", "unknown", "running", "needs_server"]


@dataclass(frozen=True, slots=True)
class Lamp:
    """One evaluator and the text it judged last.

    ``unknown``: no number, and ``words`` say why. ``needs_server``: this kind is asked of the server, which is
    not there or cannot. ``score`` is 0..1. ``stale``: the text has changed since.
    """

    evaluator_id: str
    name: str
    kind: EvaluatorKind
    state: LampState
    min_score: float
    score: float | None = None
    words: str = ""
    findings: tuple[Finding, ...] = ()
    stale: bool = False


class Lamps:
    """The lamps of one draft. Used on the UI's loop; nothing here takes it longer than a few milliseconds.

    ``follow`` names the call (its operation's gates make the lamps), ``typed`` the text, at every keystroke;
    ``run`` is Ctrl+R. ``changed`` tells the lamps anew whenever one is different.
    """

    def __init__(self) -> None:
        self.changed: Signal[tuple[Lamp, ...]] = Signal("lamps")
        self.value: tuple[Lamp, ...] = ()

    def follow(
        self, call_id: str | None, operation: str | None, schema_version: str | None, expected: str | None
    ) -> None:
        """Another call, or none: read which evaluators its operation has. ``typed`` follows.

        ``expected`` is what an embedding compares with: the best answer known before this draft.
        """

    def typed(self, text: str) -> None:
        """The draft as it is now."""

    async def run(self) -> None:
        """Ask every evaluator about the text now, the server's too; returns when they answered."""

    def problems(self) -> Sequence[Finding]:
        """Where the text does not fit the operation's own schema, for the editor's marks."""
        return ()
