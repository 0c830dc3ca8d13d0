"""What a command may ask of whoever runs it: the window, or a test."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from atlas_desktop.app.commands.dataset_acts import DatasetActs
    from atlas_desktop.app.commands.gate_acts import GateActs, RunActs
    from atlas_desktop.app.commands.operation_acts import OperationActs
    from atlas_desktop.app.commands.provider_acts import ProviderActs
    from atlas_desktop.app.commands.release_acts import ReleaseActs
    from atlas_desktop.app.commands.trend_acts import TrendActs
    from atlas_desktop.app.commands.usage_acts import UsageActs
    from atlas_desktop.app.editor_state import Source
    from atlas_desktop.app.review import Outcome, Review
    from atlas_desktop.app.session import Session
    from atlas_desktop.domain.query import Sort

Screen = Literal["review", "datasets", "trends", "operations", "sync", "settings", "keys", "welcome"]


class Editing(Protocol):
    """The correction editor on the screen. Nothing here discards text."""

    def open(self, source: "Source") -> None:
        """Start or go on writing about the call at hand."""
        ...

    def open_call(self, seq: int) -> None:
        """Go to this call and write about it; in a conflict, merge."""
        ...

    def toggle_layout(self) -> None:
        """Side by side, or inline."""
        ...

    def submit(self, *, stay: bool) -> None:
        """Make the text my correction; then the next call, unless ``stay``."""
        ...

    def go_to_change(self, direction: Literal[1, -1]) -> None:
        """The caret to the next change that way."""
        ...

    def restore(self) -> None:
        """The change at the caret back as it was; in a conflict, mine."""
        ...

    def take_other(self) -> None:
        """In a conflict: the change at the caret as the other has it."""
        ...

    def go_to_problem(self) -> None:
        """The caret to the next problem, from the last to the first."""
        ...

    def complete(self) -> None:
        """Show what can stand at the caret."""
        ...

    def format_json(self) -> None:
        """Lay JSON out."""
        ...

    def run_evaluators(self) -> None:
        """Ask every evaluator, the server's too."""
        ...

    def undo_text(self) -> None:
        """Take the last change of the text back; never a rating."""
        ...

    def redo_text(self) -> None:
        """Make it again."""
        ...

    def go_to_call(self, direction: Literal[1, -1]) -> None:
        """The next call that way, with the caret in its correction."""
        ...


class Listing(Protocol):
    """What shapes the list on the Review screen."""

    def toggle_facets(self) -> None:
        """The sidebar of values to tick, or without it."""
        ...

    def toggle_layout(self) -> None:
        """A table, or lines."""
        ...

    def toggle_equal(self) -> None:
        """Equal exchanges as one row, or each by itself."""
        ...

    def toggle_alike(self) -> None:
        """The other answers to the prompt of the call at hand, or without them."""
        ...

    def choose_sort(self) -> None:
        """Offer the orders."""
        ...

    def choose_columns(self) -> None:
        """Offer the columns of the table."""
        ...

    def sort(self, sort: "Sort") -> None:
        """This order."""
        ...

    def turn_order(self) -> None:
        """The other way round."""
        ...

    def save_view(self) -> None:
        """Keep the filter, the order, the columns and the folding under a name."""
        ...

    def open_view(self, number: int) -> None:
        """The saved view of this number, from 1."""
        ...


class ReadingCall(Protocol):
    """How the call on the screen is read."""

    def toggle_rendered(self) -> None:
        """Laid out, or as it was recorded."""
        ...

    def next_turn(self, direction: Literal[1, -1]) -> None:
        """The next turn that way to the top."""
        ...

    def toggle_fold(self) -> None:
        """What is at the caret in full or folded to a line; else the system prompt."""
        ...

    def toggle_all_folds(self) -> None:
        """Everything that folds."""
        ...

    def find(self) -> None:
        """Find words in the call."""
        ...

    def find_next(self, direction: Literal[1, -1]) -> None:
        """The next place found that way."""
        ...

    def peek(self) -> None:
        """Show what is veiled as long as the key is held."""
        ...

    async def note_look(self, call_id: str) -> None:
        """Something is about to show this call without its veil: noted first. Raises KnownError."""
        ...

    def next_link(self) -> None:
        """The caret to the next link."""
        ...

    def copy_link(self) -> None:
        """The link at the caret to the clipboard."""
        ...

    def open_link(self) -> None:
        """Ask whether to open the link at the caret."""
        ...


class Context(Protocol):
    """What a command may ask of whoever runs it: the window."""

    @property
    def session(self) -> "Session":
        """The running session."""
        ...

    @property
    def review(self) -> "Review | None":
        """The review of the open workspace, if one is open."""
        ...

    @property
    def painted(self) -> int | None:
        """The ``seq`` of the call that is on the screen, fully painted."""
        ...

    def spawn(self, name: str, coro: Coroutine[Any, Any, object]) -> object:
        """Run in the background; a KnownError is shown, anything else reported."""
        ...

    def decided(self, outcome: "Outcome") -> None:
        """A decision came back: ask when it needs confirming, show what was not done."""
        ...

    def show(self, screen: Screen) -> None:
        """Go to this screen."""
        ...

    @property
    def editing(self) -> Editing:
        """The correction editor on the screen."""
        ...

    @property
    def reading(self) -> ReadingCall:
        """How the call on the screen is read."""
        ...

    @property
    def listing(self) -> Listing:
        """The list on the Review screen."""
        ...

    @property
    def datasets(self) -> "DatasetActs":
        """The Datasets screen."""
        ...

    @property
    def gates(self) -> "GateActs":
        """The gates on the Datasets screen."""
        ...

    @property
    def runs(self) -> "RunActs":
        """The evaluation runs on the Datasets screen."""
        ...

    @property
    def operations(self) -> "OperationActs":
        """The Operations screen."""
        ...

    @property
    def releases(self) -> "ReleaseActs":
        """The releases on the Operations screen."""
        ...

    @property
    def usage(self) -> "UsageActs":
        """The Usage area of the Operations screen."""
        ...

    @property
    def providers(self) -> "ProviderActs":
        """The providers on it."""
        ...

    @property
    def trends(self) -> "TrendActs":
        """The Trends screen."""
        ...

    def export_calls(self) -> None:
        """Offer to take the selected calls out, else those of the list."""
        ...

    def show_gates(self) -> None:
        """The gates of the newest draft of the operation at hand."""
        ...

    def edit_tags(self) -> None:
        """The cursor into the tags of the call at hand, or of the selection."""
        ...

    def edit_note(self) -> None:
        """The cursor into its note."""
        ...

    def focus_filter(self) -> None:
        """Put the cursor into the filter bar."""
        ...

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """Scroll the conversation by a page."""
        ...

    def show_judge(self) -> None:
        """Go to where the judge of the local Atlas is chosen."""
        ...

    def show_keys(self) -> None:
        """Open or close the cheat sheet."""
        ...

    def show_palette(self) -> None:
        """Open or close the command palette."""
        ...

    def toggle_focus_mode(self) -> None:
        """Only the conversation and what decides, or everything again."""
        ...

    def toggle_inspector(self) -> None:
        """Show or hide what is known about the call beside its text."""
        ...

    def next_pane(self) -> None:
        """Put the focus into the next pane."""
        ...

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard and say ``what`` was copied."""
        ...

    def say(self, sentence: str) -> None:
        """Tell what just happened, also to a screen reader."""
        ...

    def escape(self) -> None:
        """One step down the ladder: pop-up, text field, selection. Never discards text."""
        ...

    def quit(self) -> None:
        """Close the session, then the program."""
        ...
