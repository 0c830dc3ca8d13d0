import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.dataset_plan import (
    Candidate,
    Plan,
    Planned,
    Recipe,
    Target,
    brief,
    plan_all,
    plan_one,
)

SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
CALL = Candidate(1, "chatcmpl-1", "extract", "2", 7, "What is the total?", '{"total": 1}', None, good=True)
TARGET = Target("extract", "2", "1", SCHEMA)


def planned(recipe: Recipe | None = None, target: Target = TARGET, **parts: Any) -> Planned:
    return plan_one(replace(CALL, **parts), recipe or Recipe(), target)


def test_a_correction_is_expected_before_the_answer_and_becomes_an_object() -> None:
    made = planned(correction='{ "total": 2 }')
    assert (made.state, made.value, made.corrected) == ("ready", {"total": 2}, True)


def test_what_is_expected_is_what_the_recipe_says() -> None:
    for expects, good, corrected, state in (
        ("corrections", True, False, "nothing_expected"),
        ("corrections", False, True, "ready"),
        ("corrections_and_good", True, False, "ready"),
        ("corrections_and_good", False, False, "nothing_expected"),
        ("everything", False, False, "ready"),
    ):
        made = planned(
            Recipe(expects=expects),  # type: ignore[arg-type]
            good=good,
            correction='{"total": 3}' if corrected else None,
        )
        assert made.state == state, (expects, good, corrected)


def test_what_the_server_would_refuse_is_known_before() -> None:
    assert planned(operation=None).state == "untagged"
    assert planned(operation="other").state == "other_operation"
    assert planned(schema_version="1").state == "other_version"
    assert planned(schema_version=None).state == "other_version"
    assert planned(target=replace(TARGET, first_version="2"), schema_version=None).state == "ready"
    wrong = planned(correction='{"total": "3"}')
    assert (wrong.state, wrong.faults[0].place) == ("not_conforming", ("total",))
    assert planned(correction="no JSON").state == "not_conforming"


def test_without_a_schema_texts_stay_texts_unless_objects_are_wanted() -> None:
    free = Target("extract", "2")
    assert planned(target=free).value == '{"total": 1}'
    assert planned(Recipe(objects=True), target=free).value == {"total": 1}
    assert planned(Recipe(objects=True), target=free, answer="3").value == "3"


def test_an_item_in_brief_is_one_short_line_and_no_value() -> None:
    made = brief(planned(correction='{"total": 2}', title="t"))
    assert (made.value, made.text, made.state) == (None, '{"total": 2}', "ready")


def some(number: int, *, prompts: int, answers: int, seed: int) -> list[Planned]:
    lots = random.Random(seed)
    return [
        planned(
            call=at, call_id=f"c{at}", prompt=lots.choice([None, *range(prompts)]),
            correction=f'{{"total": {lots.randrange(answers)}}}',
        )
        for at in range(number)
    ]  # fmt: skip


WHOLE = st.builds(
    some, st.integers(0, 40), prompts=st.integers(1, 12), answers=st.integers(1, 3), seed=st.integers(0, 99)
)


@given(WHOLE, st.integers(0, 90))
def test_a_plan_keeps_every_call_and_counts_right(items: list[Planned], share: int) -> None:
    plan = plan_all(items, Recipe(test_share=share))
    assert [each.call for each in plan.items] == [each.call for each in items]
    assert sum(count for _, count in plan.states) == len(items)
    assert plan.count("ready") == len(plan.ready)
    assert sum(count for _, count in plan.splits) == (len(plan.ready) if share else 0)


@given(WHOLE)
def test_one_of_equal_items_stays_and_the_rest_are_duplicates(items: list[Planned]) -> None:
    plan = plan_all(items, Recipe())
    ready = [(each.prompt, each.key) for each in plan.ready if each.prompt is not None]
    assert len(ready) == len(set(ready))
    assert {(each.prompt, each.key) for each in items} == {(each.prompt, each.key) for each in plan.ready}
    assert plan_all(items, Recipe(one_of_equal=False)).count("duplicate") == 0


@given(WHOLE)
def test_a_contradiction_is_one_prompt_with_several_expected_outputs(items: list[Planned]) -> None:
    plan = plan_all(items, Recipe(one_of_equal=False))
    by_number: dict[int, set[int | None]] = {}
    for each in plan.ready:
        others = {one.key for one in plan.ready if one.prompt == each.prompt}
        assert bool(each.clash) == (each.prompt is not None and len(others) > 1)
        if each.clash:
            by_number.setdefault(each.clash, set()).add(each.prompt)
    assert sorted(by_number) == list(range(1, plan.clashes + 1))
    assert all(len(prompts) == 1 for prompts in by_number.values())


@given(WHOLE, st.integers(1, 90), st.randoms(use_true_random=False))
def test_a_split_does_not_depend_on_the_order_and_tears_no_prompt_apart(
    items: list[Planned], share: int, shuffle: random.Random
) -> None:
    recipe = Recipe(test_share=share, one_of_equal=False)

    def splits(plan: Plan) -> dict[int, str | None]:
        return {each.call: each.split for each in plan.items}

    told = splits(plan_all(items, recipe))
    mixed = list(items)
    shuffle.shuffle(mixed)
    assert splits(plan_all(mixed, recipe)) == told
    for each in items:
        same = {told[one.call] for one in items if one.prompt == each.prompt is not None}
        assert len(same) <= 1
    assert sum(split == "test" for split in told.values()) <= round(len(items) * share / 100)


def test_the_share_is_met_where_no_prompt_is_asked_twice() -> None:
    items = [planned(call=at, call_id=f"c{at}", prompt=at) for at in range(50)]
    assert dict(plan_all(items, Recipe(test_share=20)).splits) == {"test": 10, "train": 40}
