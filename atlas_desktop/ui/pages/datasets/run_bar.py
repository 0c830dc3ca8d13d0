"""What a new run scores, and by whom; and the button that begins it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.pages.datasets.run_words import what_words
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import row
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.contract.evaluators import Evaluator


class RunBar(QWidget):
    """``begin`` gets the evaluators and what they are to score."""

    def __init__(
        self,
        theme: Theme,
        begin: Callable[[list[str], str], object],
        compare: Callable[[], object],
    ) -> None:
        super().__init__()
        self._begin = begin
        self._evaluators: tuple[Evaluator, ...] = ()
        self._chosen: set[str] = set()
        self._touched = False
        names = ("expected", "recorded")
        self.what = Segments([(name, what_words(name)) for name in names], lambda _: None)
        self.what.show_value("expected")
        self.what.name(tr("Score"), tr("The outputs that a run judges"))
        self._who = QToolButton()
        self._who.setProperty("kind", "facet")
        self._who.clicked.connect(lambda _=False: self._choose())
        self.start = button(tr("New run"), self.begin)
        self.compare = button(tr("Compare"), compare)
        line = row(self, margins=(3, 2, 4, 2), gap=2)
        line.addWidget(self.what)
        line.addWidget(self._who)
        line.addStretch()
        line.addWidget(self.compare)
        line.addWidget(self.start)
        self._name()

    def show_evaluators(self, evaluators: "Sequence[Evaluator]", usual: Sequence[str]) -> None:
        """These can judge; unless somebody chose others, the ``usual`` ones do: those of the gates."""
        first = {name: place for place, name in enumerate(usual)}
        self._evaluators = tuple(
            sorted(evaluators, key=lambda each: (first.get(each.id, len(first)), each.name))
        )
        known = {each.id for each in evaluators}
        if not self._touched:
            self._chosen = set(usual) & known
        self._chosen &= known
        self._name()

    def show_state(self, *, starting: bool, comparable: bool) -> None:
        """Whether a run is being begun, and whether there are two to compare."""
        self.start.setEnabled(not starting and bool(self._chosen))
        self.start.setText(tr("Starting…") if starting else tr("New run"))
        self.compare.setEnabled(comparable)

    def show_keys(self, keyboard: "Keyboard") -> None:
        """The keys of the buttons, on hover."""
        self.start.setToolTip(keyboard.key("runs.new"))
        self.compare.setToolTip(keyboard.key("runs.compare"))

    def begin(self) -> None:
        """Begin it."""
        if self._chosen:
            ordered = [each.id for each in self._evaluators if each.id in self._chosen]
            self._begin(ordered, self.what.value or "expected")

    def forget(self) -> None:
        """Another dataset: the evaluators of its gates judge."""
        self._touched = False

    def _name(self) -> None:
        words = trn("by {count:,} evaluator", "by {count:,} evaluators", len(self._chosen))
        self._who.setText(f"{words} ▾")
        self._who.setAccessibleName(tr("Evaluators: {words}", words=words))

    def _choose(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(tr("Evaluators"))
        for each in self._evaluators:
            entry = menu.addAction(one_line(each.name).replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(each.id in self._chosen)
            entry.toggled.connect(lambda on, name=each.id: self._take(name, on))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._who.mapToGlobal(self._who.rect().bottomLeft()))

    def _take(self, name: str, on: bool) -> None:
        self._touched = True
        (self._chosen.add if on else self._chosen.discard)(name)
        self.start.setEnabled(bool(self._chosen))
        self._name()
