"""How an evaluator's config changes (contract.md, *Evaluator*): pure."""

from typing import Final

from atlas_desktop.contract.base import Json

_SPELLINGS: Final = {"judge_model": "judgeModel", "json_schema": "schema"}
_SAME: Final = {"must_match": "inverse", "inverse": "must_match"}


def merged(config: dict[str, Json], change: dict[str, Json]) -> dict[str, Json]:
    """The config with each key of ``change`` put in its place; null takes one away."""
    after = dict(config)
    for given, value in change.items():
        name = _SPELLINGS.get(given, given)
        # Both say the same thing: the one said now replaces the other.
        after.pop(_SAME.get(name, name), None)
        if value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return after
