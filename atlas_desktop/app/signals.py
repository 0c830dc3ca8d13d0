"""Who wants to know: observers in plain Python."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Signal(Generic[T]):
    """Tells its listeners a value, in the order they came, on the thread that emits.

    A listener that fails is reported in the log and does not keep the others from hearing.
    """

    __slots__ = ("_listeners", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._listeners: list[Callable[[T], object]] = []

    def connect(self, listener: Callable[[T], object]) -> Callable[[], None]:
        """Hear every value from now on. Call what is returned to stop; twice does no harm."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def emit(self, value: T) -> None:
        """Tell everyone who is connected now."""
        for listener in tuple(self._listeners):
            try:
                listener(value)
            except Exception:  # noqa: BLE001 - it is in the log, and the others must hear
                _log.exception("a listener of %s failed", self._name)

    def clear(self) -> None:
        """Forget all listeners: the owner closes."""
        self._listeners.clear()
