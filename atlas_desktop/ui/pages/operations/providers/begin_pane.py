"""Where nothing is set up yet, or another provider is begun: known upstreams to choose from."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.providers.client_pane import ClientPart
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.providers import Preset

_WIDTH = 720
OWN = "#own"


class BeginPane(QScrollArea):
    """Choosing one begins a provider with it."""

    def __init__(self, theme: Theme, choose: Callable[[str], object], client: ClientPart) -> None:
        super().__init__()
        self.client = client
        self._title = PlainLabel("", role="title")
        self._why = PlainLabel("", tone="muted")
        self._why.setWordWrap(True)
        self._more = PlainLabel("", tone="muted")
        self._more.setWordWrap(True)
        self.presets = LineList(theme, tr("Begin with"))
        self.presets.opened.connect(choose)
        self.presets.chosen.connect(lambda _: self._say_more())
        self.presets.clicked.connect(lambda _: self.presets.open_current())
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("A new provider"))
        inside = surface("surface")
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        across = row(inside, margins=(4, 4, 4, 4))
        across.addWidget(holder, 8)
        across.addStretch(1)
        body = column(holder, gap=2)
        body.addWidget(self._title)
        body.addWidget(self._why)
        body.addSpacing(8)
        body.addWidget(self.presets)
        body.addWidget(self._more)
        body.addSpacing(8)
        self._line = hairline()
        body.addWidget(self._line)
        body.addSpacing(8)
        body.addWidget(client)
        body.addStretch(1)
        self.setWidget(inside)
        theme.changed.connect(self._fit)

    def show_presets(self, presets: Sequence["Preset"], *, first: bool, writable: bool) -> None:
        """``first``: no provider is there yet. Not ``writable``: only how a client reaches it is shown."""
        for each in (self._title, self._why, self.presets, self._line):
            each.setVisible(writable)
        self._title.setText(tr("No provider answers yet") if first else tr("Add a provider"))
        self._why.setText(
            tr(
                "Until one is set up, every call to the gateway is answered with no_provider. "
                "Choose one to begin with; everything can be changed before it is saved."
            )
            if first
            else tr("Choose one to begin with; everything can be changed before it is saved.")
        )
        lines = [Line(each.name, each.title, each.about, _needs(each)) for each in presets]
        own = tr("Any other OpenAI-compatible endpoint, by its address.")
        self.presets.show_lines([*lines, Line(OWN, tr("Another endpoint"), own)])
        self._fit()
        self._say_more()

    def step(self, direction: Literal[1, -1]) -> None:
        """The next one."""
        self.presets.step(direction)

    def take_focus(self) -> None:
        """The list."""
        target = self.presets if self.presets.isVisibleTo(self) else self.client.text
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_more(self) -> None:
        """All that is said of the one at hand: its row may cut it."""
        line = next((each for each in self.presets.lines if each.key == self.presets.key), None)
        self._more.setText(line.detail if line is not None else "")
        self._more.setVisible(bool(self._more.text()) and self.presets.isVisibleTo(self))

    def _fit(self) -> None:
        rows = range(len(self.presets.lines))
        self.presets.setFixedHeight(sum(self.presets.sizeHintForRow(each) for each in rows) + 2)


def _needs(preset: "Preset") -> str:
    return tr("needs a key") if preset.key_needed else tr("no key")
