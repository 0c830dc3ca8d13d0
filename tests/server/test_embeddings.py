"""Embeddings of a provider over real sockets: what is asked, and what an answer is worth."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.contract.evaluators import EmbeddingConfig
from atlas_desktop.domain.scoring.score import Score
from atlas_desktop.server.config import ServerConfig, sqlite_url
from atlas_desktop.server.scoring.embeddings import score_by_provider
from atlas_desktop.server.scoring.endpoint import EMBEDDER, OFFLINE_MODEL, ModelEndpoint, endpoint_from
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.over_net import once
from atlas_desktop.server.scoring.scorer import Scorer
from tests.server.stand_in import CANARY, judging, send


def vectors(*rows: Any) -> Callable[[BaseHTTPRequestHandler], None]:
    data = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
    return partial(send, status=200, body=json.dumps({"object": "list", "data": data[::-1]}).encode())


def ask(endpoint: ModelEndpoint, output: str = "an answer", **config: Any) -> Score:
    rule = EmbeddingConfig.model_validate({"threshold": 0.6, **config})
    return once(partial(score_by_provider, endpoint, rule, output, "what was expected"))


def test_both_texts_are_asked_for_at_once_and_put_in_order() -> None:
    with judging(vectors([2.0, 0.0], [0, 1])) as model:
        score = ask(model.endpoint)
        named = ask(model.endpoint, model="embed-2")
    assert (score.value, score.passed) == (0.5, False)
    assert named.value == 0.5
    path, headers, body = model.asked[0]
    assert (path, headers["Authorization"]) == ("/v1/embeddings", f"Bearer {CANARY}")
    assert body == {
        "model": "judge-1",
        "input": ["an answer", "what was expected"],
        "encoding_format": "float",
    }
    assert model.asked[1][2]["model"] == "embed-2"


def test_the_same_text_needs_no_model() -> None:
    with judging(vectors()) as model:
        assert ask(model.endpoint, "what was expected").value == 1.0
    assert model.asked == []


@pytest.mark.parametrize(
    "act",
    [
        vectors([1.0]), vectors([1.0], [1.0, 2.0]), vectors([], []), vectors(["1"], ["2"]), vectors([True], [True]), vectors(None, None),
        vectors([float("nan")], [1.0]), partial(send, status=500, body=b""), partial(send, status=401, body=b"{}"),
        partial(send, status=200, body=b"<html>"), partial(send, status=200, body=b"[]"), partial(send, status=200, body=b'{"data": 1}'),
        lambda handler: handler.connection.close(),
    ],
)  # fmt: skip
def test_whatever_it_answers_no_number_is_made_up(act: Any) -> None:
    with judging(act) as model:
        score = ask(model.endpoint)
    assert (score.value, score.passed, score.reason) == (None, None, "embedding_failed")
    assert CANARY not in score.words


def test_without_direction_or_model_or_room_there_is_no_number() -> None:
    with judging(vectors([0.0], [1.0])) as model:
        assert ask(model.endpoint).reason == "no_model"
        assert ask(replace(model.endpoint, model=None)).reason == "no_model"
        assert ask(model.endpoint, "x" * 200_000).reason == "too_large"
        assert ask(replace(model.endpoint, base_url="http://10.0.0.1/v1")).reason == "no_model"
    assert len(model.asked) == 1


async def test_the_model_that_comes_with_the_program_stays_at_hand(tmp_path: Path) -> None:
    with judging(vectors([1.0], [1.0])) as model:
        scorer = Scorer(ServerConfig(sqlite_url(tmp_path / "a.db"), embedder=model.endpoint))
        try:
            by_net = await scorer.score(Material("embedding_match", {}, "a", expected="b"))
            own = {"model": OFFLINE_MODEL}
            here = await scorer.score(Material("embedding_match", own, "some words", expected="other words"))
        finally:
            scorer.stop()
    assert (by_net.value, len(model.asked)) == (1.0, 1)
    assert here.value is not None
    assert here.value < 1.0


def test_who_is_asked_is_named_by_the_environment() -> None:
    assert endpoint_from({}, EMBEDDER) is None
    named = {
        "ATLAS_EMBED_BASE_URL": "https://a.example/v1",
        "ATLAS_EMBED_MODEL": "e",
        "ATLAS_EMBED_API_KEY": CANARY,
    }
    assert endpoint_from(named, EMBEDDER) == ModelEndpoint("https://a.example/v1", CANARY, "e")
