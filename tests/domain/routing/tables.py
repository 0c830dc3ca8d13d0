"""Tables, histories and requests of every kind, small enough that each rule meets each other.

Each is drawn as one number and read off it: a draw for each of their parts took 50 ms an example.
"""

from typing import Any, TypeVar

from hypothesis import strategies as st

from atlas_desktop.domain.routing.model import SMART, TIERS, Asked, History, Track, Variant
from atlas_desktop.domain.routing.table import ProviderTable, table_of

T = TypeVar("T")

NOW = 1_800_000_000.0
MODELS = ("meta/llama", "qwen/qwen", "openai/big")
NEEDS = ("tools", "response_format", "images")
TRACKS = (
    None,
    None,
    Track("passing", 30),
    Track("passing", 40),
    Track("learning", 3),
    *(Track("quarantined", 9, {}, NOW - 10, NOW + due) for due in (-60.0, 0.0, 60.0, 600.0)),
)


class Digits:
    """A number that choices are read off."""

    def __init__(self, number: int) -> None:
        self._left = number

    def of(self, choices: tuple[T, ...]) -> T:
        self._left, at = divmod(self._left, len(choices))
        return choices[at]

    def some(self, choices: tuple[T, ...], *, always: bool = False) -> frozenset[T]:
        found = frozenset(each for each in choices if self.of((True, False)))
        return found or (frozenset((self.of(choices),)) if always else found)


def variant(entry: str = "p", model: str = "meta/llama", quantization: str = "q8", **more: Any) -> Variant:
    """A variant whose provider is its entry."""
    usual = TIERS if quantization == "full" else ("standard", "batch")
    given = {"tiers": frozenset(usual), "upstream_model": f"{model}-up"} | more
    return Variant(entry=entry, provider=entry, model=model, quantization=quantization, **given)


def _variant(number: int) -> Variant:
    digits = Digits(number)
    quantization = digits.of(("q8", "full", "q4", "undisclosed"))
    model = digits.of(MODELS)
    opened = model != "openai/big"
    return variant(
        digits.of(("a", "b", "c", "d")),
        model,
        quantization,
        prompt_nano=digits.of((0, 1, 2, 3)) * 10**9,
        completion_nano=digits.of((0, 1, 2, 3)) * 10**9,
        open_weight=opened,
        served_by="atlas_network" if opened and digits.of((False, True)) else "provider",
        tiers=digits.some(TIERS if quantization == "full" else ("standard", "batch"), always=True),
        frontier=quantization == "full" and digits.of((False, True)),
        vetted=digits.of((False, True)),
        lacks=frozenset((digits.of(NEEDS),)) if digits.of((False, True)) else frozenset(),
        ready=digits.of((True, True, True, True, False)),
    )


def tables(most: int = 8) -> st.SearchStrategy[ProviderTable]:
    """Tables without two variants of the same key, as the file allows one provider each."""
    numbers = st.lists(st.integers(0, 10**9), max_size=most)
    return numbers.map(lambda found: table_of({(v := _variant(each)).key: v for each in found}.values()))


def histories(table: ProviderTable) -> st.SearchStrategy[History]:
    """Any track for each of its variants, or none."""

    def read(number: int) -> History:
        digits = Digits(number)
        drawn = {each.key: digits.of(TRACKS) for each in table.variants}
        return History({key: track for key, track in drawn.items() if track is not None})

    return st.integers(0, len(TRACKS) ** len(table.variants)).map(read)


def requests(models: tuple[str, ...] = (SMART,)) -> st.SearchStrategy[Asked]:
    """Requests for these models."""

    def read(number: int) -> Asked:
        digits = Digits(number)
        return Asked(
            model=digits.of(models),
            tier=digits.of(TIERS),
            tier_strict=digits.of((False, True)),
            forbid_atlas_network=digits.of((False, True)),
            needs=frozenset((digits.of(NEEDS),)) if digits.of((False, False, True)) else frozenset(),
        )

    return st.integers(0, 1000).map(read)
