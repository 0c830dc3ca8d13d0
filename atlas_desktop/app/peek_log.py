"""A local note of each look under the veil: which call and when, never what was seen."""

import os
from datetime import UTC, datetime
from pathlib import Path

import orjson

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.problems import KnownError, Problem, reason_of
from atlas_desktop.wording import tr

_PRIVATE = 0o600
_PATIENCE_SECONDS = 3.0


class PeekLog:
    """One file a connection, beside its store: it goes with it. A line of JSON a look."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def note(self, call_id: str, reviewer: str | None) -> None:
        """Write it down; what is veiled is shown only after. Raises KnownError when the disk refuses."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "call": call_id,
            "reviewer": reviewer,
        }
        try:
            await in_daemon_thread(
                "peek is noted", lambda: self._append(orjson.dumps(line)), limit=_PATIENCE_SECONDS
            )
        except OSError as error:
            raise KnownError(
                Problem(
                    code="peek_not_noted",
                    title=tr("The look could not be noted, so nothing was shown"),
                    detail=reason_of(error),
                    safe=tr("Personal data stays veiled."),
                    action=tr("Try again, or turn the veil off in the settings."),
                    at="call",
                )
            ) from error

    def entries(self) -> list[dict[str, str | None]]:
        """What was noted, oldest first. Blocks; lines that are no JSON are left out."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                continue
        return found

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
        try:
            os.write(descriptor, line + b"\n")
        finally:
            os.close(descriptor)
