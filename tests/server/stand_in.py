"""A model that is asked over the net, played by this process: it answers what it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from atlas_desktop.server.scoring.endpoint import ModelEndpoint

CANARY = "sk-canary-0123456789"


class Judge(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked. ``vars(handler)["body"]`` is what it is asked now."""

    def __init__(self, act: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        judge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                judge.asked.append((self.path, dict(self.headers), body))
                vars(self)["body"] = body
                act(self)

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self) -> ModelEndpoint:
        return ModelEndpoint(f"http://127.0.0.1:{self.server_port}/v1", CANARY, "judge-1", seconds=5.0)


@contextmanager
def judging(act: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Judge]:
    with Judge(act) as judge:
        thread = threading.Thread(target=judge.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield judge
        finally:
            judge.shutdown()
            thread.join()


def says(content: Any, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def act(handler: BaseHTTPRequestHandler) -> None:
        send(handler, status, json.dumps({"choices": [{"message": {"content": content}}]}).encode())

    return act


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
