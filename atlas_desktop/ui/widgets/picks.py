"""A row of words, each of which holds or does not."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from atlas_desktop.ui.widgets.layouts import row


class Picks(QWidget):
    """Tab goes through them, Space takes one or lets it go. What holds is marked as in `Segments`, with a tick."""

    def __init__(self, choices: Sequence[tuple[str, str]], on_change: Callable[[], object]) -> None:
        super().__init__()
        self._words = dict(choices)
        self._buttons: dict[str, QPushButton] = {}
        layout = row(self, gap=0)
        for value, words in choices:
            made = self._buttons[value] = QPushButton(words)
            made.setProperty("kind", "segment")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.toggled.connect(lambda on, value=value: self._tick(value, on=on))
            made.clicked.connect(lambda _=False: on_change())
            layout.addWidget(made)
        layout.addStretch(1)

    @property
    def values(self) -> tuple[str, ...]:
        """Those that hold, in the order of the row."""
        return tuple(value for value, each in self._buttons.items() if each.isChecked())

    def show_values(self, values: Iterable[str]) -> None:
        """Mark these, without announcing it."""
        wanted = set(values)
        for value, each in self._buttons.items():
            each.setChecked(value in wanted)

    def name(self, words: str) -> None:
        """What the row is about, for screen readers."""
        self.setAccessibleName(words)
        for value, each in self._buttons.items():
            each.setAccessibleName(f"{words}: {self._words[value]}")

    def _tick(self, value: str, *, on: bool) -> None:
        # Not by colour alone.
        self._buttons[value].setText(f"\u2713 {self._words[value]}" if on else self._words[value])
