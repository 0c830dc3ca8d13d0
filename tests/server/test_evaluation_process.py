"""Runs in the real server process: killed, cancelled, starved of time, and beside requests that want an answer."""

import os
import signal
import statistics
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.domain.scoring.test_regex import EVIL
from tests.server.test_process import Child, child, database, pipe

__all__ = ["database"]

PII = {"id": "ev_pii", "kind": "regex", "config": {"pattern": "ssn", "must_match": False}}
SHAPE = {"id": "ev_shape", "kind": "json_schema", "config": {"schema": {"required": ["n"]}}}
OVER = ("completed", "failed", "cancelled")


def doubling(levels: int) -> dict[str, Any]:
    """A schema that goes through what it is given again and again, as much as is let through."""
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"items": {"$ref": "#/$defs/d0"}, "$defs": {**twice, f"d{levels}": {"type": "string"}}}


SLOW = {"id": "ev_slow", "kind": "json_schema", "config": {"schema": doubling(13)}}
SLOW_OUTPUT = "[" + ",".join(['"s"'] * 150_000) + "]"


def ask(client: httpx.Client, method: str, path: str, json: Any = None) -> Any:
    answer = client.request(method, path, json=json)
    assert answer.is_success, answer.text
    return answer.json()


def prepared(client: httpx.Client, items: list[Any], *evaluators: dict[str, Any]) -> str:
    """The id of a dataset with these items; the evaluators are there too."""
    for evaluator in evaluators:
        ask(client, "POST", "/evaluators", evaluator)
    client.post("/operations", json={"key": "greet"})
    name = str(ask(client, "POST", "/datasets", {"operation_id": "greet", "name": "G"})["id"])
    for start in range(0, len(items), 1000):
        added = ask(client, "POST", f"/datasets/{name}/items", items[start : start + 1000])
        assert len(added["added"]) == len(items[start : start + 1000])
    return name


def item(number: int, expected: Any) -> dict[str, Any]:
    return {"input": {"messages": [{"role": "user", "content": str(number)}]}, "expected_output": expected}


def begin(client: httpx.Client, dataset: str, *evaluators: str, wait: float = 0) -> Any:
    body = {"dataset_id": dataset, "evaluator_ids": evaluators}
    return ask(client, "POST", f"/evaluations?wait={wait}", body)


def watched(client: httpx.Client, name: str, done: int = 2**60, seconds: float = 60) -> Any:
    """The run, once it is over or has so many results."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        run = ask(client, "GET", f"/evaluations/{name}")
        if run["status"] in OVER or run["progress"]["done"] >= done:
            return run
        assert time.monotonic() < until, f"still {run['status']} with {run['progress']}"
        pause.wait(0.01)


def results(client: httpx.Client, name: str) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        page = ask(client, "GET", f"/evaluations/{name}/results?limit=1000{cursor}")
        found += page["data"]
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_ten_thousand_items_survive_kill_9_and_are_scored_once(database: Path) -> None:
    total = 10_000
    items = [item(n, {"n": n} if n % 4 else "an ssn") for n in range(total)]
    with child(database) as server, server.client() as client:
        dataset = prepared(client, items, PII, SHAPE)
        name = begin(client, dataset, "ev_pii", "ev_shape")["id"]
        killed = [watched(client, name, 1)]
        server.process.kill()
    for part in (0.3, 0.6, 0.9):
        with child(database) as server, server.client() as client:
            killed.append(watched(client, name, int(2 * total * part)))
            if part == 0.6:
                # Now and then it is asked to end: it does so at once, and the next one goes on.
                pipe(server.process.stdin).close()
                assert server.process.wait(20) == 0
            server.process.kill()
    assert killed[0]["status"] == "running", "it was over before it was killed"
    with child(database) as server, server.client() as client:
        run = watched(client, name)
        found = results(client, name)
    assert (run["status"], run["progress"]) == ("completed", {"done": 2 * total, "total": 2 * total})
    assert set(Counter((row["item_id"], row["evaluator_id"]) for row in found).values()) == {1}
    assert len(found) == 2 * total
    assert run["summaryScores"] == {"overall": 0.75, "ev_pii": 0.75, "ev_shape": 0.75}
    assert run["evaluators"][1]["scored"] == total


def test_two_servers_on_one_database_share_no_run_and_one_goes_on_for_the_other(database: Path) -> None:
    items = [item(n, {"n": n}) for n in range(5000)]
    with child(database) as first, first.client() as client:
        dataset = prepared(client, items, PII, SHAPE)
        name = begin(client, dataset, "ev_pii", "ev_shape")["id"]
        with child(database) as second, second.client() as other:
            both = [begin(other, dataset, "ev_pii")["id"], begin(client, dataset, "ev_shape")["id"]]
            first.process.kill()
            first.process.wait(20)
            over = [watched(other, run) for run in (name, *both)]
            found = [results(other, run) for run in (name, *both)]
    assert [run["status"] for run in over] == ["completed"] * 3
    assert [run["progress"]["done"] for run in over] == [10_000, 5000, 5000]
    for rows in found:
        assert set(Counter((row["item_id"], row["evaluator_id"]) for row in rows).values()) == {1}
    assert [len(rows) for rows in found] == [10_000, 5000, 5000]


def test_a_run_is_cancelled_while_it_works(database: Path) -> None:
    with child(database) as server, server.client() as client:
        slow = [item(n, SLOW_OUTPUT.replace("s", str(n))) for n in range(5)]
        dataset = prepared(client, slow, SLOW, PII)
        name = begin(client, dataset, "ev_slow")["id"]
        assert watched(client, name, 0)["status"] in ("queued", "running")
        cancelled = ask(client, "POST", f"/evaluations/{name}/cancel")
        assert cancelled["status"] == "cancelled"
        assert cancelled["completed_at"] is not None
        after = begin(client, dataset, "ev_pii", wait=10)
        assert after["status"] == "completed"
        assert ask(client, "GET", f"/evaluations/{name}") == cancelled
        assert ask(client, "POST", f"/evaluations/{name}/cancel") == cancelled


def test_what_takes_too_long_has_no_score_and_the_others_have_theirs(database: Path) -> None:
    outputs: list[Any] = [SLOW_OUTPUT if n == 3 else '["s"]' for n in range(10)]
    with child(database) as server, server.client() as client:
        dataset = prepared(client, [item(n, output) for n, output in enumerate(outputs)], SLOW, PII)
        name = begin(client, dataset, "ev_pii", "ev_slow")["id"]
        run = watched(client, name)
        found = results(client, name)
    assert run["status"] == "completed"
    slow = [(row["score"], row["reason"]) for row in found if row["evaluator_id"] == "ev_slow"]
    assert slow == [(None, "timeout") if n == 3 else (1.0, None) for n in range(10)]
    assert [row["score"] for row in found if row["evaluator_id"] == "ev_pii"] == [1.0] * 10
    assert run["summaryScores"] == {"overall": 1.0, "ev_pii": 1.0, "ev_slow": 1.0}
    assert [one["unscored"] for one in run["evaluators"]] == [0, 1]


def test_a_process_that_is_killed_is_started_again_and_nothing_is_lost(database: Path) -> None:
    with child(database) as server, server.client() as client:
        dataset = prepared(client, [item(n, {"n": n}) for n in range(3000)], PII, SHAPE)
        begin(client, dataset, "ev_pii", wait=10)
        name = begin(client, dataset, "ev_pii", "ev_shape")["id"]
        ended = psutil.Process(server.process.pid).children(recursive=True)
        for one in ended:
            one.send_signal(signal.SIGKILL)
        run = watched(client, name)
        assert ended
        assert (run["status"], run["summaryScores"]["overall"]) == ("completed", 1.0)
        assert len(results(client, name)) == 6000


def test_evil_patterns_and_slow_schemas_hold_nobody_up(database: Path) -> None:
    """A hundred patterns a run, a megabyte each with ATLAS_LONG; whoever asks meanwhile is answered at once."""
    long = bool(os.environ.get("ATLAS_LONG"))
    patterns = EVIL if long else EVIL[::10]
    size = 2**20 if long else 2**18
    evil: list[dict[str, Any]] = [
        {"id": f"ev_{n}", "kind": "regex", "config": {"pattern": pattern}}
        for n, pattern in enumerate(patterns)
    ]
    with child(database) as server, server.client() as client:
        texts = ["a" * size, "ab" * (size // 2), "é" * (size // 2)]
        # What RE2 does not take is refused when it is made: of that nothing can be slow.
        made: dict[str, int] = {
            str(one["id"]): client.post("/evaluators", json=one).status_code for one in evil
        }
        dataset = prepared(client, [item(n, text) for n, text in enumerate(texts)])
        slow = prepared(client, [item(0, SLOW_OUTPUT)], SLOW)
        waits: list[float] = []
        enough = threading.Event()
        asking = threading.Thread(target=_health, args=(server, waits, enough))
        asking.start()
        names = [name for name, status in made.items() if status == 200]
        runs = [begin(client, dataset, *names[n : n + 100])["id"] for n in range(0, len(names), 100)]
        runs.append(begin(client, slow, "ev_slow")["id"])
        over = [watched(client, name, seconds=300) for name in runs]
        enough.set()
        asking.join()
    assert [run["status"] for run in over] == ["completed"] * len(over)
    assert [one["unscored"] for run in over[:-1] for one in run["evaluators"]] == [0] * len(names)
    assert over[-1]["evaluators"][0]["unscored"] == 1
    assert set(made.values()) <= {200, 422}
    assert len(names) > len(evil) * 0.8
    assert len(waits) > 50
    # The 99th of a hundred is one moment of two cores that other tests use as well: with ATLAS_LONG there are more.
    assert statistics.quantiles(waits, n=100)[98 if long else 94] < 0.05, sorted(waits)[-10:]


def _health(server: Child, waits: list[float], enough: threading.Event) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        while not enough.wait(0.01):
            began = time.perf_counter()
            assert client.get("/healthz").status_code == 200
            waits.append(time.perf_counter() - began)
