"""A server with a provider, an operation with a gate, and a way to wait for what runs beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from atlas_desktop.server.config import CommitHooks, RateLimit, ServerConfig, StaticKey, sqlite_url
from tests.server.gateway.house import House, serving
from tests.server.gateway.stub_provider import Plan, StubProvider
from tests.server.talk import ALICE, KEYS

OLD, NEW, NEWER, CHEAP = "lab/old", "lab/new", "lab/newer", "lab/cheap"
"""The model that answers without releases, and candidates. The stub is asked for them as ``old``, ``new`` and so on."""

GOOD, BAD = Plan(words=("good ", "answer")), Plan(words=("bad ", "answer"))
OPERATION = "summarize"


class ShiftClock:
    """The clock of this computer, which can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


def table(stub: StubProvider, *, quantization: str = "q8") -> str:
    """The old model is what standard begins with; only a release, or later good scores of a cheaper one, chooses others."""
    lines = ["[[provider]]", 'name = "stub"', f'base_url = "{stub.base_url}"']
    for model, price in ((OLD, 1.0), (NEW, 10.0), (NEWER, 20.0), (CHEAP, 0.1)):
        lines += [
            "[[provider.model]]",
            f'id = "{model.partition("/")[2]}"',
            f'model = "{model}"',
            f'quantization = "{quantization if model != OLD else "q8"}"',
            "open_weight = true",
            f"vetted = {'true' if model == OLD else 'false'}",
            f"prompt_usd = {price}",
            f"completion_usd = {price}",
        ]
    return "\n".join(lines) + "\n"


def config_of(path: Path, **more: Any) -> ServerConfig:
    """A server on this file, with the provider table beside it."""
    base = ServerConfig(
        database_url=sqlite_url(path / "atlas.db"),
        static_keys=KEYS,
        providers=path / "providers.toml",
        clock=ShiftClock(),
        rate=RateLimit(burst=100_000, per_second=100_000, concurrent=500),
    )
    return replace(base, **more)


@dataclass
class Estate(House):
    """A running server. Requests are made as Alice unless it is said otherwise."""

    config: ServerConfig = field(kw_only=True)

    @property
    def clock(self) -> ShiftClock:
        assert isinstance(self.config.clock, ShiftClock)
        return self.config.clock

    async def ask(self, text: str = "hello", key: StaticKey = ALICE, **more: Any) -> httpx.Response:
        """A call of the operation, by atlas-1."""
        metadata = {"operation_id": OPERATION, **more.pop("metadata", {})}
        body = {
            "model": "atlas-1",
            "messages": [{"role": "user", "content": text}],
            "metadata": metadata,
            **more,
        }
        return await self.post("/chat/completions", body, key)

    async def good(self, path: str, body: Any = None, **more: Any) -> Any:
        """The JSON of a POST that is taken."""
        response = await self.post(path, {} if body is None else body, **more)
        assert response.status_code == 200, response.text
        return response.json()

    async def define(self, *, min_score: float = 1.0) -> None:
        """The operation, with a gate that wants the word "good"."""
        await self.good("/evaluators", {"id": "ev_good", "kind": "regex", "config": {"pattern": "good"}})
        gates = [{"evaluator_id": "ev_good", "min_score": min_score}]
        await self.good("/operations", {"key": OPERATION, "ship_gates": gates})

    async def release(self, model: str = NEW, **more: Any) -> str:
        """Begin one; its id."""
        asked = {"operation_id": OPERATION, "model": model, "min_samples": 5, **more}
        return str((await self.good("/releases", asked))["id"])

    async def standing(self, release_id: str) -> dict[str, Any]:
        """The release as it is now."""
        response = await self.get(f"/releases/{release_id}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def until(self, release_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The release once this holds of it."""

        async def look() -> dict[str, Any] | None:
            found = await self.standing(release_id)
            return found if holds(found) else None

        found: dict[str, Any] = await self.soon(look)
        return found

    async def soon(self, look: Callable[[], Awaitable[Any]], seconds: float = 20.0) -> Any:
        """What ``look`` finds, once it finds something."""
        found = None
        async with asyncio.timeout(seconds):
            while (found := await look()) is None:  # noqa: ASYNC110 - what runs beside the requests tells nobody
                await asyncio.sleep(0.02)
        return found

    def asked(self, model: str) -> int:
        """How often the stub was asked for a model."""
        return len(self.stub.asked_for(model.partition("/")[2]))


def seen(release: dict[str, Any], stage: str) -> dict[str, Any]:
    """What a stage saw."""
    found = [each for each in release["standing"]["traffic"] if each["stage"] == stage]
    return found[0] if found else {"calls": 0, "waiting": 0, "failures": {}, "dropped": 0, "cost_usd": 0.0}


def judged(many: int) -> Any:
    return lambda release: release["standing"]["rate"]["judged"] >= many


def counted(many: int) -> Any:
    return lambda release: release["stage"] != "shadow" or seen(release, "shadow")["calls"] >= many


async def shadowed(here: Estate, release_id: str, many: int) -> dict[str, Any]:
    """The release after so many calls, none of which was dropped: one after the other."""
    for number in range(many):
        assert (await here.ask(f"question {number}")).status_code == 200
        await here.until(release_id, counted(number + 1))
    return await here.until(release_id, lambda release: release["stage"] != "shadow" or judged(many)(release))


async def to_canary(here: Estate, model: str = NEW, **more: Any) -> str:
    """A release in the canary, its gates shown to be green in the shadow."""
    made = await here.release(model, **more)
    await shadowed(here, made, 5)
    await here.good(f"/releases/{made}/advance")
    return made


async def to_prod(here: Estate, model: str = NEW) -> str:
    made = await to_canary(here, model, percent=100)
    for number in range(5):
        await here.ask(f"canary {number}")
    await here.until(made, judged(5))
    assert (await here.good(f"/releases/{made}/advance"))["stage"] == "prod"
    return made


@asynccontextmanager
async def estate(
    path: Path, stub: StubProvider | None = None, hooks: CommitHooks | None = None, **more: Any
) -> AsyncIterator[Estate]:
    """A server on this folder, again and again on the same if asked to; its stub is given or begun with it."""
    if stub is None:
        async with StubProvider() as begun, estate(path, begun, hooks, **more) as found:
            yield found
        return
    stub.default = GOOD
    quantization = more.pop("quantization", "q8")
    (path / "providers.toml").write_text(table(stub, quantization=quantization))
    config = config_of(path, **more, **({} if hooks is None else {"hooks": hooks}))
    async with serving(config) as (port, atlas):
        base = f"http://127.0.0.1:{port}/v1"
        async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as client:
            yield Estate(port, atlas, stub, client, config=config)
