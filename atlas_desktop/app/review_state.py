"""What reviewing looks like from outside: frozen values, one for each question a screen asks."""

from dataclasses import dataclass
from typing import Final, Literal

from atlas_desktop.app.problems import Problem
from atlas_desktop.domain.opinion import Edit, Verdict
from atlas_desktop.store.rows import OpenCall

ASK_ABOVE: Final = 25
"""A decision about more calls than this is confirmed first, with the number shown."""


@dataclass(frozen=True, slots=True)
class Current:
    """The call at hand.

    ``position`` is its row, from 0; for a call opened ``beside`` the list, the row one comes back to. ``call`` is
    None while it loads, when the list is empty, and with a ``problem``. ``seq`` is the local id to decide about.
    """

    position: int = 0
    total: int = 0
    seq: int | None = None
    call: OpenCall | None = None
    beside: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """``rated`` of ``total`` calls in the filter (whatever its rating clause) that were there when the list was
    made, and acts since midnight."""

    rated: int = 0
    total: int = 0
    today: int = 0
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """It is in the store: committed. ``count`` calls were named."""

    edit: Edit
    count: int

    @property
    def verdict(self) -> Verdict | None:
        """The rating in it, if there is one."""
        return self.edit.verdict


@dataclass(frozen=True, slots=True)
class NeedsConfirm:
    """So many calls would be decided at once: ask, then call again with ``confirmed=count``."""

    edit: Edit
    count: int
    stay: bool

    @property
    def verdict(self) -> Verdict | None:
        """The rating in it, if there is one."""
        return self.edit.verdict


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing was done: the decision was meant for a call that is not the one at hand, or there is none.

    ``conflict``: another reviewer's text must be looked at first. ``refused``: what was typed cannot be, as said.
    """

    why: Literal["not_painted", "busy", "nothing", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class NotDone:
    """The store could not take it; nothing was changed."""

    problem: Problem


Outcome = Decided | NeedsConfirm | Ignored | NotDone
