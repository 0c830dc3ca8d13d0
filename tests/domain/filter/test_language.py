"""The filter line: what it means, what is wrong with it, and that nothing breaks it."""

import time

import pytest
from hypothesis import example, given

from atlas_desktop.domain.filter import Fault, format_query, parse, parse_query
from atlas_desktop.domain.filter.language import MOST_TOKENS
from atlas_desktop.domain.query import OLDEST, Query, Sort, Term, Words
from tests.domain.filter.queries import lines, queries


@given(queries())
@example(Query(text="rating:none"))
@example(Query(text=r"\\rating:none"))
@example(Query(text=r"- -- \- -\-x"))
@example(Query(customer='a "quoted" b'))
@example(Query(text='"'))
@example(Query(text='foo"bar" baz'))
@example(Query([Term("provider", "none"), Term("provider", "", "none"), Term("tag", "", "starts")]))
@example(Query([Term("model", "none"), Term("model", "a*"), Term("model", "Law f", "starts", True)]))
@example(Query(words=[Words("custmer:x"), Words("http://x"), Words("x:y"), Words("text:")]))
def test_written_and_read_again_is_the_same(query: Query) -> None:
    parsed = parse(format_query(query))
    assert (parsed.query, parsed.faults) == (query, ())


@given(lines)
@example('customer:"a"*b -"c')
@example("text:text:rating:none")
@example("-text:-x")
@example("\x1f\x85rating:none\xa0x")
def test_any_line_is_read_and_its_own_spelling_is_stable(line: str) -> None:
    parsed = parse(line)
    assert parse_query(format_query(parsed.query)) == parsed.query
    assert format_query(parse_query(format_query(parsed.query))) == format_query(parsed.query)


@given(lines)
def test_every_place_lies_in_the_line(line: str) -> None:
    parsed = parse(line)
    end = 0
    for token in parsed.tokens:
        assert end <= token.start < token.end <= len(line)
        assert token.colon is None or token.start < token.colon <= token.end
        end = token.end
    for fault in parsed.faults:
        assert 0 <= fault.start <= fault.end <= len(line)
        assert fault.message
        assert any(token.start <= fault.start and fault.end <= token.end for token in parsed.tokens)


@given(lines)
def test_what_is_suggested_is_understood(line: str) -> None:
    for fault in parse(line).faults:
        if fault.suggestion is not None:
            mended = line[: fault.start] + fault.suggestion + line[fault.end :]
            left = [
                each for each in parse(mended).faults if each.start == fault.start and not each.unfinished
            ]
            assert all(each.suggestion != fault.suggestion for each in left)


@given(lines)
def test_what_is_not_understood_filters_nothing(line: str) -> None:
    parsed = parse(line)
    said = [token.terms for token in parsed.tokens if token.meaning in ("fault", "unfinished")]
    assert all(not terms for terms in said)
    assert set(parsed.query.terms) == {term for token in parsed.tokens for term in token.terms}


NOT_YET = "A value is missing."


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("", Query()),
        ("operation:summarize_ticket", Query(operation="summarize_ticket")),
        ("customer:northwind/*  rating:none", Query(customer="northwind/*", rating="none")),
        ('customer:"Engineering and Technology" x', Query(customer="Engineering and Technology", text="x")),
        ('refund "a phrase" order:oldest', Query(text='refund "a phrase"', order="oldest")),
        ("rating:none rating:unsure", Query([Term("rating", "none"), Term("rating", "unsure")])),
        ("rating:GOOD Rated:thumbs_up", Query(rating="thumbs_up")),
        ("rating:bad x", Query(rating="thumbs_down", text="x")),
        ("-model:gpt*", Query([Term("model", "gpt", "starts", negated=True)])),
        ('-refund -"a phrase"', Query(words=[Words("refund", negated=True), Words("a phrase", True, True)])),
        ("latency:>2s cost:>0.01", Query([Term("latency", "2s", "gt"), Term("cost", "0.01", "gt")])),
        ("latency:>=2000MS", Query([Term("latency", "2s", "ge")])),
        ("latency:1s..5s", Query([Term("latency", "1s", "ge"), Term("latency", "5s", "le")])),
        ("size:..10kb", Query([Term("size", "10kB", "le")])),
        ("cost:<$.5", Query([Term("cost", "0.5", "lt")])),
        ("after:7d before:2026-11-01", Query([Term("after", "7d"), Term("before", "2026-11-01")])),
        ("passed:fail corrected:TRUE", Query([Term("passed", "no"), Term("corrected", "yes")])),
        ("provider:none", Query([Term("provider", "", "none")])),
        ('provider:"none"', Query([Term("provider", "none")])),
        ("tag:tone:rude is:later", Query([Term("tag", "tone:rude"), Term("is", "later")])),
        ("text:refund", Query(text="refund")),
        (r"\rating:good", Query(text="rating:good")),
        ("http://x foo:bar", Query(text="http://x foo:bar")),
        ('a "b', Query(text='a "b"')),
        ("sort:-latency sort:cost", Query(sort=Sort("cost", descending=False))),
        ("sort:oldest", Query(sort=OLDEST)),
        ("-sort:latency", Query(sort=Sort("latency", descending=True))),
        ("operation:", Query()),
        ("customer: x", Query(text="x")),
        ("-", Query()),
        ("order_id getUserName a-b/c.d", Query(text="order_id getUserName a-b/c.d")),
    ],
)
def test_what_lines_mean(line: str, query: Query) -> None:
    parsed = parse(line)
    assert parsed.query == query
    assert all(fault.message == NOT_YET for fault in parsed.faults)


@pytest.mark.parametrize(
    ("line", "place", "says", "suggestion"),
    [
        ("-rating:godo", (8, 12), "good, bad, unsure or none", "good"),
        ("rating:unsur", (7, 12), "good, bad, unsure or none", "unsure"),
        ("rating:maybe", (7, 12), "good, bad, unsure or none", None),
        ("-custmer:x", (1, 8), "no field custmer", "customer"),
        ("opration:", (0, 8), "no field opration", "operation"),
        ("latency:2s", (8, 10), "< before", ">2s"),
        ("latency:>500", (8, 12), "unit", ">500ms"),
        ("latency:fast", (8, 12), "like >2s", None),
        ("latency:..", (8, 10), "like >2s", None),
        ("cost:>1kB", (5, 9), "like >0.01", None),
        ("after:2026-13-01", (6, 16), "2026-11-01", None),
        ("after:2026/11/1", (6, 15), "2026-11-01", "2026-11-01"),
        ("after:7days", (6, 11), "7d", "7d"),
        ("sort:latncy", (5, 11), "newest", "latency"),
        ("fingerprint:fp_x", (12, 16), "fp_e_", None),
    ],
)
def test_a_fault_has_a_place_words_and_a_suggestion(
    line: str, place: tuple[int, int], says: str, suggestion: str | None
) -> None:
    (fault,) = parse(line).faults
    assert (fault.start, fault.end) == place
    assert says in fault.message
    assert (fault.suggestion, fault.unfinished) == (suggestion, False)
    assert not parse_query(line).filters


@pytest.mark.parametrize("line", ["rating:", "-operation:", 'customer:"', "sort:", "latency:"])
def test_a_value_that_is_still_to_come_is_unfinished(line: str) -> None:
    (fault,) = parse(line).faults
    assert (fault.start, fault.unfinished) == (line.index(":") + 1, True)


def test_the_rest_of_the_line_holds_beside_a_fault() -> None:
    parsed = parse("rating:maybe customer:x refund")
    assert parsed.query == Query(customer="x", text="refund")
    assert parsed.faults == (Fault(7, 12, parsed.faults[0].message),)


def test_tokens_tell_what_each_part_is() -> None:
    tokens = parse('-rating:bad sort:cost "a b" cost:x tag:').tokens
    assert [token.meaning for token in tokens] == ["term", "sort", "words", "fault", "unfinished"]
    assert tokens[0].terms == (Term("rating", "thumbs_down", negated=True),)


@pytest.mark.parametrize(
    "line",
    [
        "word " * 2_000, '"' + "word " * 2_000, " ".join(f"-tag:t{each}" for each in range(500)), "x" * 5_000,
        " ".join(f"k{each}tomer:v" for each in range(900)), "latency:>1s " * 400, "天気" * 5_000,
    ],
)  # fmt: skip
def test_a_page_pasted_into_the_line_is_read_in_time_and_what_is_not_read_is_told(line: str) -> None:
    began = time.perf_counter()
    parsed = parse(line)
    assert time.perf_counter() - began < 0.5
    assert len(parsed.query.terms) + len(parsed.query.words) <= MOST_TOKENS
    assert parsed.faults[-1].end == len(line)
    assert "Too long" in parsed.faults[-1].message
