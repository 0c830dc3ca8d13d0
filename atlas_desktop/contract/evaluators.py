"""Evaluators: four kinds of score for one output, each between 0 and 1."""

from typing import Literal

from pydantic import AliasChoices, Field

from atlas_desktop.contract.base import Answer, Json, Request, Timestamp

EvaluatorKind = Literal["regex", "json_schema", "llm_judge", "embedding_match"]


class RegexConfig(Request):
    """Score 1 when the pattern (RE2) is found and should be, or is not and should not be; else 0.

    The seeds' ``inverse: true`` means ``must_match: false``. ``field`` is a JSON Pointer into the output.
    """

    pattern: str = Field(min_length=1, max_length=1024)
    must_match: bool = True
    inverse: bool | None = None
    field: str | None = None

    @property
    def wants_match(self) -> bool:
        """Whether finding the pattern is the good outcome, in either published form."""
        return self.must_match if self.inverse is None else not self.inverse


class JsonSchemaConfig(Request):
    """Score 0 when not JSON, 0.5 when JSON but invalid, 1 when valid. No schema: the operation's own."""

    json_schema: dict[str, Json] | None = Field(default=None, alias="schema")
    field: str | None = None


class JudgeConfig(Request):
    """A rubric for a model to score by; a judge that fails gives no number."""

    rubric: str = Field(min_length=1, max_length=20_000)
    judge_model: str | None = Field(
        default=None,
        validation_alias=AliasChoices("judgeModel", "judge_model"),
        serialization_alias="judgeModel",
    )
    field: str | None = None


class EmbeddingConfig(Request):
    """Cosine similarity to the expected output, scaled to 0..1; below ``threshold`` it has not passed."""

    threshold: float | None = Field(default=None, ge=0, le=1)
    model: str | None = None
    field: str | None = None


class Evaluator(Answer):
    """A scoring rule. Every change of ``config`` makes a new ``version``; scores remember theirs."""

    id: str
    object: Literal["evaluator"] = "evaluator"
    name: str
    kind: EvaluatorKind
    config: dict[str, Json]
    version: int = 1
    created_at: Timestamp | None = None


class EvaluatorCreate(Request):
    """Make an evaluator; both published forms (with ``id``, with ``name``) work."""

    id: str | None = Field(default=None, pattern=r"^ev_[A-Za-z0-9_-]{1,64}$")
    name: str | None = Field(default=None, min_length=1, max_length=200)
    kind: EvaluatorKind
    config: dict[str, Json] = {}


class EvaluatorUpdate(Request):
    """Change an evaluator; ``config`` is merged key by key."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    config: dict[str, Json] | None = None


class EvaluatorScoreCreate(Request):
    """Score one output now; nothing is kept. ``call_id`` lends its messages and the schema of its version.

    ``expected`` is what an embedding compares with; without it, the call's correction that stands.
    """

    call_id: str | None = Field(default=None, min_length=1, max_length=200)
    output: str = Field(max_length=1024 * 1024)
    expected: str | None = Field(default=None, max_length=1024 * 1024)


class ScoreDetail(Answer):
    """One finding: where in a JSON output, or between which characters of a text."""

    message: str
    path: list[str | int] = []
    keyword: str | None = None
    property: str | None = None
    start: int | None = None
    end: int | None = None


class EvaluatorScore(Answer):
    """A score of 0..1, or null with the ``reason`` (a code) and the ``message`` (a sentence) why there is none.

    ``passed`` is the evaluator's own opinion; null where only a gate's minimum decides.
    """

    object: Literal["evaluator.score"] = "evaluator.score"
    evaluator_id: str
    evaluator_version: int
    score: float | None = None
    passed: bool | None = None
    reason: str | None = None
    message: str | None = None
    details: list[ScoreDetail] = []


class EvaluatorTrialCreate(EvaluatorScoreCreate):
    """Score one output by a rule that is not kept, to see what it says before it is."""

    kind: EvaluatorKind
    config: dict[str, Json] = {}


class EvaluatorTrial(Answer):
    """What the rule says; as `EvaluatorScore`, without an evaluator."""

    object: Literal["evaluator.trial"] = "evaluator.trial"
    score: float | None = None
    passed: bool | None = None
    reason: str | None = None
    message: str | None = None
    details: list[ScoreDetail] = []
