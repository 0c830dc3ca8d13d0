"""A schema or a rule that is not kept yet, over answers that were really given: what it would say of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain import json_text
from atlas_desktop.domain.json_text import Problem
from atlas_desktop.domain.scoring.evaluator import check_config, score_local
from atlas_desktop.domain.scoring.json_schema import SchemaError, compiled
from atlas_desktop.domain.scoring.pointer import NotJsonError, parse
from atlas_desktop.domain.scoring.score import ConfigError, Score
from atlas_desktop.wording import tr

_SAID: Final = 3
"""Errors of one answer that are told: more are not read."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """``index`` of an answer that does not conform, and why; no errors: it is not JSON."""

    index: int
    errors: tuple[SchemaError, ...]


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


def try_schema(text: str, answers: Sequence[str]) -> SchemaTrial:
    """Read a schema and hold it against answers. An empty text is no schema: it rejects nothing."""
    if not text.strip():
        return SchemaTrial()
    problems = json_text.problems(text)
    if problems:
        return SchemaTrial(problems=problems)
    schema: Json = None
    try:
        schema = parse(text)
        check = compiled(schema)
    except (ConfigError, NotJsonError) as error:
        return SchemaTrial(problems=_problems(text, error))
    if not isinstance(schema, dict):
        return SchemaTrial(problems=_problems(text, ConfigError(tr("a schema is an object"))))
    rejected = []
    for index, answer in enumerate(answers):
        try:
            value = parse(answer)
        except NotJsonError:
            rejected.append(Rejected(index, ()))
            continue
        if not check.holds(value):
            rejected.append(Rejected(index, check.errors(value)[:_SAID]))
    return SchemaTrial(schema, (), len(answers), tuple(rejected))


def _problems(text: str, error: ConfigError | NotJsonError) -> tuple[Problem, ...]:
    place = tuple(error.place) if isinstance(error, ConfigError) else ()
    return json_text.problems(text, (SchemaError(place, str(error), ""),))


def try_rule(
    kind: EvaluatorKind, config: dict[str, Json], answers: Sequence[str], schemas: Sequence[Json]
) -> RuleTrial:
    """Have a rule judge answers, each with the schema of its operation and version. Kinds that need only the text."""
    try:
        check_config(kind, config)
    except ConfigError as error:
        return RuleTrial(fault=str(error), place=tuple(error.place))
    return RuleTrial(
        tuple(
            score_local(kind, config, answer, schema) for answer, schema in zip(answers, schemas, strict=True)
        )
    )
