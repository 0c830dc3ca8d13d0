"""What a server left in its spool and nobody can take: the next one starts all the same, and nothing is lost."""

from pathlib import Path

from atlas_desktop.server.gateway.live_call import LiveRecord, begun, ended, pack_begun, pack_ended
from atlas_desktop.server.gateway.spool import Spool, left_behind, records
from tests.server.gateway.recording import Room, answered, asked, name_of
from tests.server.talk import config_for

GARBAGE = b"Z something of a version to come"


def test_bad_records_keep_neither_the_server_nor_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    room = Room(path, config_for(path))
    spool = Spool(path)
    left: list[LiveRecord] = []
    for number in range(4):
        call = asked(room.scope, number)
        left.append(LiveRecord(begun(call), ended(call, answered(call))))
    # Of a message that no version takes now; of a call that only began, with a body that is no JSON.
    left[1] = LiveRecord(
        left[1].begun._replace(raw=b'{"messages":[{"role":"user","content":5}]}'), left[1].ended
    )
    cut = left[2].begun._replace(raw=b"no JSON")
    for record in (left[0], left[1], left[3]):
        spool.append(*pack_begun(record.begun))
        spool.append(*pack_ended(record.begun.id, record.ended))
    spool.append(*pack_begun(cut))
    spool.append(GARBAGE)
    spool.abandon()

    room.start()
    assert [row.id for row in room.rows("SELECT id FROM call ORDER BY id")] == [name_of(0), name_of(3)]
    assert [row.n for row in room.rows("SELECT count(*) AS n FROM usage_event WHERE org = :org")] == [2]
    kept = [
        record for file in left_behind(tmp_path / "a.db-unrecorded") for record in records(file.read_bytes())
    ]
    bad = left[1]
    assert sorted(kept) == sorted(
        [
            GARBAGE,
            b"".join(pack_begun(cut)),
            b"".join(pack_begun(bad.begun)),
            b"".join(pack_ended(bad.begun.id, bad.ended)),
        ]
    )
    room.crash()

    again = Room(path, config_for(path))
    again.start()
    assert len(again.rows("SELECT id FROM call")) == 2
    assert len(left_behind(tmp_path / "a.db-unrecorded")) == 2, "nothing is set aside twice"
    again.crash()
