"""An evaluator's kind and config as one of the four rules."""

from typing import Final

from pydantic import ValidationError

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import (
    EmbeddingConfig,
    EvaluatorKind,
    JsonSchemaConfig,
    JudgeConfig,
    RegexConfig,
)
from atlas_desktop.domain.scoring.json_schema import check_schema, compiled, score_json_schema
from atlas_desktop.domain.scoring.pointer import check_field
from atlas_desktop.domain.scoring.regex import check_pattern, score_regex, steps
from atlas_desktop.domain.scoring.score import ConfigError, Score, unscored

Config = RegexConfig | JsonSchemaConfig | JudgeConfig | EmbeddingConfig

_CONFIGS: Final[dict[EvaluatorKind, type[Config]]] = {
    "regex": RegexConfig,
    "json_schema": JsonSchemaConfig,
    "llm_judge": JudgeConfig,
    "embedding_match": EmbeddingConfig,
}
LOCAL: Final[frozenset[EvaluatorKind]] = frozenset({"regex", "json_schema"})
"""The kinds that need nothing but the text."""


def read_config(kind: EvaluatorKind, config: dict[str, Json]) -> Config:
    """The config of a kind, not yet looked into. Raises ConfigError."""
    try:
        return _CONFIGS[kind].model_validate(config, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise ConfigError(first["msg"].removeprefix("Value error, "), *first["loc"]) from None


def check_config(kind: EvaluatorKind, config: dict[str, Json]) -> Config:
    """The config, certain to work. Raises ConfigError with the place and what is wrong there."""
    rule = read_config(kind, config)
    check_field(rule.field)
    if isinstance(rule, RegexConfig):
        check_pattern(rule.pattern)
    elif isinstance(rule, JsonSchemaConfig) and rule.json_schema is not None:
        try:
            check_schema(rule.json_schema)
        except ConfigError as error:
            raise ConfigError(str(error), "schema", *error.place) from None
    return rule


def score_local(
    kind: EvaluatorKind, config: dict[str, Json], output: str, operation_schema: Json = None
) -> Score:
    """The score of a rule that needs nothing but the text. Never raises for what config or text hold."""
    try:
        rule = read_config(kind, config)
    except ConfigError as error:
        return unscored("invalid_config", str(error))
    if isinstance(rule, RegexConfig):
        return score_regex(rule, output)
    if isinstance(rule, JsonSchemaConfig):
        return score_json_schema(rule, output, operation_schema)
    raise ValueError(f"{kind} needs more than the text")


def steps_for(
    kind: EvaluatorKind, config: dict[str, Json], output: str, operation_schema: Json = None
) -> int:
    """A bound on the steps that judging this text may take: what is worth its own process, and what is not."""
    if kind == "regex":
        pattern = config.get("pattern")
        return steps(pattern, output) if isinstance(pattern, str) else 0
    schema = config.get("schema") if config.get("schema") is not None else operation_schema
    try:
        return 0 if schema is None else compiled(schema).steps(output)
    except ConfigError:
        return 0
