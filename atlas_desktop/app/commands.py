"""Every command, once. Menus, keys, the cheat sheet and the README's table are views of this table."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args

from atlas_desktop.app.settings import ThemeChoice
from atlas_desktop.domain.opinion import Verdict

if TYPE_CHECKING:
    from atlas_desktop.app.review import Outcome, Review
    from atlas_desktop.app.session import Session

Zone = Literal["anywhere", "calls"]
"""Where keys act. ``calls``: on the Review screen, focus not in a text field. ``anywhere``: on every screen; but in a
text field a key that types a character types it."""

Menu = Literal["Rate", "Move", "Select", "Call", "View", "Go", "Atlas"]
MENUS: Final[tuple[Menu, ...]] = get_args(Menu)
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


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can do.

    ``keys`` are alternatives, each a combination such as ``Shift+J`` or a chord such as ``* A`` (keys pressed one
    after the other). ``repeats`` allows auto-repeat of a held key; decisions ignore it. ``needs_call``: it makes no
    sense without an open workspace, and does nothing then.
    """

    id: str
    title: str
    menu: Menu
    keys: tuple[str, ...]
    when: Zone
    run: Callable[[Context], None]
    repeats: bool = False
    needs_call: bool = True


def clashes(commands: "tuple[Command, ...]") -> list[str]:
    """Every key that would mean two things at one place, or is the beginning of another's chord there."""
    found = []
    for index, one in enumerate(commands):
        for other in commands[index + 1 :]:
            if one.when == other.when or "anywhere" in (one.when, other.when):
                found += [
                    f"{mine} ({one.id}) and {theirs} ({other.id})"
                    for mine in one.keys
                    for theirs in other.keys
                    if _same_or_prefix(mine, theirs)
                ]
    return found


def _same_or_prefix(one: str, other: str) -> bool:
    mine, theirs = one.split(" "), other.split(" ")
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def _on_review(act: "Callable[[Review], object]") -> Callable[[Context], None]:
    def run(context: Context) -> None:
        if context.review is not None:
            act(context.review)

    return run


def _later(name: str, act: "Callable[[Review], Coroutine[Any, Any, object]]") -> Callable[[Context], None]:
    def run(context: Context) -> None:
        if context.review is not None:
            context.spawn(name, act(context.review))

    return run


def _rate(verdict: Verdict, *, stay: bool = False) -> Callable[[Context], None]:
    async def decide(context: Context, review: "Review", seq: int | None) -> None:
        context.decided(await review.decide(verdict, seq=seq, stay=stay))

    def run(context: Context) -> None:
        if context.review is not None:
            # What is on the screen now, not what will be when the task runs.
            context.spawn("rate", decide(context, context.review, context.painted))

    return run


def _repeat(context: Context) -> None:
    async def repeat(review: "Review", seq: int | None) -> None:
        context.decided(await review.repeat(seq=seq))

    if context.review is not None:
        context.spawn("repeat", repeat(context.review, context.painted))


def _copy_id(context: Context) -> None:
    call = context.review.current.call if context.review is not None else None
    if call is not None:
        context.copy(call.row.id, "call id")


def _toggle_auto_advance(context: Context) -> None:
    session = context.session
    context.spawn(
        "auto-advance", session.settings.change(auto_advance=not session.settings.current.auto_advance)
    )


def _toggle_offline(context: Context) -> None:
    context.spawn("offline", context.session.set_offline(not context.session.offline))


def _theme(theme: ThemeChoice) -> Callable[[Context], None]:
    return lambda context: _spawned(context, "theme", context.session.settings.change(theme=theme))


def _spawned(context: Context, name: str, coro: Coroutine[Any, Any, object]) -> None:
    context.spawn(name, coro)


def _show(screen: Screen) -> Callable[[Context], None]:
    return lambda context: context.show(screen)


def _table() -> tuple[Command, ...]:
    return (
        Command("rate.up", "Good, go on", "Rate", ("1",), "calls", _rate("up")),
        Command("rate.down", "Bad, go on", "Rate", ("3",), "calls", _rate("down")),
        Command("rate.unsure", "Unsure, go on", "Rate", ("2",), "calls", _rate("unsure")),
        Command("rate.up_stay", "Good, stay", "Rate", ("Shift+1",), "calls", _rate("up", stay=True)),
        Command("rate.down_stay", "Bad, stay", "Rate", ("Shift+3",), "calls", _rate("down", stay=True)),
        Command("rate.unsure_stay", "Unsure, stay", "Rate", ("Shift+2",), "calls", _rate("unsure", stay=True)),
        Command("rate.clear", "Clear my rating", "Rate", ("0",), "calls", _rate("clear", stay=True)),
        Command("rate.repeat", "Repeat the last rating", "Rate", (".",), "calls", _repeat),
        Command("rate.skip", "Skip", "Rate", ("S",), "calls", _on_review(lambda review: review.skip())),
        Command("rate.undo", "Undo, go back to it", "Rate", ("Z", "Ctrl+Z"), "calls",
                _later("undo", lambda review: review.undo()), repeats=True),
        Command("rate.redo", "Redo", "Rate", ("Shift+Z", "Ctrl+Shift+Z"), "calls",
                _later("redo", lambda review: review.redo()), repeats=True),
        Command("rate.auto_advance", "Go on after a rating, or stay", "Rate", ("Shift+A",), "calls",
                _toggle_auto_advance),
        Command("move.next", "Next call", "Move", ("J", "Down"), "calls",
                _on_review(lambda review: review.move(1)), repeats=True),
        Command("move.previous", "Previous call", "Move", ("K", "Up"), "calls",
                _on_review(lambda review: review.move(-1)), repeats=True),
        Command("move.next_unrated", "Next unrated call", "Move", ("U",), "calls",
                _later("next unrated", lambda review: review.next_unrated(1)), repeats=True),
        Command("move.previous_unrated", "Previous unrated call", "Move", ("Shift+U",), "calls",
                _later("previous unrated", lambda review: review.next_unrated(-1)), repeats=True),
        Command("move.first", "First call", "Move", ("G G", "Home"), "calls",
                _on_review(lambda review: review.first())),
        Command("move.last", "Last call", "Move", ("Shift+G", "End"), "calls",
                _on_review(lambda review: review.last())),
        Command("move.new", "Show new calls", "Move", ("G N",), "calls",
                _later("show new calls", lambda review: review.show_new())),
        Command("select.toggle", "Select, or not", "Select", ("X",), "calls",
                _on_review(lambda review: review.toggle_select())),
        Command("select.down", "Extend down", "Select", ("Shift+J", "Shift+Down"), "calls",
                _on_review(lambda review: review.extend(1)), repeats=True),
        Command("select.up", "Extend up", "Select", ("Shift+K", "Shift+Up"), "calls",
                _on_review(lambda review: review.extend(-1)), repeats=True),
        Command("select.all", "Select all of the list", "Select", ("* A",), "calls",
                _on_review(lambda review: review.select_all_matching())),
        Command("select.none", "Select none", "Select", ("* N",), "calls",
                _on_review(lambda review: review.select_none())),
        Command("select.unrated", "Select the unrated", "Select", ("* U",), "calls",
                _later("select unrated", lambda review: review.select_unrated())),
        Command("select.invert", "Invert the selection", "Select", ("* I",), "calls",
                _on_review(lambda review: review.invert_selection())),
        Command("call.page_down", "Page down in the call", "Call", ("Space",), "calls",
                lambda context: context.scroll_page(1), repeats=True),
        Command("call.page_up", "Page up in the call", "Call", ("Shift+Space",), "calls",
                lambda context: context.scroll_page(-1), repeats=True),
        Command("call.fold", "Unfold the system prompt, or fold it", "Call", ("O",), "calls",
                lambda context: context.toggle_fold()),
        Command("call.inspector", "Inspector", "Call", ("I",), "calls",
                lambda context: context.toggle_inspector()),
        Command("call.copy_id", "Copy the call's id", "Call", ("Y",), "calls", _copy_id),
        Command("view.filter", "Filter", "View", ("/",), "calls", lambda context: context.focus_filter()),
        Command("view.panes", "Next pane", "View", ("F6",), "anywhere",
                lambda context: context.next_pane(), needs_call=False),
        Command("view.keys", "Keys", "View", ("F1", "?"), "anywhere",
                lambda context: context.show_keys(), needs_call=False),
        Command("view.escape", "Close, leave, deselect", "View", ("Esc",), "anywhere",
                lambda context: context.escape(), needs_call=False),
        Command("view.theme_system", "Theme: as the system", "View", (), "anywhere", _theme("system"),
                needs_call=False),
        Command("view.theme_light", "Theme: light", "View", (), "anywhere", _theme("light"), needs_call=False),
        Command("view.theme_dark", "Theme: dark", "View", (), "anywhere", _theme("dark"), needs_call=False),
        Command("view.theme_contrast", "Theme: high contrast", "View", (), "anywhere", _theme("contrast"),
                needs_call=False),
        Command("go.review", "Calls", "Go", ("G C",), "anywhere", _show("review"), needs_call=False),
        Command("go.sync", "Sync", "Go", ("G S",), "anywhere", _show("sync")),
        Command("go.settings", "Settings", "Go", ("Ctrl+,",), "anywhere", _show("settings"), needs_call=False),
        Command("atlas.sync_now", "Sync now", "Atlas", ("F5",), "anywhere",
                lambda context: context.session.sync_now()),
        Command("atlas.offline", "Work offline, or online again", "Atlas", ("Ctrl+Shift+O",), "anywhere",
                _toggle_offline, needs_call=False),
        Command("atlas.connections", "Connections", "Atlas", ("Ctrl+Shift+W",), "anywhere", _show("settings"),
                needs_call=False),
        Command("atlas.quit", "Quit", "Atlas", ("Ctrl+Q",), "anywhere", lambda context: context.quit(),
                needs_call=False),
    )  # fmt: skip


COMMANDS: Final[tuple[Command, ...]] = _table()
