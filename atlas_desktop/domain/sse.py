"""Server-sent events as providers and gateways send them: bytes in, the data of whole events out."""

from typing import Final

DONE: Final = b"[DONE]"
MOST_BYTES: Final = 8 * 1024 * 1024
"""An event that is longer is no chunk of a completion."""


class EventTooLongError(ValueError):
    """The other end sends an event without end."""


class EventReader:
    """Cuts a stream of bytes into events, wherever the network cut it. Lines end with CR, LF or both."""

    __slots__ = ("_data", "_rest", "_size")

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        """Of the data that waits for the end of its event, a byte for each line's end too."""

    def feed(self, came: bytes) -> list[bytes]:
        """The data of each event that is whole now; comments and other fields are left out. Raises EventTooLongError."""
        rest = self._rest + came if self._rest else came
        if b"\r" in rest:
            # A CR at the very end may be half of a line's end: it waits for what follows.
            held = b"\r" if rest.endswith(b"\r") else b""
            rest = rest[: len(rest) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n") + held
        lines = rest.split(b"\n")
        self._rest = lines.pop()
        events: list[bytes] = []
        data = self._data
        for line in lines:
            if not line:
                if data:
                    events.append(data[0] if len(data) == 1 else b"\n".join(data))
                    data.clear()
                    self._size = 0
            elif line.startswith(b"data:"):
                data.append(line[6:] if line[5:6] == b" " else line[5:])
                self._size += len(line)
            elif line == b"data":
                data.append(b"")
                self._size += len(line)
        if len(self._rest) + self._size > MOST_BYTES:
            raise EventTooLongError
        return events

    def end(self) -> list[bytes]:
        """What a stream that ended without its last empty line still holds. Not in the standard; some servers do so."""
        return self.feed(b"\n\n") if self._rest or self._data else []


def event(data: bytes) -> bytes:
    """One event of one line of data."""
    return b"data: " + data + b"\n\n"
