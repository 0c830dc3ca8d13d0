"""Saying more than a rating: tags, notes, later, the dataset draft; and what another reviewer's text asks for."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from atlas_desktop.app.commands.command import Command, Run, later
from atlas_desktop.app.commands.context import Context
from atlas_desktop.app.review_state import Outcome
from atlas_desktop.domain.query import Query, Term
from atlas_desktop.store.conflicts import Side

if TYPE_CHECKING:
    from atlas_desktop.app.correction import CorrectionEditor
    from atlas_desktop.app.describe import Describe

_QUICK: Final = range(1, 10)


def _describe(name: str, act: "Callable[[Describe], Coroutine[Any, Any, object]]") -> Run:
    """Begin this with what describes the calls, if a workspace is open."""

    def run(context: Context) -> None:
        if (workspace := context.session.workspace) is not None:
            context.spawn(name, act(workspace.describe))

    return run


def _quick(number: int) -> Run:
    async def quick(context: Context, describe: "Describe") -> None:
        context.decided(await describe.quick(number))

    def run(context: Context) -> None:
        if (workspace := context.session.workspace) is not None:
            context.spawn("quick tag", quick(context, workspace.describe))

    return run


def _resolve(side: Side | None) -> Run:
    async def resolve(context: Context, correction: "CorrectionEditor") -> None:
        outcome: Outcome = await correction.resolve(side)
        context.decided(outcome)

    def run(context: Context) -> None:
        if (workspace := context.session.workspace) is not None:
            context.spawn("conflict is resolved", resolve(context, workspace.correction))

    return run


def _discard(context: Context) -> None:
    if (workspace := context.session.workspace) is not None:
        context.spawn("draft is discarded", workspace.correction.discard())


def _view(query: Query) -> Run:
    return later("view", lambda review: review.filter(query))


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("describe.tag", "Tag", "Edit", ("T",), "calls", lambda context: context.edit_tags()),
        *(Command(f"describe.quick_{number}", f"Quick tag {number}", "Edit", (f"Q {number}",), "calls",
                  _quick(number)) for number in _QUICK),
        Command("describe.note", "Note", "Edit", ("N",), "calls", lambda context: context.edit_note()),
        Command("describe.later", "Later: put aside, go on", "Rate", ("H",), "calls",
                _describe("later", lambda describe: describe.later())),
        Command("describe.dataset", "Add to the dataset draft", "Edit", ("D",), "calls",
                _describe("dataset draft", lambda describe: describe.to_dataset())),
        Command("describe.keep_mine", "Conflict: keep my correction", "Edit", (), "anywhere", _resolve("mine")),
        Command("describe.take_theirs", "Conflict: take their correction", "Edit", (), "anywhere",
                _resolve("theirs")),
        Command("describe.merge", "Conflict: submit the text as merged", "Edit", (), "anywhere", _resolve(None)),
        Command("describe.discard", "Discard the draft", "Edit", (), "anywhere", _discard),
        Command("view.unsure", "Unsure queue", "Go", ("G U",), "calls",
                _view(Query((Term("rating", "unsure"),)))),
        Command("view.later", "Later list", "Go", ("G H",), "calls", _view(Query((Term("is", "later"),)))),
        Command("view.drafts", "Drafts", "Go", ("G E",), "calls", _view(Query((Term("is", "draft"),)))),
    )  # fmt: skip
