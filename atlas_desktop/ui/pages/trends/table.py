"""The numbers of the chart: a row for each day, a column for each line; the same for eyes, keys and screen readers."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from atlas_desktop.app.trend_caption import percent
from atlas_desktop.domain.pass_rate import Counts, earlier
from atlas_desktop.ui.pages.trends.words import bucket_words, counts_words, group_words, point_words
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.trend_state import TrendState
    from atlas_desktop.domain.pass_rate import Line, Series
    from atlas_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_MEASURED: Final = 40
"""Rows that the width of the days is taken from."""
_AIR: Final = 24
_LEAST: Final = 110
_KEEPS: Final = "Left Right Up Down Home End PgUp PgDown"


class _Model(QAbstractTableModel):
    """Newest first. The first column is the day."""

    def __init__(self, parent: QObject, theme: "Theme") -> None:
        super().__init__(parent)
        self._theme = theme
        self.series: Series | None = None
        self.state: TrendState | None = None
        self.lines: tuple[Line, ...] = ()
        """One a column; with a previous period two columns each, its own and the one before."""
        self.threshold = 0.0

    def show(self, state: "TrendState") -> None:
        self.beginResetModel()
        self.state, self.series, self.threshold = state, state.series, state.threshold.value
        each = 2 if state.previous is not None else 1
        self.lines = tuple(line for line in state.drawn for _ in range(each))
        self.endResetModel()

    def is_before(self, column: int) -> bool:
        """Whether a column is of the period before."""
        return self.state is not None and self.state.previous is not None and column % 2 == 1

    def before(self, bucket: int) -> int | None:
        """The bucket of the period before that stands in this row."""
        if self.state is None or self.series is None or self.state.previous is None:
            return None
        return earlier(self.series, self.state.previous, bucket)

    def bucket(self, row: int) -> int:
        return self.series.buckets - 1 - row if self.series is not None else -1

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.series is None else self.series.buckets

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self.series is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._row_words(self.series, self.bucket(section))
        name = group_words(self.series.group_by, self.lines[section].group)
        return tr("{name}, before", name=name) if self.is_before(section) else name

    def _row_words(self, series: "Series", bucket: int) -> str:
        words, old = bucket_words(series, bucket), self.before(bucket)
        if old is not None and self.state is not None and self.state.previous is not None:
            day = bucket_words(self.state.previous, old, short=True)
            words = f"{words} / {day}"
        return words

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        series = self.series
        if series is None or not index.isValid() or index.column() >= len(self.lines):
            return None
        line, bucket = self.lines[index.column()], self.bucket(index.row())
        old = self.is_before(index.column())
        counts = (self.state.before(line, bucket) if old and self.state is not None else None) or Counts()
        counts = counts if old else line.counts[bucket]
        if role == Qt.ItemDataRole.DisplayRole:
            if counts.rate is None:
                return trn("{count:,} call", "{count:,} calls", counts.calls) if counts.calls else "–"
            mark = "▾ " if counts.rate < self.threshold and not old else ""
            return f"{mark}{percent(counts.rate)}    {passed_words(counts.passed, counts.evaluated)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(series, line, bucket, counts, old=old)
        if role == Qt.ItemDataRole.ToolTipRole:
            return counts_words(counts)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            below = counts.rate is not None and counts.rate < self.threshold
            tokens = self._theme.tokens
            if old:
                return tokens.color("muted")
            return tokens.color("muted") if counts.rate is None else tokens.color("bad" if below else "text")
        return None

    def _spoken(self, series: "Series", line: "Line", bucket: int, counts: Counts, *, old: bool) -> str:
        if not old or self.state is None or self.state.previous is None:
            return point_words(series, line, bucket)
        at, name = self.before(bucket), group_words(series.group_by, line.group)
        when = bucket_words(self.state.previous, at) if at is not None else tr("no such days")
        return tr("Before, {when}, {name}: {figures}", when=when, name=name, figures=counts_words(counts))


def passed_words(passed: int, evaluated: int) -> str:
    """``942 / 1,134``: a sentence, since a stroke between figures turns them round in Arabic."""
    return tr("{passed:,} / {evaluated:,}", passed=passed, evaluated=evaluated)


class TrendTable(QTableView):
    """``chosen`` tells the group and the bucket of the cell at hand, ``opened`` that its calls are wanted."""

    chosen = Signal(object, int)
    opened = Signal()

    def __init__(self, theme: "Theme") -> None:
        super().__init__()
        self._theme = theme
        self._model = _Model(self, theme)
        self._telling = True
        self.setModel(self._model)
        self.setAccessibleName(tr("Numbers of the chart"))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setProperty("keeps", _KEEPS)
        self.setCornerButtonEnabled(False)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Not to the contents: of 8 lines over a year that took 80 ms.
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for header in (across, down):
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_state(self, state: "TrendState") -> None:
        """These numbers."""
        known = self._model.state
        if known is not None and (state.series, state.previous, state.drawn, state.threshold) == (
            known.series, known.previous, known.drawn, known.threshold
        ):  # fmt: skip
            return
        self._telling = False
        self._model.show(state)
        rows = range(min(self._model.rowCount(), _MEASURED))
        words = (str(self._model.headerData(row, Qt.Orientation.Vertical)) for row in rows)
        width = max((self.fontMetrics().horizontalAdvance(each) for each in words), default=0)
        self.verticalHeader().setFixedWidth(width + 56)
        self._make_room()
        self._telling = True

    def _make_room(self) -> None:
        """Each column as wide as its name and its largest numbers."""
        metrics = self.fontMetrics()
        for column, line in enumerate(self._model.lines):
            most = max((counts.evaluated for counts in line.counts), default=0)
            name = str(self._model.headerData(column, Qt.Orientation.Horizontal))
            numbers = f"▾ {percent(0.999)}    {passed_words(most, most)}"
            width = max(metrics.horizontalAdvance(name), metrics.horizontalAdvance(numbers), _LEAST - _AIR)
            self.setColumnWidth(column, width + _AIR)

    def show_point(self, group: str | None, bucket: int | None) -> None:
        """The cell at hand. Nothing is told of it."""
        column = next((at for at, line in enumerate(self._model.lines) if line.group == group), 0)
        now = self.currentIndex()
        if (
            now.isValid()
            and now.column() < len(self._model.lines)
            and self._model.lines[now.column()].group == group
        ):
            column = now.column()  # of the two columns of a line the one at hand
        if bucket is None or self._model.series is None:
            return
        self._telling = False
        self.setCurrentIndex(self._model.index(self._model.bucket(bucket), column))
        self._telling = True

    def show_stretch(self, edges: tuple[float, float] | None) -> None:
        """The words under it say from when to when."""

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands."""

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self._telling and now.isValid():
            self.chosen.emit(self._model.lines[now.column()].group, self._model.bucket(now.row()))

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.row_height)
        self.horizontalHeader().setFixedHeight(self._theme.row_height + 2)
        tokens = self._theme.tokens
        self.setStyleSheet(
            # Padding of the sections alone: that of the header itself moves its columns away from those under it.
            f"QHeaderView, QHeaderView::section {{ background: {tokens.surface}; color: {tokens.muted}; border: none; }}"
            f" QHeaderView::section {{ padding: 0 11px; }} QAbstractScrollArea::corner, QTableCornerButton::section"
            f" {{ background: {tokens.surface}; border: none; }} QTableView {{ selection-background-color: {tokens.selection};"
            f" selection-color: {tokens.text}; }} QTableView::item {{ padding: 0 8px; }}"
        )
