"""Forty addresses made to be taken for others, and the few that may be opened."""

import pytest

from atlas_desktop.domain.links import LONGEST, inspect

HOSTILE = [
    ("javascript:alert(1)", "scheme"),
    ("JaVaScRiPt:alert(1)", "scheme"),
    ("java\tscript:alert(1)", "hidden"),
    ("javascript://example.com/%0aalert(1)", "scheme"),
    ("vbscript:msgbox(1)", "scheme"),
    ("data:text/html,<script>alert(1)</script>", "scheme"),
    ("data:text/html;base64,PHNjcmlwdD4=", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("file://server/share/canary.png", "scheme"),
    ("FILE:///C:/Windows/win.ini", "scheme"),
    ("\\\\server\\share", "hidden"),
    ("smb://server/share", "scheme"),
    ("ftp://example.com/", "scheme"),
    ("mailto:jane@example.com", "scheme"),
    ("ms-msdt:/id", "scheme"),
    ("x-apple.systempreferences:com.apple", "scheme"),
    ("//example.com/", "scheme"),
    ("example.com", "scheme"),
    ("", "scheme"),
    ("http://example.com/", "not_https"),
    ("https://google.com@evil.example/", "user"),
    ("https://google.com:443@evil.example/", "user"),
    ("https://user:secret@example.com/", "user"),
    ("https://google.com%40evil.example/", "host"),
    ("https://google.com\\@evil.example/", "hidden"),
    ("https:\\\\evil.example\\", "hidden"),
    ("https:/evil.example/", "host"),
    ("https:///evil.example/", "host"),
    ("https:evil.example", "host"),
    ("https://evil.example\t/", "hidden"),
    ("https://evil.\nexample/", "hidden"),
    ("https://evil.example/\x00", "hidden"),
    ("https://evil.example/\u202egpj.exe", "hidden"),
    ("https://exam\u200bple.com/", "hidden"),
    ("https://exa mple.com/", "hidden"),
    ("https://127.0.0.1/", "local"),
    ("https://2130706433/", "local"),
    ("https://0x7f.0x1/", "local"),
    ("https://017700000001/", "local"),
    ("https://[::1]/", "host"),
    ("https://localhost:8400/v1", "local"),
    ("https://printer.local/", "local"),
    ("https://router/", "local"),
    ("https://example.com:99999/", "host"),
    ("https://example.com:8400x/", "host"),
    ("https://-example.com/", "host"),
    ("https://example..com/", "host"),
    ("https://example.com./", "host"),
    ("https://ex%61mple.com/", "host"),
    ("https://" + "a" * 300 + ".com/", "host"),
    ("https://example.com/" + "a" * LONGEST, "long"),
]


def test_there_are_forty_and_more() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(("url", "refusal"), HOSTILE, ids=lambda value: ascii(value)[:40])
def test_a_hostile_address_is_never_opened(url: str, refusal: str) -> None:
    target = inspect(url)
    assert target.opens is None
    assert target.refusal == refusal
    assert target.written == url


@pytest.mark.parametrize(
    ("url", "host", "spelled"),
    [
        ("https://g\u043e\u043egle.com/", "xn--ggle-55da.com", True),
        ("https://p\u0430ypal.com/", "xn--pypal-4ve.com", True),
        ("https://ＧＯＯＧＬＥ.com/", "google.com", True),
        ("https://example\u3002com/", "example.com", True),
        ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", True),
        ("https://münchen.de/straße", "xn--mnchen-3ya.de", True),
        ("https://Example.COM/a", "example.com", False),
        ("https://example.com:8443/a", "example.com:8443", False),
    ],
)
def test_the_host_is_said_in_letters_that_pass_for_no_others(url: str, host: str, spelled: bool) -> None:
    target = inspect(url)
    assert (target.host, target.spelled) == (host, spelled)
    assert target.opens is not None
    assert target.opens.isascii()
    assert target.opens.startswith(f"https://{host}/")


def test_what_is_opened_is_what_is_written() -> None:
    url = "https://docs.example.com/a/b.html?q=1&r=%20x#part"
    assert inspect(url).opens == url
    opened = inspect("https://example.com/ä").opens
    assert opened is not None
    assert inspect(opened).opens == opened
