"""Selections against plain sets, and what verdicts do to an opinion."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain import selection as sel
from atlas_desktop.domain.opinion import EMPTY, UNSURE_TAG, Opinion, with_verdict
from atlas_desktop.domain.query import Query

TOTAL = 12
EVERYTHING = frozenset(range(TOTAL))
QUERY = Query()
calls = st.integers(0, TOTAL - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("toggle"), calls),
        st.tuples(st.just("extend"), st.frozensets(calls)),
        st.tuples(st.just("invert"), st.none()),
    ),
    max_size=12,
)


@given(steps)
def test_a_selection_is_the_set_it_stands_for(taken: list[tuple[str, object]]) -> None:
    selection: sel.Selection = sel.NONE
    model: frozenset[int] = frozenset()
    for step, argument in taken:
        if isinstance(argument, int):
            selection, model = sel.toggle(selection, argument), model ^ {argument}
        elif isinstance(argument, frozenset):
            selection, model = sel.extend(selection, argument), model | argument
        else:
            selection, model = sel.invert(selection, QUERY), EVERYTHING - model
        assert {call for call in EVERYTHING if sel.contains(selection, call)} == model, step
        assert sel.count(selection, TOTAL) == len(model)


tags = st.lists(st.sampled_from(("tone:ok", UNSURE_TAG, "accuracy:partial")), unique=True, max_size=3).map(
    tuple
)
opinions = st.builds(
    Opinion,
    rating=st.sampled_from((None, "thumbs_up", "thumbs_down")),
    correction=st.none() | st.text(max_size=5),
    tags=tags,
    comment=st.none() | st.text(max_size=5),
)


@given(opinions)
def test_verdicts_change_the_rating_and_carry_the_rest(opinion: Opinion) -> None:
    kept = tuple(tag for tag in opinion.tags if tag != UNSURE_TAG)
    for verdict, rating in (("up", "thumbs_up"), ("down", "thumbs_down")):
        after = with_verdict(opinion, verdict)  # type: ignore[arg-type]
        assert after == Opinion(rating, opinion.correction, kept, opinion.comment)  # type: ignore[arg-type]
        assert not after.unsure
    unsure = with_verdict(opinion, "unsure")
    assert unsure.unsure
    marked = tuple(dict.fromkeys((*opinion.tags, UNSURE_TAG)))
    assert unsure == Opinion(None, opinion.correction, marked, opinion.comment)
    assert with_verdict(opinion, "clear") == EMPTY
