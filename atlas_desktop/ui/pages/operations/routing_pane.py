"""Who would answer the operation's next call in each tier, why, and how everybody did on it lately."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from atlas_desktop.app.decision import tier_name, told, variant_text
from atlas_desktop.app.routing_book import RoutingState
from atlas_desktop.ui.dates import to_the_minute
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.models.line_model import Line, Token
from atlas_desktop.ui.pages.operations.area import Section
from atlas_desktop.ui.pages.operations.cache_line import CacheLine
from atlas_desktop.ui.widgets.empty import Empty
from atlas_desktop.ui.widgets.layouts import column
from atlas_desktop.ui.widgets.line_list import LineList
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operation_state import BookState
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.providers import TierRouting, VariantHistory
    from atlas_desktop.ui.pages.operations.desk import Desk
    from atlas_desktop.ui.pages.work_page import Place, WorkPage
    from atlas_desktop.ui.theme import Theme

_STATES: Final[dict[str, tuple[str, str, Token]]] = {
    "passing": (mark("passes the gates"), "good", "good"),
    "learning": (mark("too few scores yet"), "pending", "muted"),
    "quarantined": (mark("in quarantine"), "excluded", "bad"),
}


class RoutingPane(Section):
    """Who is asked is decided by the table, the gates and the scores; whether anybody is, by `CacheLine`."""

    def __init__(self, theme: "Theme", page: "WorkPage", desk: "Desk") -> None:
        super().__init__()
        self._page = page
        self._stop: Callable[[], None] = lambda: None
        self._workspace: Workspace | None = None
        self._key: str | None = None
        self.list = LineList(theme, tr("Routing"))
        self._empty = Empty(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        self.cache = CacheLine(desk)
        layout = column(self)
        layout.addWidget(self.cache)
        layout.addWidget(self._stack, 1)

    def set_workspace(self, workspace: "Workspace | None") -> None:
        """Show this workspace's from now on."""
        self._stop()
        self._stop, self._workspace = (lambda: None), workspace
        if workspace is not None:
            self._stop = workspace.providers.routing.changed.connect(self._show)
            self._show(workspace.providers.routing.state)

    def show_state(self, state: "BookState") -> None:
        """The operation at hand is this one."""
        self._key = state.key
        self.cache.show_state(state)
        self._follow()

    def show_section(self) -> None:
        """It comes to the screen."""
        self._follow()

    def hideEvent(self, event: object) -> None:
        """Nobody looks any more."""
        self._follow(shown=False)

    def showEvent(self, event: object) -> None:
        """Somebody looks."""
        self._follow()

    def take_focus(self) -> None:
        """The list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, direction: Literal[1, -1]) -> None:
        """The next row."""
        self.list.step(direction)

    def taught(self, place: "Place") -> list[tuple[str, str]]:
        """Answers from the record; who is asked else is not chosen here."""
        if place != "keys":
            return []
        words = (
            ("operation.next", mark("next row")),
            ("operation.next_operation", mark("next operation")),
            ("operation.cache", mark("from the record, or anew")),
            ("go.providers", mark("providers")),
        )
        return [(command, tr(said)) for command, said in words]

    def _follow(self, *, shown: bool | None = None) -> None:
        if self._workspace is not None:
            looked_at = self.isVisibleTo(self._page) and self._page.isVisible() if shown is None else shown
            self._workspace.providers.routing.follow(self._key, shown=looked_at)

    def _show(self, state: RoutingState) -> None:
        routing = state.routing
        self.cache.setVisible(state.phase != "limited")
        if routing is None:
            self._empty.say(*_why(state))
            self._stack.setCurrentWidget(self._empty)
            return
        lines = [Line("# now", tr("The next call"), heading=True), *map(_tier, routing.tiers)]
        lines.append(Line("# lately", tr("Lately"), figure=number(len(routing.history)), heading=True))
        if routing.history:
            lines += [_history(at, each) for at, each in enumerate(routing.history)]
        else:
            lines.append(
                Line(
                    "none",
                    tr("Nothing was scored yet"),
                    tr("Scores of calls through the gateway count here."),
                )
            )
        self.list.show_lines(lines)
        self._stack.setCurrentWidget(self.list)


def _tier(each: "TierRouting") -> Line:
    tier = tier_name(each.tier)
    key = f"tier {each.tier}"
    if each.decision is None:
        why = each.refusal.message if each.refusal is not None else ""
        return Line(key, tr("{tier}: nobody", tier=tier), one_line(why), icon="bad", icon_tone="bad")
    decision = each.decision
    found = told(decision.model_dump())
    who = tr("{tier}: {variant}", tier=tier, variant=variant_text(decision.model, decision.quantization))
    why = found.why if found is not None else ""
    words = [tr("{who}  ·  {why}", who=decision.provider, why=why) if why else decision.provider]
    if decision.upgraded:
        words.append(tr("served above the tier asked for"))
    price = next((step.price for step in found.considered if step.standing == "chosen"), "") if found else ""
    figure = tr("{price} / M", price=price) if price else ""
    return Line(
        key,
        one_line(who),
        "  \u00b7  ".join(filter(None, words)),
        figure,
        icon="good",
        icon_tone="good",
        strong=True,
    )


def _history(at: int, each: "VariantHistory") -> Line:
    words, icon, tone = _STATES.get(each.state, (each.state, "info", "muted"))
    means = [f"{evaluator} {number(mean, 2)}" for evaluator, mean in each.means.items()]
    detail = [each.provider, trn("{count:,} call scored", "{count:,} calls scored", each.samples), *means]
    if each.state == "quarantined" and each.probe_at is not None:
        when = to_the_minute(round(each.probe_at.timestamp() * 1000))
        detail.append(tr("tried again from {when} on", when=when))
    said = tr(words) if each.state in _STATES else one_line(words)
    name = one_line(variant_text(each.model, each.quantization))
    return Line(f"history {at}", name, "  \u00b7  ".join(detail), said, tone, icon, tone)


def _why(state: RoutingState) -> tuple[str, str]:
    if state.phase == "limited":
        return tr("This server does not tell how it routes"), tr(
            "Calls still say who served them, in the inspector."
        )
    if state.phase == "failed":
        return tr("The routing could not be fetched"), tr("It is asked for again when you come back here.")
    if state.phase == "away":
        return tr("The routing is at the server"), tr("It is shown when the server is reached again.")
    return tr("Asking the server\u2026"), ""
