"""A schema or a rule that is not kept yet, over answers that were really given: what it would say of them. Pure."""

from collections.abc import Sequence
from typing import Final

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.domain import json_text
from atlas_desktop.domain.json_text import Problem
from atlas_desktop.domain.scoring.evaluator import check_config, score_local
from atlas_desktop.domain.scoring.json_schema import SchemaError, compiled
from atlas_desktop.domain.scoring.pointer import NotJsonError, parse
from atlas_desktop.domain.scoring.score import ConfigError, Finding
from atlas_desktop.domain.scoring.tried import Rejected, RuleTrial, SchemaTrial
from atlas_desktop.wording import tr

_TYPES: Final = ("string", "number", "integer", "boolean", "object", "array", "null")
_LOOKED_INTO: Final = 20_000
"""Characters of an answer in which is looked for why it is no JSON."""
_SAID: Final = 3
"""Errors of one answer that are told: more are not read."""


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
            rejected.append(Rejected(index, (), _fault(answer)))
            continue
        if not check.holds(value):
            rejected.append(Rejected(index, tuple(map(_finding, check.errors(value)[:_SAID]))))
    return SchemaTrial(schema, (), len(answers), tuple(rejected))


def _finding(error: SchemaError) -> Finding:
    return Finding(error.message, error.path, error.keyword, error.property)


def _fault(answer: str) -> str:
    """Why an answer is no JSON; of a long one only that it is none."""
    fault = json_text.fault(answer) if len(answer) <= _LOOKED_INTO else None
    return fault.message if fault is not None else ""


def _problems(text: str, error: ConfigError | NotJsonError) -> tuple[Problem, ...]:
    place = tuple(error.place) if isinstance(error, ConfigError) else ()
    if place[-1:] == ("type",):
        # The validator's words name the branches of its own schema of schemas.
        error = ConfigError(
            tr("a type is one of {types}, or a list of them", types=", ".join(_TYPES)), *place
        )
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
