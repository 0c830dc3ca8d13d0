"""The router's rules (contract, section 4), one by one, and all of them against a slow second writing."""

import dataclasses
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.delivery import Tier
from atlas_desktop.domain.routing.model import (
    NO_HISTORY,
    SMART,
    SMART_EMBEDDING,
    TIERS,
    Asked,
    History,
    NoVariantError,
    Track,
    Variant,
)
from atlas_desktop.domain.routing.route import route
from atlas_desktop.domain.routing.table import ProviderTable, precision, table_of
from tests.domain.routing import reference
from tests.domain.routing.tables import MODELS, NOW, histories, requests, tables, variant

MANY = 10_000 if os.environ.get("ATLAS_LONG") else 300

PASSING = Track("passing", 30)
BAD = Track("quarantined", 9, {}, NOW - 10, NOW + 600)
PINS = (SMART, *MODELS, "meta/llama@q8", "meta/llama-up")

Q4 = variant("a", quantization="q4", prompt_nano=1, open_weight=True)
Q8 = variant("b", quantization="q8", prompt_nano=20, open_weight=True, vetted=True)
FULL = variant("c", quantization="full", prompt_nano=300, open_weight=True)
BIG = variant("d", "openai/big", "full", prompt_nano=4000, frontier=True, tiers=frozenset({"realtime"}))
TABLE = table_of([Q4, Q8, FULL, BIG])


def chosen(table: ProviderTable, history: History = NO_HISTORY, **asked: object) -> Variant:
    return route(Asked(**asked), table, history, NOW).variant  # type: ignore[arg-type]


@settings(max_examples=MANY, deadline=None)
@given(st.data(), tables(), requests(PINS))
def test_it_decides_as_the_rules_written_once_more(
    data: st.DataObject, table: ProviderTable, asked: Asked
) -> None:
    history = data.draw(histories(table))
    wanted = reference.choose(asked, table, history, NOW)
    try:
        decision = route(asked, table, history, NOW)
    except NoVariantError:
        assert wanted is None
        return
    assert wanted is not None
    assert (decision.variant.key, decision.tier) == (wanted[0].key, wanted[1])
    assert decision.upgraded == (TIERS.index(decision.tier) > TIERS.index(asked.tier))


@settings(max_examples=MANY, deadline=None)
@given(st.data(), tables(), requests(PINS))
def test_whatever_is_decided_keeps_what_was_promised(
    data: st.DataObject, table: ProviderTable, asked: Asked
) -> None:
    """Also by the fallbacks, and with providers that are down."""
    history = data.draw(histories(table))
    down = data.draw(st.frozensets(st.sampled_from("abcd"), max_size=2))
    try:
        decision = route(asked, table, history, NOW, down=down)
    except NoVariantError:
        return
    for each in (decision.variant, *decision.fallbacks):
        assert each.ready
        assert decision.tier in each.tiers
        assert not (
            each.served_by == "atlas_network" and (asked.forbid_atlas_network or not each.open_weight)
        )
        assert not (each.lacks & asked.needs)
        if asked.model != SMART:
            assert asked.model in (each.model, f"{each.model}@{each.quantization}", each.upstream_model)
            assert precision(each) == precision(decision.variant)
        if decision.tier == "realtime":
            assert each.quantization == "full"
    if asked.tier_strict:
        assert decision.tier == asked.tier
        assert not decision.upgraded
        assert not decision.probe
    names = [each.entry for each in (decision.variant, *decision.fallbacks)]
    assert len(set(names)) == len(names) <= 3


@settings(deadline=None)
@given(st.data(), tables(), requests())
def test_the_same_question_has_the_same_answer(
    data: st.DataObject, table: ProviderTable, asked: Asked
) -> None:
    """Also when the table was read again: nothing depends on what was asked before."""
    history = data.draw(histories(table))
    again = table_of(table.variants)
    for other in data.draw(st.lists(requests(PINS), max_size=3)):
        try_route(other, again, history)
    assert try_route(asked, table, history) == try_route(asked, again, history)


def try_route(asked: Asked, table: ProviderTable, history: History) -> object:
    try:
        decision = route(asked, table, history, NOW)
    except NoVariantError as error:
        return error.code
    return decision.variant.key, decision.tier, decision.why, decision.fallbacks


@pytest.mark.parametrize("tier", ["standard", "batch"])
def test_without_history_a_vetted_open_weight_q8_answers(tier: Tier) -> None:
    decision = route(Asked(tier=tier), TABLE, NO_HISTORY, NOW)
    assert (decision.variant, decision.why, decision.upgraded) == (Q8, "vetted_default", False)


def test_without_history_a_frontier_model_at_full_precision_answers_in_realtime() -> None:
    decision = route(Asked(tier="realtime"), TABLE, NO_HISTORY, NOW)
    assert (decision.variant, decision.why) == (BIG, "frontier_default")


@pytest.mark.parametrize("tier", ["standard", "batch"])
def test_a_cheaper_precision_whose_gates_stayed_green_is_preferred(tier: Tier) -> None:
    assert chosen(TABLE, History({Q4.key: PASSING, Q8.key: PASSING}), tier=tier) is Q4


@pytest.mark.parametrize("tier", ["standard", "batch"])
def test_the_cheapest_of_those_that_pass_wins(tier: Tier) -> None:
    assert chosen(TABLE, History({Q8.key: BAD, FULL.key: PASSING, Q4.key: BAD}), tier=tier) is FULL


def test_what_was_never_scored_is_not_taken_for_its_price() -> None:
    assert chosen(TABLE, History({FULL.key: PASSING, Q8.key: BAD})) is FULL


def test_a_default_is_trusted_until_it_fails() -> None:
    """Else one dear model that passed would keep every cheaper one from ever being tried."""
    assert chosen(TABLE, History({FULL.key: PASSING})) is Q8
    assert chosen(TABLE, History({FULL.key: PASSING, Q8.key: Track("learning", 2)})) is Q8


def test_quarantine_holds_for_the_operation_whose_history_it_is() -> None:
    assert chosen(TABLE, History({Q8.key: BAD})) is not Q8
    assert chosen(TABLE, NO_HISTORY) is Q8


def test_a_quarantined_variant_is_tried_again_when_its_time_has_come() -> None:
    due = dataclasses.replace(BAD, probe_at=NOW)
    decision = route(Asked(), TABLE, History({Q8.key: due, FULL.key: PASSING}), NOW)
    assert (decision.variant, decision.why, decision.probe) == (Q8, "probe", True)
    early = route(Asked(), TABLE, History({Q8.key: due, FULL.key: PASSING}), NOW - 0.001)
    assert (early.variant, early.probe) == (FULL, False)


def test_nobody_strict_is_probed_on() -> None:
    due = dataclasses.replace(BAD, probe_at=NOW)
    assert chosen(TABLE, History({Q8.key: due, FULL.key: PASSING}), tier_strict=True) is FULL


def test_a_probe_is_not_worth_more_than_what_passes() -> None:
    due = dataclasses.replace(BAD, probe_at=NOW)
    assert chosen(TABLE, History({FULL.key: due, Q8.key: PASSING})) is Q8


def test_served_above_the_tier_it_says_so() -> None:
    only = table_of([BIG])
    decision = route(Asked(), only, NO_HISTORY, NOW)
    assert (decision.tier, decision.upgraded) == ("realtime", True)
    with pytest.raises(NoVariantError) as refused:
        route(Asked(tier_strict=True), only, NO_HISTORY, NOW)
    assert refused.value.code == "tier_unavailable"


def test_where_all_of_a_tier_are_quarantined_the_tier_above_answers() -> None:
    table = table_of([Q8, BIG])
    decision = route(Asked(), table, History({Q8.key: BAD}), NOW)
    assert (decision.variant, decision.upgraded) == (BIG, True)
    strict = route(Asked(tier_strict=True), table, History({Q8.key: BAD}), NOW)
    assert (strict.variant, strict.why, strict.upgraded) == (Q8, "only_quarantined", False)


def test_one_provider_is_not_put_out_of_service_by_its_gates() -> None:
    decision = route(Asked(), table_of([Q8]), History({Q8.key: BAD}), NOW)
    assert (decision.variant, decision.why) == (Q8, "only_quarantined")


def test_realtime_is_never_less_than_full_precision_where_it_is_strict() -> None:
    decision = route(Asked(tier="realtime"), table_of([Q8]), NO_HISTORY, NOW)
    assert (decision.variant, decision.tier, decision.upgraded) == (Q8, "standard", False)
    with pytest.raises(NoVariantError) as refused:
        route(Asked(tier="realtime", tier_strict=True), table_of([Q8]), NO_HISTORY, NOW)
    assert refused.value.code == "tier_unavailable"


def test_the_network_is_kept_off_where_it_is_forbidden() -> None:
    network = variant("n", prompt_nano=1, open_weight=True, vetted=True, served_by="atlas_network")
    table = table_of([network, Q8])
    assert chosen(table) is network
    assert chosen(table, forbid_atlas_network=True) is Q8
    with pytest.raises(NoVariantError) as refused:
        route(Asked(forbid_atlas_network=True), table_of([network]), NO_HISTORY, NOW)
    assert refused.value.code == "network_forbidden"


def test_a_pin_keeps_its_precision_and_takes_the_cheapest_provider() -> None:
    dear = variant("x", quantization="full", prompt_nano=900, open_weight=True)
    table = table_of([dear, FULL, Q8, Q4])
    assert chosen(table, model="meta/llama") is FULL
    assert chosen(table, model="meta/llama@q4") is Q4
    assert chosen(table, History({FULL.key: BAD}), model="meta/llama") is dear
    assert chosen(table, model="meta/llama", provider="b", quantization="q8") is not FULL


def test_a_pin_keeps_its_tier() -> None:
    decision = route(Asked(model="openai/big"), TABLE, NO_HISTORY, NOW)
    assert (decision.tier, decision.upgraded) == ("realtime", True)
    with pytest.raises(NoVariantError) as refused:
        route(Asked(model="openai/big", tier="batch", tier_strict=True), TABLE, NO_HISTORY, NOW)
    assert refused.value.code == "tier_unavailable"


def test_a_name_that_only_upstream_uses_is_taken_while_it_means_one_model() -> None:
    one = variant("a", "openai/big", upstream_model="big")
    other = variant("b", "acme/big", upstream_model="big")
    assert chosen(table_of([one]), model="big") is one
    with pytest.raises(NoVariantError) as refused:
        route(Asked(model="big"), table_of([one, other]), NO_HISTORY, NOW)
    assert refused.value.code == "model_not_found"


def test_what_a_model_lacks_is_never_asked_of_it() -> None:
    blind = dataclasses.replace(Q8, lacks=frozenset({"images"}), prompt_nano=1)
    table = table_of([blind, FULL])
    assert chosen(table, needs=frozenset({"images"})) is FULL
    with pytest.raises(NoVariantError) as refused:
        route(Asked(needs=frozenset({"images"})), table_of([blind]), NO_HISTORY, NOW)
    assert (refused.value.code, "images" in refused.value.message) == ("not_supported", True)


def test_embeddings_stay_with_one_model() -> None:
    """Vectors of two models cannot be compared, whatever the other costs."""
    first = variant("a", "acme/embed", "full", kind="embedding", prompt_nano=9)
    cheaper_place = variant("b", "acme/embed", "full", kind="embedding", prompt_nano=5)
    cheaper_model = variant("c", "other/embed", "full", kind="embedding", prompt_nano=1)
    table = table_of([first, cheaper_place, cheaper_model])
    decision = route(Asked(SMART_EMBEDDING, kind="embedding"), table, NO_HISTORY, NOW)
    assert decision.variant is cheaper_place
    assert [each.entry for each in decision.fallbacks] == ["a"]
    with pytest.raises(NoVariantError):
        route(Asked("acme/embed"), table, NO_HISTORY, NOW)


def test_a_provider_that_is_down_is_asked_last() -> None:
    down = frozenset({"b"})
    assert route(Asked(), TABLE, NO_HISTORY, NOW, down=down).variant is FULL
    assert route(Asked(), table_of([Q8]), NO_HISTORY, NOW, down=down).variant is Q8


@pytest.mark.parametrize(
    ("table", "asked", "code", "word"),
    [
        (table_of([]), Asked(), "no_provider", "Operations, Providers"),
        (table_of([dataclasses.replace(Q8, ready=False)]), Asked(), "no_provider", "key of b"),
        (TABLE, Asked("acme/none"), "model_not_found", "atlas-1"),
        (TABLE, Asked(SMART_EMBEDDING, kind="embedding"), "no_provider", "embedding"),
    ],
)
def test_a_refusal_says_what_to_do(table: ProviderTable, asked: Asked, code: str, word: str) -> None:
    with pytest.raises(NoVariantError) as refused:
        route(asked, table, NO_HISTORY, NOW)
    assert refused.value.code == code
    assert word in refused.value.message
