"""Texts to compare: made up, and real."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import orjson
import pytest
from hypothesis import strategies as st

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

alphabet = st.sampled_from(
    [
        *"aab ,.\n\t-'\"1\\",
        *(
            "the ",
            "cat ",
            "\r\n",
            "3.14",
            "don't",
            "\n\n",
            "é",
            "e\u0301",
            "漢",
            "字",
            "テ",
            "ไท",
            "हिन्",
            "नमस्ते",
        ),
        *(
            "👩‍👩‍👧",
            "👍🏽",
            "🇩🇪",
            "🇫",
            "1️⃣",
            "\u200d",
            "\u0301",
            "\u202e",
            "\u2028",
            "한국",
            "שלום",
            "مرحبا",
            "\x0b",
        ),
    ]
)
pieces = st.lists(alphabet, max_size=30)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A text and what became of it."""
    before = draw(pieces)
    after = list(before)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(after)))
        stop = draw(st.integers(at, min(len(after), at + 5)))
        after[at:stop] = draw(st.lists(alphabet, max_size=4))
    return "".join(before), "".join(after)


pairs = edited() | st.tuples(any_text, any_text) | st.tuples(pieces.map("".join), pieces.map("".join))


def parts_a_character(text: str, at: int) -> bool:
    """Whether a cut here divides what a person sees as one."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before + after == "\r\n":
        return True
    if before in "\r\n" or unicodedata.category(before) in ("Cc", "Zl", "Zp"):
        return False
    flags = len(text[:at]) - len(text[:at].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
    return (
        unicodedata.category(after)[0] == "M"
        or after == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (before == "\u200d" and unicodedata.category(after) == "So")
        or ("\U0001f1e6" <= after <= "\U0001f1ff" and flags % 2 == 1)
    )


@lru_cache(maxsize=1)
def real() -> list[tuple[str, str]]:
    """Recorded outputs and what people or studies made of them."""
    if not DATA.is_dir():
        pytest.skip("no recorded calls beside this clone (../shared/data)")
    return list(_real())


def _real() -> Iterator[tuple[str, str]]:
    for path in sorted(DATA.glob("calls_*.jsonl")):
        for line in path.read_bytes().splitlines()[::4]:
            row = orjson.loads(line)
            output, expected = row.get("output"), row.get("expected_output")
            if isinstance(output, str) and isinstance(expected, str) and output != expected:
                yield output, expected
