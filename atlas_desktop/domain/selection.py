"""Which calls are selected: a value, never a widget's state, so a million can be selected at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from atlas_desktop.domain.query import Query


@dataclass(frozen=True, slots=True)
class Some:
    """Exactly these calls (by local id)."""

    ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AllMatching:
    """Every call that matches the query, but these."""

    query: Query
    except_ids: frozenset[int] = frozenset()


Selection = Some | AllMatching
NONE: Final = Some()


def toggle(selection: Selection, call: int) -> Selection:
    """Select a call that is not selected, or the other way round."""
    if isinstance(selection, Some):
        return Some(selection.ids ^ {call})
    return AllMatching(selection.query, selection.except_ids ^ {call})


def extend(selection: Selection, calls: Iterable[int]) -> Selection:
    """Select these as well. They must be calls of the list the selection is about."""
    if isinstance(selection, Some):
        return Some(selection.ids | frozenset(calls))
    return AllMatching(selection.query, selection.except_ids - frozenset(calls))


def invert(selection: Selection, query: Query) -> Selection:
    """Select what is not selected among the calls matching the query."""
    if isinstance(selection, AllMatching):
        return Some(selection.except_ids)
    return AllMatching(query, selection.ids)


def contains(selection: Selection, call: int) -> bool:
    """Whether a call of the list the selection is about is selected."""
    if isinstance(selection, Some):
        return call in selection.ids
    return call not in selection.except_ids


def count(selection: Selection, total: int) -> int:
    """How many of the ``total`` calls of the list are selected."""
    if isinstance(selection, Some):
        return len(selection.ids)
    return max(0, total - len(selection.except_ids))
