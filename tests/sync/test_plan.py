import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.capabilities import PUBLISHED_ONLY, Capabilities
from atlas_desktop.sync.plan import Next, PageFacts, after_page, way_of


def test_a_server_that_only_offers_what_was_published_is_never_asked_for_more() -> None:
    way = way_of(PUBLISHED_ONLY)
    assert (way.pull, way.push, way.unknown) == ("none", "single", "park")
    assert "calls" in way.limited


@pytest.mark.parametrize(
    ("features", "pull", "push", "unknown"),
    [
        (["calls", "calls.changes", "feedback.batch", "idempotency"], "changes", "batch", "resend"),
        (["calls", "feedback.list"], "listing", "single", "look"),
        (["calls", "feedback.batch"], "listing", "batch", "park"),
    ],
)
def test_each_feature_opens_its_way(features: list[str], pull: str, push: str, unknown: str) -> None:
    way = way_of(Capabilities(server="x", features=features))
    assert (way.pull, way.push, way.unknown) == (pull, push, unknown)


def test_a_mismatch_is_looked_at_again_then_pulled_from_zero_once_then_disbelieved() -> None:
    off = PageFacts(5, 9, False, 10, "aa", 11, "aa")
    assert [after_page(off, doubted=n) for n in range(4)] == [
        Next.AGAIN,
        Next.FROM_ZERO,
        Next.LYING,
        Next.LYING,
    ]


@given(
    after=st.integers(0, 9),
    ahead=st.integers(-9, 9),
    more=st.booleans(),
    doubted=st.integers(0, 5),
    total=st.none() | st.integers(0, 2),
    digest=st.none() | st.sampled_from("ab"),
)
def test_following_pages_ends(
    after: int, ahead: int, more: bool, doubted: int, total: int | None, digest: str | None
) -> None:
    page = PageFacts(after, after + ahead, more, total, digest, 1, "a")
    step = after_page(page, doubted=doubted)
    if step is Next.PAGE:
        assert page.next_after > page.after
    if step is Next.DONE:
        assert not more
        assert ahead >= 0
        assert total in (None, 1)
        assert digest in (None, "a")
    if step in {Next.AGAIN, Next.FROM_ZERO}:
        assert doubted < 2
