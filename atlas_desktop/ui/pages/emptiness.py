"""Why no call is shown, and what would bring some back."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.filter import format_query
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Context
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.app.session import Workspace

_MOST_WAYS: Final = 5
_LONGEST: Final = 60


class Emptiness:
    """Fills the empty pane. For a filter nothing fits it counts what each part of it costs."""

    def __init__(self, pane: Empty, context: "Context", apply: Callable[[Query], object]) -> None:
        self._pane = pane
        self._context = context
        self._apply = apply
        self._explained: Query | None = None

    def show(self, workspace: "Workspace | None", opening: str | None, keyboard: "Keyboard") -> None:
        """Say why there is nothing."""
        browser = workspace.browser if workspace is not None else None
        if browser is None or not browser.total or browser.loading:
            self._explained = None
        if browser is None:
            self._pane.say(tr("Opening {name}…", name=opening) if opening else "")
        elif browser.loading:
            self._pane.say(tr("Reading calls…"))
        elif not browser.total:
            self._pane.say(
                tr("No calls yet"),
                tr("They appear here as they arrive. You can rate them offline, too."),
                keyboard.hints(("go.sync", tr("what sync is doing")), ("view.keys", tr("all keys"))),
            )
        elif browser.query != self._explained and workspace is not None:
            self._explained = browser.query
            self._say_unfit(browser.total, {}, keyboard)
            self._context.spawn("ways out of an empty list", self._explain(workspace, keyboard))

    async def _explain(self, workspace: "Workspace", keyboard: "Keyboard") -> None:
        query, calls = workspace.browser.query, workspace.store.calls
        counts: dict[tuple[str, Query], int] = {}
        for lost, less in list(_lessened(query))[:_MOST_WAYS]:
            counts[(lost, less)] = await calls.count(less)
        if query == self._explained == workspace.browser.query:
            self._say_unfit(workspace.browser.total, counts, keyboard)

    def _say_unfit(self, total: int, counts: "dict[tuple[str, Query], int]", keyboard: "Keyboard") -> None:
        ways = [
            (
                trn("Without {part}: {count:,} call", "Without {part}: {count:,} calls", count, part=lost),
                partial(self._apply, less),
            )
            for (lost, less), count in sorted(counts.items(), key=lambda each: -each[1])
            if count
        ]
        if counts and not ways:
            ways = [(tr("Clear the filter"), partial(self._apply, Query()))]
        self._pane.say(
            tr("No call fits this filter"),
            trn(
                "{count:,} call is stored on this computer.",
                "{count:,} calls are stored on this computer.",
                total,
            ),
            keyboard.hints(
                ("view.filter", tr("change the filter")), ("view.facets", tr("see what there is"))
            ),
            ways,
        )


def _lessened(query: Query) -> Iterator[tuple[str, Query]]:
    """The query without each of its parts, and how that part is typed."""
    for term in query.terms:
        rest = tuple(each for each in query.terms if each != term)
        yield _typed(Query([term])), Query(rest, query.words, query.sort)
    for words in query.words:
        others = tuple(each for each in query.words if each != words)
        yield _typed(Query(words=[words])), Query(query.terms, others, query.sort)


def _typed(part: Query) -> str:
    line = one_line(format_query(part))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
