"""Embeddings and judges: what is asked, and what an answer is worth."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.evaluators import EmbeddingConfig, JudgeConfig
from atlas_desktop.domain.scoring.embedding import score_embedding
from atlas_desktop.domain.scoring.judge import fresh_fence, judge_messages, judge_score

VECTORS = {
    "east": [2.0, 0.0],
    "north": [0.0, 3.0],
    "west": [-1.0, 0.0],
    "far east": [9.0, 0.0],
    "nothing": [0.0, 0.0],
    "odd": [math.nan, 1.0],
}


def embed(texts: list[str]) -> list[list[float]]:
    return [VECTORS[text] for text in texts]


@pytest.mark.parametrize(
    ("output", "value", "passed"), [("far east", 1.0, True), ("north", 0.5, False), ("west", 0.0, False), ("east", 1.0, True)]
)  # fmt: skip
def test_a_cosine_is_between_0_and_1(output: str, value: float, passed: bool) -> None:
    score = score_embedding(EmbeddingConfig(threshold=0.6), output, "east", embed)
    assert score.value == pytest.approx(value)
    assert score.passed is passed
    assert score_embedding(EmbeddingConfig(), output, "east", embed).passed is None


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200, 1e308])
def test_how_long_a_vector_is_says_nothing(size: float) -> None:
    score = score_embedding(EmbeddingConfig(), "a", "b", lambda _: [[size, 0.0], [size, size]])
    assert score.value == pytest.approx((1 + 2**-0.5) / 2)


@given(st.lists(st.floats(-2, 2).filter(lambda each: abs(each) > 1e-3), min_size=1, max_size=20))
def test_the_same_direction_is_exactly_one(vector: list[float]) -> None:
    assert score_embedding(EmbeddingConfig(), "a", "b", lambda _: [vector, vector]).value == 1.0


def test_what_has_no_direction_has_no_score() -> None:
    for output in ("nothing", "odd"):
        assert score_embedding(EmbeddingConfig(), output, "east", embed).reason == "no_model"
    assert score_embedding(EmbeddingConfig(), "east", None, embed).reason == "no_expected_output"


def test_an_embedding_of_a_field() -> None:
    config = EmbeddingConfig(threshold=0.5, field="/to")
    assert score_embedding(config, '{"to": "far east"}', '{"to": "east"}', embed).value == 1.0
    assert score_embedding(config, "{}", '{"to": "east"}', embed).passed is False
    assert score_embedding(config, '{"to": "east"}', "{}", embed).reason == "no_expected_output"


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ('{"score": 0.25, "reasoning": "r"}', 0.25), ('{"score": 7}', None), ('{"score": -3}', None), ('{"score": 85}', None), ('{"score": 1}', 1.0),
        ('{"score": true}', None), ('{"score": "0.9"}', None), ('{"score": null}', None), ("{}", None), ("0.9", None),
        ('{"score": 0, "score": 1}', None), ('{"score": 1, "reasoning": "\\ud800"}', None), ("[1]", None), ("", None), ("score: 1", None), ('{"score": NaN}', None), ('{"score": 1e999}', None),
        ('```json\n{"score": 1}\n```', None), ('{"score": 0.5}' + " " * 70_000, None),
    ],
)  # fmt: skip
def test_a_reply_is_a_number_or_nothing(reply: str, value: float | None) -> None:
    score = judge_score(reply)
    assert score.value == value
    assert score.reason == (None if value is not None else "judge_nonsense")


REPLIES = st.text(max_size=100) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["score", "reasoning", "x"]), inner),
    max_leaves=6,
).map(json.dumps)  # fmt: skip


@given(REPLIES)
def test_no_reply_makes_a_number_up(reply: str) -> None:
    score = judge_score(reply)
    if score.value is None:
        assert score.reason == "judge_nonsense"
        assert score.words
    else:
        said = json.loads(reply)["score"]
        assert type(said) in (int, float)
        assert score.value == said
        assert 0 <= said <= 1


@given(st.text(max_size=300), st.text(max_size=50), st.text(max_size=50))
def test_data_stays_between_the_marks(output: str, question: str, expected: str) -> None:
    fence = fresh_fence()
    asked = judge_messages(
        JudgeConfig(rubric="Be {kind} {0}"), output, fence, messages=[{"role": "user", "content": question}], expected=expected
    )  # fmt: skip
    assert asked is not None
    system, user = asked
    assert "Be {kind} {0}" in system["content"]
    assert output in user["content"]
    assert user["content"].count(fence) == 2 * (2 + bool(output) + bool(expected)) - 2
    assert (system["role"], user["role"]) == ("system", "user")


def test_marks_are_fresh_and_never_in_the_data() -> None:
    assert fresh_fence() != fresh_fence()
    with pytest.raises(ValueError, match="fence"):
        judge_messages(JudgeConfig(rubric="r"), "ends ==1== here", "==1==")


def test_a_judge_sees_the_field_and_every_part_of_a_message() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": [{"type": "text", "text": "What?"}, {"type": "image_url"}]},
        {"role": "assistant"},
    ]
    asked = judge_messages(
        JudgeConfig(rubric="r", field="/a"), '{"a": "this", "b": "not that"}', "==", messages=messages
    )
    assert asked is not None
    assert "this" in asked[1]["content"]
    assert "not that" not in asked[1]["content"]
    assert "What?" in asked[1]["content"]
    assert judge_messages(JudgeConfig(rubric="r", field="/a"), "{}", "==") is None
