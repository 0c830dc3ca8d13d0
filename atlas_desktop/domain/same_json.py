"""Whether two JSON values are the same. Python's own ``==`` takes ``true`` for ``1``."""

from atlas_desktop.contract.base import Json


def same_json(one: Json, other: Json) -> bool:
    """Whether both say the same, whatever the order of members; ``1`` and ``1.0`` do, ``1`` and ``true`` do not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)
