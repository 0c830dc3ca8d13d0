"""The invariants about what goes over the wire: discipline in retrying, and liveness."""

from collections import defaultdict
from collections.abc import Iterator
from math import log2

from tests.faults.network import Sent

_SLACK = 1e-3


def i13_one_push_in_flight(log: list[Sent]) -> Iterator[str]:
    """A process never has two batches under way (single posts: four)."""
    for (device, life), requests in _by_life(log).items():
        ends: list[float] = []
        for sent in requests:
            if sent.pushes:
                ends = [end for end in ends if end > sent.at + _SLACK]
                most = 1 if sent.path.endswith("/batch") else 4
                if len(ends) >= most:
                    yield f"device {device}, life {life}: push number {len(ends) + 1} at {sent.at:.3f}"
                ends.append(sent.answered_at if sent.answered_at is not None else float("inf"))


def i13_retry_after(log: list[Sent], waived: dict[int, list[float]]) -> Iterator[str]:
    """No request before the time the server asked to wait for, unless the person said otherwise."""
    for (device, life), requests in _by_life(log).items():
        for asked in requests:
            if asked.retry_after is None or asked.answered_at is None:
                continue
            until = asked.answered_at + asked.retry_after
            waiver = min((at for at in waived[device] if at >= asked.answered_at - _SLACK), default=until)
            for sent in requests:
                if asked.answered_at + _SLACK < sent.at < min(until, waiver) - _SLACK:
                    yield f"device {device}, life {life}: sent at {sent.at:.3f}, asked to wait until {until:.3f}"


def i13_revoked_key(log: list[Sent]) -> Iterator[str]:
    """After the first 401 a process sends nothing more with that key."""
    for (device, life), requests in _by_life(log).items():
        refused: dict[str, float] = {}
        for sent in requests:
            if sent.at > refused.get(sent.key, float("inf")) + _SLACK:
                yield f"device {device}, life {life}: sent at {sent.at:.3f} with a revoked key"
            if sent.status == 401 and sent.answered_at is not None:
                refused[sent.key] = min(sent.answered_at, refused.get(sent.key, float("inf")))


def offline_by_hand(log: list[Sent], switches: dict[int, list[tuple[float, bool]]]) -> Iterator[str]:
    """While the person's switch is off, no request is started."""
    for sent in log:
        before = [offline for at, offline in switches[sent.device] if at < sent.at - _SLACK]
        nearby = [at for at, _ in switches[sent.device] if abs(at - sent.at) <= _SLACK]
        if before and before[-1] and not nearby:
            yield f"device {sent.device}: sent at {sent.at:.3f} while offline by hand"


def i13_backs_off(log: list[Sent], waived: dict[int, list[float]]) -> Iterator[str]:
    """While nothing succeeds, requests become rare: full jitter under 60 s, not a hot loop."""
    for (device, life), requests in _by_life(log).items():
        for pushes in (False, True):
            row: list[float] = []
            for sent in (sent for sent in requests if sent.pushes == pushes):
                helped = row and any(row[-1] <= at <= sent.at for at in waived[device])
                if helped or sent.fault not in _FAILS:
                    row = []
                row.append(sent.at)
                if len(row) > 14 + (row[-1] - row[0]) / 8:
                    yield f"device {device}, life {life}: {len(row)} failing requests in {row[-1] - row[0]:.1f} s"
                    break


_FAILS = frozenset(
    {"partition", "refuse", "connect_timeout", "drop_request", "error_before", "garbage", "reset"}
)


def i12_poison(refused: int, poisoned: int, tries: int, most_rows: int) -> Iterator[str]:
    """k poison lanes cost at most k·(log2(batch) + 1) refused requests, each time they are tried."""
    allowed = poisoned * tries * (log2(max(2, most_rows)) + 2)
    if refused > allowed:
        yield f"{refused} refused batches for {poisoned} poison lanes in {tries} tries: {allowed:.0f} are enough"


def key_stays_home(log: list[Sent]) -> Iterator[str]:
    """No request, and so no key, ever went to another host."""
    for host in {sent.host for sent in log} - {"127.0.0.1"}:
        yield f"something was sent to {host}"


def _by_life(log: list[Sent]) -> dict[tuple[int, int], list[Sent]]:
    lives: dict[tuple[int, int], list[Sent]] = defaultdict(list)
    for sent in log:
        lives[sent.device, sent.life].append(sent)
    return lives
