"""The runs of a dataset for Qt's views."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas_desktop.contract.evaluations import Evaluation

RUN_ROLE: Final = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class RunModel(QAbstractListModel):
    """Shows the runs it is given; ``spoken`` makes the words a screen reader says."""

    def __init__(self, spoken: "Callable[[Evaluation], str]", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spoken = spoken
        self._runs: tuple[Evaluation, ...] = ()

    def show(self, runs: "Sequence[Evaluation]") -> None:
        """Show these; the same ones further on change in place."""
        now = tuple(runs)
        if now == self._runs:
            return
        if [each.id for each in now] == [each.id for each in self._runs]:
            self._runs = now
            self.dataChanged.emit(self.index(0), self.index(len(now) - 1))
            return
        self.beginResetModel()
        self._runs = now
        self.endResetModel()

    def place_of(self, evaluation_id: str | None) -> int:
        """Where this run is; -1 when it is not there."""
        return next((at for at, each in enumerate(self._runs) if each.id == evaluation_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines; none has children."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The run, and its words."""
        if not index.isValid() or index.row() >= len(self._runs):
            return None
        run = self._runs[index.row()]
        if role == RUN_ROLE:
            return run
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(run)
        return None
