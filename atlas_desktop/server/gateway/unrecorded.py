"""What no database takes: kept in a file of its own, so that nothing is lost, for whoever finds out why."""

from collections.abc import Iterable
from pathlib import Path

from atlas_desktop.server.gateway.live_call import LiveRecord, pack_begun, pack_ended
from atlas_desktop.server.gateway.spool import Spool


def set_aside(base: Path, record: LiveRecord) -> None:
    """A call that could not be recorded. Raises SpoolError."""
    keep(base, (b"".join(pack_begun(record.begun)), b"".join(pack_ended(record.begun.id, record.ended))))


def keep(base: Path, records: Iterable[bytes]) -> None:
    """Records of a spool as they are, that nobody could read. Raises SpoolError."""
    aside = Spool(base.with_name(f"{base.name}-unrecorded"))
    for record in records:
        aside.append(record)
    aside.close()
