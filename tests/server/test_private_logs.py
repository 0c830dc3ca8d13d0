"""Errors in the log say what and where, never the text: that may hold what a customer wrote."""

import logging
from collections.abc import Callable

import pytest

from atlas_desktop.contract.chat import Message
from atlas_desktop.logs import kind_and_place
from atlas_desktop.server import rolling
from atlas_desktop.server.evaluation_runs import runs
from atlas_desktop.server.gateway import live_scoring, recorder

CANARY = "the patient's name is 4f1d2c9b"


def an_error() -> BaseException:
    with pytest.raises(ValueError, match="4f1d2c9b") as caught:
        Message.model_validate({"role": {CANARY: 1}, "content": CANARY})
    return caught.value


def test_an_error_is_told_by_its_kind_and_place() -> None:
    told = kind_and_place(an_error())
    assert told.startswith("ValidationError at ")
    assert "test_private_logs.py" in told
    assert "an_error" in told
    assert "4f1d2c9b" not in told
    assert kind_and_place(KeyError(CANARY)) == "KeyError"


@pytest.mark.parametrize("bug", [live_scoring._bug, recorder._bug, runs._bug, rolling._bug])
def test_work_beside_the_requests_logs_no_text(
    bug: Callable[[str, BaseException], None], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        bug("some work", an_error())
    assert "some work ended: ValidationError at" in caplog.text
    assert "4f1d2c9b" not in caplog.text
