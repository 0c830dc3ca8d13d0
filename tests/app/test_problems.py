from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.api import errors as api
from atlas_desktop.app.problems import (
    BugError,
    KnownError,
    Problem,
    problem_from,
    problem_of_trying,
    reason_of,
    report,
)
from atlas_desktop.database import errors as database
from atlas_desktop.logs import forget_secret, register_secret


def subclasses(kind: type[Any]) -> list[type[Any]]:
    direct: list[type[Any]] = kind.__subclasses__()
    return [each for one in direct for each in (one, *subclasses(one))]


def examples() -> list[BaseException]:
    refusal = api.Refusal(
        status=400, type="invalid_request_error", message="no", code="x", request_id="req_1"
    )
    found: list[BaseException] = []
    for kind in subclasses(api.AtlasError):
        if issubclass(kind, api.ApiStatusError):
            found.append(kind(refusal))
        elif kind is api.Redirected:
            found.append(api.Redirected("moved", host="other.example"))
        else:
            found.append(kind("because"))
    found += [kind("because") for kind in subclasses(database.DatabaseError)]
    found += [
        PermissionError(13, "Permission denied", "some/file"),
        TimeoutError(),
        ValueError("odd"),
        BugError("us"),
    ]
    return found


@pytest.mark.parametrize("error", examples(), ids=lambda error: type(error).__name__)
def test_every_problem_says_what_happened_what_is_safe_and_what_to_do(error: BaseException) -> None:
    problem = problem_from(error, "sync")
    assert problem.title
    assert problem.detail
    assert problem.safe
    assert problem.action
    assert problem.at == "sync"
    assert "error" not in problem.title.lower()
    assert "error" not in problem.action.lower()
    assert problem.bug == (not isinstance(error, api.AtlasError | database.DatabaseError | OSError))


def test_the_request_id_is_told() -> None:
    refusal = api.Refusal(status=500, type="internal_error", message="broke", request_id="req_42")
    problem = problem_from(api.InternalServerError(refusal))
    assert problem.request_id == "req_42"
    assert "req_42" in report(problem)


def test_a_request_id_is_said_once() -> None:
    refusal = api.Refusal(status=401, type="authentication_error", message="No such key", request_id="req_42")
    problem = problem_from(api.AuthenticationError(refusal))
    assert problem.detail == "The server says: No such key."
    assert "req_42" not in problem.sentence


@pytest.mark.parametrize("error", examples(), ids=lambda error: type(error).__name__)
def test_who_tries_a_key_may_have_rated_nothing_yet(error: BaseException) -> None:
    problem = problem_of_trying(error)
    assert problem.at == "connection"
    if isinstance(error, api.AtlasError):
        assert "you rated" not in problem.sentence
        assert "not sent yet" not in problem.sentence
        assert "old one" not in problem.sentence


def test_a_known_error_keeps_its_own_words() -> None:
    problem = Problem("code", "Title", "Detail.", "Safe.", "Do.", at="list")
    assert problem_from(KnownError(problem), "sync") is problem


CANARY = "nm_live_canary_Zq3vT9sLx0w7Rk5bYc2h"


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"bad key {CANARY}"),
        OSError(5, f"with {CANARY}"),
        api.NotSent(f"to https://x/{CANARY}"),
        database.FileUnavailable(f"row {CANARY}"),
        KeyError("hush-hush-hush"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_key_comes_through(error: BaseException) -> None:
    register_secret("hush-hush-hush")
    try:
        problem = problem_from(error)
        for text in (repr(problem), problem.sentence, report(problem)):
            assert CANARY not in text
            assert "hush-hush" not in text
    finally:
        forget_secret("hush-hush-hush")


@given(st.text())
def test_a_reason_is_one_short_line(text: str) -> None:
    reason = reason_of(ValueError(text))
    assert reason
    assert len(reason) <= 300
    assert len(reason.splitlines()) == 1
