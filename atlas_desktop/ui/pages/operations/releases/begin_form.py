"""Which model is to be released, and how carefully."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from atlas_desktop.contract.releases import ReleaseCreate
from atlas_desktop.ui.models.line_model import Line
from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.trends.bar import SmallField, share_of
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.release_state import ReleasesState
    from atlas_desktop.ui.theme import Theme

_PERCENT: Final = "10"
_SAMPLES: Final = "50"
_RATE: Final = "85 %"
_MOST_SAMPLES: Final = 10_000
_LONGEST: Final = 200
_MODEL_WIDTH: Final = 280
_ROWS: Final = 5


def whole_number(text: str, most: int) -> int | None:
    """A number from 1 to ``most``, perhaps with a percent sign; None for anything else."""
    bare = text.replace("%", "").strip()
    if not bare.isascii() or not bare.isdecimal() or len(bare) > len(str(most)):
        return None
    value = int(bare)
    return value if 1 <= value <= most else None


class _ModelLine(QLineEdit):
    """Down goes on into the list under it."""

    def __init__(self, down: Callable[[], object]) -> None:
        super().__init__()
        self._down = down

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types but Down."""
        if event.key() == Qt.Key.Key_Down:
            self._down()
            return
        super().keyPressEvent(event)


class BeginForm(QWidget):
    """``begin`` is called with what is to be sent, ``leave`` when it is taken back, ``tell`` with what is missing."""

    def __init__(
        self,
        theme: "Theme",
        begin: Callable[[ReleaseCreate], object],
        leave: Callable[[], object],
        tell: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._tell = tell
        self._begin = begin
        self._key: str | None = None
        self._online = False
        self._free = True
        self._theme = theme
        self._models: tuple[str, ...] = ()
        self._models_known = False
        self.models = LineList(theme, tr("Models of the provider table"), hairlines=False)
        self.models.chosen.connect(self._take_model)
        self.models.opened.connect(lambda _: self.take_focus())
        self.model = _ModelLine(self._into_models)
        self.model.setAccessibleName(tr("Model"))
        self.model.setPlaceholderText(tr("as the provider table calls it"))
        self.model.setMaxLength(_LONGEST)
        self.model.setMinimumWidth(_MODEL_WIDTH)
        self.model.textEdited.connect(lambda _: self._typed())
        self.percent = SmallField(
            tr("Share of the calls it answers as the canary, in percent"), 56, self._judge
        )
        self.samples = SmallField(tr("Live scores each gate needs before it may advance"), 64, self._judge)
        self.rate = SmallField(tr("Share of its calls that must pass every gate"), 64, self._judge)
        for field in (self.percent, self.samples, self.rate):
            field.textEdited.connect(lambda _: self._judge())
        self._said = PlainLabel("", role="caption", tone="muted")
        self._said.setWordWrap(True)
        self._start = button(tr("Start in the shadow"), self.save, "primary")
        keys = FormKeys(self, keep=self.save, attempt=lambda: None)
        keys.watch(self.model, self.percent, self.samples, self.rate)
        self._lay_out(leave)
        self.clear()

    def _lay_out(self, leave: Callable[[], object]) -> None:
        inside = surface("strip")
        outer = column(self)
        for each in (hairline(), inside):
            outer.addWidget(each)
        body = column(inside, margins=(3, 3, 3, 3), gap=2)
        body.addWidget(PlainLabel(tr("Start a release"), role="title"))
        fields = row(gap=4)
        for words, field in (
            (tr("Model"), self.model),
            (tr("Canary share, %"), self.percent),
            (tr("Scores a gate needs"), self.samples),
            (tr("Calls that must pass"), self.rate),
        ):
            one = column(gap=0)
            label = PlainLabel(words, role="caption", tone="muted")
            label.setBuddy(field)
            one.addWidget(label)
            one.addWidget(field)
            fields.addLayout(one)
        fields.addStretch(1)
        body.addLayout(fields)
        body.addWidget(self.models)
        body.addWidget(self._said)
        line = row(gap=2)
        line.addWidget(self._start)
        line.addWidget(button(tr("Cancel"), leave))
        line.addStretch(1)
        body.addLayout(line)

    def clear(self) -> None:
        """As it begins."""
        self.model.clear()
        self.percent.setText(_PERCENT)
        self.samples.setText(_SAMPLES)
        self.rate.setText(_RATE)
        self._judge()

    def show_state(self, state: "ReleasesState") -> None:
        """Of this operation, with these models to choose from."""
        if state.key != self._key:
            self._key = state.key
            self.clear()
        self._online, self._free = state.online, state.open is None and not state.acting
        self._models, self._models_known = state.models, state.models_known
        self._offer()
        self._judge()

    def take_focus(self) -> None:
        """The cursor into the model."""
        self.model.setFocus(Qt.FocusReason.OtherFocusReason)
        self.model.selectAll()

    def save(self) -> None:
        """Begin it."""
        asked = self.wanted
        if asked is not None and self._start.isEnabled():
            self._begin(asked)
        elif not self.model.text().strip():
            self._tell(tr("Name the model first."))
        else:
            self._tell(self._said.text())

    @property
    def wanted(self) -> ReleaseCreate | None:
        """What would be sent; None while something is missing."""
        model = self.model.text().strip()
        percent = whole_number(self.percent.text(), 100)
        samples = whole_number(self.samples.text(), _MOST_SAMPLES)
        rate = share_of(self.rate.text())
        if not model or self._key is None or percent is None or samples is None or rate is None:
            return None
        return ReleaseCreate(
            operation_id=self._key, model=model, percent=percent, min_samples=samples, min_pass_rate=rate
        )

    def _typed(self) -> None:
        self._offer()
        self._judge()

    def _offer(self) -> None:
        """Those that hold what is typed; all of them where none does, or it is one of them."""
        typed = self.model.text().strip()
        some = [name for name in self._models if typed.lower() in name.lower()]
        shown = some if some and typed not in self._models else list(self._models)
        self.models.show_lines([Line(name, name) for name in shown], typed if typed in shown else None)
        self.models.setVisible(bool(shown))
        self.models.setFixedHeight(min(len(shown), _ROWS) * self._theme.row_height)

    def _into_models(self) -> None:
        """From the field down into the list."""
        if self.models.isVisible():
            self.models.setFocus(Qt.FocusReason.OtherFocusReason)
            if (name := self.models.key) is not None:
                self._take_model(name)

    def _take_model(self, name: str) -> None:
        self.model.setText(name)
        self._judge()

    def _judge(self) -> None:
        self._start.setEnabled(self.wanted is not None and self._online and self._free)
        self._said.setText(self._words())
        self._said.set_tone("warn" if not self._online else "muted")

    def _words(self) -> str:
        if not self._online:
            return tr("The server is not reached: releases are moved there, nothing is put off.")
        if self._models_known and not self._models:
            return tr("The provider table names no models yet: add a provider first.")
        if whole_number(self.percent.text(), 100) is None:
            return tr("The canary's share is 1 to 100 percent.")
        if whole_number(self.samples.text(), _MOST_SAMPLES) is None:
            return tr("The scores a gate needs are a number from 1 on.")
        if share_of(self.rate.text()) is None:
            return tr("The calls that must pass are a share such as 85 %.")
        return tr(
            "Answered calls are put to it as well, and scored. Nobody gets its answers until it is the canary."
        )
