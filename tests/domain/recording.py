"""One least recorded call, and reading it with more fields."""

from datetime import UTC, datetime
from typing import Any

import orjson

from atlas_desktop.domain.recorded import Defaults, Recorded, Rejected, read_line

NO_DEFAULTS = Defaults()
NOW = datetime(2026, 11, 20, 6, 9, 56, 123456, UTC)
LEAST = {
    "source_id": "s/1",
    "model": "m",
    "messages": [{"role": "user", "content": "Hello"}],
    "output": "Hi",
}


def read(line: bytes, defaults: Defaults = NO_DEFAULTS, organization: str = "org_a") -> Recorded | Rejected:
    return read_line(line, 7, defaults, NOW, organization=organization)


def recorded(defaults: Defaults = NO_DEFAULTS, organization: str = "org_a", **fields: Any) -> Recorded:
    result = read(orjson.dumps(LEAST | fields), defaults, organization)
    assert isinstance(result, Recorded), result
    return result


def refused(**fields: Any) -> str:
    result = read(orjson.dumps(LEAST | fields))
    assert isinstance(result, Rejected), result
    assert result.number == 7
    return result.message


VERDICT = {"by": "human", "value": 0, "scale": "1 good, 0 bad", "thumb": "down", "comment": "wrong sum"}
