"""How long to wait and how much to accept: one value for a whole client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds, sizes in bytes.

    ``total`` bounds a whole request with its answer, since a server that drips a byte now and then never
    exceeds ``read``. ``answer_limit`` bounds an answer after decompression.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    total: float = 120.0
    connections: int = 8
    # Less than the 5 s after which uvicorn closes an idle connection: a request sent into a closing
    # connection is an ambiguous failure that this avoids.
    keep_alive: float = 4.0
    answer_limit: int = 64 * 1024 * 1024
    error_limit: int = 256 * 1024


DEFAULT_POLICY = Policy()
