"""Whose turn it is: equal time for all, whatever a turn takes and whoever comes late."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.server.evaluation_runs.fair import Turns
from atlas_desktop.server.evaluation_runs.line import Line, Turn
from atlas_desktop.server.evaluation_runs.lines import SLOW_SECONDS, Lines
from atlas_desktop.server.evaluation_runs.live import LiveRun
from atlas_desktop.server.evaluation_runs.material import Rule
from atlas_desktop.server.evaluation_runs.shares import Share
from atlas_desktop.server.storage.evaluations import Plan
from atlas_desktop.server.storage.scope import Scope

RULE = Rule("ev_a", "regex", {"pattern": "a"})


@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=6), st.integers(50, 200))
def test_everybody_gets_the_same_time(costs: list[float], rounds: int) -> None:
    turns: Turns[int] = Turns()
    spent = dict.fromkeys(range(len(costs)), 0.0)
    for key in range(len(costs)):
        turns.join(key)
    for _ in range(rounds):
        chosen = turns.next(range(len(costs)))
        assert chosen is not None
        turns.charge(chosen, costs[chosen])
        spent[chosen] += costs[chosen]
    assert max(spent[key] for key in range(len(costs))) - min(spent[key] for key in range(len(costs))) <= max(
        costs
    ) * (1 + 1e-9)


def test_who_comes_late_is_neither_ahead_nor_behind() -> None:
    turns: Turns[str] = Turns()
    turns.join("first")
    for _ in range(100):
        assert turns.next(["first", "late"]) == "first"
        turns.charge("first", 1.0)
    turns.join("late")
    got = Counter[str]()
    for _ in range(20):
        key = turns.next(["first", "late"])
        assert key is not None
        got[key] += 1
        turns.charge(key, 1.0)
    assert 9 <= got["late"] <= 11


def test_who_goes_and_comes_back_has_not_paid_less() -> None:
    turns: Turns[str] = Turns()
    got = Counter[str]()
    turns.join("stays")
    for _ in range(100):
        turns.join("returns")
        key = turns.next(["returns", "stays"])
        assert key is not None
        got[key] += 1
        turns.charge(key, 1.0)
        turns.leave("returns")
    assert abs(got["stays"] - got["returns"]) <= 1
    turns.leave("stays")
    assert turns.next(["stays"]) is None


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 40), st.integers(1, 7)), max_size=8),
    st.data(),
)
def test_every_item_is_taken_once_until_it_is_put_back(
    runs: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    line = Line()
    wanted: Counter[tuple[str, int]] = Counter()
    for number, (org, items, piece) in enumerate(runs):
        line.add(org, f"evr_{number}", Share("rules", [RULE], range(items), piece=piece))
        wanted.update((f"evr_{number}", seq) for seq in range(items))
    taken: Counter[tuple[str, int]] = Counter()
    while (turn := line.take()) is not None:
        done = data.draw(st.integers(1, len(turn.piece.seqs)))
        if rest := turn.piece.rest(done):
            turn.share.put_back(rest)
        taken.update((turn.run, seq) for seq in turn.piece.seqs[:done])
        line.took(turn, data.draw(st.floats(0, 1)))
    assert taken == wanted
    assert not line.waiting


def test_one_organization_with_a_hundred_runs_waits_like_one_with_one() -> None:
    line = Line()
    for number in range(100):
        line.add(1, f"evr_{number}", Share("rules", [RULE], range(100), piece=1))
    line.add(2, "evr_small", Share("rules", [RULE], range(10), piece=1))
    took: Counter[str] = Counter()
    while (turn := line.take()) is not None and took["evr_small"] < 10:
        took[turn.run] += 1
        line.took(turn, 1.3 if turn.org == 1 else 0.2)
    assert took.total() <= 16
    line.drop(2, "evr_small")
    line.drop(2, "evr_small")
    for _ in range(1000):
        turn = line.take()
        assert turn is not None
        took[turn.run] += 1
        line.took(turn, 1.0)
    assert set(took.values()) <= {9, 10, 11}


def test_who_had_to_be_stopped_waits_elsewhere_for_a_minute() -> None:
    lines = Lines()
    for run in (live(1, "evr_slow"), live(2, "evr_quick")):
        lines.add(run, 0.0)
    turn = lines["rules"].take()
    assert turn is not None
    assert turn.org == 1
    lines.set_aside(turn, 0.0)
    turn.share.put_back(turn.piece)
    assert {turn.org for turn in drained(lines["rules"])} == {2}
    lines.add(live(1, "evr_again"), SLOW_SECONDS - 1)
    assert drained(lines["rules"]) == []
    taken = Counter((turn.run, seq) for turn in drained(lines["slow"]) for seq in turn.piece.seqs)
    assert taken == {(run, seq): 1 for run in ("evr_slow", "evr_again") for seq in range(10)}
    later = live(1, "evr_later")
    lines.add(later, SLOW_SECONDS + 1)
    lines.add(live(1, "evr_dropped"), SLOW_SECONDS + 1)
    lines.drop(live(1, "evr_dropped"))
    assert {turn.run for turn in drained(lines["rules"])} == {"evr_later"}


def drained(line: Line) -> list[Turn]:
    found = []
    while (turn := line.take()) is not None:
        found.append(turn)
    return found


def live(org: int, name: str) -> LiveRun:
    plan = Plan(1, name, 1, 1, "expected", (RULE,), "queued", 0, 10)
    scope = Scope(org, f"o{org}", f"org_{org}", None, "me")
    return LiveRun(scope, plan, [Share("rules", [RULE], range(10), piece=2)])
