"""The sizes and shapes the contract sets, at the limit and one beyond."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from atlas_desktop.contract.calls import CallFilters, ChangesQuery, RecordedCall
from atlas_desktop.contract.evaluators import JudgeConfig, RegexConfig
from atlas_desktop.contract.feedback import FeedbackBatch, FeedbackCreate
from atlas_desktop.contract.listing import CallImportQuery, ListQuery
from atlas_desktop.contract.operations import OperationCreate, ShipGate

RATED = {"call_id": "c", "rating": "thumbs_up"}
LINE = {"source_id": "s", "model": "m", "messages": [{"role": "user"}], "output": ""}

FITS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (ListQuery, {"limit": 1}),
    (ListQuery, {"limit": 1000}),
    (CallFilters, {"limit": 1000, "tag": ["t"] * 20, "q": "q" * 1000}),
    (ChangesQuery, {"after": 0, "limit": 1000}),
    (ChangesQuery, {"after": 2**63 - 1}),
    (FeedbackCreate, {**RATED, "tags": ["t" * 100] * 50, "comment": "c" * 20_000}),
    (FeedbackCreate, {"call_id": "c", "correction": ""}),
    (FeedbackCreate, {"call_id": "c", "correction": "ü" * (1 << 19)}),
    (FeedbackCreate, {"call_id": "c", "clears": True, "id": "fb_" + "a" * 64}),
    (FeedbackBatch, {"items": [{}] * 1000}),
    (OperationCreate, {"key": "a" * 64}),
    (ShipGate, {"evaluator_id": "ev_1", "min_score": 0}),
    (ShipGate, {"evaluator_id": "ev_1", "min_score": 1}),
    (RegexConfig, {"pattern": "p" * 1024}),
    (CallImportQuery, {"operation": "a.b-c", "customer": "northwind/prod"}),
    (RecordedCall, LINE),
    (RecordedCall, {**LINE, "rating": {"by": "human", "value": 3, "thumb": None}}),
]

BEYOND: list[tuple[type[BaseModel], dict[str, Any], str]] = [
    (ListQuery, {"limit": 0}, "limit"),
    (ListQuery, {"limit": 1001}, "limit"),
    (CallFilters, {"tag": ["t"] * 21}, "tag"),
    (CallFilters, {"rating": "good"}, "rating"),
    (ChangesQuery, {"after": -1}, "after"),
    (ChangesQuery, {"after": 2**63}, "after"),
    (FeedbackCreate, {"call_id": "c"}, ""),
    (FeedbackCreate, {"call_id": "c", "correction": "ü" * (1 << 19) + "."}, "correction"),
    (FeedbackCreate, {"call_id": "", "rating": "thumbs_up"}, "call_id"),
    (FeedbackCreate, {**RATED, "tags": ["t"] * 51}, "tags"),
    (FeedbackCreate, {**RATED, "tags": ["t" * 101]}, "tags"),
    (FeedbackCreate, {**RATED, "tags": [""]}, "tags"),
    (FeedbackCreate, {**RATED, "comment": "c" * 20_001}, "comment"),
    (FeedbackCreate, {**RATED, "clears": True}, ""),
    (FeedbackCreate, {"call_id": "c", "tags": []}, ""),
    (FeedbackCreate, {"call_id": "c", "tags": [], "comment": "well"}, ""),
    (FeedbackCreate, {**RATED, "id": "fb_" + "a" * 65}, "id"),
    (FeedbackCreate, {**RATED, "id": "fb_a\n"}, "id"),
    (FeedbackCreate, {**RATED, "rating": "up"}, "rating"),
    (FeedbackBatch, {"items": []}, "items"),
    (FeedbackBatch, {"items": [{}] * 1001}, "items"),
    (OperationCreate, {"key": "a" * 65}, "key"),
    (OperationCreate, {"key": "A"}, "key"),
    (ShipGate, {"evaluator_id": "ev_1", "min_score": 1.01}, "min_score"),
    (ShipGate, {"evaluator_id": "ev_1", "min_score": float("nan")}, "min_score"),
    (RegexConfig, {"pattern": "p" * 1025}, "pattern"),
    (CallImportQuery, {"operation": "Not A Key"}, "operation"),
    (RecordedCall, {**LINE, "latency_ms": -1}, "latency_ms"),
    (RecordedCall, {**LINE, "cost_usd": float("inf")}, "cost_usd"),
    (RecordedCall, {**LINE, "source_id": ""}, "source_id"),
    (RecordedCall, {**LINE, "messages": "hello"}, "messages"),
]


@pytest.mark.parametrize(("model", "value"), FITS)
def test_what_fits_is_taken(model: type[BaseModel], value: dict[str, Any]) -> None:
    assert model.model_validate(value).model_dump(exclude_unset=True).keys() == value.keys()


@pytest.mark.parametrize(("model", "value", "field"), BEYOND)
def test_what_is_beyond_is_refused_by_name(model: type[BaseModel], value: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(value)
    assert {str(error["loc"][0]) if error["loc"] else "" for error in refused.value.errors()} == {field}


def test_both_published_spellings_of_the_judge() -> None:
    for name in ("judgeModel", "judge_model"):
        judge = JudgeConfig.model_validate({"rubric": "r", name: "atlas-1"})
        assert judge.model_dump(by_alias=True, exclude_unset=True) == {"rubric": "r", "judgeModel": "atlas-1"}


def test_inverse_and_must_match_say_the_same() -> None:
    assert not RegexConfig(pattern="p", inverse=True).wants_match
    assert not RegexConfig(pattern="p", must_match=False).wants_match
    assert RegexConfig(pattern="p").wants_match
