"""Any filter in any order, against plain Python; facets, folds and same prompts."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.domain.filter import parse_query
from atlas_desktop.domain.filter.facets import FACETS
from atlas_desktop.domain.filter.fields import FIELDS, SHAPES
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.domain.query import Column, Field, Query, Sort, Term, Words
from atlas_desktop.store import audit, browse
from atlas_desktop.store.drafts import Draft
from atlas_desktop.store.rows import CallRow
from atlas_desktop.store.store import Store
from tests.store.brute_force import counts, matching, ordered
from tests.store.making import NOW, a_call, a_page, open_store, said_on_server, with_calls

NUMBER = 60
NAMES: dict[Field, tuple[str, ...]] = {
    "operation": ("classify", "classify_intent", "Sum_%"), "customer": ("north/a", "north/b", "North", "Law firm"),
    "model": ("gpt-4", "gpt-4o", "none"), "provider": ("one", "two"), "quantization": ("q4", "q8"),
    "tier": ("batch",), "schema_version": ("1", "2"), "finish": ("stop", "length", "Σ"),
    "tag": ("tone:rude", "accuracy:partial", "it's"),
}  # fmt: skip
OFTEN: dict[Field, tuple[str, ...]] = {
    "after": ("1h", "30h", "yesterday", "2026-11-19", "2026-11-20T00:15:30Z"), "before": ("1h", "30h", "today", "2026-11-20T05:30"),
    "latency": ("100ms", "1s"), "cost": ("0.001", "0.02"), "size": ("400B", "0.5kB"),
    "id": ("chatcmpl-000007", "chatcmpl-x"), "fingerprint": ("fp_e_" + "0" * 24, "fp_p_" + "0" * 24),
}  # fmt: skip


def _made(number: int) -> dict[str, Any]:
    """A call whose fields come and go in different rhythms."""

    def one_of(field: Field, rhythm: int, *, optional: bool = True) -> str | None:
        names = (*NAMES[field], None) if optional else NAMES[field]
        return names[number // rhythm % len(names)]

    delivery = {
        "provider": one_of("provider", 2), "quantization": one_of("quantization", 3), "tier": one_of("tier", 5),
        "latency_ms": None if number % 11 == 0 else number * 37 % 2000, "cost_usd": number % 7 / 100 or None,
    }  # fmt: skip
    finish = one_of("finish", 2)
    answer = {"message": {"role": "assistant", "content": f"answer {number % 4}"}, "finish_reason": finish}
    return a_call(
        number, number, operation_id=one_of("operation", 1), customer=one_of("customer", 1, optional=False),
        model=one_of("model", 3, optional=False), schema_version=one_of("schema_version", 4), response=answer,
        delivery=None if number % 13 == 0 else delivery, passed=(None, True, False)[number % 3],
        metered=bool(number % 5), ask=("refund card", "question", "refund the order_id")[number % 3],
        created_at=(NOW - timedelta(minutes=37 * (number // 2))).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        **_heard(number),
    )  # fmt: skip


def _heard(number: int) -> dict[str, Any]:
    if number % 4:
        return {}
    said = said_on_server(
        f"chatcmpl-{number:06d}", number, by=("ada", "bob")[number % 3 == 0],
        rating=(None, "thumbs_up", "thumbs_down")[number % 3], tags=list(NAMES["tag"][: number % 4]) or ["x"],
        correction="better" if number % 8 == 0 else None,
    )  # fmt: skip
    return {"feedback": said.model_dump(mode="json"), "feedback_count": 1}


async def _fill(store: Store) -> None:
    await store.identity.put("reviewer", "ada")
    await store.pull.apply(a_page(*(_made(n) for n in range(1, NUMBER + 1)), after=NUMBER), 0)
    await store.decisions.decide([3, 4, 9], "up", now=NOW)
    await store.decisions.decide([5, 6, 12, 24], "unsure", now=NOW)
    await store.decisions.decide([8, 16, 7], "clear", now=NOW)
    await store.decisions.decide([10, 11, 20], "down", now=NOW)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[CallRow]]]:
    """Sixty different calls, some rated here and some elsewhere; and their rows, newest first."""
    with asyncio.Runner() as runner:
        store = open_store(tmp_path_factory.mktemp("filters") / "atlas.db")
        runner.run(_fill(store))
        rows = runner.run(_rows(store))
        yield store, rows
        runner.run(store.close())


async def _rows(store: Store) -> list[CallRow]:
    return await store.calls.rows(await store.calls.ids(Query()))


def _term_of(field: Field) -> st.SearchStrategy[Term]:
    shape, negated = SHAPES[field], st.booleans()
    if shape.kind == "name":
        known = st.sampled_from((*NAMES[field], "cl", "g", "nobody", "", "%"))
        named = st.builds(Term, st.just(field), known, st.sampled_from(("is", "starts")), negated)
        return named | st.builds(Term, st.just(field), st.just(""), st.just("none"), negated)
    if shape.kind == "choice":
        values = tuple(each for each in shape.choices if each not in ("conflict", "later", "draft"))
        return st.builds(Term, st.just(field), st.sampled_from(values), st.just("is"), negated)
    often = st.sampled_from(OFTEN[field])
    if shape.kind == "quantity":
        return st.builds(Term, st.just(field), often, st.sampled_from(("gt", "ge", "lt", "le")), negated)
    return st.builds(Term, st.just(field), often, st.just("is"), negated)


some_terms = st.lists(
    st.sampled_from([field for field in FIELDS if field != "fingerprint"]).flatmap(_term_of), max_size=4
)
some_words = st.lists(
    st.builds(Words, st.sampled_from(("refund", "question", "card")), st.just(False), st.booleans()),
    max_size=2,
)
sorts = st.builds(Sort, st.sampled_from(get_args(Column)), st.booleans())


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(Query, some_terms, some_words, sorts))
def test_a_filter_means_what_plain_python_says(filled: tuple[Store, list[CallRow]], query: Query) -> None:
    store, rows = filled
    wanted = ordered(matching(rows, query), query.sort)
    with asyncio.Runner() as runner:
        reader = store.database.read
        found = runner.run(reader(lambda connection: browse.ids(connection, query, NOW)))
        assert list(found) == [row.seq for row in wanted]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(Query, some_terms, some_words))
def test_facets_count_what_one_would_get(filled: tuple[Store, list[CallRow]], query: Query) -> None:
    query = query.without("after", "before")
    store, rows = filled
    with asyncio.Runner() as runner:
        facets = runner.run(store.calls.facets(query))
    assert facets.total == len(matching(rows, query))
    for field, wanted in counts(rows, query).items():
        found = {
            None if value.term.op == "none" and field != "passed" else value.term.value: value.count
            for value in facets.of(field)
        }
        assert {value: number for value, number in found.items() if number} == wanted
        asked = {
            term.value if term.op == "is" else None for term in query.of(field) if term.op in ("is", "none")
        }
        assert asked <= found.keys()
        numbers = [value.count for value in facets.of(field)]
        assert numbers == sorted(numbers, reverse=True)


async def test_the_vocabulary_has_every_value(filled: tuple[Store, list[CallRow]]) -> None:
    store, _ = filled
    words = await store.calls.vocabulary()
    assert words.total == NUMBER
    for field in FACETS:
        assert sum(value.count for value in words.of(field)) >= (NUMBER if field != "tag" else 1)
    assert await store.calls.customers() == [
        (value.term.value, value.count) for value in words.of("customer")
    ]


async def test_facets_are_listed_in_a_fixed_order_and_asked_ones_stay(
    filled: tuple[Store, list[CallRow]],
) -> None:
    store, _ = filled
    facets = await store.calls.facets(parse_query("model:nobody rating:bad"))
    assert tuple(facets.fields) == FACETS
    assert facets.of("model")[-1].term == Term("model", "nobody")
    assert facets.total == 0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await with_calls(tmp_path / "atlas.db", 4)
    yield store
    assert await store.database.read(audit.violations) == []
    await store.close()


async def test_days_begin_at_the_midnight_of_who_asks(store: Store) -> None:
    # The four calls came 1 to 4 minutes before 6:00 UTC.
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    for now, moment, found in (
        (NOW, "2026-11-20T05:58", 2),
        (tokyo, "2026-11-20T05:58", 4),
        (tokyo, "2026-11-20T14:58", 2),
        (tokyo, "2026-11-21", 0),
    ):
        assert len(await store.database.read(partial(browse.ids, query=_since(moment), now=now))) == found


def _since(moment: str) -> Query:
    return Query([Term("after", moment)])


async def test_equal_exchanges_are_one_row_of_a_folded_list(tmp_path: Path) -> None:
    store = open_store(tmp_path / "atlas.db")
    said = (("a", "x"), ("a", "x"), ("a", "y"), ("b", "x"), ("a", "x"), ("c", None), ("c", None))
    calls = [a_call(n, n, ask=ask, answer=answer) for n, (ask, answer) in enumerate(said, 1)]
    await store.pull.apply(a_page(*calls, after=len(said)), 0)
    listed = await store.calls.listed(Query(), fold=True)
    assert list(listed.ids) == [1, 3, 4, 6, 7], "newest first; without content equal to none"
    assert list(listed.stands_for(1)) == [1, 2, 5]
    assert (listed.copies(1), listed.copies(3), listed.leader(5), listed.calls) == (3, 1, 1, 7)
    oldest = await store.calls.listed(Query(order="oldest"), fold=True)
    assert list(oldest.stands_for(5)) == [5, 2, 1]
    await store.decisions.decide([2], "up", now=NOW)
    rated = await store.calls.listed(Query(rating="none"), fold=True)
    assert list(rated.stands_for(1)) == [1, 5], "only what belongs to the filter"
    plain = await store.calls.listed(Query())
    assert (list(plain.ids), plain.groups, plain.calls) == ([1, 2, 3, 4, 5, 6, 7], {}, 7)
    await store.close()


async def test_same_prompt_different_answers(tmp_path: Path) -> None:
    store = open_store(tmp_path / "atlas.db")
    said = (("a", "x"), ("a", "y"), ("b", "x"), ("a", "y"), ("a", "z"), ("a", "y"))
    calls = [a_call(n, n, ask=ask, answer=answer) for n, (ask, answer) in enumerate(said, 1)]
    await store.pull.apply(a_page(*calls, after=len(said)), 0)
    await store.decisions.decide([2, 4], "up", now=NOW)
    await store.decisions.decide([6], "down", now=NOW)
    answers = await store.calls.same_prompt(5)
    assert [(answer.row.output_preview, answer.seqs) for answer in answers] == [
        ("z", (5,)), ("y", (2, 4, 6)), ("x", (1,)),
    ]  # fmt: skip
    assert (answers[1].good, answers[1].bad, answers[1].unsure) == (2, 1, 0)
    assert [answer.seqs for answer in await store.calls.same_prompt(3)] == [(3,)]
    assert await store.calls.same_prompt(99) == ()
    await store.close()


async def test_a_fingerprint_asks_for_equal_exchanges_and_prompts(tmp_path: Path) -> None:
    store = open_store(tmp_path / "atlas.db")
    calls = [a_call(n, n, ask="a", answer="xy"[n % 2]) for n in range(1, 6)]
    await store.pull.apply(a_page(*calls, after=5), 0)
    first = calls[0]
    same = fingerprints({"model": "gpt", **first["request"]}, first["response"]["message"])
    assert same.exchange is not None
    assert list(await store.calls.ids(parse_query(f"fingerprint:{same.exchange}"))) == [1, 3, 5]
    assert len(await store.calls.ids(parse_query(f"fp:{same.prompt}"))) == 5
    assert list(await store.calls.ids(parse_query(f"-fp:{same.exchange}"))) == [2, 4]
    await store.close()


async def test_words_left_out_and_names_in_code(tmp_path: Path) -> None:
    store = open_store(tmp_path / "atlas.db")
    asks = ("call getUserName", "the order_id is wrong", "path a-b/c.d", "東京の天気", "user order")
    await store.pull.apply(a_page(*(a_call(n, n, ask=ask) for n, ask in enumerate(asks, 1)), after=5), 0)
    found = {}
    for line in (
        "username",
        "userName",
        "order_id",
        "order",
        "a-b/c.d",
        "天気",
        "-order user",
        "-order -user",
    ):
        found[line] = list(await store.calls.ids(parse_query(line)))
    assert found == {
        "username": [1], "userName": [1], "order_id": [2], "order": [2, 5], "a-b/c.d": [3], "天気": [4],
        "-order user": [1], "-order -user": [3, 4],
    }  # fmt: skip
    await store.close()


async def test_what_waits_what_is_put_aside_and_what_is_begun(store: Store) -> None:
    await store.decisions.decide([1, 2], "up", now=NOW)
    await store.later.add([3], now=NOW)
    await store.drafts.put(Draft(4, "better", 0, "answer 4", None, "prose", 0))
    found = {
        line: list(await store.calls.ids(parse_query(line))) for line in ("is:unsent", "is:later", "is:draft")
    }
    assert found == {"is:unsent": [1, 2], "is:later": [3], "is:draft": [4]}
    assert list(await store.calls.ids(parse_query("-is:unsent is:later"))) == [3]
    assert list(await store.calls.ids(parse_query("is:draft is:later"))) == [3, 4]
    assert list(await store.calls.ids(parse_query("is:conflict"))) == []
    assert list(await store.calls.ids(parse_query("id:chatcmpl-000002"))) == [2]


async def test_as_many_conditions_as_a_line_can_say_are_answered(store: Store) -> None:
    for word in ("customer:c", "-customer:c", "tag:t", "-tag:t", "latency:>", "w", "-w", "-model:m*"):
        unit = "ms" if word.endswith(">") else ""
        query = parse_query(" ".join(f"{word}{each}{unit}" for each in range(100)))
        assert len(query.terms) + len(query.words) == 100
        assert len(await store.calls.ids(query)) == (4 if word.startswith("-") else 0)
        await store.calls.facets(query)
