"""The table of the design, row by row, and what holds for every answer there can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.sync.answers import Fault, Judgement, Queue, Scope, judge

SCOPES: tuple[Scope, ...] = ("item", "single", "batch", "read", "page")


def status(number: int, code: str | None = None, *, from_atlas: bool = True) -> Fault:
    return Fault("status", number, code, from_atlas=from_atlas)


@pytest.mark.parametrize(
    ("fault", "scope", "item", "queue"),
    [
        (Fault("not_sent"), "batch", "ready", Queue.HOST),
        (Fault("tls"), "batch", "ready", Queue.TLS),
        (Fault("ambiguous"), "batch", "unknown", Queue.HOST),
        *[(Fault("too_large"), scope, "unknown", Queue.LATER) for scope in ("single", "batch", "read")],
        (Fault("too_large"), "page", "unknown", Queue.SMALLER),
        (status(422), "page", "ready", Queue.VERSION),
        (Fault("ambiguous", timed_out=True), "single", "unknown", Queue.HOST),
        *[(status(n), "batch", "ready", Queue.LATER) for n in (408, 425, 429, 503)],
        *[(status(n), "batch", "unknown", Queue.LATER) for n in (500, 502, 504, 599)],
        (status(409, "feedback_conflict"), "single", "conflict", Queue.GO_ON),
        (status(409, "feedback_conflict"), "item", "conflict", Queue.GO_ON),
        (status(409, "feedback_id_reused"), "single", "rejected", Queue.GO_ON),
        *[(status(n), "single", "rejected", Queue.GO_ON) for n in (400, 404, 410, 413, 415, 422)],
        *[(status(n), "item", "rejected", Queue.GO_ON) for n in (400, 403, 404, 410, 413, 415, 422)],
        *[(status(n), "batch", "ready", Queue.BISECT) for n in (400, 409, 410, 415, 422)],
        (status(413), "batch", "ready", Queue.SMALLER),
        *[
            (status(n), scope, "ready", Queue.AUTH)
            for n in (401, 403)
            for scope in ("single", "batch", "read")
        ],
        (status(401), "item", "ready", Queue.AUTH),
        (status(404), "batch", "ready", Queue.VERSION),
        (status(404, from_atlas=False), "single", "ready", Queue.VERSION),
        (status(501), "single", "ready", Queue.VERSION),
        (status(501), "item", "ready", Queue.VERSION),
        (status(405), "single", "ready", Queue.VERSION),
        (status(421), "batch", "ready", Queue.VERSION),
        *[(status(n), "read", "ready", Queue.VERSION) for n in (400, 404, 409, 410, 413, 422)],
        *[(status(n), "single", "ready", Queue.REDIRECT) for n in (301, 302, 303, 307, 308)],
        (Fault("redirect"), "batch", "ready", Queue.REDIRECT),
    ],
)
def test_the_table(fault: Fault, scope: Scope, item: str, queue: Queue) -> None:
    assert judge(fault, scope) == Judgement(item, queue)  # type: ignore[arg-type]


@given(number=st.integers(300, 599), scope=st.sampled_from(SCOPES), code=st.none() | st.text(max_size=20))
def test_only_words_about_the_row_itself_take_it_out_of_the_queue(
    number: int, scope: Scope, code: str | None
) -> None:
    judged = judge(status(number, code), scope)
    if judged.item in {"rejected", "conflict"}:
        assert 400 <= number < 500
        assert judged.queue is Queue.GO_ON
        assert scope in {"item", "single"}
    if number >= 500:
        assert judged.item in {"ready", "unknown"}


@given(number=st.integers(300, 599), scope=st.sampled_from(("single", "batch", "read")))
def test_no_failed_request_leaves_the_queue_as_it_was_with_the_row_still_due(
    number: int, scope: Scope
) -> None:
    judged = judge(status(number), scope)
    assert judged.queue is not Queue.GO_ON or judged.item in {"rejected", "conflict"}


@pytest.mark.parametrize("scope", SCOPES)
def test_what_may_have_been_applied_is_never_called_unsent(scope: Scope) -> None:
    for fault in (Fault("ambiguous"), status(500), status(502), status(504)):
        assert judge(fault, scope).item == "unknown"
