"""A payload with a title over it and, when it is long, a word about what is not on view yet."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from atlas_desktop.ui.parts import Part
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.layouts import column, row, surface
from atlas_desktop.ui.widgets.payload_view import CHIP_LIMIT, PayloadView
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn


class PayloadPane(QWidget):
    """Title, size, text."""

    def __init__(self, theme: Theme, title: str, *, heading: bool = True) -> None:
        super().__init__()
        self.view = PayloadView(theme, title)
        self._title = PlainLabel(title, role="caption", tone="muted")
        self._size = PlainLabel("", role="caption", tone="muted")
        layout = column(self)
        if heading:
            header = row(margins=(4, 1, 3, 1))
            header.addWidget(self._title)
            header.addStretch()
            header.addWidget(self._size)
            bar = surface("surface")
            bar.setLayout(header)
            layout.addWidget(bar)
        layout.addWidget(self.view, 1)
        self._more = surface("strip")
        self._more_text = PlainLabel("", role="caption", tone="muted")
        self._show_all = button(tr("Show all"), self.view.show_all, "quiet")
        more = row(self._more, margins=(4, 1, 2, 1))
        more.addWidget(self._more_text, 1)
        more.addWidget(self._show_all)
        layout.addWidget(self._more)
        self._more.hide()
        self.view.shown_changed.connect(self._shown)

    def set_title(self, title: str) -> None:
        """Another title, also for who hears the screen."""
        self._title.setText(title)
        self.view.setAccessibleName(title)

    def show_parts(self, parts: Iterable[Part]) -> None:
        """Show these; the size counts the recorded text, not our headings."""
        self.view.show_parts(parts)

    def _shown(self, shown: int, total: int) -> None:
        self._tell_size()
        self._more.setVisible(self.view.paused)
        if self.view.complete:
            return
        if self.view.chips >= CHIP_LIMIT:
            words = tr(
                "The first {shown:,} of {total:,} characters. The rest hides too many characters to draw.",
                shown=shown,
                total=total,
            )
        elif self.view.more_parts:
            words = tr("The first {shown:,} characters. There are more parts", shown=shown)
        else:
            words = tr("The first {shown:,} of {total:,} characters", shown=shown, total=total)
        self._more_text.setText(words)
        self._show_all.setVisible(self.view.chips < CHIP_LIMIT)

    def _tell_size(self) -> None:
        view = self.view
        size = sum(len(part.text) for part in view.parts if part.style == "text")
        words = []
        if size and view.more_parts:
            words.append(tr("more than {count:,} characters", count=size))
        elif size:
            words.append(trn("{count:,} character", "{count:,} characters", size))
        if not view.reading.rendered:
            words.append(tr("as recorded"))
        elif view.feed.exact:
            words.append(tr("long: as recorded"))
        if view.hidden:
            words.append(trn("{count:,} hidden", "{count:,} hidden", view.hidden))
        self._size.setText("  ·  ".join(words))
        self._size.set_tone("warn" if view.hidden else "muted")
