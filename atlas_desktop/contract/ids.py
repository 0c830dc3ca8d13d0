"""Ids: a prefix that says what it is, and a UUIDv7 in base32 that sorts by time."""

import hashlib
import re
from datetime import datetime
from typing import Final, Literal, get_args

import uuid_utils

Kind = Literal["chatcmpl-", "op_", "ev_", "ds_", "di_", "evr_", "fb_", "tr_", "rel_", "req_", "org_", "key_"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Crockford's alphabet in lower case: ASCII order is value order, so text sorts as the number does.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 26

FEEDBACK_ID: Final = r"^fb_[A-Za-z0-9_-]{1,64}$"
OPERATION_KEY: Final = r"^[a-z0-9][a-z0-9_.-]{0,63}$"
_OPERATION_KEY = re.compile(OPERATION_KEY)


def new_id(kind: Kind) -> str:
    """A fresh id of the given kind; later ids of one process sort after earlier ones."""
    return kind + _base32(uuid_utils.uuid7().int)


def id_at(kind: Kind, moment: datetime, random: int) -> str:
    """The id for a known moment and 74 random bits: for tests and simulations with their own clock."""
    millis = int(moment.timestamp() * 1000) & (2**48 - 1)
    bits = random & (2**74 - 1)
    value = millis << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (2**62 - 1)
    return kind + _base32(value)


def derived_id(kind: Kind, *parts: str) -> str:
    """The one id that these parts always give: how a re-import finds what it made before."""
    digest = hashlib.sha256()
    for part in parts:
        # Its length first: no two lists of parts may run together into the same bytes.
        octets = part.encode("utf-8", "surrogatepass")
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return kind + _base32(int.from_bytes(digest.digest()[:16], "big"))


def is_operation_key(text: str) -> bool:
    """Whether this is a legal operation key (an immutable slug of at most 64 characters)."""
    return _OPERATION_KEY.fullmatch(text) is not None


def _base32(value: int) -> str:
    digits = [""] * _LENGTH
    for position in range(_LENGTH - 1, -1, -1):
        digits[position] = _ALPHABET[value & 31]
        value >>= 5
    return "".join(digits)
