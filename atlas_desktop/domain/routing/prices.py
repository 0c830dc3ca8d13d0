"""What a call costs: tokens times prices, in whole nano-dollars, so that sums are exact."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from atlas_desktop.domain.routing.model import Variant

NANO: Final = 10**9
_MILLION: Final = 10**6
_PROMPT_SHARE: Final = 3


def nano_of(usd: float | Decimal) -> int:
    """Dollars as nano-dollars, as written: ``0.1`` is 100,000,000 of them, whatever it is in binary."""
    exact = usd if isinstance(usd, Decimal) else Decimal(repr(usd))
    return int((exact * NANO).to_integral_value(ROUND_HALF_EVEN))


def usd_of(nano: int) -> float:
    """Nano-dollars as dollars."""
    return nano / NANO


def cost_nano(variant: Variant, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> int:
    """The price of a call. ``cached_tokens`` of the prompt were read from the provider's cache.

    Counts are what an upstream has said: those that cannot be are taken as far as they can.
    """
    prompt, completion = max(0, prompt_tokens), max(0, completion_tokens)
    cached = min(max(0, cached_tokens), prompt) if variant.cached_nano is not None else 0
    whole = (
        (prompt - cached) * variant.prompt_nano
        + cached * (variant.cached_nano or 0)
        + completion * variant.completion_nano
    )
    half, rest = divmod(whole, _MILLION)
    # To the nearest, ties to even.
    return half + (rest * 2 > _MILLION or (rest * 2 == _MILLION and half % 2 == 1))


def blended_nano(variant: Variant) -> int:
    """One number to compare prices by: a million tokens, three of four of them in the prompt."""
    return (_PROMPT_SHARE * variant.prompt_nano + variant.completion_nano) // (_PROMPT_SHARE + 1)
