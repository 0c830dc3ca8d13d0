"""What an act changes of an opinion, and what the next one repeats of it."""

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.opinion import (
    EMPTY,
    KEEP,
    MOST_TAGS,
    NO_EDIT,
    UNSURE_TAG,
    Edit,
    Opinion,
    as_edit,
    edited,
    fits,
    repeated,
    with_verdict,
)
from atlas_desktop.store.said import NOTE_TAG, keep, keep_edit, opinion_of, payload_of, recall, recall_edit
from tests.store.making import said_on_server

texts = st.text(max_size=20).filter(lambda text: text.encode("utf-8", "replace").decode() == text)
tags = st.sampled_from(("tone:rude", "accuracy:partial", "x", "review:unsure", "späß:ja"))
some_tags = st.lists(tags, max_size=4, unique=True).map(tuple)
given_tags = some_tags.map(lambda found: tuple(tag for tag in found if tag != UNSURE_TAG))
verdicts = st.sampled_from(("up", "down", "unsure", "clear"))
opinions = st.builds(
    Opinion,
    st.sampled_from((None, "thumbs_up", "thumbs_down")),
    st.none() | texts,
    some_tags,
    st.none() | texts.filter(bool),
)
edits = st.builds(
    Edit,
    st.none() | verdicts,
    st.just(KEEP) | st.none() | texts,
    given_tags,
    given_tags,
    st.just(KEEP) | st.none() | texts,
)


@given(opinions)
def test_an_edit_that_names_nothing_changes_nothing(opinion: Opinion) -> None:
    assert edited(opinion, NO_EDIT) == opinion


@given(opinions, verdicts)
def test_a_verdict_alone_is_an_edit(opinion: Opinion, verdict: str) -> None:
    assert edited(opinion, as_edit(verdict)) == with_verdict(opinion, verdict)  # type: ignore[arg-type]


@given(opinions, edits)
def test_said_twice_is_said_once(opinion: Opinion, edit: Edit) -> None:
    once = edited(opinion, edit)
    assert edited(once, edit) == once


@given(opinions, texts)
def test_a_correction_implies_thumbs_down_only_where_nothing_was_rated(opinion: Opinion, text: str) -> None:
    after = edited(opinion, Edit(correction=text))
    assert after.correction == text
    assert after.rating == (opinion.rating or "thumbs_down")
    assert not after.unsure
    assert (after.comment, set(after.tags) | {UNSURE_TAG}) == (
        opinion.comment,
        set(opinion.tags) | {UNSURE_TAG},
    )


def test_a_correction_marked_unsure_stays_unsure_when_that_is_said_with_it() -> None:
    after = edited(EMPTY, Edit(verdict="unsure", correction="maybe"))
    assert (after.unsure, after.correction) == (True, "maybe")


@given(opinions)
def test_taking_a_correction_back_leaves_the_rest(opinion: Opinion) -> None:
    after = edited(opinion, Edit(correction=None))
    assert after == Opinion(opinion.rating, None, opinion.tags, opinion.comment)


@given(opinions, some_tags, some_tags)
def test_tags_come_and_go_by_name_and_each_is_there_once(
    opinion: Opinion, add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    after = edited(opinion, Edit(add_tags=add, remove_tags=remove))
    assert set(after.tags) == (set(opinion.tags) - set(remove)) | set(add)
    assert len(after.tags) == len(set(after.tags))


def test_a_call_has_room_for_fifty_tags_but_loses_none_it_has() -> None:
    full = Opinion(tags=tuple(f"t:{n}" for n in range(MOST_TAGS)))
    assert fits(full, EMPTY)
    more = edited(full, Edit(add_tags=("one:more",)))
    assert not fits(more, full)
    crowded = Opinion(tags=tuple(f"t:{n}" for n in range(60)))
    assert fits(edited(crowded, Edit(verdict="up")), crowded)


@given(opinions)
def test_an_opinion_is_kept_and_recalled_as_it_is(opinion: Opinion) -> None:
    assert recall(keep(opinion)) == opinion


@given(edits)
def test_an_edit_is_kept_and_recalled_as_it_is(edit: Edit) -> None:
    assert recall_edit(keep_edit(edit)) == edit


def test_a_note_alone_is_sent_with_a_tag_of_its_own_and_read_without_it() -> None:
    import orjson

    note = edited(EMPTY, Edit(comment="look at the date"))
    body = orjson.loads(payload_of("fb_1", "chatcmpl-1", note, None))
    assert (body["comment"], body["tags"]) == ("look at the date", [NOTE_TAG])
    stored = said_on_server("chatcmpl-1", 1, comment=body["comment"], tags=body["tags"])
    assert opinion_of(stored) == note
    rated = orjson.loads(payload_of("fb_1", "chatcmpl-1", edited(note, Edit("up")), None))
    assert "tags" not in rated


def test_the_dot_repeats_verdict_and_tags_but_no_texts() -> None:
    acts = (
        Edit(add_tags=("tone:rude", "x")),
        Edit(verdict="down", correction="better", comment="why"),
        Edit(remove_tags=("x",)),
    )
    assert repeated(acts) == Edit(verdict="down", add_tags=("tone:rude",), remove_tags=("x",))
    assert repeated((Edit(add_tags=("x",)), Edit(verdict="clear"))) == Edit(verdict="clear")
    assert repeated((Edit(correction="better"),)) == NO_EDIT


@given(st.lists(edits, max_size=4).map(tuple), opinions)
def test_what_is_repeated_gives_the_tags_the_acts_gave(acts: tuple[Edit, ...], opinion: Opinion) -> None:
    before = after = Opinion(tags=opinion.tags)
    for edit in acts:
        after = edited(after, edit)
    added = set(after.tags) - set(before.tags) - {UNSURE_TAG}
    again = edited(before, repeated(acts))
    assert added <= set(again.tags)
