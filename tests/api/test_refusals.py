"""Error answers: each status to its class, with the server's words, over a real socket."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.api import errors
from atlas_desktop.api.errors import ApiStatusError
from atlas_desktop.api.refusals import refusal_error
from atlas_desktop.contract.errors import STATUS
from tests.api.sockets import listening, raw, whole

CLASSES: dict[int, type[ApiStatusError]] = {
    400: errors.InvalidRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    405: errors.EndpointMissingError,
    408: errors.RequestTimeoutError,
    409: errors.ConflictError,
    410: errors.InvalidRequestError,
    413: errors.RequestTooLargeError,
    415: errors.InvalidRequestError,
    418: errors.InvalidRequestError,
    421: errors.InvalidRequestError,
    422: errors.InvalidRequestError,
    425: errors.RateLimitError,
    429: errors.RateLimitError,
    500: errors.InternalServerError,
    501: errors.EndpointMissingError,
    502: errors.UpstreamError,
    503: errors.NoProviderError,
    504: errors.UpstreamTimeoutError,
    520: errors.InternalServerError,
}


def body(kind: str, **more: object) -> bytes:
    return orjson.dumps({"error": {"message": "the words", "type": kind, "code": "a_code", **more}})


@pytest.mark.parametrize("status", CLASSES)
async def test_each_status_has_its_class(status: int) -> None:
    answer = whole(status, body("some_type", param="rating"), x_request_id="req_1", retry_after="7")
    async with listening(answer) as listener, listener.client() as client:
        with pytest.raises(ApiStatusError) as caught:
            await client.operations.get("summarize")
    error = caught.value
    assert type(error) is CLASSES[status]
    assert (error.status, error.type, error.code, error.param) == (status, "some_type", "a_code", "rating")
    assert str(error) == "the words (request req_1)"
    assert error.retry_after == 7.0


def test_every_type_of_the_contract_has_a_class_of_its_own() -> None:
    found = {
        kind: {type(refusal_error(status, {}, body(kind), None)) for status in statuses if status != 405}
        for kind, statuses in STATUS.items()
    }
    assert all(len(classes) == 1 for classes in found.values())
    assert len({next(iter(classes)) for classes in found.values()}) == len(STATUS)


@pytest.mark.parametrize("status", [404, 500, 401, 502])
async def test_a_page_that_is_no_atlas_error_still_has_its_class(status: int) -> None:
    answer = whole(status, b"<html>nginx</html>", content_type="text/html")
    async with listening(answer) as listener, listener.client() as client:
        with pytest.raises(CLASSES[status]) as caught:
            await client.models.list()
    assert str(status) in str(caught.value)
    assert "nginx" not in str(caught.value)
    assert not caught.value.refusal.from_atlas


async def test_the_words_of_an_error_that_breaks_off_are_lost_but_not_its_status() -> None:
    head = b"HTTP/1.1 401 X\r\ncontent-length: 900\r\nx-request-id: req_9\r\n\r\n{"
    async with listening(raw(head)) as listener, listener.client() as client:
        with pytest.raises(errors.AuthenticationError, match="req_9"):
            await client.models.list()


async def test_an_endless_error_is_cut_and_keeps_its_status() -> None:
    async with listening(whole(503, b"x" * 1_000_000)) as listener, listener.client() as client:
        with pytest.raises(errors.NoProviderError):
            await client.models.list()


@pytest.mark.parametrize(
    ("status", "answer", "missing"),
    [
        (404, b'{"detail":"Not Found"}', True),
        (404, body("not_found_error", code="endpoint_not_found"), True),
        (404, body("not_found_error", code="call_not_found"), False),
        (405, b"", True),
        (501, body("internal_error"), True),
    ],
)
def test_a_missing_endpoint_is_told_from_a_missing_thing(status: int, answer: bytes, missing: bool) -> None:
    error = refusal_error(status, {}, answer, None)
    assert isinstance(error, errors.EndpointMissingError) is missing
    assert isinstance(error, errors.NotFoundError)


SEED_FORM = {
    "error": "ship_gates_unmet",
    "failedGates": [{"evaluator_id": "ev_judge_quality", "score": 0.83, "min_score": 0.88}],
    "message": "1 of 2 ship gates is unmet",
}
OPENAPI_FORM = {
    "error": {"type": "ship_gates_unmet", "message": "1 of 2 ship gates is unmet"},
    "failed_gates": [{"evaluator_id": "ev_judge_quality", "actual_score": 0.83, "min_score": 0.88}],
}


@pytest.mark.parametrize("form", [SEED_FORM, OPENAPI_FORM], ids=["seed", "openapi"])
async def test_both_forms_of_unmet_ship_gates(form: dict[str, object]) -> None:
    answer = whole(400, orjson.dumps(form), x_request_id="req_2")
    async with listening(answer) as listener, listener.client() as client:
        with pytest.raises(errors.ShipGatesUnmetError, match="req_2") as caught:
            await client.operations.get("x")
    (gate,) = caught.value.failed_gates
    assert (gate.evaluator_id, gate.score, gate.min_score) == ("ev_judge_quality", 0.83, 0.88)
    assert caught.value.message == "1 of 2 ship gates is unmet"


def test_gates_that_cannot_be_read_are_still_unmet_gates() -> None:
    answer = orjson.dumps({"error": "ship_gates_unmet", "failedGates": [{"evaluator_id": 7}]})
    assert isinstance(refusal_error(400, {}, answer, None), errors.ShipGatesUnmetError)


def test_details_are_kept_and_words_are_cut() -> None:
    details = [{"loc": ["items", 3, "rating"], "message": "not a thumb"}]
    error = refusal_error(422, {}, body("invalid_request_error", message="x" * 9000, details=details), None)
    assert [(item.loc, item.message) for item in error.details] == [(["items", 3, "rating"], "not a thumb")]
    assert len(str(error)) == 2000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-9, 9)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "type", "code", "param", "details", "failedGates", "loc"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.integers(400, 599), JSON | st.just({"error": "ship_gates_unmet", "failedGates": [1]}))
def test_no_error_body_breaks_the_reader(status: int, answer: object) -> None:
    assert refusal_error(status, {}, orjson.dumps(answer), "req_1").status == status


@given(st.integers(400, 599), st.binary(max_size=200))
def test_no_bytes_break_the_reader(status: int, answer: bytes) -> None:
    assert refusal_error(status, {}, answer, None).status == status
