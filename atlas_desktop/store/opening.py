"""Opening the file of a connection, whatever state it is in, and saying what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw
import orjson

from atlas_desktop.database.connection import create_private, known_errors, open_reader, open_writer
from atlas_desktop.database.database import Database, Hooks, Mode, Work
from atlas_desktop.database.errors import DatabaseError, FileDamaged, FileTooNew
from atlas_desktop.database.migrations import load_migrations, migrate
from atlas_desktop.database.salvage import damage_mark, set_aside
from atlas_desktop.store import facts
from atlas_desktop.store.bulk import finish, is_unfinished
from atlas_desktop.store.repair import carry_over
from atlas_desktop.wording import mark, tr

MIGRATIONS: Final = load_migrations(Path(__file__).with_name("schema"))
_REPORT: Final = "repair"
_WORDS: Final = {
    "outbox": mark("{count:,} unsent ratings"),
    "decision": mark("{count:,} undo history"),
    "payload": mark("{count:,} calls"),
}


@dataclass(frozen=True, slots=True)
class Repair:
    """A damaged file was replaced. ``carried`` counts rows by table; ``lost`` names tables read in part.

    ``set_aside`` is where the damaged file is kept. ``acts_lost``: acts known to have been in it, and gone.
    """

    set_aside: Path
    reason: str
    carried: dict[str, int]
    lost: tuple[str, ...]
    acts_lost: int = 0
    from_backup: Path | None = None

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        kept = ", ".join(tr(words, count=self.carried.get(table, 0)) for table, words in _WORDS.items())
        parts = [tr("The local file was damaged and has been replaced. Carried over: {kept}.", kept=kept)]
        if self.acts_lost:
            parts.append(
                tr("{count:,} ratings that were in the damaged part could not be read.", count=self.acts_lost)
            )
        elif "outbox" in self.lost or "op" in self.lost:
            parts.append(tr("Some ratings that were not sent yet may be missing."))
        if self.from_backup is not None:
            parts.append(tr("What was missing was looked up in an older copy; see the Sync screen."))
        parts.append(
            tr(
                "Calls are fetched again from the server. The damaged file is kept: {name}",
                name=self.set_aside.name,
            )
        )
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What opening found. ``read_only`` says why nothing can be written, when so."""

    created: bool = False
    migrated_from: int | None = None
    backup: Path | None = None
    repair: Repair | None = None
    read_only: FileTooNew | None = None


def open_database(
    path: Path, mode: Mode, hooks: Hooks, new_op_id: Callable[[], str]
) -> tuple[Database, OpenReport]:
    """Open, create, migrate or repair. Raises DatabaseError when none of it is possible."""

    def unfinished(writer: apsw.Connection) -> Work[None] | None:
        return (lambda writer: _finish(writer, new_op_id)) if is_unfinished(writer) else None

    def opened() -> Database:
        return Database.open(path, MIGRATIONS, mode=mode, hooks=hooks, unfinished=unfinished)

    repair = _finish_repair(path) or _checked(path)
    try:
        database = opened()
    except FileDamaged as damage:
        if repair is not None:
            raise
        repair = _replace(path, str(damage))
        database = opened()
    migrated = database.migrated
    return database, OpenReport(
        created=migrated.found == 0,
        migrated_from=migrated.found if 0 < migrated.found < migrated.now else None,
        backup=migrated.backup,
        repair=repair,
        read_only=database.read_only,
    )


def unsent_in(path: Path) -> int | None:
    """How many acts in a file that is not open were never sent; None when that cannot be known. Changes nothing."""
    if not path.exists():
        return 0
    if damage_mark(path).exists():
        return None
    try:
        reader = open_reader(path)
        try:
            return int(reader.execute("SELECT count(*) FROM outbox").get)
        finally:
            reader.close()
    except (DatabaseError, apsw.Error):
        return None


def _finish(writer: apsw.Connection, new_op_id: Callable[[], str]) -> None:
    finish(writer, new_op_id)


def _checked(path: Path) -> Repair | None:
    # Not asked again whether the file is damaged: SQLite's check does not look inside the search index, and
    # making a new file of a sound one loses nothing.
    if not damage_mark(path).exists():
        return None
    return _replace(path, "damage was found while the program ran")


def _replace(path: Path, reason: str) -> Repair | None:
    """Build the new file beside the damaged one and swap them. A crash repeats or completes this."""
    with known_errors():
        unfinished, ready = _beside(path, "repairing"), _beside(path, "repaired")
        for side in ("", "-wal", "-shm"):
            unfinished.with_name(unfinished.name + side).unlink(missing_ok=True)
        create_private(unfinished)
        writer = open_writer(unfinished)
        try:
            migrate(writer, unfinished, MIGRATIONS, lambda: None)
            with writer:
                _fill(writer, path, reason)
            writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            writer.close()
        unfinished.rename(ready)
    return _finish_repair(path)


def _fill(writer: apsw.Connection, path: Path, reason: str) -> None:
    carried, backup = carry_over(writer, path)
    report = {
        "reason": reason,
        "carried": carried.rows,
        "lost": sorted(carried.lost),
        "acts_lost": carried.acts_lost,
        "from_backup": str(backup) if backup else None,
    }
    facts.write(writer, _REPORT, orjson.dumps(report).decode())


def _finish_repair(path: Path) -> Repair | None:
    """Swap in the repaired file, if there is one waiting."""
    ready = _beside(path, "repaired")
    if not ready.exists():
        return None
    damaged = set_aside(path)
    ready.rename(path)
    reader = open_reader(path)
    try:
        report = orjson.loads(facts.read_text(reader, _REPORT) or "{}")
    finally:
        reader.close()
    backup = report["from_backup"]
    return Repair(
        damaged,
        report["reason"],
        report["carried"],
        tuple(report["lost"]),
        report["acts_lost"],
        Path(backup) if backup else None,
    )


def _beside(path: Path, label: str) -> Path:
    return path.with_name(f"{path.name}.{label}")
