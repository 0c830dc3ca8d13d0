"""When nothing may be sent, and why. Pure: every step gives new gates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop.sync.answers import Fault, Queue
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.status import Link

Shut = Literal["auth", "tls", "redirect", "version", "lying"]
_ORDER: Final[tuple[Shut, ...]] = ("auth", "tls", "redirect", "lying", "version")
_SHUTS: Final[Mapping[Queue, Shut]] = {
    Queue.AUTH: "auth",
    Queue.TLS: "tls",
    Queue.REDIRECT: "redirect",
    Queue.VERSION: "version",
}


@dataclass(frozen=True, slots=True)
class Gates:
    """``shut`` holds what a person has to open, with the server's words. ``failures`` counts requests in a row
    that did not reach the server or got no usable answer; ``not_before`` is monotonic seconds. ``gone``: the server
    that was proved has ended, and a stranger may be at its address."""

    pace: Pace
    shut: tuple[tuple[Shut, str], ...] = ()
    by_hand: bool = False
    gone: bool = False
    failures: int = 0
    not_before: float = 0.0
    reached: bool = False

    @property
    def probing(self) -> bool:
        """Whether the server seems away: then one request at a time, of either loop."""
        return self.failures >= self.pace.probe_after

    @property
    def closed(self) -> bool:
        """Whether nothing opens the way by itself."""
        return self.by_hand or self.gone or bool(self.shut)

    @property
    def link(self) -> Link:
        """The one word for all this."""
        if self.by_hand:
            return "by_hand"
        for name in _ORDER:
            if name in dict(self.shut):
                return name
        if self.failures or self.gone:
            return "offline"
        return "online" if self.reached else "connecting"

    @property
    def words(self) -> str:
        """What the server said when it shut the gate that `link` names."""
        return next((words for name, words in self.shut if name == self.link), "")

    def answered(self) -> "Gates":
        """The server gave a usable answer."""
        return replace(self, failures=0, reached=True)

    def failed(self, fault: Fault, queue: Queue, until: float) -> "Gates":
        """A request failed; ``until`` is when the next may go out."""
        if queue in _SHUTS:
            return self.closing(_SHUTS[queue], fault.message)
        if queue is Queue.HOST:
            return replace(self, failures=self.failures + 1, not_before=max(self.not_before, until))
        if queue is Queue.LATER:
            return replace(self, failures=0, reached=True, not_before=max(self.not_before, until))
        return self.answered()

    def closing(self, name: Shut, words: str) -> "Gates":
        """Shut one gate; what was said first stays."""
        if name in dict(self.shut):
            return self
        return replace(self, shut=(*self.shut, (name, words)))

    def offline(self, by_hand: bool) -> "Gates":
        """The person's own switch."""
        return replace(self, by_hand=by_hand)

    def withdrawn(self) -> "Gates":
        """The server ended: nothing is sent until there is a new one, with its new key."""
        return replace(self, gone=True)

    def new_key(self) -> "Gates":
        """Another key: what the old one met means nothing."""
        return Gates(self.pace, by_hand=self.by_hand)

    def lifted(self) -> "Gates":
        """The person acted: everything but the key's gate is open and due."""
        auth = tuple(pair for pair in self.shut if pair[0] == "auth")
        return replace(self, shut=auth, failures=0, not_before=0.0)
