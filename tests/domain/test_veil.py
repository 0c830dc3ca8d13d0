import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.veil import (
    _NAMED_SECRET,
    _SECRET_SIGNS,
    _SECRETS,
    WINDOW,
    iban_holds,
    luhn,
    names_a_secret,
    spans,
    spans_by_window,
    veiled,
    veiled_preview,
)

FOUND = [
    ("mail jane.doe+x@example.co.uk now", "mail [e-mail] now"),
    ("'o.brien@example.com'", "'[e-mail]'"),
    ("用户@例子.公司", "[e-mail]"),
    ("card 4111 1111 1111 1111.", "card [card number]."),
    ("card 4111-1111-1111-1111", "card [card number]"),
    ("378282246310005", "[card number]"),
    ("DE89 3704 0044 0532 0130 00 and ABC", "[IBAN] and ABC"),
    ("GB82WEST12345698765432", "[IBAN]"),
    ("SSN 123-45-6789", "SSN [social security number]"),
    ("call +49 30 901820", "call [phone]"),
    ("+1 415-555-2671 on 2024-11-20", "[phone] on 2024-11-20"),
    ("(555) 123-4567", "[phone]"),
    ("0049 30 901820", "[phone]"),
    ("030 901820", "[phone]"),
    ("key sk-proj-abcdefghijklmnop1234", "key [secret]"),
    ("nm_live_abcdef_secret", "[secret]"),
    ("AKIAIOSFODNN7EXAMPLE", "[secret]"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[secret]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N", "[secret]"),
    ("password: hunter22", "password: [secret]"),
    ('"api_key": "abc123def456"', '"api_key": "[secret]"'),
    ("jo\u200bhn@example.com", "[e-mail]"),
    ("-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----", "[secret]"),
]
NOTHING = [
    "card 4111 1111 1111 1112", "DE88 3704 0044 0532 0130 00", "000-12-3456", "666-12-3456", "2024-11-20 12:30:45",
    "order 1234567890", "1,234,567.89", "version 1.2.3.4", "a @ b", "@user", "password: please choose one",
    "ratio 3.14159265358979", "2 + 588 – 105)/560", "The 15 May 2023 report", "12 345 678 900", "x@y",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FOUND)
def test_personal_data_is_named_not_shown(text: str, wanted: str) -> None:
    assert veiled(text) == wanted


@pytest.mark.parametrize("text", NOTHING)
def test_ordinary_text_stays(text: str) -> None:
    assert veiled(text) == text


@given(st.from_regex(_SECRETS).map(str) | st.from_regex(_NAMED_SECRET).map(str))
def test_no_secret_is_missed_for_want_of_a_sign(text: str) -> None:
    for found in _SECRETS.finditer(text):
        assert any(sign in found[0] for sign in _SECRET_SIGNS), found[0]
    if _NAMED_SECRET.search(text):
        assert names_a_secret(text), text


def test_check_digits() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert iban_holds("DE89370400440532013000")
    assert not iban_holds("DE89370400440532013001")


@given(st.lists(st.one_of(st.sampled_from([text for text, _ in FOUND]), st.text(max_size=20)), max_size=8))
def test_spans_lie_in_order_inside_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    end = 0
    for span in spans(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@pytest.mark.parametrize("at", range(WINDOW - 30, WINDOW + 3))
def test_nothing_slips_through_between_two_windows(at: int) -> None:
    text = "x " * (at // 2) + " 4111 1111 1111 1111 and jane@example.com"
    assert "4111" not in veiled(text)
    assert "jane" not in veiled(text)


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [("write to jane.doe@exam", "write to …"), ("card 4111 1111 11", "card 4111 1111 …"),
     ("plain words here", "plain words here"), ("jane@example.com is", "[e-mail] is")],
)  # fmt: skip
def test_a_cut_text_shows_no_half(cut: str, wanted: str) -> None:
    if cut.startswith("card"):
        assert "4111 1111 11" not in veiled_preview(cut)
    else:
        assert veiled_preview(cut) == wanted


@pytest.mark.parametrize(
    "unit",
    ["a", "1", "1 ", "@", "a@", "(1", "eyJ", "-----BEGIN PRIVATE KEY-----", "DE12 ", "token:", "+1 ", "sk-",
     "+12 345 67 8 ", "\u200b", "password=", "4111 "],
    ids=ascii,
)  # fmt: skip
def test_no_window_takes_long(unit: str) -> None:
    text, slowest = unit * (400_000 // len(unit)), 0.0
    began = time.thread_time()
    for _ in spans_by_window(text):
        slowest = max(slowest, time.thread_time() - began)
        began = time.thread_time()
    assert slowest < 0.2, f"{slowest * 1000:.0f} ms"
