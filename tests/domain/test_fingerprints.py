"""The four fingerprints, against published vectors and against the definition of canonical JSON."""

import hashlib
import json
import math
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.fingerprints import canonical_json, fingerprints

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("fingerprint_vectors.json").read_text("utf-8")
)["vectors"]
BY_NAME = {vector["name"]: vector["fingerprints"] for vector in VECTORS}

integers = st.integers(-(2**70), 2**70)
floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | integers | floats | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_published_vectors(vector: dict[str, Any]) -> None:
    found = fingerprints(vector["request"], vector["message"])
    assert found.model_dump(by_alias=True) == vector["fingerprints"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors_are_what_they_say_they_are(vector: dict[str, Any]) -> None:
    for name, text in vector["canonical"].items():
        expected = text and f"fp_{name[0]}_{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        assert vector["fingerprints"][name] == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("plain", "key_order", "prompt exchange schema cache"),
        ("plain", "absent_versus_null", "prompt exchange schema cache"),
        ("plain", "unnamed_fields", "prompt exchange schema cache"),
        ("plain", "other_model", "prompt exchange schema"),
        ("plain", "other_answer", "prompt schema cache"),
        ("nfc_composed", "nfc_decomposed", "prompt exchange schema cache"),
        ("number_one", "number_one_point_zero", "prompt exchange schema cache"),
        ("zero", "minus_zero", "prompt exchange schema cache"),
        ("plain", "zero", "prompt exchange schema"),
        ("no_answer", "null_content", "prompt exchange schema cache"),
        ("no_answer", "empty_content", "prompt exchange schema cache"),
        ("no_answer", "name_only", "prompt exchange schema cache"),
        ("plain", "json_object", "prompt schema"),
        ("tool_schema", "tool_without_type", "prompt exchange schema"),
        ("tool_schema", "tool_described_otherwise", "prompt exchange schema"),
        ("plain", "response_schema", "prompt"),
    ],
)
def test_what_counts_and_what_does_not(one: str, other: str, same: str) -> None:
    equal = {name for name in BY_NAME[one] if BY_NAME[one][name] == BY_NAME[other][name]}
    assert equal == set(same.split())


def test_nulls() -> None:
    assert BY_NAME["plain"]["schema"] is None
    assert BY_NAME["tool_without_parameters"]["schema"] is None
    assert BY_NAME["no_answer"]["exchange"] is None
    assert BY_NAME["tool_schema"]["exchange"] is not None


def reference(value: Any) -> Any:
    """The value as the definition wants it before RFC 8785: NFC, no null members, doubles beyond 2^53."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [reference(item) for item in value]
    if isinstance(value, dict):
        kept = {key: reference(member) for key, member in value.items() if member is not None}
        named = {unicodedata.normalize("NFC", key): member for key, member in kept.items()}
        return named if len(named) == len(kept) else kept
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return float(value)
    return value


@given(json_values)
def test_canonical_json_is_rfc_8785_to_the_byte(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(reference(value))


@given(json_values)
def test_canonical_json_reads_back_as_itself(value: Any) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(texts, json_values, max_size=5), st.randoms(use_true_random=False))
def test_key_order_never_matters(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


def test_keys_that_are_one_in_nfc_lose_nothing() -> None:
    one = {"\u00e9": 1, "e\u0301": 2}
    assert canonical_json(one) == canonical_json(dict(reversed(one.items())))
    assert canonical_json(one) != canonical_json({"\u00e9": 1, "e\u0301": 3})
    assert canonical_json(one) != canonical_json({"\u00e9": 2, "e\u0301": 1})


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 10**400, "\ud800", {"\ud800": 1}, ["\udfff"]]
)
def test_what_json_cannot_carry_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        canonical_json(value)
    with pytest.raises(ValueError, match=r"\S"):
        canonical_json([{"x": [0.5, value]}])


@given(json_values, texts)
def test_fingerprints_never_fail_on_json(content: Any, text: str) -> None:
    request = {"model": text, "messages": [{"role": text, "content": content}], "response_format": content}
    found = fingerprints(request, {"role": "assistant", "content": content})
    assert found.prompt.startswith("fp_p_")
    assert len(found.cache) == len("fp_c_") + 24


def test_real_calls_differ_where_they_differ(shared_data: Path) -> None:
    prompts: dict[str, set[bytes]] = {}
    for file in sorted(shared_data.glob("calls_*.jsonl")):
        for line in file.read_bytes().splitlines():
            call = json.loads(line)
            found = fingerprints(call, {"content": call["output"], "tool_calls": call.get("tool_calls")})
            prompts.setdefault(found.prompt, set()).add(canonical_json(call["messages"]))
            assert (found.exchange is None) == (not call["output"] and not call.get("tool_calls"))
    assert len(prompts) > 3_000
    assert [texts for texts in prompts.values() if len(texts) > 1] == []
