"""Personal data and secrets in text, found by local rules. Pure; nothing leaves this computer.

Rules miss things, and now and then cover what is nothing: the veil is against eyes over a shoulder and against
data in exports that nobody wanted there, no proof of absence.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from atlas_desktop.wording import mark, tr

Kind = Literal["secret", "email", "iban", "card", "ssn", "phone"]
WORDS: Final[dict[Kind, str]] = {
    "secret": mark("secret"),
    "email": mark("e-mail"),
    "iban": mark("IBAN"),
    "card": mark("card number"),
    "ssn": mark("social security number"),
    "phone": mark("phone"),
}

WINDOW: Final = 16_000
"""Text is looked at in windows of this size, so that no step takes long."""

_OVERLAP: Final = 4_096
_BEFORE: Final = 80

# What a reader does not see would break a rule that its neighbours meet: it is looked past.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

_SECRETS: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,3500}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?"
    r"|\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{0,2000}"
    r"|\b(?:sk|pk|rk)[-_](?:[a-z]{2,12}[-_])?[A-Za-z0-9_-]{16,400}"
    r"|\bnm_[a-z]{2,12}_[A-Za-z0-9_]{6,200}"
    r"|\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,255}|\bgithub_pat_\w{20,255}|\bglpat-[\w-]{16,64}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,250}|\bAIza[\w-]{30,45}|\bhf_[A-Za-z0-9]{20,64}"
    r"|\bBearer\s{1,3}[A-Za-z0-9._~+/-]{16,4000}={0,2}"
)
_SECRET_SIGNS: Final = (
    "-----BEGIN ", "eyJ", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "nm_", "AKIA", "ASIA", "AROA", "AIDA",
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AIza", "hf_", "Bearer",
)  # fmt: skip
"""One of these begins each of them: text without any, which is most, need not be tried at each place (7 MB/s
instead of 1.4)."""
_NAMED_SECRET: Final = re.compile(
    r"(?i)(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|token)"
    r"[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?P<value>[^\s\"',;]{6,400})"
)
_SECRET_NAMES: Final = ("password", "passwd", "passphrase", "secret", "api", "access", "token")
_MAILBOX: Final = re.compile(r"\w[\w.+%'/=-]{0,63}\Z")
_DOMAIN: Final = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}[ -]?[A-Z0-9](?:[ -]?[A-Z0-9]){10,29}")
_CARD: Final = re.compile(r"(?<![\d.])\d(?:[ \u00a0-]?\d){12,18}(?!\d)")
_CARD_STARTS: Final = re.compile(r"4|5[0-8]|2[2-7]|3[04-9]|6")
_SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])")
_PHONE: Final = re.compile(
    r"(?<![\w.,:/-])(?:\+\(?\d|\(?\d)[\d\u0660-\u0669\s().\u2010-\u2013/-]{5,22}\d(?!\w)"
)
_TAIL: Final = re.compile(r"(?<![\d])[+(]?\d[\d \u00a0().-]{0,40}\Z|\S{1,80}\Z")
_GAP: Final = re.compile(r"\s")
_NORTH_AMERICA: Final = re.compile(r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}")
_TRUNK: Final = re.compile(r"\(?0\d{1,5}\)?(?:[ /\u2010-\u2013-]\d{2,9}){1,5}")
_TRUNK_REGIONS: Final = ("DE", "GB", "FR", "CH", "AT", "NL", "AU", "JP", "IN", "IL", "EG")

# Letters and digits of an account number, by country: an IBAN in running text ends where its country says.
_IBAN_LENGTHS: Final = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of the text are this kind of thing."""

    start: int
    end: int
    kind: Kind


def label(kind: Kind) -> str:
    """The kind's name, in the person's language."""
    return tr(WORDS[kind])


def spans(text: str) -> tuple[Span, ...]:
    """What is to be veiled, in order, none overlapping another."""
    return tuple(chain.from_iterable(spans_by_window(text)))


def spans_by_window(text: str) -> Iterator[tuple[Span, ...]]:
    """The same, found a window at a time: what a step gives lies before everything later steps give."""
    done = 0
    for start in range(0, len(text), WINDOW):
        first = max(start - _BEFORE, 0)
        found = _found(text[first : start + WINDOW + _OVERLAP])
        own = [
            Span(max(span.start + first, done), span.end + first, span.kind)
            for span in found
            if done <= span.start + first < start + WINDOW or span.start + first < done < span.end + first
        ]
        if own:
            done = own[-1].end
        yield tuple(own)


def veiled(text: str) -> str:
    """The text with every span replaced by its kind's name in brackets: for copies, exports and previews."""
    parts, at = [], 0
    for span in spans(text):
        parts += [text[at : span.start], f"[{label(span.kind)}]"]
        at = span.end
    return "".join([*parts, text[at:]]) if parts else text


def veiled_preview(text: str) -> str:
    """`veiled` for the cut beginning of a text: what the cut left half of is covered as well."""
    covered = veiled(text)
    last = _TAIL.search(covered)
    half = last is not None and ("@" in last[0] or sum(map(str.isdigit, last[0])) >= 5)
    return f"{covered[: last.start()]}…" if last is not None and half else covered


def _found(text: str) -> list[Span]:
    if not _UNSEEN.search(text):
        return _merged(_candidates(text))
    seen = [at for at, character in enumerate(text) if not _UNSEEN.match(character)]
    shorter = "".join(map(text.__getitem__, seen))
    return [Span(seen[s.start], seen[s.end - 1] + 1, s.kind) for s in _merged(_candidates(shorter))]


def _candidates(text: str) -> Iterator[Span]:
    yield from _secrets(text)
    yield from _mails(text)
    yield from _ibans(text)
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _CARD_STARTS.match(digits) and luhn(digits):
            yield Span(*found.span(), "card")
    for found in _SSN.finditer(text):
        yield Span(*found.span(), "ssn")
    for found in _PHONE.finditer(text):
        # A number beside another one: "+1 415 555 2671 2024-11-20".
        ends = [
            found.end(),
            *(found.start() + gap.start() for gap in reversed(list(_GAP.finditer(found[0])))),
        ]
        for end in ends:
            if _is_phone(text[found.start() : end]):
                yield Span(found.start(), end, "phone")
                break


def names_a_secret(text: str) -> bool:
    """Whether one of the words is in it after which a secret may stand."""
    folded = text.casefold()
    return any(name in folded for name in _SECRET_NAMES)


def _secrets(text: str) -> Iterator[Span]:
    if any(sign in text for sign in _SECRET_SIGNS):
        for found in _SECRETS.finditer(text):
            yield Span(*found.span(), "secret")
    if names_a_secret(text):
        for found in _NAMED_SECRET.finditer(text):
            value = found["value"]
            if any(map(str.isdigit, value)) and any(map(str.isalpha, value)):
                yield Span(*found.span("value"), "secret")


def _merged(candidates: Iterable[Span]) -> list[Span]:
    """Overlapping spans become one, of the kind that comes first in the list of kinds."""
    merged: list[Span] = []
    rank = list(WORDS).index
    for span in sorted(candidates, key=lambda span: span.start):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            kind = min(last.kind, span.kind, key=rank)
            merged[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            merged.append(span)
    return merged


def _mails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        before = _MAILBOX.search(text, max(at - 64, 0), at)
        after = _DOMAIN.match(text, at + 1)
        if before is not None and after is not None:
            yield Span(before.start(), after.end(), "email")
        at = text.find("@", at + 1)


def _ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        wanted, taken, end = _IBAN_LENGTHS.get(found[0][:2], 0), 0, found.start()
        while taken < wanted and end < found.end():
            taken += text[end].isalnum()
            end += 1
        if taken == wanted and wanted and iban_holds(re.sub(r"[ -]", "", text[found.start() : end])):
            yield Span(found.start(), end, "iban")


def iban_holds(iban: str) -> bool:
    """Whether the check digits of an IBAN (no spaces) are right: ISO 7064, mod 97."""
    if not (iban.isascii() and iban.isalnum()):
        return False
    return int("".join(str(int(each, 36)) for each in iban[4:] + iban[:4])) % 97 == 1


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812)."""
    numbers = [int(each) for each in reversed(digits)]
    doubled = [2 * each - 9 if each > 4 else 2 * each for each in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def _is_phone(written: str) -> bool:
    digits = sum(map(str.isdigit, written))
    if not 7 <= digits <= 15:
        return False
    if written.startswith(("+", "00")):
        return _possible("+" + written.lstrip("+0"), None)
    if _NORTH_AMERICA.fullmatch(written):
        return _possible(written, "US")
    return bool(_TRUNK.fullmatch(written)) and any(_valid(written, region) for region in _TRUNK_REGIONS)


def _possible(written: str, region: str | None) -> bool:
    import phonenumbers  # noqa: PLC0415 - 60 ms that only a veil needs

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False


def _valid(written: str, region: str) -> bool:
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False
