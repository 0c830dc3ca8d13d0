"""What a newer server sends is kept; what a client misspells is refused."""

import importlib
import inspect
import pkgutil
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from atlas_desktop import contract
from atlas_desktop.contract.base import Answer, DropIn, Page, Request
from atlas_desktop.contract.calls import Call, CallChanges
from atlas_desktop.contract.chat import ChatCompletionCreate
from atlas_desktop.contract.embeddings import EmbeddingsCreate
from atlas_desktop.contract.feedback import FeedbackCreate

integers = st.integers(-(2**63), 2**64 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | integers | floats | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
extras = st.dictionaries(st.text("xyz", min_size=3, max_size=6), json_values, max_size=3)


def models(kind: type[BaseModel]) -> list[type[BaseModel]]:
    modules = [
        importlib.import_module(f"atlas_desktop.contract.{found.name}")
        for found in pkgutil.iter_modules(contract.__path__)
    ]
    return [
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, kind) and member.__module__ == module.__name__ and member is not kind
    ]


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """A call as a newer server might send it: something unknown at every level."""
    message = {"role": "user", "content": draw(texts), **draw(extras)}
    fingerprints = {"prompt": "fp_p_0", "exchange": None, "schema": None, "cache": "fp_c_0", **draw(extras)}
    feedback = {
        "id": "fb_1", "object": "feedback", "call_id": "chatcmpl-1", "rating": "thumbs_down", "reviewer": "r",
        "created_at": "2026-11-20T06:09:56.123Z", "revision": 7, **draw(extras),
    }  # fmt: skip
    return {
        "id": "chatcmpl-1", "object": "call", "revision": draw(st.integers(0, 2**63 - 1)),
        "created_at": "2026-11-20T06:09:56.123Z", "customer": "northwind/prod", "operation_id": None,
        "model": "atlas-1",
        "request": {"messages": [message], "tools": [draw(json_values)], "temperature": 0.5, **draw(extras)},
        "response": {"message": message, "finish_reason": "stop", "usage": {"total_tokens": 3, **draw(extras)}},
        "delivery": {"tier": "standard", "fingerprints": fingerprints, "evals": draw(extras), **draw(extras)},
        "scores": [{"evaluator_id": "ev_1", "evaluator_version": 2, "score": None,
                    "evaluated_at": "2026-11-20T06:09:56.123Z", **draw(extras)}],
        "feedback": feedback, "metadata": draw(extras), **draw(extras),
    }  # fmt: skip


@given(calls())
def test_a_call_is_dumped_as_it_came(call: dict[str, Any]) -> None:
    parsed = Call.model_validate_json(orjson.dumps(call))
    assert parsed.model_dump(mode="json", by_alias=True, exclude_unset=True) == call
    assert orjson.loads(parsed.model_dump_json(by_alias=True, exclude_unset=True)) == call


@given(calls(), extras)
def test_lists_and_feeds_keep_what_they_hold(call: dict[str, Any], extra: dict[str, Any]) -> None:
    page = {"object": "list", "data": [call], "has_more": False, "next_cursor": None, **extra}
    assert Page[Call].model_validate(page).model_dump(mode="json", by_alias=True, exclude_unset=True) == page
    gone = {"type": "call.deleted", "id": "chatcmpl-2", **extra}
    feed = {
        "object": "list",
        "data": [{"type": "call", "call": call}, gone],
        "next_after": 9,
        "has_more": True,
    }
    assert CallChanges.model_validate(feed).model_dump(mode="json", by_alias=True, exclude_unset=True) == feed


@pytest.mark.parametrize("model", models(Answer), ids=lambda model: model.__name__)
def test_every_answer_keeps_unknown_fields(model: type[BaseModel]) -> None:
    assert model.model_config["extra"] == "allow"
    assert model.model_config["frozen"]


OURS = [model for model in models(Request) if not issubclass(model, DropIn)]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_request_refuses_them(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate({"zzz_unknown": 1})
    assert ("zzz_unknown",) in [
        error["loc"] for error in refused.value.errors() if error["type"] == "extra_forbidden"
    ]


def test_a_misspelled_field_is_named() -> None:
    with pytest.raises(ValidationError, match="ratting"):
        FeedbackCreate.model_validate({"call_id": "c", "ratting": "thumbs_up"})


def test_only_what_clients_of_openai_send_may_hold_more() -> None:
    """Both are drop-ins: a parameter of a newer client goes on to the provider."""
    lenient = {model for model in models(DropIn) if model.model_config["extra"] == "allow"}
    assert lenient == {ChatCompletionCreate, EmbeddingsCreate}
    asked = {"model": "m", "messages": [{"role": "user", "content": "x"}], "zzz_unknown": 1}
    assert ChatCompletionCreate.model_validate(asked).model_extra == {"zzz_unknown": 1}
