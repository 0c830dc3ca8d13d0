"""Scoring in processes beside: deadlines, deaths, the embedding model, and judges over real sockets."""

import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.transport import in_process
from atlas_desktop.beside import Beside
from atlas_desktop.contract.evaluators import EvaluatorCreate, EvaluatorScoreCreate, JudgeConfig
from atlas_desktop.contract.secret import Secret
from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.server.app import close_app, create_app
from atlas_desktop.server.config import ServerConfig, StaticKey, sqlite_url
from atlas_desktop.server.scoring.address import AddressRefused, resolved, target_of
from atlas_desktop.server.scoring.endpoint import JudgeEndpoint, judge_from
from atlas_desktop.server.scoring.judge import score_judge
from atlas_desktop.server.scoring.scorer import Material, Scorer

CANARY = "sk-canary-0123456789"


@pytest.fixture
async def scorer(tmp_path: Path) -> AsyncIterator[Scorer]:
    made = Scorer(ServerConfig(sqlite_url(tmp_path / "a.db")))
    yield made
    made.stop()


def doubling(levels: int) -> dict[str, Any]:
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"items": {"$ref": "#/$defs/d0"}, "$defs": {**twice, f"d{levels}": {"type": "string"}}}


async def test_what_takes_too_long_is_ended_and_the_next_is_scored(scorer: Scorer) -> None:
    slow = Material("json_schema", {"schema": doubling(13)}, "[" + ",".join(['"s"'] * 200_000) + "]")
    quick = Material("regex", {"pattern": "a"}, "a")
    assert (await scorer.score(quick)).value == 1.0
    loop = asyncio.get_running_loop()
    started = loop.time()
    first, second = await asyncio.gather(scorer.score(slow), scorer.score(quick))
    assert (first.value, first.reason) == (None, "timeout")
    assert second.value == 1.0
    assert loop.time() - started < 10


async def test_a_process_that_dies_is_started_again() -> None:
    worker = Worker(Beside("atlas_desktop.contract.text"), 10.0)
    first = await worker.run(os.getpid)
    os.kill(first, 9)
    assert await worker.run(os.getpid) != first
    with pytest.raises(Exception, match=r"terminated abruptly|child process"):
        await worker.run(os._exit, 3)
    assert await worker.run(int, "7") == 7
    worker.stop()
    late = Worker(Beside(), 0.05)
    with pytest.raises(Overdue):
        await late.run(_wait, 60.0)
    late.stop()


async def test_who_asked_and_went_keeps_nobody_waiting() -> None:
    worker = Worker(Beside(), 30.0)
    await worker.run(os.getpid)
    gone = asyncio.ensure_future(worker.run(_wait, 60.0))
    await asyncio.wait([gone], timeout=0.2)
    gone.cancel()
    async with asyncio.timeout(10):
        assert await worker.run(int, "1") == 1
    worker.stop()


def _wait(seconds: float) -> bool:
    return threading.Event().wait(seconds)


async def test_the_model_that_comes_with_the_program(scorer: Scorer) -> None:
    async def likeness(output: str, expected: str) -> float:
        score = await scorer.score(Material("embedding_match", {"threshold": 0.9}, output, expected=expected))
        assert score.value is not None, score
        assert score.passed is (score.value >= 0.9)
        return score.value

    near = await likeness("How do I reset my password?", "I forgot my password, how can I change it?")
    far = await likeness("How do I reset my password?", "The weather in Lisbon is mild in winter.")
    assert 0.5 < far < near < 1.0
    assert await likeness("same words", "same words") == 1.0
    assert 0.0 <= await likeness("word " * 150_000, "another") <= 1.0
    nothing = await scorer.score(Material("embedding_match", {}, "", expected="x"))
    assert (nothing.value, nothing.reason) == (None, "no_model")
    unknown = await scorer.score(Material("embedding_match", {"model": "other"}, "a", expected="b"))
    assert (unknown.value, unknown.reason) == (None, "no_model")
    assert "other" in unknown.words


# judges


class Judge(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, act: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        judge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                judge.asked.append((self.path, dict(self.headers), body))
                act(self)

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self) -> JudgeEndpoint:
        return JudgeEndpoint(f"http://127.0.0.1:{self.server_port}/v1", CANARY, "judge-1", seconds=5.0)


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
        _send(handler, status, json.dumps({"choices": [{"message": {"content": content}}]}).encode())

    return act


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def ask(endpoint: JudgeEndpoint | None, **config: Any) -> Any:
    rule = JudgeConfig.model_validate({"rubric": "One sentence", **config})
    return score_judge(endpoint, rule, "The answer", [{"role": "user", "content": "A question"}], None)


def test_a_judge_is_asked_once_for_a_number() -> None:
    with judging(says('{"score": 0.75, "reasoning": "Two sentences."}')) as judge:
        score = ask(judge.endpoint)
        other = ask(judge.endpoint, judgeModel="judge-2")
    assert (score.value, score.details[0].message) == (0.75, "Two sentences.")
    assert other.value == 0.75
    path, headers, body = judge.asked[0]
    assert (path, headers["Authorization"]) == ("/v1/chat/completions", f"Bearer {CANARY}")
    assert (body["model"], judge.asked[1][2]["model"]) == ("judge-1", "judge-2")
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["reasoning", "score"]
    assert "tools" not in body
    assert "One sentence" in body["messages"][0]["content"]
    assert "The answer" in body["messages"][1]["content"]


def test_a_judge_without_reply_formats_is_asked_plainly() -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        plain = "response_format" not in judge.asked[-1][2]
        says('{"score": 1}')(handler) if plain else _send(handler, 400, b"{}")

    with judging(act) as judge:
        assert ask(judge.endpoint).value == 1.0


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (says("I would say 0.9"), "judge_nonsense"),
        (says(None), "judge_failed"),
        (says("{}", 500), "judge_failed"),
        (says("{}", 401), "judge_failed"),
        (lambda handler: _send(handler, 200, b"<html>"), "judge_failed"),
        (lambda handler: _send(handler, 200, b"[]"), "judge_failed"),
        (lambda handler: _send(handler, 200, b"x" * 400_000), "judge_failed"),
        (lambda handler: handler.connection.close(), "judge_failed"),
    ],
)
def test_whatever_a_judge_does_no_number_is_made_up(act: Any, reason: str) -> None:
    with judging(act) as judge:
        score = ask(judge.endpoint)
    assert (score.value, score.passed, score.reason) == (None, None, reason)
    assert CANARY not in score.words


def test_a_redirect_is_not_followed() -> None:
    with judging(says('{"score": 1}')) as elsewhere:
        goal = f"http://127.0.0.1:{elsewhere.server_port}/v1/chat/completions"
        for status in (301, 302, 307, 308):
            with judging(partial(_send, status=status, body=b"", location=goal)) as judge:
                assert ask(judge.endpoint).reason == "judge_failed"
    assert elsewhere.asked == []


def test_a_judge_that_drips_is_hung_up_on() -> None:
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not ended.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        except OSError:
            pass

    with judging(drip) as judge:
        started = time.monotonic()
        score = ask(replace(judge.endpoint, seconds=0.5))
        ended.set()
    assert score.reason == "judge_failed"
    assert time.monotonic() - started < 5


def test_without_an_endpoint_or_a_model_nobody_is_asked() -> None:
    assert ask(None).reason == "no_judge"
    with judging(says('{"score": 1}')) as judge:
        assert ask(replace(judge.endpoint, model=None)).reason == "no_judge"
        assert (
            score_judge(judge.endpoint, JudgeConfig(rubric="r"), "x" * 300_000, [], None).reason
            == "too_large"
        )
    assert judge.asked == []
    assert judge_from({}) is None
    told = judge_from({"ATLAS_JUDGE_BASE_URL": "https://a.example/v1", "ATLAS_JUDGE_API_KEY": CANARY})
    assert told == JudgeEndpoint("https://a.example/v1", CANARY, None)
    assert CANARY not in repr(told)


@pytest.mark.parametrize(
    "address",
    [
        "http://judge.example/v1", "http://10.0.0.1/v1", "http://169.254.169.254/latest", "ftp://127.0.0.1/", "file:///etc/passwd",
        "http://127.0.0.1@evil.example/", "https://user:pass@judge.example/", "https://judge.example/?q=1", "https://judge.example/#a",
        "https:///v1", "https://judge.example:99999/", "https://judge .example/", "", "judge.example", "http://127.0.0.1.evil.example/",
        "http://0.0.0.0:80/", "http://[::]/", "http://2130706433.example/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_gets_no_key(address: str) -> None:
    with pytest.raises((AddressRefused, OSError)):
        target_of(address)
    assert ask(JudgeEndpoint(address, CANARY, "m")).value is None


def test_where_a_name_leads_is_looked_at() -> None:
    assert resolved(target_of("https://127.0.0.1:8443/v1")) == "127.0.0.1"
    for address in (
        "https://169.254.169.254/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
    ):
        with pytest.raises(AddressRefused):
            resolved(target_of(address))
    score = ask(JudgeEndpoint("https://169.254.169.254/v1", CANARY, "m"))
    assert (score.value, score.reason) == (None, "no_judge")


async def test_the_server_answers_others_while_it_scores(tmp_path: Path) -> None:
    """What holds a rule's process for its whole second holds nobody else."""
    key = StaticKey("nm_live_aaaaaa_" + "a" * 32)
    app = create_app(ServerConfig(sqlite_url(tmp_path / "a.db"), static_keys=(key,)))
    try:
        async with AsyncAtlas(
            "http://127.0.0.1:8400/v1", Secret(key.key), transport=in_process(app)
        ) as client:
            schema = {"schema": doubling(13)}
            await client.evaluators.create(EvaluatorCreate(id="ev_slow", kind="json_schema", config=schema))
            slow = EvaluatorScoreCreate(output="[" + ",".join(['"s"'] * 200_000) + "]")
            scoring = asyncio.ensure_future(client.evaluators.score("ev_slow", slow))
            waits = []
            while not scoring.done():
                started = time.perf_counter()
                await client.capabilities()
                waits.append(time.perf_counter() - started)
                await asyncio.wait([scoring], timeout=0.005)
            answer = await scoring
    finally:
        close_app(app)
    assert (answer.score, answer.reason) == (None, "timeout")
    assert len(waits) > 20
    assert sorted(waits)[len(waits) // 2] < 0.05
