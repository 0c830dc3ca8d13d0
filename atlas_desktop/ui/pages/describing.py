"""Between the line of tags and note on the screen and what keeps them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from atlas_desktop.app.review_state import Ignored
from atlas_desktop.domain.opinion import UNSURE_TAG
from atlas_desktop.ui.widgets.describe.strip import DescribeStrip
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.commands import Command, Context
    from atlas_desktop.app.describe import Describe
    from atlas_desktop.app.session import Workspace

_QUICK: Final = "describe.quick_"


class Describing:
    """Shows what I say about the call at hand, or that it goes to the selection; tells what is typed."""

    def __init__(self, context: "Context", strip: DescribeStrip) -> None:
        self._context = context
        self._strip = strip
        self._workspace: Workspace | None = None
        self._stops: list[Callable[[], None]] = []
        strip.tagged.connect(self._tagged)
        strip.noted.connect(self._noted)
        strip.typing.connect(self._typing)
        strip.left.connect(lambda: context.show("review"))
        strip.field.asked.connect(self._asked)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Describe the calls of this workspace from now on."""
        # The window may close with the caret in a note.
        self._strip.keep_note()
        for stop in self._stops:
            stop()
        self._workspace = workspace
        self._stops = []
        if workspace is not None:
            review = workspace.review
            self._stops = [
                review.current_changed.connect(lambda _: self._show()),
                review.selection_changed.connect(lambda _: self._show()),
            ]
        self._show()

    def hint(self, command: "Command") -> str:
        """What a chord hint says of this command: a quick tag is called by its name, one that is none yet left out."""
        if self._workspace is None or not command.id.startswith(_QUICK):
            return tr(command.title)
        tags = self._workspace.describe.quick_tags
        number = int(command.id.removeprefix(_QUICK))
        return tags[number - 1] if number <= len(tags) else ""

    def _show(self) -> None:
        workspace = self._workspace
        if workspace is None:
            self._strip.show_opinion(None, None, 0)
            return
        current, selected = workspace.review.current, workspace.review.selected_count
        opinion = current.call.opinion if current.call is not None else None
        self._strip.show_opinion(current.seq, opinion, selected)
        self._strip.setVisible(opinion is not None or selected > 0)

    def _tagged(self, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        if self._workspace is not None:
            self._context.spawn("tag", self._tag(self._workspace.describe, add, remove))

    async def _tag(self, describe: "Describe", add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        outcome = await describe.tag(add, remove)
        self._context.decided(outcome)
        if add and not (isinstance(outcome, Ignored) and outcome.why == "refused"):
            self._strip.field.taken()

    def _noted(self, text: str, seq: int | None) -> None:
        if self._workspace is not None:
            # At once: what is spawned is cancelled, not begun, where the session closes.
            self._workspace.describe.left(text, seq)
            self._context.spawn("note", self._note(self._workspace, text, seq))

    async def _note(self, workspace: "Workspace", text: str, seq: int | None) -> None:
        self._context.decided(await workspace.describe.write_notes())
        workspace.notes.done(text, seq)

    def _typing(self, text: str, seq: int | None) -> None:
        if self._workspace is not None:
            self._workspace.notes.typed(text, seq)

    def _asked(self, typed: str) -> None:
        if self._workspace is not None:
            self._context.spawn("tags are looked up", self._suggest(self._workspace.describe, typed))

    async def _suggest(self, describe: "Describe", typed: str) -> None:
        found = await describe.suggestions(typed, but=(*self._strip.tags, UNSURE_TAG))
        self._strip.field.offer(typed, found)
