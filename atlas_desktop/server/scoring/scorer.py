"""Who scores: rules in one process beside, the embedding model in another, judges in threads."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from functools import partial
from types import ModuleType
from typing import Any, Final, ParamSpec, TypeVar

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorKind
from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.refusals import Refusal, unprocessable
from atlas_desktop.server.scoring.endpoint import OFFLINE_MODEL
from atlas_desktop.server.scoring.material import Material

T = TypeVar("T")
P = ParamSpec("P")

RULE_SECONDS: Final = 1.0
MODEL_SECONDS: Final = 20.0
"""The embedding model is loaded in this time too, at first."""
_THREADS: Final = 8
"""For models asked over the net: runs of evaluations take four at most, the others are for whoever waits."""
_SMALL_BYTES: Final = 4096
_FEW_PATTERNS: Final = 5
_log = logging.getLogger(__name__)


class Scorer:
    """Scores and checks for one server. Inline, everything is done in the caller's thread, without deadlines."""

    def __init__(self, config: ServerConfig) -> None:
        self._judge = config.judge
        self._embedder = config.embedder
        self._inline = config.executor == "inline"
        self._rules = Worker(config.rules, RULE_SECONDS)
        self._model = Worker(config.model, MODEL_SECONDS)
        self._threads: ThreadPoolExecutor | None = None

    async def score(self, material: Material) -> Score:
        """The score of one output; without a value it says why."""
        try:
            return await self._made(material)
        except Overdue:
            return unscored("timeout", "scoring this output took too long and was stopped")
        except BrokenExecutor:
            _log.error("scoring ended its process twice", extra={"kind": material.kind})
            return unscored("failed", "scoring this output failed; the server goes on")

    def asks_provider(self, kind: EvaluatorKind, config: dict[str, Json]) -> bool:
        """Whether this rule is scored by a model that is asked over the net."""
        if kind == "embedding_match":
            return self._embedder is not None and config.get("model") != OFFLINE_MODEL
        return kind == "llm_judge"

    def model_of(self, kind: EvaluatorKind, config: dict[str, Json]) -> str | None:
        """The model that this rule asks, where it asks one that is known."""
        if kind == "llm_judge":
            named, endpoint = config.get("judgeModel"), self._judge
        elif kind == "embedding_match":
            named, endpoint = config.get("model"), self._embedder
            if endpoint is None:
                return OFFLINE_MODEL
        else:
            return None
        return named or (endpoint.model if endpoint else None)

    async def by_model(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have it done where the embedding model is. Raises Overdue, BrokenExecutor."""
        return await self._model.run(work, *args, **kwargs)

    async def checked(self, kind: EvaluatorKind, config: dict[str, Json]) -> dict[str, Json]:
        """The config as it is kept. Raises Refusal (422) with the place and what is wrong there."""
        found = await self._check(config, partial(_work().checked, kind, config))
        if isinstance(found, tuple):
            raise _refused("config", *found)
        return dict(found)

    async def check_schema(self, schema: dict[str, Json] | None) -> None:
        """Raises Refusal (422) when an operation's output schema cannot be used."""
        if schema is None:
            return
        if fault := await self._check(schema, partial(_work().schema_fault, schema)):
            raise _refused("output_schema", *fault)

    def stop(self) -> None:
        """End the processes and wait for the judges' threads."""
        self._rules.stop()
        self._model.stop()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    async def beside(self, job: "partial[Any]") -> Any:
        """Have it done where the rules are. Raises Overdue, and BrokenExecutor when the process died of it."""
        return await self._run(self._rules, job)

    async def _made(self, material: Material) -> Score:
        if self.asks_provider(material.kind, material.config):
            return await self._asked(material)
        work = _work()
        if material.kind == "embedding_match":
            job = partial(work.embedded, material.config, material.output, material.expected)
            worker = self._model
        else:
            job = partial(work.score, material.kind, material.config, material.output, material.schema)
            worker = self._rules
        made: Score = await self._run(worker, job)
        return made

    async def _check(self, what: dict[str, Json], job: "partial[Any]") -> Any:
        if is_small(what):
            return job()
        try:
            return await self._run(self._rules, job)
        except (Overdue, BrokenExecutor):
            message = "this took too long to check"
            raise unprocessable("too_expensive", message) from None

    async def _run(self, worker: Worker, job: "partial[Any]") -> Any:
        return job() if self._inline else await worker.run(job)

    async def _asked(self, material: Material) -> Score:
        """The score by whoever is asked over the net: again, where that may help."""
        from atlas_desktop.server.scoring import over_net  # noqa: PLC0415 - ssl and http, 20 ms

        job = partial(over_net.score, material, self._judge, self._embedder)
        endpoint = self._judge if material.kind == "llm_judge" else self._embedder
        if self._inline or endpoint is None:
            return over_net.once(job)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="atlas-judge")
        loop, threads = asyncio.get_running_loop(), self._threads
        return await over_net.patiently(lambda: loop.run_in_executor(threads, job), endpoint.seconds)


def is_small(what: dict[str, Json]) -> bool:
    """Whether looking into it takes a few milliseconds at most: a process beside takes 300 to be there."""
    data = orjson.dumps(what)
    return len(data) <= _SMALL_BYTES and data.count(b'"pattern') <= _FEW_PATTERNS


def _work() -> ModuleType:
    from atlas_desktop.server.scoring import work  # noqa: PLC0415 - RE2 and the validator, 25 ms

    return work


def _refused(part: str, message: str, place: Sequence[str | int]) -> Refusal:
    loc: list[str | int] = [part, *place]
    where = ".".join(str(step) for step in loc)
    return unprocessable(
        "invalid_field", f"{where}: {message}", param=where, details=[{"loc": loc, "message": message}]
    )
