"""What is scored of an item, and what is kept of a score."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.server.evaluation_runs import work
from atlas_desktop.server.evaluation_runs.material import Item, Rule, packed
from atlas_desktop.server.evaluation_runs.texts import as_text, impossible, texts_of

PII = Rule("ev_pii", "regex", {"pattern": "ssn", "must_match": False})
SHAPE = Rule("ev_shape", "json_schema", {}, {"type": "object", "required": ["summary"]})


def item(number: int, **more: Any) -> Item:
    document: dict[str, Any] = {
        "id": f"di_{number}",
        "input": {"messages": []},
        "expected_output": None,
        "predicted": None,
    }
    return Item(number, f"di_{number}", 2.0, orjson.dumps(document | more))


def test_expected_or_recorded() -> None:
    both = item(1, expected_output={"summary": "é"}, predicted="my ssn")
    _, found, _ = work.score_items(packed([PII, SHAPE]), "expected", [both])
    assert [(rule, score, passed, weight) for _, rule, score, passed, weight, _ in found] == [
        ("ev_pii", 1.0, True, 2.0),
        ("ev_shape", 1.0, True, 2.0),
    ]
    assert [orjson.loads(result[5]) for result in found] == [{}, {}]
    _, found, _ = work.score_items(packed([PII, SHAPE]), "recorded", [both])
    assert [(result[2], result[3]) for result in found] == [(0.0, False), (0.0, False)]
    assert orjson.loads(found[0][5])["details"] == [
        {"message": "the pattern is found here", "start": 3, "end": 6}
    ]


def test_what_was_not_recorded_has_no_score_and_says_so() -> None:
    count, found, _ = work.score_items(packed([PII]), "recorded", [item(1, expected_output="x")])
    assert (count, found[0][2], found[0][3]) == (1, None, None)
    assert orjson.loads(found[0][5])["reason"] == "no_prediction"


def test_a_piece_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PIECE_SECONDS", 0.0)
    items = [item(number, expected_output="x") for number in range(5)]
    count, found, _ = work.score_items(packed([PII]), "expected", items)
    assert (count, len(found)) == (1, 1)


def test_findings_are_few_and_short() -> None:
    many = item(1, expected_output="ssn " * 100)
    _, found, _ = work.score_items(packed([PII]), "expected", [many])
    assert len(orjson.loads(found[0][5])["details"]) == 20
    long = Rule("ev_long", "json_schema", {"schema": {"maxLength": 3}})
    _, found, _ = work.score_items(
        packed([long]), "expected", [item(2, expected_output='"' + "x" * 9000 + '"')]
    )
    assert len(found[0][5]) < 1000


def test_expected_outputs_have_nothing_to_compare_with() -> None:
    why = impossible("embedding_match", "expected")
    assert why is not None
    assert (why.value, why.reason) == (None, "nothing_to_compare")
    assert impossible("embedding_match", "recorded") is None
    assert impossible("regex", "expected") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_an_output_is_the_text_it_is(value: Any) -> None:
    text = as_text(value)
    assert text == value if value is None or isinstance(value, str) else orjson.loads(text or "") == value
    stored = orjson.dumps({"expected_output": value, "predicted": "p", "input": {}})
    assert texts_of(stored, "expected").answer == text
    assert texts_of(stored, "expected").expected is None
    assert texts_of(stored, "recorded").expected == text
