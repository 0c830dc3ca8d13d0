"""The fix list against trying every set of items."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.fix_list import Scored, fix_list
from atlas_desktop.domain.means import weighted_mean

SCORES = st.none() | st.sampled_from([0.0, 0.25, 0.5, 0.83, 0.9, 1.0]) | st.floats(0, 1)
WEIGHTS = st.sampled_from([0.1, 0.5, 1.0, 1.0, 2.0, 7.0]) | st.floats(0.01, 100)
MINIMA = st.sampled_from([0.0, 0.5, 0.85, 0.88, 1.0]) | st.floats(0, 1)
ITEMS = st.lists(st.tuples(SCORES, WEIGHTS), max_size=8).map(
    lambda rows: [Scored(f"di_{at}", score, weight) for at, (score, weight) in enumerate(rows)]
)


def with_fixed(items: list[Scored], fixed: set[str]) -> float | None:
    return weighted_mean((1.0 if item.item_id in fixed else item.score, item.weight) for item in items)


def holds(items: list[Scored], fixed: set[str], least: float) -> bool:
    """The rule of a gate: everything has a score, and the mean is enough."""
    mean = with_fixed(items, fixed)
    unscored = any(item.score is None and item.item_id not in fixed for item in items)
    return not unscored and mean is not None and mean >= least


def smallest(items: list[Scored], least: float) -> int | None:
    """Try every set, the small ones first."""
    names = [item.item_id for item in items]
    for many in range(len(items) + 1):
        if any(holds(items, set(some), least) for some in combinations(names, many)):
            return many
    return None


@given(ITEMS, MINIMA)
def test_no_smaller_set_flips_the_gate(items: list[Scored], least: float) -> None:
    found = fix_list(items, least)
    best = smallest(items, least)
    assert best is not None or not items
    assert len(found.needed) == (best or 0)
    assert found.holds == (best == 0)
    assert found.reached == with_fixed(items, set(found.needed))
    if items:
        assert holds(items, set(found.needed), least)


@given(ITEMS, MINIMA)
def test_the_walk_is_what_can_be_better_each_once(items: list[Scored], least: float) -> None:
    found = fix_list(items, least)
    assert sorted(found.walk) == sorted(i.item_id for i in items if i.score is None or i.score < 1)
    assert found.mean == weighted_mean((item.score, item.weight) for item in items)
    assert found.unscored == sum(item.score is None for item in items)


@given(ITEMS, MINIMA, st.randoms())
def test_the_order_items_come_in_does_not_matter(items: list[Scored], least: float, random: object) -> None:
    turned = list(items)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert fix_list(turned, least) == fix_list(items, least)


@given(ITEMS, MINIMA)
def test_fixing_what_it_names_makes_it_hold(items: list[Scored], least: float) -> None:
    found = fix_list(items, least)
    needed = set(found.needed)
    after = [Scored(i.item_id, 1.0 if i.item_id in needed else i.score, i.weight) for i in items]
    assert fix_list(after, least).holds == bool(items)


def test_one_heavy_item_does_more_than_two_worse_ones() -> None:
    items = [
        Scored("light", 0.0),
        Scored("lighter", 0.0, 0.5),
        Scored("heavy", 0.5, 10.0),
        Scored("good", 1.0),
    ]
    found = fix_list(items, 0.85)
    assert found.needed == ("heavy",)
    assert found.others == ("light", "lighter")


def test_what_has_no_score_comes_first_however_good_the_rest_is() -> None:
    found = fix_list(
        [Scored("bad", 0.0), Scored("silent", None), *(Scored(f"good {n}", 1.0) for n in range(9))], 0.85
    )
    assert found.mean == 0.9
    assert not found.holds
    assert found.needed == ("silent",)
    assert found.others == ("bad",)


def test_ten_thousand_items_take_no_noticeable_time() -> None:
    items = [Scored(f"di_{at}", at % 100 / 100) for at in range(10_000)]
    found = fix_list(items, 0.85)
    assert holds(items, set(found.needed), 0.85)
    assert not holds(items, set(found.needed[:-1]), 0.85)
