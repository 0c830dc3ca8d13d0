"""``atlas-desktop gate`` against a server that says what cannot be."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import KEY, run

GATE: dict[str, Any] = {
    "evaluator_id": "ev_a", "evaluator_version": 1, "name": "A", "kind": "regex",
    "min_score": 1.0, "score": 1.0, "met": True,
}  # fmt: skip
DATASET = {
    "id": "ds_1", "operation_id": "greet", "name": "Greetings", "schema_version": "1", "status": "draft",
    "version": 1, "revision": 1, "item_count": 1, "content_hash": "x", "created_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
RUN = {
    "id": "evr_1", "dataset_id": "ds_1", "dataset_revision": 1, "evaluator_ids": ["ev_a"], "status": "completed",
    "predictions": "expected", "progress": {"done": 1, "total": 1}, "created_at": "2026-01-01T00:00:00Z",
}  # fmt: skip


@contextmanager
def saying(gate: str, *, met: bool = True) -> Iterator[str]:
    """A server with one dataset, whose one gate is this JSON."""
    gates = f'{{"dataset_id": "ds_1", "dataset_revision": 1, "met": {json.dumps(met)}, "gates": [{gate}]}}'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = json.dumps(RUN if self.path.startswith("/v1/evaluations") else DATASET)
            body = gates if self.path.endswith("/gates") else body
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "change",
    [{"met": False}, {"score": 0.999}, {"score": None}, {"met": False, "reason": "{new.reason}"}],
)
def test_a_gate_holds_only_where_its_figures_say_so(tmp_path: Path, change: dict[str, Any]) -> None:
    with saying(json.dumps(GATE | change)) as url:
        told = run(tmp_path, "gate", "ds_1", "--json", NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY)
        plain = run(tmp_path, "gate", "ds_1", NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY)
    assert (told.code, told.json["met"], told.json["gates"][0]["met"]) == (1, False, False)
    assert (plain.code, "unmet" in plain.out) == (1, True)


def test_a_server_that_refuses_is_believed(tmp_path: Path) -> None:
    with saying(json.dumps(GATE), met=False) as url:
        assert run(tmp_path, "gate", "ds_1", NEWMEN_BASE_URL=url, NEWMEN_API_KEY=KEY).code == 1
