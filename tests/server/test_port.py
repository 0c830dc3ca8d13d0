"""The app's own Atlas is at the same port again after a restart."""

import shutil
import socket
from pathlib import Path

import httpx
import pytest

from tests.server.test_process import child


@pytest.fixture
def database(tmp_path: Path, template: Path) -> Path:
    path = tmp_path / "atlas.db"
    shutil.copy(template, path)
    return path


def test_it_comes_back_to_its_port(database: Path) -> None:
    with child(database) as first:
        assert httpx.get(f"http://127.0.0.1:{first.port}/healthz").status_code == 200
    with child(database) as second:
        assert second.port == first.port
        assert httpx.get(f"http://127.0.0.1:{second.port}/healthz").status_code == 200


def test_where_somebody_else_has_it_another_is_taken_and_kept(database: Path) -> None:
    with child(database) as first:
        pass
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first.port))
        other.listen()
        with child(database) as second:
            assert second.port != first.port
            assert httpx.get(f"http://127.0.0.1:{second.port}/healthz").status_code == 200
    with child(database) as third:
        assert third.port == second.port
