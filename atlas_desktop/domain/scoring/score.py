"""What a scoring rule says about one output, and where in it."""

from dataclasses import dataclass
from typing import Final, Literal

Reason = Literal[
    "invalid_config",
    "too_large",
    "too_deep",
    "timeout",
    "no_expected_output",
    "no_prediction",
    "nothing_to_compare",
    "no_schema",
    "no_judge",
    "no_model",
    "judge_failed",
    "judge_nonsense",
    "embedding_failed",
    "failed",
]
"""Why there is no number: the rule's own text, what was given to it, or who was asked. Never the output's quality."""

LARGEST_OUTPUT: Final = 1024 * 1024
"""Bytes of UTF-8 a rule looks at; a longer output is not scored."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in an output.

    ``path`` leads to the value in a JSON output; ``property`` names the member that is missing there or should
    not be; ``start`` and ``end`` are character offsets where the output was searched as text.
    """

    message: str
    path: tuple[str | int, ...] = ()
    keyword: str | None = None
    property: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` is 0..1, or None with a ``reason`` and ``words`` for a person: then nothing was judged.

    ``passed`` is the rule's own opinion; None where only a gate's minimum decides.
    """

    value: float | None
    passed: bool | None = None
    reason: Reason | None = None
    words: str = ""
    details: tuple[Finding, ...] = ()


def unscored(reason: Reason, words: str) -> Score:
    """No number, and why."""
    return Score(None, None, reason, words)


class ConfigError(ValueError):
    """A rule that cannot work as it is written; ``place`` is where in its config."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place
