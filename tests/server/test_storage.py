"""The database: its settings, its files, its migrations, and commits that several requests share."""

import asyncio
import shutil
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pysqlite3 import dbapi2

from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import CommitHooks, ServerConfig, sqlite_url
from atlas_desktop.server.keys import create_key, list_keys, revoke_key
from atlas_desktop.server.storage import engine as engines
from atlas_desktop.server.storage.engine import OldSqliteError, begin_writing, open_engine
from atlas_desktop.server.storage.registry import REMEMBERED_SECONDS
from atlas_desktop.server.storage.writer import Writer, WriterBusyError
from tests.server.talk import ALICE, HandClock, Talk, call_line, talking


def test_each_connection_is_set_up_for_keeps(talk: Talk) -> None:
    with talk.app.state.atlas.storage._engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in WANTED}
    assert found == WANTED


WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "busy_timeout": 5000,
}


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "atlas.db"
    with talking(path) as talk:
        talk.lines([call_line(1)])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes == {"atlas.db": 0o600, "atlas.db-wal": 0o600, "atlas.db-shm": 0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_open_file_is_closed_to_others(tmp_path: Path, template: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(template.read_bytes())
    path.chmod(0o644)
    with talking(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_old_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dbapi2.sqlite_version_info >= engines.LEAST_SQLITE
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(OldSqliteError, match=r"3\.51\.2"):
        open_engine(sqlite_url(tmp_path / "a.db"), pool_size=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_is_a_file(url: str) -> None:
    with pytest.raises(OSError, match="file"):
        open_engine(url, pool_size=1)


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_commit_keeps_all_or_nothing(tmp_path: Path, template: Path, when: str) -> None:
    armed = False

    def die() -> None:
        if armed:
            raise Crash

    path = tmp_path / "a.db"
    with talking(path, template, hooks=CommitHooks(**{when: die})) as talk:
        talk.lines([call_line(1)])
        call_id = talk.call_ids()[0]
        armed = True
        with pytest.raises(Crash):
            talk.post(
                "/feedback",
                {"call_id": call_id, "rating": "thumbs_up", "id": "fb_1"},
                headers={"idempotency-key": "k"},
            )
        with pytest.raises(Crash):
            talk.lines([call_line(2)])
    with talking(path) as talk:
        kept = {"before": 0, "after": 1}[when]
        assert len(talk.get("/feedback").json()["data"]) == kept
        assert len(talk.call_ids()) == 1 + kept
        again = talk.post(
            "/feedback",
            {"call_id": call_id, "rating": "thumbs_up", "id": "fb_1"},
            headers={"idempotency-key": "k"},
        )
        assert again.status_code == 200
        assert ("idempotent-replayed" in again.headers) == bool(kept)
        assert len(talk.get("/feedback").json()["data"]) == 1


class Gate:
    """Hooks that hold the writer at its first COMMIT until told to go on, and count commits."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.commits = 0

    def before(self) -> None:
        self.commits += 1
        self.reached.set()
        assert self.go_on.wait(10)


def make_table(path: Path) -> sa.Engine:
    engine = begin_writing(open_engine(sqlite_url(path), pool_size=2))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    return engine


def put(number: int, *, fail: bool = False) -> Callable[[sa.Connection], int]:
    def job(connection: sa.Connection) -> int:
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", (number,))
        if fail:
            raise LookupError(number)
        return number

    return job


def test_waiting_writes_share_one_commit_and_one_failure_undoes_only_itself(tmp_path: Path) -> None:
    engine, gate = make_table(tmp_path / "a.db"), Gate()
    writer = Writer(engine, CommitHooks(before=gate.before))
    first = writer.submit(put(0))
    assert gate.reached.wait(10)
    rest = [writer.submit(put(n, fail=n == 3)) for n in range(1, 10)]
    assert not first.done()
    gate.go_on.set()
    assert [future.exception(10) is not None for future in rest] == [n == 3 for n in range(1, 10)]
    assert isinstance(rest[2].exception(), LookupError)
    assert gate.commits == 2
    writer.close()
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT n FROM t ORDER BY n").scalars().all()
    assert found == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    engine.dispose()


def test_a_commit_that_fails_answers_nobody_with_success(tmp_path: Path) -> None:
    engine, gate = make_table(tmp_path / "a.db"), Gate()
    failing = False

    def before() -> None:
        gate.before()
        if failing:
            raise OSError("disk full")

    writer = Writer(engine, CommitHooks(before=before))
    first = writer.submit(put(0))
    assert gate.reached.wait(10)
    failing = True
    rest = [writer.submit(put(n)) for n in range(1, 4)]
    gate.go_on.set()
    assert all(isinstance(future.exception(10), OSError) for future in [first, *rest])
    failing = False
    assert writer.submit(put(9)).result(10) == 9
    writer.close()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT n FROM t").scalars().all() == [9]
    engine.dispose()


def test_a_full_queue_and_a_closed_writer_refuse(tmp_path: Path) -> None:
    engine, gate = make_table(tmp_path / "a.db"), Gate()
    writer = Writer(engine, CommitHooks(before=gate.before), waiting=2)
    writer.submit(put(0))
    assert gate.reached.wait(10)
    waiting = [writer.submit(put(n)) for n in (1, 2)]
    with pytest.raises(WriterBusyError):
        writer.submit(put(3))
    assert waiting[1].cancel()
    gate.go_on.set()
    assert waiting[0].result(10) == 1
    writer.close()
    with pytest.raises(WriterBusyError):
        writer.submit(put(4))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT n FROM t ORDER BY n").scalars().all() == [0, 1]
    engine.dispose()


async def test_an_answer_waits_for_its_commit(tmp_path: Path, template: Path) -> None:
    path, gate = tmp_path / "a.db", Gate()
    shutil.copy(template, path)
    app = create_app(
        ServerConfig(
            database_url=sqlite_url(path), static_keys=(ALICE,), hooks=CommitHooks(before=gate.before)
        )
    )
    storage = app.state.atlas.storage
    answer = storage.post(storage.registry.remembered(ALICE.key), lambda tenant: tenant.now_ms)
    with ThreadPoolExecutor(1) as pool:
        await asyncio.get_running_loop().run_in_executor(pool, gate.reached.wait, 10)
    await asyncio.sleep(0)
    assert not answer.done()
    gate.go_on.set()
    assert await answer > 0
    close_app(app)


def test_keys_are_made_listed_and_revoked(tmp_path: Path, template: Path) -> None:
    path, clock = tmp_path / "a.db", HandClock()
    with talking(path, template, clock=clock) as talk:
        url = sqlite_url(path)
        key = create_key(url, name="kim", organization="west", customer="west/prod")
        prefix = key[8:14]
        answer = talk.get("/capabilities", key=key).json()
        assert (answer["organization"], answer["customer"], answer["reviewer"]) == (
            "west",
            "west/prod",
            "kim",
        )
        for wrong in (key[:-1] + ("0" if key[-1] != "0" else "1"), key[:-1], key.upper(), key + "0"):
            assert talk.get("/models", key=wrong).status_code == 401
        (info,) = list_keys(url)
        assert (info.prefix, info.name, info.revoked_at) == (prefix, "kim", None)
        assert revoke_key(url, prefix)
        assert not revoke_key(url, prefix)
        assert not revoke_key(url, "zzzzzz")
        assert REMEMBERED_SECONDS <= 5
        clock.seconds += REMEMBERED_SECONDS
        assert talk.get("/models", key=key).status_code == 401
        assert list_keys(url)[0].revoked_at is not None
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert key.encode() not in content
    assert key[15:].encode() not in content


@pytest.mark.parametrize(
    "blank", [{"name": " "}, {"name": "x", "organization": ""}, {"name": "x", "customer": ""}]
)
def test_a_key_has_names(tmp_path: Path, blank: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="blank"):
        create_key(sqlite_url(tmp_path / "a.db"), **blank)


def test_a_configuration_shows_no_key() -> None:
    config = ServerConfig(database_url="sqlite:///x", static_keys=(ALICE,), proof_secret=b"proof-secret")
    shown = repr(replace(config))
    assert ALICE.key not in shown
    assert "proof-secret" not in shown


def test_a_rating_costs_the_same_in_a_large_organization(five: Talk) -> None:
    """Every statement of it finds its rows by a whole key: one by the organization alone took 40 ms."""
    engine = five.app.state.atlas.storage._engine
    seen: dict[str, Any] = {}

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.setdefault(statement, parameters)

    sa.event.listen(engine, "before_cursor_execute", note)
    act = {
        "call_id": five.call_ids()[0],
        "correction": "c",
        "on_conflict": "reject",
        "base_feedback_id": "fb_b",
    }
    five.post("/feedback", {**act, "id": "fb_a"}, headers={"idempotency-key": "k"})
    sa.event.remove(engine, "before_cursor_execute", note)
    plans = []
    with engine.connect() as connection:
        for statement, parameters in seen.items():
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                values = parameters[0] if isinstance(parameters, list) else parameters
                explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans += [row[3] for row in explained]
    loose = [plan for plan in plans if plan.startswith("SCAN") or plan.endswith("(org=?)")]
    assert len(plans) > 10
    assert [plan for plan in loose if "organization" not in plan] == []
