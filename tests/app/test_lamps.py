"""The lamps of a draft: real rules, a real store, and a server that is played only by what it answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from atlas_desktop.api.errors import NotSent
from atlas_desktop.app.lamps import Lamp, Lamps
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.evaluators import Evaluator, EvaluatorScore, EvaluatorScoreCreate
from atlas_desktop.contract.operations import Operation
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}}
RULES = [
    Evaluator(id="ev_shape", name="Shape", kind="json_schema", config={}),
    Evaluator(id="ev_fence", name="Fence", kind="regex", config={"pattern": "```", "must_match": False}),
    Evaluator(id="ev_near", name="Near", kind="embedding_match", config={"threshold": 0.9}),
]


class Server:
    """Answers with these scores; ``gate`` holds answers back until it is set."""

    def __init__(self) -> None:
        self.online = True
        self.asked: list[tuple[str, EvaluatorScoreCreate]] = []
        self.score: float | None = 0.95
        self.reason: str | None = None
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, evaluator: str, body: EvaluatorScoreCreate) -> EvaluatorScore:
        self.asked.append((evaluator, body))
        await self.gate.wait()
        if not self.online:
            raise NotOnline
        if self.error is not None:
            raise self.error
        said = EvaluatorScore(evaluator_id=evaluator, evaluator_version=1, score=self.score, passed=None)
        return said.model_copy(update={"reason": self.reason, "message": "The server's words."})


class Bench:
    def __init__(self, store: Store, lamps: Lamps, server: Server) -> None:
        self.store, self.lamps, self.server = store, lamps, server
        self.seen: list[tuple[Lamp, ...]] = []
        lamps.changed.connect(self.seen.append)

    def states(self) -> dict[str, str]:
        return {lamp.evaluator_id.removeprefix("ev_"): lamp.state for lamp in self.lamps.value}

    def lamp(self, name: str) -> Lamp:
        return next(lamp for lamp in self.lamps.value if lamp.evaluator_id == f"ev_{name}")

    async def follow(self, version: str | None = "1") -> None:
        self.lamps.follow("chatcmpl-1", "extract", version, "the best answer")
        await self.lamps.settled()


@asynccontextmanager
async def bench(
    path: Path, rules: list[Evaluator] = RULES, gates: list[str] | None = None, **how: Any
) -> AsyncIterator[Bench]:
    store, server = Store.open(path), Server()
    bugs: list[BaseException] = []
    tasks = Tasks(lambda _name, error: bugs.append(error))
    named = gates or [rule.id for rule in rules]
    operation = {
        "id": "op_1",
        "key": "extract",
        "name": "Extract",
        "registration": "defined",
        "output_schema": how.pop("schema", SCHEMA),
        "ship_gates": [{"evaluator_id": name, "min_score": 0.9} for name in named],
    }
    await store.evaluators.replace(rules)
    await store.operations.replace([Operation.model_validate(operation)])
    lamps = Lamps(store, tasks, server.ask, lambda: server.online, pause=how.pop("pause", 0.0))
    lamps.failed.connect(bugs.append)
    try:
        yield Bench(store, lamps, server)
    finally:
        await tasks.close()
        lamps.close()
        await store.close()
    assert bugs == []


async def test_the_gates_of_the_operation_are_the_lamps(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db") as here:
        await here.follow()
        assert here.states() == {"shape": "unknown", "fence": "unknown", "near": "unasked"}
        assert here.lamps.schema == SCHEMA
        here.lamps.typed("```json")
        assert here.states() == {"shape": "bad", "fence": "bad", "near": "unasked"}
        assert (here.lamp("fence").findings[0].start, here.lamp("fence").findings[0].end) == (0, 3)
        here.lamps.typed('{"a": "z"}')
        assert (here.lamp("shape").score, here.states()["fence"]) == (0.5, "ok")
        assert here.lamp("shape").findings[0].path == ("a",)
        here.lamps.typed('{"a": "x"}')
        assert here.states()["shape"] == "ok"
        here.lamps.follow(None, None, None, None)
        assert here.lamps.value == ()
        await here.lamps.settled()


async def test_text_typed_before_the_rules_are_read_is_judged_then(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db") as here:
        here.lamps.follow("chatcmpl-1", "extract", "1", None)
        here.lamps.typed('{"a": "x"}')
        assert here.lamps.value == ()
        await here.lamps.settled()
        assert here.states()["shape"] == "ok"


async def test_the_server_is_asked_after_a_change_and_a_pause_only(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db") as here:
        await here.follow()
        here.lamps.typed("as it was")
        await here.lamps.settled()
        assert here.server.asked == []
        for text in ("as it wa", "as it w", "as it"):
            here.lamps.typed(text)
        await until(here, lambda: here.lamp("near").state == "ok")
        ((name, body),) = here.server.asked
        assert (name, body.output, body.expected, body.call_id) == (
            "ev_near", "as it", "the best answer", "chatcmpl-1",
        )  # fmt: skip
        here.lamps.typed("as it i")
        assert here.lamp("near").stale
        assert here.lamp("near").score == 0.95


async def test_run_asks_everybody_now(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", pause=3600.0) as here:
        await here.follow()
        here.lamps.typed('{"a": "x"}')
        await here.lamps.run()
        assert here.states() == {"shape": "ok", "fence": "ok", "near": "ok"}
        here.server.score = 0.5
        await here.lamps.run()
        assert (here.lamp("near").state, here.lamp("near").score) == ("bad", 0.5)
        here.lamps.typed("another")
        await here.lamps.run()
        assert len(here.server.asked) == 3


async def test_an_answer_about_an_older_text_is_dropped(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", pause=3600.0) as here:
        await here.follow()
        here.lamps.typed("one")
        here.server.gate.clear()
        running = asyncio.ensure_future(here.lamps.run())
        await until(here, lambda: here.lamp("near").state == "running")
        here.lamps.typed("two")
        here.server.gate.set()
        await running
        assert here.lamp("near").score is None
        await here.lamps.run()
        assert here.lamp("near").score == 0.95
        # Back to a text whose answer was dropped: it is asked about again.
        here.lamps.typed("one")
        await here.lamps.run()
        assert [body.output for _, body in here.server.asked] == ["one", "two", "one"]


async def test_an_answer_for_another_call_is_dropped(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", pause=3600.0) as here:
        await here.follow()
        here.lamps.typed("one")
        here.server.gate.clear()
        running = asyncio.ensure_future(here.lamps.run())
        await until(here, lambda: here.lamp("near").state == "running")
        await here.follow()
        here.lamps.typed("one")
        here.server.gate.set()
        await running
        assert here.lamp("near").state == "unasked"


async def test_lamps_that_only_the_server_lights_are_told_before_it_is_asked(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", RULES[2:]) as here:
        told: list[list[str]] = []
        here.lamps.changed.connect(lambda lamps: told.append([lamp.state for lamp in lamps]))
        await here.follow()
        here.lamps.typed("one")
        assert told[-1] == ["unasked"]


async def test_without_a_server_it_is_said(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db") as here:
        here.server.online = False
        await here.follow()
        here.lamps.typed('{"a": "x"}')
        assert here.states() == {"shape": "ok", "fence": "ok", "near": "needs_server"}
        assert "server" in here.lamp("near").words
        await here.lamps.run()
        assert here.states()["near"] == "needs_server"
        here.server.online = True
        here.lamps.online_changed()
        assert here.states()["near"] == "unasked"
        await here.lamps.run()
        assert here.states()["near"] == "ok"
        here.server.error = NotSent("refused")
        await here.lamps.run()
        assert here.states()["near"] == "needs_server"
        assert here.lamp("near").score is None


async def test_a_text_changed_while_the_server_was_away_is_sent_when_it_is_back(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", RULES[2:]) as here:
        here.server.online = False
        await here.follow()
        here.lamps.typed("one")
        here.lamps.typed("two")
        await here.lamps.settled()
        assert here.server.asked == []
        here.server.online = True
        here.lamps.online_changed()
        await until(here, lambda: here.lamp("near").state == "ok")
        assert [body.output for _, body in here.server.asked] == ["two"]


async def test_why_there_is_no_number_is_said(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", RULES[2:]) as here:
        await here.follow()
        here.lamps.typed("one")
        here.server.score = None
        for reason, words in (("no_judge", "No judge"), ("news_to_us", "The server's words.")):
            here.server.reason = reason
            await here.lamps.run()
            assert here.lamp("near").state == "unknown"
            assert words in here.lamp("near").words


async def test_an_older_schema_version_is_for_the_server(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", RULES[:1]) as here:
        await here.follow("0")
        assert here.lamps.schema is None
        here.lamps.typed('{"a": "x"}')
        assert here.states() == {"shape": "unasked"}
        await here.lamps.run()
        assert here.states() == {"shape": "ok"}
        assert len(here.server.asked) == 1


async def test_an_evaluator_that_is_not_here_yet_and_one_that_is_broken(tmp_path: Path) -> None:
    broken = Evaluator(id="ev_broken", name="Broken", kind="regex", config={"pattern": "(?=a)"})
    async with bench(tmp_path / "a.db", [broken], ["ev_broken", "ev_new"]) as here:
        await here.follow()
        here.lamps.typed("text")
        assert here.states() == {"broken": "unknown", "new": "unknown"}
        assert "look-ahead" in here.lamp("broken").words
        await here.store.evaluators.replace(
            [broken, Evaluator(id="ev_new", name="New", kind="regex", config={"pattern": "text"})]
        )
        here.lamps.store_changed(await here.store.evaluators.replace([]))
        here.lamps.store_changed(await here.store.evaluators.replace(RULES))
        await here.lamps.settled()
        assert "fetched" in here.lamp("new").words


async def test_a_large_text_is_judged_beside(tmp_path: Path) -> None:
    async with bench(tmp_path / "a.db", RULES[:2]) as here:
        await here.follow()
        large = '{"a": "x", "b": "' + "é" * 30_000 + '"}'
        here.lamps.typed(large)
        assert here.lamp("shape").stale
        await here.lamps.settled()
        assert here.states() == {"shape": "ok", "fence": "ok"}
        here.lamps.typed(large[:-2])
        await here.lamps.settled()
        assert here.states() == {"shape": "bad", "fence": "ok"}
        here.lamps.typed("x" * 1_100_000)
        await here.lamps.settled()
        assert "1 MiB" in here.lamp("shape").words


def doubling(levels: int) -> dict[str, Any]:
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"items": {"$ref": "#/$defs/d0"}, "$defs": {**twice, f"d{levels}": {"type": "string"}}}


async def test_a_schema_that_takes_long_is_stopped_and_the_loop_goes_on(tmp_path: Path) -> None:
    """As large as it may be, over a list of many values: 14 s, were it not ended."""
    text = "[" + ",".join(['"s"'] * 200_000) + "]"
    async with bench(tmp_path / "a.db", RULES[:1], schema=doubling(13)) as here:
        await here.follow()
        here.lamps.typed(text)
        longest, ticks = 0.0, 0
        loop = asyncio.get_running_loop()
        settled = asyncio.ensure_future(here.lamps.settled())
        while not settled.done():
            before = loop.time()
            await asyncio.wait([settled], timeout=0.01)
            longest, ticks = max(longest, loop.time() - before), ticks + 1
        assert here.lamp("shape").state == "unknown"
        assert "too long" in here.lamp("shape").words
        assert ticks > 20
        assert longest < 0.5


async def until(here: Bench, holds: Any) -> None:
    changed = asyncio.Event()
    stop = here.lamps.changed.connect(lambda _: changed.set())
    async with asyncio.timeout(20):
        while not holds():
            changed.clear()
            await changed.wait()
    stop()


@pytest.mark.parametrize(
    "text", ["", "\ud800", "\x00", "{" * 5000, "[" * 200 + "]" * 200, "9" * 5000, '{"a":1e999}']
)
async def test_no_text_breaks_a_lamp(tmp_path: Path, text: str) -> None:
    async with bench(tmp_path / "a.db", RULES[:2]) as here:
        await here.follow()
        here.lamps.typed(text)
        await here.lamps.settled()
        assert here.states()["fence"] == "ok"
        assert here.states()["shape"] in ("bad", "unknown")
