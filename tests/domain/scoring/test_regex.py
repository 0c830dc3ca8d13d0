"""Regular expressions: what is found where, what is refused, and that nothing takes long."""

import os
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.evaluators import RegexConfig
from atlas_desktop.domain.scoring.evaluator import score_local
from atlas_desktop.domain.scoring.regex import check_pattern, score_regex
from atlas_desktop.domain.scoring.score import ConfigError


def test_found_and_wanted() -> None:
    for output, wants, value in (
        ("my ssn", True, 1),
        ("my ssn", False, 0),
        ("no", True, 0),
        ("no", False, 1),
    ):
        assert score_regex(RegexConfig(pattern="ssn", must_match=wants), output).value == value
    assert score_regex(RegexConfig(pattern="ssn", inverse=True), "my ssn").passed is False


def test_each_place_of_what_should_not_be_is_named() -> None:
    output = "日本 ssn, 😀 ssn"
    score = score_regex(RegexConfig(pattern="ssn", must_match=False), output)
    assert [output[item.start : item.end] for item in score.details] == ["ssn", "ssn"]
    assert len(score_regex(RegexConfig(pattern="a", must_match=False), "a" * 500).details) == 20
    assert len(score_regex(RegexConfig(pattern="x*", must_match=False), "日本").details) == 1


def test_a_field_is_searched_alone() -> None:
    config = RegexConfig(pattern="^EUR$", field="/answers/0/currency")
    assert score_regex(config, '{"answers": [{"currency": "EUR"}]}').value == 1
    wrong = score_regex(config, '{"answers": [{"currency": "USD"}]}')
    assert wrong.value == 0
    assert wrong.details[0].message == "the pattern is not found in /answers/0/currency"
    assert score_regex(RegexConfig(pattern="EUR"), "USD").details[0].message == "the pattern is not found"
    for output in ("EUR", '{"answers": []}', '{"answers": [[]]}'):
        assert "/answers/0/currency" in score_regex(config, output).details[0].message
    assert score_regex(RegexConfig(pattern=r"^\[1,2\]$", field="/a~1b"), '{"a/b": [1, 2]}').value == 1


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)", "look-ahead"), ("(?<!a)b", "look-behind"), (r"(a)\1", r"\1"), ("(?P<n>a)(?P=n)", "earlier groups"),
        ("a++", "++"), ("(?>a)", "(?>"), (r"\Z", r"\Z"), ("(", "missing )"), ("[a", "missing ]"), ("a{2,1}", "{2,1}"),
        ("*a", "*"), ("\\", "\\"), ("a{1001}", "{1001}"), (r"\p{Foo}", r"\p{Foo}"), ("((a{1,99}){1,99}){1,99}", "repetition"),
        (r"(\pL{100}){10}", "memory"), ("é" * 600, "1024 bytes"), ("\ud800", "surrogate"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(pattern: str, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)) as refused:
        check_pattern(pattern)
    assert refused.value.place == ("pattern",)
    score = score_local("regex", {"pattern": pattern}, "text")
    assert (score.value, score.reason) == (None, "invalid_config")


EVIL = [
    head + tail
    for head in (
        "(a+)+$", "(a|a)*$", "(a|aa)+$", "([a-zA-Z]+)*$", "(.*a){20}$", "(.*a){50}$", "(x+x+)+y", r"(\w+\s?)*$", r"^(\d+)*x",
        "(.*)*=.*", "(a?){50}a{50}", "(a*)*b", "((a*)*)*b", "(?:a{1,100}){1,9}b", "(?i)(ab|ba|aab|abb)*c", r"(([^\n]+)\n?)+;",
        "^(a|b|ab)*c$", ".{0,500}.{0,400}z", "(a{0,30}){0,30}b", r"(\S+\s*)*;", "a.*a.*a.*a.*a.*a.*b", "(.*)(.*)(.*)(.*)(.*)z",
        "[^a]*a[^b]*b[^c]*c", r"(\pL+\s*)*\d$", "(..|.)*z", "x*x*x*x*x*x*x*x*y", "[ab]*a[ab]{20}c", ".{0,500}a.{0,400}c",
        "([ab]{1,30}a){30}c", "(a.{0,200}){4}c",
    )
    for tail in ("", "b", "|z+$", "(c|d)*", r"\d", "{2}", "(?:z)?", ".*z", "[^a]$", "+")
]  # fmt: skip


def test_three_hundred_evil_patterns() -> None:
    """1 MiB each with ATLAS_LONG, else a quarter of that."""
    assert len(EVIL) == 300
    size = 2**20 if os.environ.get("ATLAS_LONG") else 2**18
    texts = ["a" * size, "ab" * (size // 2), "é" * (size // 2)]
    slow = []
    for number, pattern in enumerate(EVIL):
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            score_local("regex", {"pattern": pattern}, texts[number % 3])
            best = min(best, time.process_time() - started)
            if best < 0.1:
                break
        if best >= 0.1:
            slow.append((pattern, round(best, 3)))
    assert slow == []


@given(st.text(max_size=30), st.text(max_size=100))
def test_no_pattern_and_no_text_raises(pattern: str, output: str) -> None:
    score = score_local("regex", {"pattern": pattern}, output)
    assert score.value in (0.0, 1.0) or score.reason == "invalid_config"


@given(st.text(alphabet="ab日😀", min_size=1, max_size=3), st.text(alphabet="ab日😀", max_size=60))
def test_places_are_where_python_finds_them(needle: str, output: str) -> None:
    score = score_regex(RegexConfig(pattern=re.escape(needle), must_match=False), output)
    expected = [match.span() for match in re.finditer(re.escape(needle), output)][:20]
    assert [(item.start, item.end) for item in score.details] == expected


def test_a_text_that_is_too_large_is_not_searched() -> None:
    assert score_local("regex", {"pattern": "a"}, "é" * 600_000).reason == "too_large"


@pytest.mark.parametrize("pattern", [r"\C", r"\C\C", r"[^a]\C", r"a|\C"])
@pytest.mark.parametrize("output", ["é", "aé", "日本語", "🎉a", "x"])
def test_a_match_may_end_inside_a_character(pattern: str, output: str) -> None:
    score = score_regex(RegexConfig(pattern=pattern, inverse=True), output)
    for finding in score.details:
        assert finding.start is not None
        assert finding.end is not None
        assert 0 <= finding.start <= finding.end <= len(output)
