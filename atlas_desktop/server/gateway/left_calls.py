"""What servers that ended left in their spools: recorded now, once, whatever was recorded before."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.evaluation_runs.stubborn import REFUSED
from atlas_desktop.server.gateway.live_call import Begun, Ended, LiveRecord, interrupted, pack_begun, unpack
from atlas_desktop.server.gateway.spool import Left, left_behind, taken_over
from atlas_desktop.server.gateway.unrecorded import keep, set_aside
from atlas_desktop.server.storage import live_calls
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage

_GROUP: Final = 200
_log = logging.getLogger(__name__)


class LeftCalls:
    """Used once, when a server starts."""

    def __init__(self, base: Path, storage: Storage) -> None:
        self._base = base
        self._storage = storage

    async def record(self) -> list[Scope]:
        """Commit every call that is in the spool of a process that has ended; the organizations they are of."""
        if not left_behind(self._base):
            return []
        with ExitStack() as held:
            files = [held.enter_context(taken_over(path)) for path in left_behind(self._base)]
            mine = [left for left in files if left is not None]
            records, unread = await self._storage.compute(lambda: _records(mine))
            if unread:
                # One that cannot be read must not keep the server from starting, with all the others.
                _log.error("records of calls that nobody can read are kept aside: %s", len(unread))
                keep(self._base, unread)
            known = {scope.organization_id: scope for scope in self._storage.registry.organizations()}
            ours = [record for record in records if record.begun.scope.organization_id in known]
            touched: dict[str, Scope] = {}
            for start in range(0, len(ours), _GROUP):
                touched |= await self._commit(ours[start : start + _GROUP], known)
            if len(ours) < len(records):
                _log.error("calls of organizations that are not in this database stay in the spool")
            else:
                for left in mine:
                    left.delete()
        if ours:
            _log.info("calls that a server before this one left are recorded", extra={"calls": len(ours)})
        return list(touched.values())

    async def _commit(self, records: Sequence[LiveRecord], known: dict[str, Scope]) -> dict[str, Scope]:
        names = dict.fromkeys(record.begun.scope.organization_id for record in records)
        for name in names:
            some = [record for record in records if record.begun.scope.organization_id == name]
            await self._commit_of(known[name], some)
        return {name: known[name] for name in names}

    async def _commit_of(self, scope: Scope, records: Sequence[LiveRecord]) -> None:
        try:
            await self._storage.write(scope, partial(live_calls.commit, records=records))
        except REFUSED:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one call must not keep the others
            if len(records) > 1:
                for each in records:
                    await self._commit_of(scope, [each])
                return
            name = records[0].begun.id
            _log.error("%s could not be recorded: %s", name, kind_and_place(error))
            set_aside(self._base, records[0])


def _records(files: Sequence[Left]) -> tuple[list[LiveRecord], list[bytes]]:
    """The calls, oldest first, and what is none. One that only began was interrupted: its server ended."""
    began: dict[str, Begun] = {}
    how: dict[str, Ended] = {}
    unread: list[bytes] = []
    for left in files:
        for record in left.records():
            try:
                found = unpack(record)
            except ValueError:
                unread.append(record)
                continue
            if isinstance(found, Begun):
                began[found.id] = found
            else:
                how[found[0]] = found[1]
    calls: list[LiveRecord] = []
    for call in sorted(began.values(), key=lambda call: (call.created_ms, call.id)):
        try:
            calls.append(LiveRecord(call, how[call.id]) if call.id in how else interrupted(call))
        except ValueError:
            unread.append(b"".join(pack_begun(call)))
    return calls, unread
