"""What a command may ask of whoever runs it: the window, or a test."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from atlas_desktop.app.review import Outcome, Review
    from atlas_desktop.app.session import Session

Screen = Literal["review", "sync", "settings", "welcome"]


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

    def focus_filter(self) -> None:
        """Put the cursor into the filter bar."""
        ...

    def scroll_page(self, direction: Literal[1, -1]) -> None:
        """Scroll the conversation by a page."""
        ...

    def show_keys(self) -> None:
        """Open or close the cheat sheet."""
        ...

    def toggle_inspector(self) -> None:
        """Show or hide what is known about the call beside its text."""
        ...

    def toggle_fold(self) -> None:
        """Show the system prompt in full, or folded to a line."""
        ...

    def next_pane(self) -> None:
        """Put the focus into the next pane."""
        ...

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard and say ``what`` was copied."""
        ...

    def escape(self) -> None:
        """One step down the ladder: pop-up, text field, selection. Never discards text."""
        ...

    def quit(self) -> None:
        """Close the session, then the program."""
        ...
