"""Results of a batch that say nothing one can rely on."""

import pytest

from atlas_desktop.contract.errors import ErrorInfo
from atlas_desktop.contract.feedback import FeedbackResult
from atlas_desktop.sync.answers import judge
from atlas_desktop.sync.outcome import fault_of_result

WHY = ErrorInfo(type="invalid_request_error", message="no")


@pytest.mark.parametrize("status", [-1, 0, 1, 100, 199, 600, 999, 10**9])
def test_a_status_that_is_none_does_not_tell_that_it_was_refused(status: int) -> None:
    assert judge(fault_of_result(FeedbackResult(status=status, error=WHY)), "item").item == "unknown"


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_one(status: int) -> None:
    assert judge(fault_of_result(FeedbackResult(status=status, error=WHY)), "item").item == "rejected"
