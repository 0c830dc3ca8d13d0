"""The work of one key in the correction editor, on real outputs: what differs, what is wrong, what could stand here."""

import gc
import random
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from typing import Any, Final

import orjson

from atlas_desktop.domain import json_text
from atlas_desktop.domain.diff import ON_THE_SPOT, diff
from tests.bench.corpus import Corpus

_CALLS: Final = 6_000
_TEXTS: Final = 20
_KEYS: Final = 30
_MEGABYTE: Final = 1_000_000
_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"output": {"type": "string"}, "rating": {"enum": ["up", "down"]}},
    },
}


def compare(corpus: Corpus, scale: float = 1.0) -> dict[str, list[float]]:
    """Milliseconds of the rows that need no window. The texts are real outputs, put together to 20 kB and 1 MB."""
    said = outputs(corpus)
    chance = random.Random(7)
    chance.shuffle(said)
    number = max(2, round(_TEXTS * scale))
    texts = list(pieces(said, ON_THE_SPOT, number))
    lists = [_as_json(text.split("\n\n")) for text in texts]
    long = next(pieces(said, _MEGABYTE, 1))
    # In the app garbage is collected on a timer, not in the middle of a key.
    gc.disable()
    taken = {
        "diff_key": [took(diff, text, now) for text in texts for now in typed(text, chance)],
        "diff_nasty": [took(diff, old, new) for old, new in nasty(texts, chance)],
        "diff_1m": [took(diff, long, now) for now in (*list(typed(long, chance))[::10], long[::-1])],
        "json_key": [took(_json_key, text, now) for text in lists for now in typed(text, chance)],
    }
    gc.enable()
    return taken


def typed(text: str, chance: random.Random) -> Iterator[str]:
    """The text after each key: letters at one place, then some taken away at another, so that both ends change."""
    at, other = chance.randrange(len(text) // 4), len(text) - chance.randrange(1, len(text) // 4)
    for number in range(_KEYS):
        word = "corrected text here, "[: number % 21 + 1]
        gone = max(0, number - 15)
        yield text[:at] + word + text[at : other - gone] + text[other:]


def nasty(texts: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Twenty thousand characters that have nothing or next to nothing to do with each other."""
    han = ["".join(chr(0x4E00 + chance.randrange(3_000)) for _ in range(ON_THE_SPOT)) for _ in range(2)]
    words = sorted({word for text in texts for word in text.split()})
    few = chance.sample(words, 5)
    yield han[0], han[1]
    yield _drawn(words, chance), _drawn(words, chance)
    yield _drawn(few, chance), _drawn(few, chance)
    yield ("word " * 4_000), ("word " * 1_999 + "other " + "word " * 1_990)
    yield (". " * 10_000), (".\n" * 10_000)
    yield from pairwise(texts)


def _drawn(words: list[str], chance: random.Random) -> str:
    return " ".join(chance.choices(words, k=ON_THE_SPOT))[:ON_THE_SPOT]


def took(work: Callable[[str, str], object], old: str, new: str) -> float:
    """Milliseconds of this work."""
    start = time.perf_counter()
    work(old, new)
    return (time.perf_counter() - start) * 1000


def _json_key(old: str, new: str) -> None:
    diff(old, new)
    json_text.problems(new)
    json_text.complete(new, len(new) // 2, _SCHEMA)


def _as_json(parts: list[str]) -> str:
    items = [{"output": part, "rating": "up", "length": len(part)} for part in parts]
    return (
        orjson.dumps(items, option=orjson.OPT_INDENT_2).decode()[:ON_THE_SPOT].rpartition("  },")[0]
        + "  }\n]"
    )


def outputs(corpus: Corpus) -> list[str]:
    """Real outputs of some size."""
    with corpus.calls.open("rb") as file:
        calls = [orjson.loads(line) for line in islice(file, _CALLS)]
    return [
        call["output"] for call in calls if 100 < len(call["output"]) < ON_THE_SPOT and call["output"].strip()
    ]


def pieces(said: list[str], size: int, number: int) -> Iterator[str]:
    """That many texts of this size."""
    at = 0
    for _ in range(number):
        text = ""
        while len(text) < size:
            text += said[at % len(said)] + "\n\n"
            at += 1
        yield text[:size]
