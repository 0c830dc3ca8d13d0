"""Asking the server something beside the sync: what a screen may do, and what comes of it."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from atlas_desktop.api.errors import EndpointMissingError, NotSent
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.api.client import AsyncAtlas

T = TypeVar("T")

Phase = Literal["nothing", "loading", "ready", "away", "limited", "failed"]
"""``nothing``: nothing was asked for. ``away``: no server is reached. ``limited``: it does not offer this."""


class Ask(Protocol):
    """`SyncThread.ask`: one request, made on the network's loop. Raises NotOnline, and AtlasError."""

    async def __call__(self, make: "Callable[[AsyncAtlas], Coroutine[Any, Any, T]]") -> T:
        """What the server answers."""
        ...


def phase_of(error: Exception) -> Phase:
    """What a failed asking leaves a screen in."""
    if isinstance(error, NotOnline | NotSent):
        return "away"
    return "limited" if isinstance(error, EndpointMissingError) else "failed"


def problem_of_asking(error: Exception) -> Problem:
    """What a failed asking is in words; that no server is reached is nobody's mistake."""
    if not isinstance(error, NotOnline):
        return problem_from(error)
    return Problem(
        code="not_online",
        title=tr("The server is not reached now"),
        detail=tr("This happens there."),
        safe=tr("Nothing was changed."),
        action=tr("Go online, then try again."),
    )
