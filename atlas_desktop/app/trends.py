"""Pass rates over time: what is asked of the store, when, and what came of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from atlas_desktop.app.asking import Ask
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.trend_state import TrendState
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks


class Trends:
    """Used on the UI's loop. ``changed`` tells every new `TrendState`. Always of this computer's copy of the calls."""

    def __init__(self, store: Store, ask: Ask, tasks: Tasks, online: Callable[[], bool]) -> None:
        self._store = store
        self.state = TrendState()
        self.changed: Signal[TrendState] = Signal("trends")

    def choose(self, **fields: Any) -> None:
        """Show something else: fields of `Choice`."""
        self.state = replace(self.state, choice=replace(self.state.choice, **fields))
        self.changed.emit(self.state)
