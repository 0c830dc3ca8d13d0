"""What came of trying a schema or a rule. Apart from the trying, which needs RE2 and the validator loaded."""

from dataclasses import dataclass

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.json_text.model import Problem
from atlas_desktop.domain.scoring.score import Finding, Score


@dataclass(frozen=True, slots=True)
class Rejected:
    """``index`` of an answer that does not conform, and why; no reasons: it is not JSON, for its ``fault``."""

    index: int
    why: tuple[Finding, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SchemaTrial:
    """``schema`` as it was read, None when the text is none; ``problems`` are those of its own text.

    ``rejected`` of ``tried`` answers would not be accepted. Nothing is tried while there are problems.
    """

    schema: dict[str, Json] | None = None
    problems: tuple[Problem, ...] = ()
    tried: int = 0
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """A score for each answer; or ``fault``, why the rule cannot work, and where in its config."""

    scores: tuple[Score, ...] = ()
    fault: str = ""
    place: tuple[str | int, ...] = ()
