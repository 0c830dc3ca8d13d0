"""Numbers with units and moments in time: read, spelled one way, and turned into what the store compares."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from atlas_desktop.domain.filter.fields import SHAPES
from atlas_desktop.domain.query import Field, Op

COMPARED: Final[dict[str, Op]] = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
SIGNS: Final[dict[Op, str]] = {op: sign for sign, op in COMPARED.items()}
_AMOUNT: Final = re.compile(r"\$?(?P<number>\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})(?P<unit>[A-Za-z]*)", re.ASCII)
_AGO: Final = re.compile(r"(?P<number>[1-9]\d{0,4})(?P<unit>[hdw])", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?:(?::\d\d)?Z)?)?", re.ASCII)
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAYS_BACK: Final = {"today": 0, "yesterday": 1}


def amount(field: Field, text: str) -> str | None:
    """The canonical spelling of a quantity ("2000ms" is "2s"), or None when it is none or lacks its unit."""
    match = _AMOUNT.fullmatch(text)
    units = SHAPES[field].units
    if match is None or (units and text.startswith("$")):
        return None
    unit = next((name for name in units if name.lower() == match["unit"].lower()), None)
    if (units and unit is None) or (not units and match["unit"]):
        return None
    number = Decimal(match["number"]) * (units[unit] if unit else 1)
    spelled = [
        _plain(number / factor) + name
        for name, factor in units.items()
        if name != "min" and (factor == 1 or number >= factor)
    ] or [_plain(number)]
    return next((each for each in reversed(spelled) if _AMOUNT.fullmatch(each)), None)


def lacks_unit(field: Field, text: str) -> bool:
    """Whether this would be a quantity if it said of what."""
    match = _AMOUNT.fullmatch(text)
    return bool(SHAPES[field].units) and match is not None and not match["unit"] and "$" not in text


def measure(field: Field, canonical: str) -> float:
    """A canonical quantity as a number: milliseconds, US dollars, bytes."""
    match = _AMOUNT.fullmatch(canonical)
    if match is None:
        raise ValueError(f"not a quantity: {canonical!r}")
    return float(Decimal(match["number"]) * SHAPES[field].units.get(match["unit"], 1))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(text: str) -> str | None:
    """The canonical spelling of a moment: ``7d``, ``today``, ``2026-11-01``, ``2026-11-01T09:30``, or the same in UTC,
    whichever zone one is in: ``2026-11-01T09:30Z``, ``2026-11-01T09:30:15Z``; else None.
    """
    lower = text.lower()
    if lower in _DAYS_BACK or _AGO.fullmatch(lower):
        return lower
    if _DAY.fullmatch(text.upper()):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return None
        return text.upper()
    return None


def instant(canonical: str, now: datetime) -> datetime:
    """The moment meant, seen from ``now``; days begin at midnight of ``now``'s time zone."""
    if match := _AGO.fullmatch(canonical):
        return _earlier(now, int(match["number"]) * _UNITS[match["unit"]])
    if canonical in _DAYS_BACK:
        day = _earlier(now, timedelta(days=_DAYS_BACK[canonical])).date()
        return _local(datetime(day.year, day.month, day.day), now)  # noqa: DTZ001  # made aware there
    return _local(datetime.fromisoformat(canonical), now)


def _earlier(now: datetime, span: timedelta) -> datetime:
    try:
        return now - span
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)


def _local(naive: datetime, now: datetime) -> datetime:
    return naive if naive.tzinfo is not None else naive.replace(tzinfo=now.tzinfo)
