"""The lamps of one key in the correction editor: real rules over real outputs, from a real store."""

import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from atlas_desktop.app.lamps import LOOP_BYTES, Lamps
from atlas_desktop.contract.evaluators import Evaluator, EvaluatorScore, EvaluatorScoreCreate
from atlas_desktop.contract.operations import Operation
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from tests.bench.comparing import outputs, pieces, typed
from tests.bench.corpus import Corpus

_TEXTS: Final = 10
_LARGE: Final = 1_000_000
_SPARE: Final = 400
"""What typing adds to a text that may have no more than so many bytes."""
_PATTERNS: Final = (
    r"\b\d{3}-\d{2}-\d{4}\b|\b(?:\d[ -]?){13,16}\b",
    r"(?i)\b(unfortunately|as an ai|i cannot|i'm sorry)\b",
    r"[\w.+-]+@[\w-]+\.[\w.]+",
    "```",
    r"^\s*[\[{][\s\S]*[\]}]\s*$",
)
_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["output", "rating", "length"],
        "additionalProperties": False,
        "properties": {
            "output": {"type": "string", "minLength": 100, "pattern": "\\S"},
            "rating": {"enum": ["up", "down"]},
            "length": {"type": "integer", "minimum": 1},
        },
    },
}


def judge(corpus: Corpus, scale: float = 1.0) -> dict[str, list[float]]:
    """Milliseconds from a key to its lamps: five patterns, one schema, and both over 1 MB in the process beside."""
    chance = random.Random(11)
    texts = list(pieces(outputs(corpus), LOOP_BYTES, max(2, round(_TEXTS * scale))))
    prose = [_within(text) for text in texts]
    lists = [now for text in texts for now in _typed_inside(_as_json(text), chance)]
    large = ("\n\n".join(texts) * 6)[:_LARGE]
    rules = [
        _rule(number, "regex", {"pattern": text, "must_match": False})
        for number, text in enumerate(_PATTERNS)
    ]
    shape = [_rule(9, "json_schema", {})]
    gc.disable()
    taken = {
        "lamp_regex": asyncio.run(_here(rules, [now for text in prose for now in typed(text, chance)])),
        "lamp_schema": asyncio.run(_here(shape, lists)),
        "lamp_large": asyncio.run(_beside([*rules, *shape], list(typed(large, chance))[:10])),
    }
    gc.enable()
    return taken


def _rule(number: int, kind: Any, config: dict[str, Any]) -> Evaluator:
    return Evaluator(id=f"ev_{number}", name=f"Rule {number}", kind=kind, config=config)


async def _here(rules: list[Evaluator], texts: list[str]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        store, lamps, tasks = await _lamps(Path(folder), rules)
        taken = []
        for text in texts:
            start = time.perf_counter()
            lamps.typed(text)
            taken.append((time.perf_counter() - start) * 1000)
            if any(lamp.state not in ("ok", "bad") or lamp.stale for lamp in lamps.value):
                raise AssertionError(f"not judged at once: {lamps.value}")
        await _close(store, lamps, tasks)
    return taken


async def _beside(rules: list[Evaluator], texts: list[str]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        store, lamps, tasks = await _lamps(Path(folder), rules)
        taken = []
        for text in texts:
            start = time.perf_counter()
            lamps.typed(text)
            await lamps.settled()
            taken.append((time.perf_counter() - start) * 1000)
        await _close(store, lamps, tasks)
    return taken[1:]  # the first waits for the process


async def _lamps(folder: Path, rules: list[Evaluator]) -> tuple[Store, Lamps, Tasks]:
    store = Store.open(folder / "a.db")
    gates = [{"evaluator_id": rule.id, "min_score": 1.0} for rule in rules]
    operation = {"id": "op_1", "key": "extract", "name": "Extract", "registration": "defined"}
    await store.evaluators.replace(rules)
    await store.operations.replace(
        [Operation.model_validate({**operation, "output_schema": _SCHEMA, "ship_gates": gates})]
    )
    tasks = Tasks(_bug)
    lamps = Lamps(store, tasks, _nobody, lambda: False)
    lamps.follow("chatcmpl-1", "extract", "1", None)
    await lamps.settled()
    return store, lamps, tasks


async def _close(store: Store, lamps: Lamps, tasks: Tasks) -> None:
    await tasks.close()
    lamps.close()
    await store.close()


async def _nobody(_evaluator: str, _asked: EvaluatorScoreCreate) -> EvaluatorScore:
    raise AssertionError("these rules need no server")


def _bug(name: str, error: BaseException) -> None:
    raise AssertionError(name) from error


def _within(text: str) -> str:
    return text.encode()[: LOOP_BYTES - _SPARE].decode("utf-8", "ignore")


def _typed_inside(text: str, chance: random.Random) -> Iterator[str]:
    """The text after each key in one of its strings: JSON all the time, or nothing would be judged by a schema."""
    at = text.index('"output":"', chance.randrange(len(text) // 2)) + len('"output":"')
    for number in range(1, 31):
        yield text[:at] + "corrected answer, in words"[:number] + text[at:]


def _as_json(text: str) -> str:
    """Real outputs as a list of objects, as much of it as a key judges at once; every tenth does not conform."""
    parts = [part[:2_000] for part in text.split("\n\n") if part]
    items = [
        {"output": part, "rating": "up" if n % 10 else "so-so", "length": len(part)}
        for n, part in enumerate(parts)
    ]
    while len(data := orjson.dumps(items)) > LOOP_BYTES - _SPARE:
        items.pop()
    return data.decode()
