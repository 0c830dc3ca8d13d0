"""Providers: who answers the gateway's calls."""

from atlas_desktop.app.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of menus and tables."""
    return (
        Command("provider.next", "Next row of the providers", "Provider", ("J", "Down"), "providers",
                lambda context: context.providers.step(1), repeats=True),
        Command("provider.previous", "Previous row of the providers", "Provider", ("K", "Up"), "providers",
                lambda context: context.providers.step(-1), repeats=True),
        Command("provider.next_provider", "Next provider", "Provider", ("]",), "providers",
                lambda context: context.providers.go_to_provider(1), repeats=True),
        Command("provider.previous_provider", "Previous provider", "Provider", ("[",), "providers",
                lambda context: context.providers.go_to_provider(-1), repeats=True),
        Command("provider.open", "Open the provider or the model", "Provider", ("Enter",), "providers",
                lambda context: context.providers.open_current()),
        Command("provider.edit", "Write into the provider or the model", "Provider", ("E",), "providers",
                lambda context: context.providers.edit_current()),
        Command("provider.add", "Add a provider", "Provider", ("A",), "providers",
                lambda context: context.providers.add_provider()),
        Command("provider.add_model", "Add a model", "Provider", ("M",), "providers",
                lambda context: context.providers.add_model()),
        Command("provider.remove", "Remove the model, or the provider\u2026", "Provider", ("Delete",), "providers",
                lambda context: context.providers.remove_current()),
        Command("provider.try", "Try the provider", "Provider", ("Ctrl+R",), "providers",
                lambda context: context.providers.attempt()),
        Command("provider.save", "Save the provider", "Provider", ("Ctrl+Enter",), "providers",
                lambda context: context.providers.save()),
        Command("provider.make_key", "Make a key for a program", "Provider", ("N",), "providers",
                lambda context: context.providers.make_key()),
        Command("provider.copy_address", "Copy the gateway's base URL", "Provider", ("Y",), "providers",
                lambda context: context.providers.copy_address()),
        Command("provider.copy_snippet", "Copy lines for an OpenAI client", "Provider", ("Shift+Y",), "providers",
                lambda context: context.providers.copy_snippet()),
    )  # fmt: skip
