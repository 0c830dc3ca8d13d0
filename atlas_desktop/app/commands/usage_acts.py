"""What commands may ask of the Usage area."""

from typing import Literal, Protocol

UsagePart = Literal["spending", "refunds"]


class UsageActs(Protocol):
    """What calls cost, and the refunds."""

    def show_part(self, part: UsagePart) -> None:
        """What calls cost, or the refunds."""
        ...

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row that way."""
        ...

    def open_current(self) -> None:
        """The call of the refund at hand, in Review."""
        ...

    def step_group(self, direction: Literal[1, -1]) -> None:
        """Rows by the next kind of thing."""
        ...

    def step_span(self, direction: Literal[1, -1]) -> None:
        """The next range of days; of the refunds the next state."""
        ...

    def edit_period(self) -> None:
        """The cursor into the first day."""
        ...

    def copy(self) -> None:
        """The table to the clipboard, as CSV."""
        ...

    def refresh(self) -> None:
        """Ask the server again."""
        ...

    def confirm(self) -> None:
        """The call at hand stays not metered."""
        ...

    def overturn(self) -> None:
        """Write why the call at hand is metered all the same."""
        ...

    def save(self) -> None:
        """Do what is written."""
        ...
