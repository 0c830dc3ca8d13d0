"""A schema or a rule over answers that were given."""

import orjson

from atlas_desktop.domain.scoring.trial import try_rule, try_schema

SCHEMA = '{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}'
ANSWERS = ['{"a": 1}', '{"a": "one"}', "not at all", '{"b": 2}']


def test_a_schema_says_which_answers_it_would_reject_and_where() -> None:
    tried = try_schema(SCHEMA, ANSWERS)
    assert tried.schema == orjson.loads(SCHEMA)
    assert (tried.tried, [each.index for each in tried.rejected]) == (4, [1, 2, 3])
    assert [error.path for error in tried.rejected[0].why] == [("a",)]
    assert tried.rejected[1].why == ()
    assert tried.rejected[2].why[0].property == "a"


def test_a_schema_that_is_none_is_marked_where_it_is_wrong() -> None:
    half = try_schema('{"type": "object",', ANSWERS)
    assert (half.schema, half.tried, len(half.problems)) == (None, 0, 1)
    text = '{"properties": {"a": {"type": "integre"}}}'
    (problem,) = try_schema(text, ANSWERS).problems
    assert text[problem.start : problem.end] == '"integre"'
    (problem,) = try_schema('{"a": {"$ref": "http://example.com/s"}}', ANSWERS).problems
    assert "$ref" in problem.message
    assert try_schema("[1]", ANSWERS).problems
    assert try_schema("true", ANSWERS).problems


def test_no_text_is_no_schema() -> None:
    tried = try_schema(" \n", ANSWERS)
    assert (tried.schema, tried.problems, tried.rejected) == (None, (), ())


def test_a_rule_judges_each_answer_with_its_own_schema() -> None:
    one, two = {"required": ["a"]}, {"required": ["b"]}
    tried = try_rule("json_schema", {}, [ANSWERS[0], ANSWERS[0]], [one, two])
    assert [score.value for score in tried.scores] == [1.0, 0.5]
    found = try_rule("regex", {"pattern": "one", "must_match": False}, ANSWERS, [None] * 4)
    assert [score.value for score in found.scores] == [1.0, 0.0, 1.0, 1.0]


def test_a_rule_that_cannot_work_says_where() -> None:
    tried = try_rule("regex", {"pattern": "(?=a)"}, ANSWERS, [None] * 4)
    assert (tried.scores, tried.place) == ((), ("pattern",))
    assert tried.fault
    tried = try_rule("json_schema", {"schema": {"type": "integre"}}, ANSWERS, [None] * 4)
    assert tried.place == ("schema", "type")
