"""A routing decision in words: what the router writes, and what anybody may have put there."""

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app import decision
from atlas_desktop.app.decision import decision_of, told
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.domain.routing.model import Asked, History, Track, Variant, Why
from atlas_desktop.domain.routing.route import route
from atlas_desktop.domain.routing.table import Excluded, table_of
from atlas_desktop.domain.routing.trace import explain

TEXT = st.text(max_size=8)
WHATEVER = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
TRACES = st.fixed_dictionaries(
    {},
    optional={
        "why": st.sampled_from(["cheapest_passing", "probe", "something_new"]) | WHATEVER,
        "asked": WHATEVER | st.fixed_dictionaries({"model": WHATEVER, "tier": WHATEVER}),
        "considered": WHATEVER
        | st.lists(
            st.fixed_dictionaries({"model": TEXT, "why": TEXT, "usd_per_million": WHATEVER}) | WHATEVER,
            max_size=5,
        ),
        "more": WHATEVER | st.dictionaries(TEXT, WHATEVER),
    },
)


def variant(model: str, quantization: str, price: int, **more: Any) -> Variant:
    return Variant("p", f"At {model}", model, model, quantization, price, price, open_weight=True, **more)


def of(*variants: Variant, history: History | None = None, **asked: Any) -> dict[str, Any]:
    return explain(route(Asked(**asked), table_of(variants), history or History(), 0.0))


def test_what_the_router_wrote_is_told() -> None:
    cheap, dear, default = (
        variant("l/a", "q4", 10),
        variant("l/b", "full", 90),
        variant("l/c", "q8", 50, vetted=True),
    )
    found = told(of(cheap, dear, default))
    assert found is not None
    assert found.why.startswith("The vetted default of this tier")
    assert found.asked == "atlas-1  \u00b7  standard"
    assert [(each.name, each.standing, each.why) for each in found.considered] == [
        ("l/a  \u00b7  q4", "other", "cheaper, but not proven here"),
        ("l/c  \u00b7  q8", "chosen", "chosen"),
        ("l/b  \u00b7  full", "other", "comes after the chosen one"),
    ]
    assert [each.who for each in found.considered] == ["At l/a", "At l/c", "At l/b"]
    assert found.considered[0].price.startswith("$0.")


def test_quarantine_and_what_was_forbidden_is_told() -> None:
    bad = variant("l/a", "q8", 10, vetted=True)
    partner = variant("l/b", "q8", 20, vetted=True, served_by="atlas_network")
    good = variant("l/c", "q8", 50, vetted=True)
    history = History({bad.key: Track("quarantined", 9, {}, 0.0, 1e12)})
    found = told(of(bad, partner, good, history=history, forbid_atlas_network=True, tier_strict=True))
    assert found is not None
    assert found.asked.endswith("strictly this tier  \u00b7  not on the Atlas network")
    by_name = {each.name: each for each in found.considered}
    assert by_name["l/a  \u00b7  q8"].standing == "bad"
    assert "quarantine" in by_name["l/a  \u00b7  q8"].why
    assert by_name["l/b  \u00b7  q8"].why == "the Atlas network was forbidden"
    assert by_name["l/b  \u00b7  q8"].who == "At l/b, Atlas network"


def test_what_a_release_answers_is_not_said_to_be_pinned_by_the_request() -> None:
    route = of(variant("l/a", "q8", 10), model="l/a") | {"unreachable": ["At l/a", 5]}
    for stage, words in (("canary", "as its canary"), ("prod", "to production")):
        release = {"route": route, "release": {"id": "rel_1", "stage": stage}}
        found = decision_of(Delivery.model_validate(release), "atlas-1")
        assert found is not None
        assert words in found.why
        assert found.asked == "atlas-1  \u00b7  standard"
        assert found.rest == "not reached: At l/a"
    pinned = decision_of(Delivery.model_validate({"route": route}), "l/a")
    assert pinned is not None
    assert pinned.why == "The request pins this model."


def test_every_reason_of_the_router_has_words() -> None:
    assert set(get_args(Why)) == set(decision._WHY)
    assert {*get_args(Excluded), "chosen", "quarantined", "unproven", "behind"} == set(decision._WHY_NOT)


@given(WHATEVER | TRACES)
def test_whatever_a_server_writes_is_told_or_left_out(trace: Any) -> None:
    found = decision_of(Delivery.model_validate({"route": trace, "release": {"stage": "prod"}}), "m")
    if found is not None:
        assert all(isinstance(each.name + each.who + each.why + each.price, str) for each in found.considered)
        assert len(found.why) < 1000


def test_a_call_without_a_decision_tells_none() -> None:
    assert decision_of(None) is None
    assert decision_of(Delivery()) is None
    assert told({"considered": []}) is None
