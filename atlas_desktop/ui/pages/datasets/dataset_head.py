"""Over the sections: which dataset this is, and where it stands."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from atlas_desktop.app.commands.dataset_acts import SectionName
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.widgets.buttons import button
from atlas_desktop.ui.widgets.call_header import IconMark
from atlas_desktop.ui.widgets.choices import Segments
from atlas_desktop.ui.widgets.layouts import column, hairline, row, surface
from atlas_desktop.ui.widgets.plain_label import PlainLabel
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.ui.theme import Theme

_TABS: Final[tuple[tuple[SectionName, str], ...]] = (
    ("items", mark("Items")), ("gates", mark("Gates")), ("runs", mark("Runs")), ("versions", mark("Versions")),
)  # fmt: skip


class DatasetHead(QWidget):
    """Name, operation, status; the tabs. ``go`` is called with a section, ``branch`` by its button."""

    def __init__(
        self, theme: "Theme", go: Callable[[SectionName], object], branch: Callable[[], object]
    ) -> None:
        super().__init__()
        self._name = PlainLabel("", role="title")
        self._operation = PlainLabel("", role="title", tone="muted")
        self._about = PlainLabel("", role="caption", tone="muted")
        self._icon = IconMark(theme)
        self._status = PlainLabel("", role="strong")
        self._since = PlainLabel("", role="caption", tone="muted")
        self.tabs = Segments([(name, tr(words)) for name, words in _TABS], lambda name: go(_section(name)))
        self.tabs.name(tr("Part"), tr("What is shown of this dataset."))
        self.branch = button(tr("Branch"), branch)
        self._lay_out()

    def show_dataset(self, dataset: "Dataset") -> None:
        """This one."""
        golden = dataset.status == "golden"
        self._name.setText(dataset.name)
        self._operation.setText(dataset.operation_id)
        self._about.setText(
            "  ·  ".join(
                (
                    trn("{count:,} item", "{count:,} items", dataset.item_count),
                    tr("schema version {version}", version=dataset.schema_version),
                    tr("version {version:,}, revision {revision:,}", version=dataset.version, revision=dataset.revision),
                )
            )
        )  # fmt: skip
        self._icon.show_icon("lock" if golden else "draft", "good" if golden else "muted")
        self._status.setText(tr("Golden") if golden else tr("Draft"))
        self._status.set_tone("good" if golden else "text")
        self._since.setText(_since(dataset))

    def _lay_out(self) -> None:
        for label in (self._operation, self._about):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        top = row(margins=(3, 2, 3, 1), gap=4)
        left = column(gap=1)
        first = row(gap=2)
        first.addWidget(self._name)
        first.addWidget(self._operation, 1)
        left.addLayout(first)
        left.addWidget(self._about)
        top.addLayout(left, 1)
        right = column(gap=1)
        status = row(gap=1)
        status.addStretch()
        status.addWidget(self._icon)
        status.addWidget(self._status)
        right.addLayout(status)
        since = row()
        since.addStretch()
        since.addWidget(self._since)
        right.addLayout(since)
        top.addLayout(right)
        tabs = row(margins=(2, 0, 3, 1), gap=2)
        tabs.addWidget(self.tabs)
        tabs.addStretch()
        tabs.addWidget(self.branch)
        body = surface("surface")
        inside = column(body)
        inside.addLayout(top)
        inside.addLayout(tabs)
        layout = column(self)
        layout.addWidget(body)
        layout.addWidget(hairline())


def _since(dataset: "Dataset") -> str:
    if dataset.promoted_at is not None:
        return tr("promoted {when}", when=to_the_minute(round(dataset.promoted_at.timestamp() * 1000)))
    when = to_the_minute(round(dataset.created_at.timestamp() * 1000))
    return tr("branched {when}", when=when) if dataset.branched_from else tr("begun {when}", when=when)


def _section(name: str) -> SectionName:
    return next(each for each, _ in _TABS if each == name)
