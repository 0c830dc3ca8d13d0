"""What a new schema asks of an answer that the old one did not."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.schema_change import SchemaChange, schema_changes

SUMMARY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 200},
        "priority": {"type": "string", "enum": ["low", "medium", "high"]},
    },
    "required": ["summary", "priority"],
}


def changed(**properties: Any) -> dict[str, Any]:
    after = deepcopy(SUMMARY)
    after["properties"] |= properties
    return after


def test_the_seeds_second_version() -> None:
    after = changed(confidence={"type": "number", "minimum": 0, "maximum": 1})
    after["required"].append("confidence")
    assert schema_changes(SUMMARY, after) == (SchemaChange("added", "confidence", must=True),)
    assert schema_changes(after, SUMMARY) == (SchemaChange("removed", "confidence"),)


def test_each_way_to_change_a_field() -> None:
    after = changed(
        priority={"type": "string", "enum": ["low", "high"]}, summary={"type": ["string", "null"]}
    )
    after["required"] = ["priority"]
    assert schema_changes(SUMMARY, after) == (
        SchemaChange("optional", "summary"),
        SchemaChange("type", "summary"),
        SchemaChange("rules", "summary"),
        SchemaChange("values", "priority"),
    )


def test_words_about_a_schema_change_no_answer() -> None:
    after = deepcopy(SUMMARY) | {"title": "Ticket"}
    after["properties"]["summary"]["description"] = "One sentence."
    assert schema_changes(SUMMARY, after) == ()


def test_lists_are_walked() -> None:
    def listed(unit: dict[str, Any]) -> dict[str, Any]:
        return {"properties": {"answers": {"type": "array", "items": {"properties": {"unit": unit}}}}}

    assert schema_changes(listed({"enum": ["a"]}), listed({"enum": ["a", "b"]})) == (
        SchemaChange("values", "answers[].unit"),
    )


def test_a_schema_or_none() -> None:
    assert schema_changes(None, None) == ()
    assert schema_changes(None, SUMMARY) == schema_changes(SUMMARY, None) == (SchemaChange("rules", ""),)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["properties", "items", "required", "type", "enum", "title", "a", "minimum"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values, json_values)
def test_equal_schemas_differ_in_nothing_and_others_are_looked_at_without_failing(one: Any, two: Any) -> None:
    assert schema_changes(one, deepcopy(one)) == ()
    schema_changes(one, two)
