"""The window: panes, themes, screens, the connection."""

from atlas_desktop.app.commands.command import Command, Run
from atlas_desktop.app.commands.context import Context, Screen
from atlas_desktop.app.commands.operation_acts import AreaName
from atlas_desktop.app.settings import ThemeChoice


def _toggle_offline(context: Context) -> None:
    context.spawn("offline", context.session.set_offline(not context.session.offline))


def _theme(theme: ThemeChoice) -> Run:
    def run(context: Context) -> None:
        context.spawn("theme", context.session.settings.change(theme=theme))

    return run


def _show(screen: Screen) -> Run:
    return lambda context: context.show(screen)


def _area(name: AreaName) -> Run:
    def run(context: Context) -> None:
        context.show("operations")
        context.operations.show_area(name)

    return run


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("view.palette", "Commands", "View", ("Ctrl+K",), "anywhere",
                lambda context: context.show_palette(), needs_call=False),
        Command("view.filter", "Filter", "View", ("/",), "calls", lambda context: context.focus_filter()),
        Command("view.panes", "Next pane", "View", ("F6",), "anywhere",
                lambda context: context.next_pane(), needs_call=False),
        Command("view.keys", "Keys", "View", ("F1", "?"), "anywhere",
                lambda context: context.show_keys(), needs_call=False),
        Command("view.focus", "Focus mode", "View", ("F11",), "anywhere",
                lambda context: context.toggle_focus_mode()),
        Command("view.escape", "Close, leave, deselect", "View", ("Esc",), "anywhere",
                lambda context: context.escape(), needs_call=False),
        Command("view.theme_system", "Theme: as the system", "View", (), "anywhere", _theme("system"),
                needs_call=False),
        Command("view.theme_light", "Theme: light", "View", (), "anywhere", _theme("light"), needs_call=False),
        Command("view.theme_dark", "Theme: dark", "View", (), "anywhere", _theme("dark"), needs_call=False),
        Command("view.theme_contrast", "Theme: high contrast", "View", (), "anywhere", _theme("contrast"),
                needs_call=False),
        Command("go.review", "Calls", "Go", ("G C",), "anywhere", _show("review"), needs_call=False),
        Command("go.datasets", "Datasets", "Go", ("G D",), "anywhere", _show("datasets")),
        Command("go.trends", "Trends", "Go", ("G T",), "anywhere", _show("trends")),
        Command("go.operations", "Operations", "Go", ("G O",), "anywhere", _area("operation")),
        Command("go.providers", "Providers", "Go", ("G P",), "anywhere", _area("providers")),
        Command("go.usage", "Usage and refunds", "Go", ("G B",), "anywhere", _area("usage")),
        Command("go.sync", "Sync", "Go", ("G S",), "anywhere", _show("sync")),
        Command("go.settings", "Settings", "Go", ("Ctrl+,",), "anywhere", _show("settings"), needs_call=False),
        Command("go.keys", "Change keys", "Go", (), "anywhere", _show("keys"), needs_call=False),
        Command("atlas.sync_now", "Sync now", "Atlas", ("F5",), "anywhere",
                lambda context: context.session.sync_now()),
        Command("atlas.offline", "Work offline, or online again", "Atlas", ("Ctrl+Shift+O",), "anywhere",
                _toggle_offline, needs_call=False),
        Command("atlas.connections", "Connections", "Atlas", ("Ctrl+Shift+W",), "anywhere", _show("settings"),
                needs_call=False),
        Command("atlas.quit", "Quit", "Atlas", ("Ctrl+Q",), "anywhere", lambda context: context.quit(),
                needs_call=False),
    )  # fmt: skip
