"""Why a call has no whole answer: what the gateway writes, and what anybody may have put there."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app import failure
from atlas_desktop.app.failure import failure_of, was_cut
from atlas_desktop.contract.calls import Call
from atlas_desktop.server.gateway import upstream_errors
from atlas_desktop.server.gateway.live_call import CUT
from tests.app.desk import some_calls


def call(finish: str | None, error: Any = None) -> Call:
    (made,) = some_calls(1)
    return Call.model_validate(
        made | {"response": made["response"] | {"finish_reason": finish}, "delivery": {"error": error}}
    )


@pytest.mark.parametrize(
    ("finish", "error", "words"),
    [
        ("stop", None, ""),
        (None, None, ""),
        ("error", "provider_unreachable", "The provider could not be reached."),
        ("error", "context_length_exceeded", "context length exceeded"),
        ("error", 5, "It failed."),
        ("cancelled", None, "The client went away before it ended."),
        ("interrupted", None, "Atlas ended before the answer did."),
    ],
)
def test_it_is_said_why(finish: str | None, error: Any, words: str) -> None:
    assert failure_of(call(finish, error)) == words
    assert was_cut(call(finish, error)) == bool(words)


def test_everything_the_gateway_writes_has_words() -> None:
    assert set(failure._CUT) == CUT
    written = Path(upstream_errors.__file__).read_text("utf-8")
    assert set(re.findall(r'"(provider_\w+)"', written)) == set(failure._FAILED)


@given(st.text(), st.none() | st.booleans() | st.text() | st.lists(st.integers()))
def test_whatever_a_server_writes_is_told(finish: str, error: Any) -> None:
    assert len(failure_of(call(finish, error))) <= 120
