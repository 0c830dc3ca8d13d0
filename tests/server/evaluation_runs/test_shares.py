"""What is still to do: after a restart exactly what was not written, and never twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.scoring.score import unscored
from atlas_desktop.server.evaluation_runs.material import Rule
from atlas_desktop.server.evaluation_runs.shares import MOST_TROUBLES, Piece, Share, lane_of, left_to_do

RULES = [Rule(f"ev_{name}", "regex", {"pattern": name}) for name in "abc"]
DONE = st.dictionaries(st.sampled_from(["ev_a", "ev_b", "ev_c"]), st.sets(st.integers(0, 20)))


@given(st.integers(0, 20), DONE, st.integers(1, 3), st.integers(1, 9))
def test_what_was_written_is_not_done_again_and_the_rest_is(
    items: int, done: dict[str, set[int]], rules: int, piece: int
) -> None:
    members = [(seq, f"di_{seq}") for seq in range(items)]
    written = {rule: {f"di_{seq}" for seq in seqs} for rule, seqs in done.items()}
    used = RULES[:rules]
    seqs, started = left_to_do(members, used, written)
    share = Share("rules", used, seqs, piece=piece)
    share.put_back(*started)
    made = []
    while share.waiting:
        taken = share.take()
        made += [(seq, rule.id) for seq in taken.seqs for rule in taken.rules]
    lacking = [(seq, rule.id) for seq in range(items) for rule in used if seq not in done.get(rule.id, ())]
    assert sorted(made) == sorted(lacking)


def test_a_piece_in_parts_is_the_same_work() -> None:
    piece = Piece((1, 2, 3), tuple(RULES))
    single = [part for whole in piece.parts() for part in whole.parts()]
    assert [(part.seqs, part.rules) for part in single] == [
        ((seq,), (rule,)) for seq in (1, 2, 3) for rule in RULES
    ]
    assert all(part.parts() == [] for part in single)
    assert piece.rest(3) is None


def test_an_evaluator_that_fails_again_and_again_is_not_asked_about_the_rest() -> None:
    share = Share("asked", RULES[:1], range(100))
    slow = unscored("timeout", "too slow")
    for _ in range(MOST_TROUBLES - 1):
        share.failed("ev_a", slow)
    share.worked("ev_a")
    for _ in range(MOST_TROUBLES - 1):
        share.failed("ev_a", slow)
    assert share.given_up == {}
    share.failed("ev_a", slow)
    assert (share.given_up["ev_a"].value, share.given_up["ev_a"].reason) == (None, "timeout")


def test_rules_are_packed_once_for_a_share() -> None:
    share = Share("rules", RULES, [])
    assert share.pack(RULES) is share.pack(RULES)
    assert share.pack(RULES[:1]) != share.pack(RULES)


def test_each_kind_has_its_lane() -> None:
    kinds: Any = ("regex", "json_schema", "embedding_match")
    assert [lane_of(kind, over_net=False) for kind in kinds] == ["rules", "rules", "model"]
    assert [lane_of(kind, over_net=True) for kind in ("embedding_match", "llm_judge")] == ["asked", "asked"]
