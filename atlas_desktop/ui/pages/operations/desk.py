"""What the panes of the Operations screen may ask of it."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from atlas_desktop.app.trials import Draft
    from atlas_desktop.contract.base import Json
    from atlas_desktop.contract.evaluators import Evaluator, EvaluatorCreate
    from atlas_desktop.domain.gate_changes import GateChange


class Desk(Protocol):
    """The page. Nothing here loses what was typed."""

    @property
    def judge_is_ours(self) -> bool:
        """Whether the server's judge is chosen in this app."""
        ...

    @property
    def veiled(self) -> bool:
        """Whether personal data is covered."""
        ...

    def draft(self, name: str) -> str | None:
        """What was typed there and not saved."""
        ...

    def keep_draft(self, name: str, text: str | None) -> None:
        """Keep what is typed; None: it was saved or taken back."""
        ...

    def try_schema(self, text: str) -> None:
        """Try this schema on recent answers."""
        ...

    def try_rule(self, draft: "Draft | None") -> None:
        """Try this rule on recent answers, where that needs no server."""
        ...

    def stand(self, evaluators: "list[Evaluator]") -> None:
        """Say how these rules stand on recent answers."""
        ...

    def run_rule(self) -> None:
        """Try the rule now, at the server where it takes one."""
        ...

    def save_schema(self, schema: "dict[str, Json] | None", version: str) -> None:
        """Keep a schema."""
        ...

    def save_gates(self, gates: dict[str, float], changes: "tuple[GateChange, ...]") -> None:
        """Keep gates; asks first where one is loosened."""
        ...

    def save_evaluator(self, shown: "Evaluator", name: str, config: "dict[str, Json]") -> None:
        """Keep a changed rule."""
        ...

    def make_evaluator(self, made: "EvaluatorCreate") -> None:
        """Keep a new rule."""
        ...

    def define(self, name: str, description: str) -> None:
        """Define the operation at hand."""
        ...

    def keep_description(self, name: str, description: str) -> None:
        """Keep another name and description."""
        ...

    def answer_from_record(self, *, on: bool) -> None:
        """Whether equal requests are answered from the record from now on."""
        ...

    def edit_evaluator(self, name: str | None) -> None:
        """Open this rule, or begin a new one."""
        ...

    def leave_evaluator(self) -> None:
        """Back to the gates."""
        ...

    def set_up_judge(self) -> None:
        """Go to where the judge is chosen."""
        ...

    def open_call(self, seq: int) -> None:
        """Look at this call in Review."""
        ...

    def say(self, sentence: str) -> None:
        """Tell what just happened."""
        ...
