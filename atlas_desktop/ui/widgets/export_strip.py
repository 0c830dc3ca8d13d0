"""Takes data out, where the work is: which format, veiled or not, into which file; then how far it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QProgressBar, QWidget

from atlas_desktop.ui.keys import names
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.choices import Segments, Switch
from atlas_desktop.ui.widgets.layouts import column, row
from atlas_desktop.ui.widgets.plain_label import PlainLabel, Tone
from atlas_desktop.ui.widgets.strip import Strip
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from atlas_desktop.app.problems import Problem


@dataclass(frozen=True, slots=True)
class Form:
    """A format: its name for the program, in words, what it is for, and the end of a file's name."""

    value: str
    words: str
    about: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. ``replace``: the file may be there already."""

    form: str
    path: Path
    veil: bool
    replace: bool


class PathField(QLineEdit):
    """Enter exports."""

    def __init__(self, take: Callable[[], object]) -> None:
        super().__init__()
        self._take = take
        self.setAccessibleName(tr("File"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything types but Enter."""
        if "Enter" in names(event):
            self._take()
            return
        super().keyPressEvent(event)


class ExportStrip(Strip):
    """One export at a time. ``take`` gets the wish; ``cancel`` gives a running one up."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("bottom")
        self._take: Callable[[Wish], object] = lambda _: None
        self._stop: Callable[[], object] = lambda: None
        self._left: Callable[[], object] = lambda: None
        self._forms: tuple[Form, ...] = ()
        self._segments: Segments | None = None
        self._replace = False
        self.running = False
        self._title = PlainLabel("", role="strong")
        self._veil = Switch(theme, lambda _: self._about())
        self._veil.setAccessibleName(tr("Veil personal data"))
        self.path = PathField(self.submit)
        self.path.textEdited.connect(self._typed)
        self._choose = button(tr("Choose…"), self._ask_path)
        self.start = button(tr("Export"), self.submit, "primary")
        self._close = button(tr("Close"), self.close_strip, "quiet")
        self._words = PlainLabel("", role="caption", tone="muted")
        self._words.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Progress of the export"))
        self._lay_out()

    def offer(
        self,
        title: str,
        forms: Sequence[Form],
        start: Path,
        take: Callable[[Wish], object],
        stop: Callable[[], object],
        left: Callable[[], object],
    ) -> None:
        """Offer to take this out; ``start`` is a path without its end. ``left``: the strip has gone."""
        self._take, self._stop, self._left = take, stop, left
        self._forms = tuple(forms)
        self._title.setText(title)
        self.setAccessibleName(title)
        self._veil.blockSignals(True)
        self._veil.setChecked(True)
        self._veil.blockSignals(False)
        self.path.setText(f"{start}{forms[0].suffix}")
        self._show_forms()
        self.say_running(running=False)
        self._may_not_replace()
        self.show()
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def form(self) -> Form:
        """The format that is chosen."""
        value = self._segments.value if self._segments is not None else None
        return next((each for each in self._forms if each.value == value), self._forms[0])

    def submit(self) -> None:
        """Export, with everything as it is."""
        path = self.path.text().strip()
        if self.running or not path:
            return
        self._take(Wish(self.form.value, Path(path).expanduser(), self._veil.isChecked(), self._replace))

    def ask_replace(self) -> None:
        """The file is there: the button says so, and takes it at the next press."""
        self._replace = True
        self._name_start()
        self._say(tr("This file is there already. Its content would be replaced."), "warn")

    def say_running(self, *, running: bool) -> None:
        """Whether it goes on. Who was at it stays in the path: a control that is disabled gives the focus to the
        next one, where Enter would close all this, or give the export up."""
        if self.isAncestorOf(QApplication.focusWidget() or self):
            self.path.setFocus(Qt.FocusReason.OtherFocusReason)
        self.running = running
        self._progress.setVisible(running)
        self._progress.setRange(0, 0)
        self.path.setReadOnly(running)
        for each in (self._choose, self.start, self._veil):
            each.setEnabled(not running)
        if self._segments is not None:
            self._segments.setEnabled(not running)
        self._close.setText(tr("Cancel") if running else tr("Close"))

    def moved(self, done: int, total: int) -> None:
        """So many of so many are written."""
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(done)
        self._say(tr("{done:,} of {total:,}", done=done, total=total), "muted")

    def finished(self, words: str) -> None:
        """It is in the file."""
        self.say_running(running=False)
        self._may_not_replace()
        self._say(words, "good")

    def failed(self, problem: "Problem") -> None:
        """It is not."""
        self.say_running(running=False)
        self._say(problem.sentence, "bad")

    def close_strip(self) -> bool:
        """Give up what runs, else go. False when it was not open."""
        if not self.isVisible():
            return False
        if self.running:
            self._stop()
            self.say_running(running=False)
            self._say(tr("Cancelled; no file was written."), "muted")
            return True
        self.hide()
        self._left()
        return True

    def _lay_out(self) -> None:
        body = QWidget()
        lines = column(body, margins=(0, 1, 0, 1), gap=1)
        self._first = row(gap=3)
        self._first.addWidget(self._title)
        self._first.addStretch()
        self._first.addWidget(PlainLabel(tr("Veil personal data"), role="caption", tone="muted"))
        self._first.addWidget(self._veil)
        second = row(gap=2)
        second.addWidget(self.path, 1)
        second.addWidget(self._choose)
        second.addWidget(self.start)
        second.addWidget(self._close)
        lines.addLayout(self._first)
        lines.addLayout(second)
        lines.addWidget(self._progress)
        lines.addWidget(self._words)
        self.line.addWidget(body, 1)

    def _show_forms(self) -> None:
        if self._segments is not None:
            self._first.removeWidget(self._segments)
            self._segments.hide()
            self._segments.deleteLater()
        self._segments = Segments([(each.value, each.words) for each in self._forms], self._chosen)
        self._segments.show_value(self._forms[0].value)
        self._segments.name(tr("Format"), tr("What the file is for"))
        self._first.insertWidget(1, self._segments)
        # Only now: what is shown before it has a parent flashes up as a window.
        self._segments.setVisible(len(self._forms) > 1)

    def _chosen(self, _: str) -> None:
        known = {each.suffix for each in self._forms}
        path = self.path.text()
        end = next((each for each in known if path.endswith(each)), "")
        self.path.setText(path.removesuffix(end) + self.form.suffix)
        self._may_not_replace()

    def _typed(self, path: str) -> None:
        """A name that ends as another format's does asks for that one."""
        meant = next((each for each in self._forms if path.endswith(each.suffix)), self.form)
        if self._segments is not None and not path.endswith(self.form.suffix):
            self._segments.show_value(meant.value)
        self._may_not_replace()

    def _may_not_replace(self) -> None:
        self._replace = False
        self._name_start()
        self._about()

    def _name_start(self) -> None:
        words = tr("Replace the file") if self._replace else tr("Export")
        self.start.setText(words)
        self.start.setAccessibleName(words)

    def _about(self) -> None:
        if self._veil.isChecked():
            veil = tr(
                "E-mail addresses, phone and card numbers, IBANs and secrets that rules find are veiled."
            )
            self._say(f"{self.form.about} {veil}", "muted")
        else:
            words = tr("Nothing is veiled: personal data leaves as it is. That you did this is written down.")
            self._say(f"{self.form.about} {words}", "warn")

    def _say(self, words: str, tone: Tone) -> None:
        self._words.setText(words)
        self._words.set_tone(tone)

    def _ask_path(self) -> None:
        dialog = QFileDialog(self.window(), tr("Export to"), self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._path_chosen)
        dialog.open()

    def _path_chosen(self, path: str) -> None:
        """The system has asked already whether the file may be replaced."""
        self.path.setText(path)
        self._may_not_replace()
        self._replace = True
