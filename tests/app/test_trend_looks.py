"""A line's look is its own: over other days, filters and ranks; and no two lines drawn share one."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.trend_looks import LOOKS, MOST_KEPT, key_of, places, remembered

NAMES = [None, *(f"customer {at}" for at in range(30))]
drawings = st.lists(st.lists(st.sampled_from(NAMES), unique=True, max_size=LOOKS), max_size=12)


@given(drawings)
def test_no_two_lines_drawn_share_a_look(shown: list[list[str | None]]) -> None:
    kept: dict[str, int] = {}
    for drawn in shown:
        found = places(kept, drawn)
        assert list(found) == drawn
        assert len(set(found.values())) == len(drawn)
        assert all(0 <= place < LOOKS for place in found.values())
        kept = remembered(kept, found)


@given(st.permutations(NAMES[:LOOKS]), st.sets(st.sampled_from(NAMES[:LOOKS])))
def test_another_rank_and_fewer_lines_change_no_look(order: list[str | None], gone: set[str | None]) -> None:
    before = places({}, NAMES[:LOOKS])
    kept = remembered({}, before)
    after = places(kept, [name for name in order if name not in gone])
    assert after.items() <= before.items()


def test_who_must_give_way_keeps_the_new_look() -> None:
    names = [f"customer {at}" for at in range(LOOKS + 1)]
    kept = remembered({}, places({}, names[:LOOKS]))
    kept = remembered(kept, places(kept, [names[-1]]))
    together = places(kept, [names[0], names[-1]])
    assert together[names[0]] == kept[key_of(names[0])]
    kept = remembered(kept, together)
    assert places(kept, [names[-1]])[names[-1]] == together[names[-1]]


def test_what_is_kept_has_an_end_and_no_long_names() -> None:
    kept: dict[str, int] = {}
    for at in range(MOST_KEPT + 50):
        kept = remembered(kept, places(kept, ["x" * 10_000 + str(at)]))
    assert len(kept) == MOST_KEPT
    assert max(map(len, kept)) < 30
    assert key_of("x" * 10_000 + str(MOST_KEPT + 49)) in kept
    assert key_of("\ud800") != key_of(None)
