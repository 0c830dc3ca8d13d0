"""What commands may ask of the Providers area."""

from typing import Literal, Protocol


class ProviderActs(Protocol):
    """The list of providers, and the one at hand with its models."""

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row of the list that has the focus."""
        ...

    def go_to_provider(self, direction: Literal[1, -1]) -> None:
        """The next provider that way."""
        ...

    def open_current(self) -> None:
        """Into the provider, or the model at hand."""
        ...

    def edit_current(self) -> None:
        """Write: the provider, or the model at hand."""
        ...

    def add_provider(self) -> None:
        """Begin another one, from a preset."""
        ...

    def add_model(self) -> None:
        """Another model of the provider at hand."""
        ...

    def remove_current(self) -> None:
        """The model at hand, or the whole provider; that is asked first."""
        ...

    def attempt(self) -> None:
        """Ask a tiny completion of the model at hand, as it is written now."""
        ...

    def save(self) -> None:
        """Keep what is written."""
        ...

    def copy_address(self) -> None:
        """The gateway's base URL to the clipboard."""
        ...

    def make_key(self) -> None:
        """A key for a program: the cursor into its name."""
        ...

    def copy_snippet(self) -> None:
        """A few lines for an OpenAI client to the clipboard."""
        ...
