"""The rules for items as functions: nothing is too strange to be read, and every path leads somewhere."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.datasets import DatasetItemCreate
from atlas_desktop.domain.expected import Fault, Fit
from atlas_desktop.server.dataset_rules import (
    CONTENT,
    EMPTY_HASH,
    Content,
    Source,
    Wanted,
    all_rejected,
    check_tagged,
    content_hash,
    content_of,
    dataset_hash,
    misfit,
    read_items,
)
from atlas_desktop.server.refusals import Refusal

WANTED = Wanted("greet", "1", "1")
names = st.sampled_from([*CONTENT, "messages", "role", "content", "x y"])
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
chats = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "system"]), "content": texts}),
    min_size=1,
    max_size=3,
).map(lambda messages: {"messages": messages})
good = st.fixed_dictionaries(
    {"input": chats, "expected_output": texts | st.dictionaries(texts, st.integers(-9, 9))},
    optional={
        "weight": st.floats(0.001, 1000),
        "split": texts.filter(bool),
        "predicted": texts | st.lists(texts),
    },
)


def source(**more: Any) -> Source:
    given_values: dict[str, Any] = {
        "call_id": "c",
        "operation": "greet",
        "schema_version": None,
        "fp_prompt": None,
        "request": {"messages": [{"role": "user", "content": "hello"}], "temperature": 1},
        "answer": "hi",
        "correction": None,
        "good": False,
    }
    return Source(**given_values | more)


@given(st.lists(anything | good, max_size=8))
def test_every_item_is_read_or_rejected_with_a_path(values: list[Any]) -> None:
    read, rejected = read_items(values)
    assert sorted([*read, *rejected]) == list(range(len(values)))
    for index, item in read.items():
        made = content_of(index, item, None, WANTED)
        if not isinstance(made, Content):
            rejected[index] = made
    for index, problems in rejected.items():
        assert problems
        for problem in problems:
            assert problem["path"].startswith("$")
            assert problem["message"]
        assert all_rejected({index: problems}).status == 422


@given(good)
def test_a_good_item_says_what_it_was_given(value: dict[str, Any]) -> None:
    read, rejected = read_items([value])
    assert not rejected
    made = content_of(0, read[0], None, WANTED)
    assert isinstance(made, Content)
    assert {name: made.wire[name] for name in value} == value
    assert made.fp_prompt.startswith("fp_p_")
    shuffled = dict(random.Random(1).sample(list(made.wire.items()), len(made.wire)))
    assert content_hash(shuffled) == made.hash == content_hash(orjson.loads(orjson.dumps(made.wire)))


@given(st.lists(st.binary(min_size=32, max_size=32)), st.randoms())
def test_the_hash_of_a_dataset_knows_its_items_and_not_their_order(
    hashes: list[bytes], rng: random.Random
) -> None:
    mixed = list(hashes)
    rng.shuffle(mixed)
    assert dataset_hash(mixed) == dataset_hash(hashes)
    assert dataset_hash([*hashes, b"\x00" * 32]) != dataset_hash(hashes)
    assert (dataset_hash(hashes) == EMPTY_HASH) == (not hashes)


@pytest.mark.parametrize(
    ("more", "first", "words"),
    [
        ({}, "1", None),
        ({"schema_version": "1"}, "1", None),
        ({"schema_version": "2"}, "1", "is of schema_version 2, not 1"),
        ({}, "0", "has no schema_version and counts as of schema_version 0, not 1"),
        ({"operation": "part"}, "1", "of the operation part, not greet"),
    ],
)
def test_what_a_call_must_be(more: dict[str, Any], first: str, words: str | None) -> None:
    item = DatasetItemCreate(source_call_id="c", expected_output="x")
    made = content_of(0, item, source(**more), Wanted("greet", "1", first))
    if words is None:
        assert isinstance(made, Content)
        assert made.input == {"messages": [{"role": "user", "content": "hello"}]}
        assert made.predicted == "hi"
    else:
        assert isinstance(made, list)
        assert [problem["path"] for problem in made] == ["$.source_call_id"]
        assert words in made[0]["message"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"good": True}, "hi"),
        ({"correction": "better"}, "better"),
        ({"correction": "", "good": True}, ""),
        ({"correction": "better", "good": True}, "better"),
    ],
)
def test_what_is_expected_where_the_item_does_not_say(more: dict[str, Any], expected: str) -> None:
    made = content_of(0, DatasetItemCreate(source_call_id="c"), source(**more), WANTED)
    assert isinstance(made, Content)
    assert made.expected_output == expected
    unsaid = content_of(0, DatasetItemCreate(source_call_id="c"), source(), WANTED)
    assert isinstance(unsaid, list)
    assert [problem["path"] for problem in unsaid] == ["$.expected_output"]


def test_a_missing_call_is_one_problem_and_an_untagged_one_a_conflict() -> None:
    item = DatasetItemCreate(source_call_id="c")
    assert content_of(0, item, None, WANTED) == [
        {"path": "$.source_call_id", "message": "there is no such call"}
    ]
    check_tagged({0: item, 1: DatasetItemCreate()}, {"c": source()})
    with pytest.raises(Refusal) as refused:
        check_tagged({4: item}, {"c": source(operation=None)})
    assert refused.value.error["code"] == "call_not_tagged"


def test_a_misfit_is_told_by_its_path() -> None:
    fit = Fit({}, (Fault((), "is bad"), Fault(("a", 0), "is worse")))
    assert misfit(fit) == [
        {"path": "$.expected_output", "message": "is bad"},
        {"path": "$.expected_output.a[0]", "message": "is worse"},
    ]


def test_a_flood_of_problems_is_cut_to_the_first_of_each() -> None:
    rejected = {n: [{"path": f"$.{m}", "message": "m"} for m in range(100)] for n in range(100)}
    refusal = all_rejected(rejected)
    details = refusal.error["details"]
    assert [each["loc"] for each in details] == [["items", n, "$.0"] for n in range(100)]
