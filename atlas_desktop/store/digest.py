"""What two sides compare to know that they hold the same calls (contract, `CallChanges`)."""

import hashlib


def mark_of(call_id: str, revision: int) -> int:
    """What one live call contributes: the digest is the XOR of all marks."""
    return int.from_bytes(hashlib.sha256(f"{call_id}:{revision}".encode()).digest()[:8], "big")


def in_hex(digest: int) -> str:
    """The digest as it goes over the wire: 16 hex digits."""
    return f"{digest:016x}"
