"""What a stream's deltas add up to, and what is said of a provider's errors."""

from itertools import pairwise
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.server.gateway.gathering import Gathering
from atlas_desktop.server.gateway.names import may_be_meant
from atlas_desktop.server.gateway.upstream_errors import of_status

TEXT = st.text(max_size=12)
CALL = st.fixed_dictionaries({"id": TEXT, "name": TEXT, "arguments": TEXT})


def cut(text: str, places: list[int]) -> list[str]:
    """The text in pieces."""
    ends = sorted({min(place, len(text)) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(ends)] or [""]


def chunk(delta: Any, reason: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": reason}], **more}


@given(text=TEXT, calls=st.lists(CALL, max_size=3), places=st.lists(st.integers(0, 12), max_size=4))
def test_however_it_was_cut_the_message_is_the_same(
    text: str, calls: list[dict[str, str]], places: list[int]
) -> None:
    gathered = Gathering()
    gathered.add(chunk({"role": "assistant", "content": ""}))
    for piece in cut(text, places):
        gathered.add(chunk({"content": piece}))
        gathered.add(chunk({"content": "of another answer"}, index=1))
    for at, call in enumerate(calls):
        gathered.add(
            chunk(
                {
                    "tool_calls": [
                        {
                            "index": at,
                            "id": call["id"],
                            "type": "function",
                            "function": {"name": call["name"], "arguments": ""},
                        }
                    ]
                }
            )
        )
        for piece in cut(call["arguments"], places):
            gathered.add(chunk({"tool_calls": [{"index": at, "function": {"arguments": piece}}]}))
    gathered.add(chunk({}, "stop"))
    gathered.add({"choices": [], "usage": {"prompt_tokens": 1}})
    message = gathered.message()
    assert (message["role"], message["content"]) == ("assistant", text)
    assert [{"id": tool["id"], **tool["function"]} for tool in message.get("tool_calls", [])] == calls
    assert gathered.text == text + "".join(call["arguments"] for call in calls)
    assert (gathered.finish_reason, gathered.usage) == ("stop", {"prompt_tokens": 1})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "index", "tool_calls", "function", "usage", "content"])
            | TEXT,
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["choices", "usage", "error"]), JSON, max_size=3), max_size=4)
)
def test_whatever_a_provider_sends_is_taken_or_passed_over(chunks: list[dict[str, Any]]) -> None:
    gathered = Gathering()
    for each in chunks:
        gathered.add(each)
    orjson.dumps(gathered.message())
    assert isinstance(gathered.text, str)


@given(
    status=st.integers(201, 599),
    body=JSON.map(lambda value: str(value).encode()) | st.binary(max_size=40),
    pause=st.text(max_size=8),
)
def test_every_status_is_a_refusal_of_ours(status: int, body: bytes, pause: str) -> None:
    error = of_status("lab", status, {"retry-after": pause}, body)
    assert error.sent
    assert error.refusal.status in (400, 429, 502, 504)
    if error.refusal.status == 429:
        assert 1 <= int(error.refusal.headers["retry-after"]) <= 3600


@given(word=TEXT | st.sampled_from(["sk-abc", "sk_live_x", "key-123", "Bearer", "nm_live_x", "a" * 65]))
def test_only_plain_words_of_a_provider_are_repeated(word: str) -> None:
    body = orjson.dumps({"error": {"code": word, "param": word, "message": word}})
    error = of_status("lab", 400, {}, body).refusal.error
    if error["param"] is not None:
        assert error["code"] == error["param"] == word
        assert word.isascii()
        assert len(word) <= 64
        assert not {" ", "/", ":", "@"} & set(word)
        assert not word.startswith(("sk-", "sk_", "key-1", "Bearer", "nm_"))


def test_a_name_may_not_lead_where_it_should_not() -> None:
    for name, address, meant in (
        ("api.openai.com", "104.18.7.192", True),
        ("gpu.corp.example", "10.0.0.7", True),
        ("gpu.corp.example", "127.0.0.1", False),
        ("gpu.corp.example", "::1", False),
        ("gpu.corp.example", "::ffff:127.0.0.1", False),
        ("gpu.corp.example", "169.254.169.254", False),
        ("gpu.corp.example", "fe80::1%eth0", False),
        ("gpu.corp.example", "0.0.0.0", False),
        ("gpu.corp.example", "224.0.0.1", False),
        ("localhost", "127.0.0.1", True),
        ("localhost", "::1", True),
    ):
        assert may_be_meant(name, address) is meant, (name, address)
