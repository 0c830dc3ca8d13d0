"""Judges over real sockets: asked once, fenced in, never believed blindly, and asked again when they are busy."""

import threading
import time
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.evaluators import JudgeConfig
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.scoring import over_net
from atlas_desktop.server.scoring.address import AddressRefused, resolved, target_of
from atlas_desktop.server.scoring.endpoint import JUDGE, ModelEndpoint, endpoint_from
from atlas_desktop.server.scoring.judge import score_judge
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.over_net import once
from atlas_desktop.server.scoring.scorer import Scorer
from tests.server.stand_in import CANARY, judging, says, send


def ask(endpoint: ModelEndpoint | None, **config: Any) -> Any:
    rule = JudgeConfig.model_validate({"rubric": "One sentence", **config})
    messages = [{"role": "user", "content": "A question"}]
    return once(partial(score_judge, endpoint, rule, "The answer", messages, None))


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
        says('{"score": 1}')(handler) if plain else send(handler, 400, b"{}")

    with judging(act) as judge:
        assert ask(judge.endpoint).value == 1.0


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (says("I would say 0.9"), "judge_nonsense"),
        (says(None), "judge_failed"),
        (says("{}", 500), "judge_failed"),
        (says("{}", 401), "judge_failed"),
        (lambda handler: send(handler, 200, b"<html>"), "judge_failed"),
        (lambda handler: send(handler, 200, b"[]"), "judge_failed"),
        (lambda handler: send(handler, 200, b"x" * 400_000), "judge_failed"),
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
            with judging(partial(send, status=status, body=b"", location=goal)) as judge:
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
    assert endpoint_from({}, JUDGE) is None
    named = {"ATLAS_JUDGE_BASE_URL": "https://a.example/v1", "ATLAS_JUDGE_API_KEY": CANARY}
    told = endpoint_from(named, JUDGE)
    assert told == ModelEndpoint("https://a.example/v1", CANARY, None)
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
    assert ask(ModelEndpoint(address, CANARY, "m")).value is None


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
    score = ask(ModelEndpoint("https://169.254.169.254/v1", CANARY, "m"))
    assert (score.value, score.reason) == (None, "no_judge")


# asked again


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts are short."""
    monkeypatch.setattr(over_net, "FIRST_PAUSE", 0.01)


async def scored(endpoint: ModelEndpoint, folder: Path) -> Any:
    scorer = Scorer(ServerConfig(sqlite_url(folder / "a.db"), judge=endpoint))
    try:
        return await scorer.score(Material("llm_judge", {"rubric": "r"}, "An answer"))
    finally:
        scorer.stop()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_judge_is_asked_again(status: int, tmp_path: Path) -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        says('{"score": 0.5}', status if len(judge.asked) < 3 else 200)(handler)

    with judging(act) as judge:
        score = await scored(judge.endpoint, tmp_path)
    assert (score.value, len(judge.asked)) == (0.5, 3)
    # The same question, and a fresh fence each time.
    assert len({body["messages"][0]["content"] for _, _, body in judge.asked}) == 3


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("act", "times"), [(says("{}", 503), 4), (says("{}", 401), 1), (says("no"), 1)])
async def test_attempts_end_and_what_will_not_pass_is_not_asked_again(
    act: Any, times: int, tmp_path: Path
) -> None:
    with judging(act) as judge:
        score = await scored(judge.endpoint, tmp_path)
    assert (score.value, len(judge.asked)) == (None, times)
    assert score.reason in ("judge_failed", "judge_nonsense")
    assert CANARY not in score.words


@pytest.mark.usefixtures("hasty")
async def test_a_judge_that_wants_to_be_left_alone_is(tmp_path: Path) -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        busy = len(judge.asked) == 1
        send(handler, 429, b"{}", **{"retry-after": "1"}) if busy else says('{"score": 1}')(handler)

    with judging(act) as judge:
        began = time.monotonic()
        score = await scored(judge.endpoint, tmp_path)
    assert score.value == 1.0
    assert time.monotonic() - began >= 1.0
