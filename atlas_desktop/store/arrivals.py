"""The records of one page on their way into the tables."""

from typing import NamedTuple

import apsw

from atlas_desktop.store import facts
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.digest import in_hex, mark_of
from atlas_desktop.store.heads import Heard, forget, hear, show
from atlas_desktop.store.records import CallKind, Deletion, ReadCall, Record, Unreadable

_NEW = """
INSERT INTO call(id, revision, created_ms, kind, passed, latency_ms, cost_usd, size_bytes, exchange, prompt,
    feedback_count, text_hash, altered, preview, output_preview)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_AGAIN = """
UPDATE call SET id = ?, revision = ?, created_ms = ?, kind = ?, passed = ?, latency_ms = ?, cost_usd = ?,
    size_bytes = ?, exchange = ?, prompt = ?, feedback_count = ?, text_hash = ?, altered = ?, preview = ?,
    output_preview = ?, gone = 0
WHERE seq = ?
"""
_KIND = """
SELECT id FROM kind WHERE operation IS ? AND customer = ? AND model = ? AND provider IS ? AND quantization IS ?
    AND tier IS ? AND schema_version IS ? AND finish IS ? AND metered = ?
"""


class _Known(NamedTuple):
    """What is here of a call before its record is taken."""

    seq: int
    revision: int
    gone: int
    text_hash: int
    feedback_count: int


class Arrivals:
    """Writes records inside the caller's transaction and adds up what changed."""

    def __init__(self, writer: apsw.Connection, after: int) -> None:
        self._writer = writer
        self._after = after
        self._digest = int(facts.read_text(writer, "digest") or "0", 16)
        self._total = facts.read_int(writer, "total")
        self._reviewer = facts.read_text(writer, "reviewer")
        self._kinds: dict[CallKind, int] = {}
        self._touched: set[int] = set()
        self._added = self._removed = 0
        self.quarantined = 0

    def take(self, record: Record) -> None:
        """Store one record. A revision that is not newer than the known one changes nothing."""
        if isinstance(record, ReadCall):
            self._release(record.id, record.revision)
            self._call(record)
        elif isinstance(record, Deletion):
            self._release(record.id, record.revision)
            self._delete(record)
        else:
            self._quarantine(record)

    def finish(self) -> None:
        """Keep digest and total."""
        facts.write(self._writer, "digest", in_hex(self._digest))
        facts.write(self._writer, "total", self._total)

    def changed(self) -> Changed:
        """What the records changed."""
        return Changed(added=self._added, removed=self._removed) | Changed(calls=frozenset(self._touched))

    def _known(self, call_id: str) -> _Known | None:
        row = self._writer.execute(
            "SELECT seq, revision, gone, text_hash, feedback_count FROM call WHERE id = ?", (call_id,)
        ).get
        return None if row is None else _Known(*row)

    def _call(self, record: ReadCall) -> None:
        known = self._known(record.id)
        if known is None:
            self._writer.execute(_NEW, self._columns(record))
            seq, live = self._writer.last_insert_rowid(), False
        else:
            seq, live = known.seq, not known.gone
            if record.revision <= known.revision:
                return
            if live:
                self._count(record.id, known.revision, -1)
            self._writer.execute(_AGAIN, (*self._columns(record), seq))
        self._count(record.id, record.revision, +1)
        self._body(seq, record, known.text_hash if known is not None and live else None)
        self._feedback(seq, record, known)
        if live:
            self._touched.add(seq)
        else:
            self._added += 1

    def _columns(self, record: ReadCall) -> tuple[str | int | float | None, ...]:
        return (
            record.id,
            record.revision,
            record.created_ms,
            self._kind(record.kind),
            record.passed,
            record.latency_ms,
            record.cost_usd,
            record.size_bytes,
            record.exchange,
            record.prompt,
            record.feedback_count,
            record.text_hash,
            record.altered,
            record.preview,
            record.output_preview,
        )

    def _kind(self, kind: CallKind) -> int:
        number = self._kinds.get(kind)
        if number is None:
            number = self._writer.execute(_KIND, kind).get
            if number is None:
                self._writer.execute("INSERT INTO kind VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kind)
                number = self._writer.last_insert_rowid()
            self._kinds[kind] = number
        return number

    def _body(self, seq: int, record: ReadCall, indexed: int | None) -> None:
        self._writer.execute(
            "INSERT OR REPLACE INTO payload(call, packed, body) VALUES (?, ?, ?)",
            (seq, record.packed, record.body),
        )
        if indexed == record.text_hash:
            return
        if indexed is not None:
            self._writer.execute("DELETE FROM search WHERE rowid = ?", (seq,))
        self._writer.execute("INSERT INTO search(rowid, words) VALUES (?, ?)", (seq, record.words))

    def _feedback(self, seq: int, record: ReadCall, known: _Known | None) -> None:
        said = record.feedback
        if known is None and said is None:
            return
        # A row that came after the one that counts took something back, or it would count itself.
        retracted = (
            said is not None
            and known is not None
            and record.revision > said.revision
            and record.feedback_count > known.feedback_count
        )
        heard = Heard(
            seq, record.revision, said, record.correction, retracted, record.mine, record.tells_mine
        )
        hear(self._writer, heard, self._reviewer)
        show(self._writer, seq)

    def _delete(self, record: Deletion) -> None:
        known = self._known(record.id)
        if known is None:
            return
        seq, revision = known.seq, known.revision
        if record.revision is not None and record.revision <= revision:
            return
        if not known.gone:
            self._count(record.id, revision, -1)
            self._removed += 1
            self._writer.execute("DELETE FROM search WHERE rowid = ?", (seq,))
        self._writer.execute("DELETE FROM payload WHERE call = ?", (seq,))
        forget(self._writer, seq)
        self._writer.execute(
            "UPDATE call SET gone = 1, revision = ?, preview = '', output_preview = '' WHERE seq = ?",
            (revision if record.revision is None else record.revision, seq),
        )

    def _quarantine(self, record: Unreadable) -> None:
        self.quarantined += 1
        call_id, revision = record.id, record.revision
        if call_id is not None and revision is not None:
            known = self._known(call_id)
            if known is not None and not known.gone:
                if revision <= known.revision:
                    return
                # The old content stays readable; the newer revision is known to exist.
                self._count(call_id, known.revision, -1)
                self._count(call_id, revision, +1)
                self._writer.execute("UPDATE call SET revision = ? WHERE seq = ?", (revision, known.seq))
                call_id = None
            else:
                self._release(call_id, revision)
                self._count(call_id, revision, +1)
        self._writer.execute(
            "INSERT INTO quarantine(after, id, revision, reason, raw) VALUES (?, ?, ?, ?, ?)",
            (self._after, call_id if revision is not None else None, revision, record.reason, record.raw),
        )

    def _release(self, call_id: str, revision: int | None) -> None:
        """A newer record of a quarantined call came: the quarantined one is history."""
        row = self._writer.execute("SELECT revision FROM quarantine WHERE id = ?", (call_id,)).get
        if row is not None and (revision is None or row <= revision):
            self._count(call_id, row, -1)
            self._writer.execute("DELETE FROM quarantine WHERE id = ?", (call_id,))

    def _count(self, call_id: str, revision: int, sign: int) -> None:
        self._digest ^= mark_of(call_id, revision)
        self._total += sign
