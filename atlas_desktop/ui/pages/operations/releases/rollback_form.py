"""Why a candidate is taken out of the traffic."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.pages.operations.form_keys import FormKeys
from atlas_desktop.ui.pages.operations.prose_field import ProseField
from atlas_desktop.ui.pages.operations.releases.words import candidate_words, rollback_words
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.contract.releases import Release
    from atlas_desktop.ui.theme import Theme

_LINES: Final = 2
_LONGEST: Final = 2_000


class RollbackForm(QWidget):
    """``roll_back`` is called with the release and the reason, ``tell`` with what is missing. What is typed stays until it was sent."""

    def __init__(
        self,
        theme: "Theme",
        roll_back: Callable[[str, str], object],
        leave: Callable[[], object],
        tell: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._tell = tell
        self._roll_back = roll_back
        self._release: Release | None = None
        self._kept: dict[str, str] = {}
        self._online = True
        self._title = PlainLabel("", role="strong")
        self.reason = ProseField(
            theme, tr("Reason"), tr("What was seen. It is kept with the step."), lines=_LINES
        )
        self.reason.textChanged.connect(self._typed)
        self._consequence = PlainLabel("", role="caption", tone="warn")
        self._consequence.setWordWrap(True)
        self._do = button(tr("Roll back"), self.save, "primary")
        FormKeys(self, keep=self.save, attempt=lambda: None).watch(self.reason)
        inside = surface("strip")
        outer = column(self)
        for each in (hairline(), inside):
            outer.addWidget(each)
        body = column(inside, margins=(3, 2, 3, 2), gap=1)
        body.addWidget(self._title)
        body.addWidget(self.reason)
        foot = row(gap=2)
        foot.addWidget(self._consequence, 1)
        foot.addWidget(self._do)
        foot.addWidget(button(tr("Cancel"), leave))
        body.addLayout(foot)

    @property
    def release(self) -> "Release | None":
        """Which one."""
        return self._release

    def open(self, release: "Release", *, online: bool) -> None:
        """Ask why this one is taken out."""
        self._release = None
        self.reason.show_text(self._kept.get(release.id, ""))
        self._release = release
        self._title.setText(tr("Roll {model} back", model=candidate_words(release)))
        self._consequence.setText(rollback_words(release))
        self.show_online(online)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_online(self, online: bool) -> None:
        """Whether the server is reached."""
        self._online = online
        self._enable()

    def save(self) -> None:
        """Take it out."""
        if self._release is not None and self._do.isEnabled():
            self._roll_back(self._release.id, self.reason.text.strip())
        elif self._do.toolTip():
            self._tell(self._do.toolTip())

    def done(self, release_id: str) -> None:
        """It was sent."""
        self._kept.pop(release_id, None)

    def _typed(self) -> None:
        if self._release is not None:
            self._kept[self._release.id] = self.reason.text
        self._enable()

    def _enable(self) -> None:
        length = len(self.reason.text.strip())
        self._do.setEnabled(self._online and 0 < length <= _LONGEST)
        self._do.setToolTip("" if length else tr("Write the reason first."))
