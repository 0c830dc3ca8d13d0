"""Tags and note of the call at hand, or of the selection: one quiet line under the answer."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from atlas_desktop.domain.opinion import UNSURE_TAG, Opinion
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.describe.note_edit import NoteEdit
from atlas_desktop.ui.widgets.describe.tag_chip import TagChip
from atlas_desktop.ui.widgets.describe.tag_field import TagField
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import tr, trn

_MOST_CHIPS: Final = 8


class DescribeStrip(QWidget):
    """``tagged``: tags to add and to remove. ``noted``: a note, and the local id of the call it is about; None: of
    the selection."""

    tagged = Signal(tuple, tuple)
    noted = Signal(str, object)
    typing = Signal(str, object)
    """The note of this call is being typed, and is this by now."""
    left = Signal()
    """The reader is through with it: the focus may go back."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._seq: int | None = None
        self._tags: tuple[str, ...] = ()
        self._note = ""
        self._chips: list[TagChip] = []
        self._about = PlainLabel(tr("Tags"), role="caption", tone="muted")
        self._more = PlainLabel("", role="caption", tone="muted")
        self.field = TagField(theme)
        self.note = NoteEdit(theme)
        body = surface("surface")
        line = row(body, margins=(3, 1, 3, 1), gap=2)
        self._tag_line = row(gap=1)
        self._tag_line.addWidget(self._more)
        line.addWidget(self._about)
        line.addLayout(self._tag_line)
        line.addWidget(self.field, 2)
        line.addWidget(self.note, 3)
        line.setAlignment(self._about, Qt.AlignmentFlag.AlignVCenter)
        layout = column(self)
        layout.addWidget(hairline())
        layout.addWidget(body)
        self.field.given.connect(lambda tag: self.tagged.emit((tag,), ()))
        self.field.taken_back.connect(self._take_back)
        self.note.left.connect(self.keep_note)
        self.note.edited.connect(self._typing)
        self.note.done.connect(self.left)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags on show."""
        return tuple(chip.tag for chip in self._chips)

    def show_opinion(self, seq: int | None, opinion: Opinion | None, selected: int) -> None:
        """What I say about this call; with a selection, what is given here is given to all of it."""
        self.keep_note()
        if seq != self._seq and not selected:
            self.field.clear()
        own = opinion.tags if opinion is not None else ()
        self._seq = None if selected else seq
        self._show_tags(() if selected else tuple(tag for tag in own if tag != UNSURE_TAG))
        self._about.setText(
            trn("{count:,} selected: tag it", "{count:,} selected: tag all of them", selected)
            if selected
            else tr("Tags")
        )
        self._about.set_tone("accent" if selected else "muted")
        note = (opinion.comment if opinion is not None and not selected else None) or ""
        if note != self._note or (not self.note.hasFocus() and self.note.text != note):
            self._note = note
            self.note.show_text(note, len(note))

    def edit_tags(self) -> None:
        """The caret where a tag is typed."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def edit_note(self) -> None:
        """The caret at the end of the note."""
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.note.set_caret(len(self.note.text))

    def keep_note(self) -> None:
        """Tell what was typed: the reader goes elsewhere."""
        text = self.note.text
        if text != self._note:
            self._note = text
            self.noted.emit(text, self._seq)

    def _typing(self) -> None:
        if (text := self.note.text) != self._note:
            self.typing.emit(text, self._seq)

    def _show_tags(self, tags: Sequence[str]) -> None:
        if tuple(tags) == self._tags:
            return
        focus = next((number for number, chip in enumerate(self._chips) if chip.hasFocus()), None)
        self._tags = tuple(tags)
        for chip in self._chips:
            self._tag_line.removeWidget(chip)
            chip.deleteLater()
        self._chips = [TagChip(tag, self._remove) for tag in tags[:_MOST_CHIPS]]
        for place, chip in enumerate(self._chips):
            self._tag_line.insertWidget(place, chip)
        more = len(tags) - len(self._chips)
        self._more.setText(trn("and {count} more", "and {count} more", more) if more else "")
        if focus is not None:
            # Else Qt gives it to whatever comes next.
            (self._chips[min(focus, len(self._chips) - 1)] if self._chips else self.field).setFocus()

    def _remove(self, tag: str) -> None:
        self.tagged.emit((), (tag,))

    def _take_back(self) -> None:
        if self._tags:
            self.tagged.emit((), (self._tags[-1],))
