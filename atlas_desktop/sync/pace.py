"""Every number the engine goes by, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, rows, bytes and tokens. The defaults are those of the design."""

    poll: float = 5.0
    page: int = 200
    base: float = 0.5
    cap: float = 60.0
    longest_retry_after: float = 86_400.0
    timeout: float = 30.0
    first_batch: int = 25
    most_rows: int = 200
    most_bytes: int = 1 << 20
    singles: int = 4
    probe_after: int = 5
    tokens: int = 500
    retry_cost: int = 5
    timeout_cost: int = 10
    overlap: float = 300.0
    operations_every: float = 300.0
    watch_every: float = 30.0

    @property
    def stalled_after(self) -> float:
        """How long nothing may finish, with work to do and no gate shut, before it is a bug."""
        return 2 * (self.timeout + self.cap)
