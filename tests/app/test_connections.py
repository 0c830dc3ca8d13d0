import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_desktop.app.connections import base_url_from
from atlas_desktop.app.problems import KnownError

hosts = st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9](\.[a-z]{2,6}){1,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("api.newmen.ai", "https://api.newmen.ai/v1"),
        ("  https://api.newmen.ai/v1/ ", "https://api.newmen.ai/v1"),
        ("HTTPS://Api.Newmen.ai", "https://api.newmen.ai/v1"),
        ("https://atlas.example/team/v1", "https://atlas.example/team/v1"),
        ("localhost:8400", "http://localhost:8400/v1"),
        ("127.0.0.1:8400", "http://127.0.0.1:8400/v1"),
        ("http://[::1]:8400", "http://[::1]:8400/v1"),
        ("127.9.9.9", "http://127.9.9.9/v1"),
    ],
)
def test_an_address_is_made_whole(typed: str, whole: str) -> None:
    assert base_url_from(typed) == whole


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://api.newmen.ai/v1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://user@127.0.0.1",
        "https://user:pass@api.newmen.ai",
        "https://api.newmen.ai/v1?key=nm_live_x",
        "https://api.newmen.ai/#v1",
        "ftp://api.newmen.ai",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://api.newmen.ai:port",
        "https://[::1",
        "https://a b",
    ],
)
def test_what_is_no_safe_address_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(KnownError) as raised:
        base_url_from(typed)
    assert raised.value.problem.code == "bad_address"
    assert raised.value.problem.action


@given(hosts, st.none() | st.integers(1, 65535), st.sampled_from(["", "/", "/v1", "/v1/", "/a/v1"]))
def test_making_whole_twice_changes_nothing(host: str, port: int | None, path: str) -> None:
    once = base_url_from(f"{host}{f':{port}' if port else ''}{path}")
    assert once.startswith("https://")
    assert base_url_from(once) == once


@given(st.text(string.printable) | st.text())
@example("http://\t127.0.0.1")
@example("//x")
def test_any_text_is_a_safe_address_or_a_known_problem(typed: str) -> None:
    try:
        whole = base_url_from(typed)
    except KnownError:
        return
    assert whole.startswith(("https://", "http://127.", "http://localhost", "http://[::1"))
