"""Why this one and why not the others; and what a call costs, exactly."""

from decimal import ROUND_HALF_EVEN, Decimal

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.providers import RouteTrace
from atlas_desktop.domain.routing.model import NO_HISTORY, Asked, History, NoVariantError, Track
from atlas_desktop.domain.routing.prices import cost_nano, nano_of, usd_of
from atlas_desktop.domain.routing.route import route
from atlas_desktop.domain.routing.table import ProviderTable, table_of
from atlas_desktop.domain.routing.trace import MOST_STEPS, explain
from tests.domain.routing.tables import MODELS, NOW, histories, requests, tables, variant


@settings(max_examples=200, deadline=None)
@given(st.data(), tables(), requests(("atlas-1", *MODELS)))
def test_a_trace_names_the_chosen_and_gives_every_other_a_reason(
    data: st.DataObject, drawn: ProviderTable, asked: Asked
) -> None:
    history = data.draw(histories(drawn))
    try:
        decision = route(asked, drawn, history, NOW)
    except NoVariantError:
        return
    told = RouteTrace.model_validate_json(orjson.dumps(explain(decision)))
    named = [(step.model, step.quantization, step.provider) for step in told.considered]
    assert len(named) == len(set(named)) <= MOST_STEPS
    assert [step.why for step in told.considered].count("chosen") == 1
    assert (told.model, told.quantization, told.provider) == decision.variant.key
    kept = [each for each in drawn.variants if asked.model in ("atlas-1", each.model)]
    if asked.model == "atlas-1" and told.tier != "realtime":
        # Few are shown of those that come after the chosen one; the others are counted.
        assert {each.key for each in kept} >= set(named)
        assert len(named) + sum(told.more.values()) == len({each.key for each in kept})
    for step, key in zip(told.considered, named, strict=True):
        quarantined = key in history.quarantined
        if step.why == "quarantined":
            assert quarantined
        if step.why in ("unproven", "behind"):
            assert not quarantined


def test_a_trace_of_a_long_table_stays_short_and_says_how_many_are_not_shown() -> None:
    many = [variant(f"p{n}", prompt_nano=n, open_weight=True) for n in range(1000)]
    off = [variant(f"o{n}", ready=False) for n in range(200)]
    passing = History({many[500].key: Track("passing", 30)})
    told = explain(route(Asked(), table_of(many + off), passing, NOW))
    assert len(told["considered"]) == MOST_STEPS
    assert sum(told["more"].values()) == 1200 - MOST_STEPS
    assert (told["more"]["not_shown"], told["provider"]) == (1000 - 21, "p500")
    assert len(orjson.dumps(told)) < 8000


def test_a_trace_says_why_not() -> None:
    table = table_of(
        [
            variant("cheap", quantization="q4", prompt_nano=1, open_weight=True),
            variant("fallen", prompt_nano=2, open_weight=True, vetted=True),
            variant("good", prompt_nano=3, open_weight=True, vetted=True),
            variant("dear", prompt_nano=4, open_weight=True),
            variant("net", prompt_nano=1, open_weight=True, served_by="atlas_network"),
            variant("dumb", lacks=frozenset({"tools"})),
            variant("off", ready=False),
            variant("fast", quantization="full", tiers=frozenset({"realtime"})),
        ]
    )
    fallen = History({table.variants[1].key: Track("quarantined", 9, {}, NOW, NOW + 60)})
    asked = Asked(forbid_atlas_network=True, needs=frozenset({"tools"}))
    told = explain(route(asked, table, fallen, NOW))
    assert {step["provider"]: step["why"] for step in told["considered"]} == {
        "cheap": "unproven",
        "fallen": "quarantined",
        "good": "chosen",
        "dear": "behind",
        "net": "network_forbidden",
        "dumb": "lacks",
        "off": "no_key",
        "fast": "other_tier",
    }
    assert told["asked"]["forbid_atlas_network"] is True


TOKENS = st.integers(0, 10**7)
PRICES = st.integers(0, 10**12)


@given(TOKENS, TOKENS, TOKENS, PRICES, PRICES, st.none() | PRICES)
def test_a_price_is_exact_to_the_nano_dollar(
    prompt: int, completion: int, cached: int, per_prompt: int, per_completion: int, per_cached: int | None
) -> None:
    one = variant(prompt_nano=per_prompt, completion_nano=per_completion, cached_nano=per_cached)
    read = min(cached, prompt) if per_cached is not None else 0
    whole = Decimal((prompt - read) * per_prompt + read * (per_cached or 0) + completion * per_completion)
    wanted = (whole / 10**6).quantize(Decimal(1), ROUND_HALF_EVEN)
    assert cost_nano(one, prompt, completion, cached) == wanted


@given(st.decimals(0, 1_000_000, places=6))
def test_dollars_are_taken_as_they_are_written(usd: Decimal) -> None:
    assert nano_of(float(usd)) == nano_of(usd) == int(usd * 10**9)
    assert usd_of(nano_of(usd)) == float(usd)


def test_counts_that_cannot_be_cost_nothing() -> None:
    one = variant(prompt_nano=10**9, completion_nano=10**9, cached_nano=0)
    assert cost_nano(one, -5, 3, 99) == 3000
    assert cost_nano(one, 4, 0, 99) == 0


def test_a_decision_without_history_is_told_too() -> None:
    only = variant("a", open_weight=True, vetted=True)
    told = explain(route(Asked(), table_of([only]), NO_HISTORY, NOW))
    assert (told["why"], told["more"], len(told["considered"])) == ("vetted_default", {}, 1)
