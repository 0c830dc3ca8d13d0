from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.chat import Message
from atlas_desktop.ui.tool_turns import pairs_of


def asks(*ids: Any) -> Message:
    calls = [{"id": each, "function": {"name": f"tool {each}", "arguments": "{}"}} for each in ids]
    return Message.model_validate({"role": "assistant", "tool_calls": calls})


def answers(call: str | None) -> Message:
    return Message.model_validate({"role": "tool", "tool_call_id": call, "content": "done"})


def test_results_find_their_calls_in_any_order() -> None:
    pairs = pairs_of([asks("a", "b"), answers("b"), answers("a")])
    assert pairs.results == {0: {1: 1, 0: 2}}
    assert pairs.paired == {1, 2}
    assert pairs.unmatched == {}


def test_what_finds_none_says_why() -> None:
    pairs = pairs_of([answers("a"), asks("a"), answers("a"), answers("a"), answers(None), answers("z")])
    assert pairs.paired == {2}
    assert set(pairs.unmatched) == {0, 3, 4, 5}
    assert "second" in pairs.unmatched[3]
    assert "which call" in pairs.unmatched[4]


def test_an_id_used_again_is_that_of_the_newest_call() -> None:
    pairs = pairs_of([asks("a"), answers("a"), asks("a"), answers("a")])
    assert pairs.results == {0: {0: 1}, 2: {0: 3}}


def test_ids_that_are_no_text_pair_nothing() -> None:
    assert pairs_of([asks(None, 7), answers("7")]).paired == set()


turn = st.one_of(
    st.lists(st.sampled_from("abc"), max_size=3).map(lambda ids: asks(*ids)),
    st.sampled_from([*"abc", None]).map(answers),
    st.just(Message(role="user", content="x")),
)


@given(st.lists(turn, max_size=12))
def test_every_result_is_shown_once(turns: list[Message]) -> None:
    pairs = pairs_of(turns)
    placed = [at for by_call in pairs.results.values() for at in by_call.values()]
    tools = {at for at, message in enumerate(turns) if message.role == "tool"}
    assert sorted(placed) == sorted(pairs.paired)
    assert pairs.paired | set(pairs.unmatched) == tools
    assert not pairs.paired & set(pairs.unmatched)
    assert all(result > at for at, by_call in pairs.results.items() for result in by_call.values())
