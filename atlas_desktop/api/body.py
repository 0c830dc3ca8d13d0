"""Reading an answer without trusting its size: counted while it comes, and again while it unpacks."""

import zlib
from collections.abc import AsyncIterator
from typing import Final

from atlas_desktop.api.errors import TooLarge, Unreadable

_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
# 32 + 15: zlib or gzip, told by the first bytes.
_ANY_WRAPPER: Final = 47


async def read_all(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The whole body, at most ``limit`` bytes of it, unpacked. Raises TooLarge beyond that, Unreadable.

    We ask for identity; a server or proxy that packs all the same is unpacked in steps that cannot exceed
    the limit (a 199 kB answer can hold 200 MB).
    """
    name = encoding.strip().lower()
    if name not in _PLAIN | _PACKED:
        raise Unreadable(f"The server packed its answer as {name[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(_ANY_WRAPPER) if name in _PACKED else None
    parts: list[bytes] = []
    room = limit
    async for chunk in chunks:
        part = _unpack(unpacker, chunk, room) if unpacker else chunk
        room -= len(part)
        if room < 0:
            raise TooLarge(f"The answer is larger than {limit // 1024} KiB")
        parts.append(part)
    if unpacker and not unpacker.eof:
        raise Unreadable("The packed answer is cut off")
    return b"".join(parts)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return unpacker.decompress(chunk, room + 1)
    except zlib.error:
        raise Unreadable("The packed answer is damaged") from None
