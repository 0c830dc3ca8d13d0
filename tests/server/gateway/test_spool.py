"""The spool: what was written is found, whatever end the process or the file came to."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_desktop.server.gateway.spool import Spool, SpoolError, left_behind, records, taken_over

PARTS = st.lists(st.binary(max_size=50), min_size=1, max_size=3)


def written(folder: Path, *given_records: tuple[bytes, ...], full: int = 1 << 20) -> Spool:
    made = Spool(folder / "a.db", full=full)
    for parts in given_records:
        made.append(*parts)
    return made


def files(folder: Path) -> list[Path]:
    return left_behind(folder / "a.db")


@given(said=st.lists(PARTS, max_size=8), cut=st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_file_cut_at_any_byte_gives_the_records_before_the_cut(
    tmp_path_factory: pytest.TempPathFactory, said: list[list[bytes]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    written(folder, (b"first",), *(tuple(parts) for parts in said)).abandon()
    (path,) = files(folder)
    data = path.read_bytes()
    whole = [b"first", *(b"".join(parts) for parts in said)]
    assert list(records(data)) == whole
    kept = list(records(data[:cut]))
    assert kept == whole[: len(kept)]
    assert sum(8 + len(record) for record in whole[: len(kept) + 1]) > min(cut, len(data) - 1)


def test_a_record_that_rotted_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path, (b"one",), (b"two",), (b"three",)).abandon()
    (path,) = files(tmp_path)
    data = bytearray(path.read_bytes())
    data[8 + 3 + 8] ^= 1
    assert list(records(bytes(data))) == [b"one", b"three"]


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    made = written(tmp_path, (b"secret",))
    assert [path.stat().st_mode & 0o777 for path in files(tmp_path)] == [0o600]
    made.abandon()


def test_a_full_file_is_followed_by_another_and_deleted_with_its_last_record(tmp_path: Path) -> None:
    made = Spool(tmp_path / "a.db", full=10)
    numbers = [made.append(b"x" * 10) for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert len(files(tmp_path)) == 3
    made.release(2)
    assert len(files(tmp_path)) == 2
    made.release(3)
    assert len(files(tmp_path)) == 2, "the newest serves again"
    assert made.append(b"y" * 10) == 3
    made.release(1)
    made.release(3)
    made.close()
    assert files(tmp_path) == []


def test_what_is_not_committed_stays_after_close(tmp_path: Path) -> None:
    made = written(tmp_path, (b"open",))
    made.close()
    (path,) = files(tmp_path)
    with taken_over(path) as left:
        assert left is not None
        assert list(left.records()) == [b"open"]
        left.delete()
    assert files(tmp_path) == []


def test_the_file_of_a_running_process_is_left_alone(tmp_path: Path) -> None:
    made = written(tmp_path, (b"mine",))
    (path,) = files(tmp_path)
    with taken_over(path) as left:
        assert left is None
    made.abandon()
    with taken_over(path) as left, taken_over(path) as second:
        assert left is not None
        assert second is None, "and only one takes it over"


def test_half_a_record_that_a_full_disk_left_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = written(tmp_path, (b"before",))
    really = os.write

    def full(fd: int, data: bytes) -> int:
        if len(data) > 20:
            return really(fd, data[:15])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SpoolError, match="No space left"):
        made.append(b"z" * 30)
    monkeypatch.undo()
    made.append(b"after")
    made.abandon()
    (path,) = files(tmp_path)
    assert list(records(path.read_bytes())) == [b"before", b"after"]


def test_a_name_with_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    made = Spool(tmp_path / "a[1]*.db")
    made.append(b"x")
    assert len(left_behind(tmp_path / "a[1]*.db")) == 1
    made.abandon()
