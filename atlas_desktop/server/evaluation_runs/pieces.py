"""Scoring one piece, wherever its lane does that."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import Final

from atlas_desktop.deadline import Overdue, Worker
from atlas_desktop.domain.scoring.score import Score, unscored
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.material import Item, Result, Rule, Scored
from atlas_desktop.server.evaluation_runs.shares import Piece, Share
from atlas_desktop.server.evaluation_runs.texts import missing, texts_of
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.scorer import Scorer

PIECE_SECONDS: Final = 1.5
"""A piece goes back after a quarter of a second and the item it is at: that one has more than a second."""
_FAULTS: Final = frozenset({"judge_failed", "embedding_failed", "timeout", "failed"})
_HOPELESS: Final = frozenset({"no_judge"})
"""Reasons that hold for every item of a run."""
_log = logging.getLogger(__name__)

Work = Callable[[bytes, str, Sequence[Item]], Scored]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a piece, and the seconds it took: results of its first ``items``.

    ``stopped``: it had to be; ``parts`` are then to be scored one by one, to tell which item and rule it was.
    """

    items: int
    results: list[Result]
    seconds: float
    stopped: bool = False
    parts: tuple[Piece, ...] = ()


class Pieces:
    """Who scores pieces. Inline, rules are scored in the caller's thread, without deadlines."""

    def __init__(self, config: ServerConfig, scorer: Scorer) -> None:
        self._inline = config.executor == "inline"
        self._scorer = scorer
        self._workers = [Worker(beside, PIECE_SECONDS) for beside in config.runs]
        self._slow = Worker(config.slow_runs, PIECE_SECONDS)

    @property
    def workers(self) -> int:
        """How many processes score by rules."""
        return len(self._workers)

    def stop(self) -> None:
        """End the processes, whatever they do."""
        for worker in (*self._workers, self._slow):
            worker.stop()

    async def score(
        self, predictions: str, share: Share, piece: Piece, items: Sequence[Item], worker: int | None
    ) -> Made:
        """Score these items, which are all of the piece, by those of its rules that are not given up.

        ``worker`` is the number of the process that scores by rules; None is the one for what may be slow.
        """
        active = tuple(rule for rule in piece.rules if rule.id not in share.given_up)
        count, results, seconds, stopped = len(items), list[Result](), 0.0, False
        if active:
            try:
                count, results, seconds = await self._made(predictions, share, active, items, worker)
            except (Overdue, BrokenExecutor) as error:
                seconds, stopped = PIECE_SECONDS, True
                why = _why(error)
                if parts := piece.parts():
                    return Made(len(items), [], seconds, stopped, tuple(parts))
                share.failed(active[0].id, why)
                results = [_result(items[0], active[0].id, why)]
        for rule in piece.rules:
            if rule not in active:
                results += [_result(item, rule.id, share.given_up[rule.id]) for item in items[:count]]
        return Made(count, results, seconds, stopped)

    async def _made(
        self,
        predictions: str,
        share: Share,
        rules: tuple[Rule, ...],
        items: Sequence[Item],
        worker: int | None,
    ) -> Scored:
        if share.lane == "asked":
            return await self._asked(predictions, share, rules[0], items[0])
        from atlas_desktop.server.evaluation_runs import work  # noqa: PLC0415 - RE2 and the validator, 25 ms

        job: Work = work.score_items if share.lane == "rules" else work.embed_items
        given = share.pack(rules)
        if self._inline:
            return job(given, predictions, items)
        if share.lane == "model":
            return await self._scorer.by_model(job, given, predictions, items)
        by = self._slow if worker is None else self._workers[worker % len(self._workers)]
        return await by.run(job, given, predictions, items)

    async def _asked(self, predictions: str, share: Share, rule: Rule, item: Item) -> Scored:
        began = time.monotonic()
        texts = texts_of(item.document, predictions)
        if texts.answer is None:
            return 1, [_result(item, rule.id, missing())], 0.0
        material = Material(rule.kind, rule.config, texts.answer, texts.messages, rule.schema, texts.expected)
        score = await self._scorer.score(material)
        if score.reason in _HOPELESS:
            share.given_up.setdefault(rule.id, score)
        elif score.reason in _FAULTS:
            share.failed(rule.id, score)
        else:
            share.worked(rule.id)
        return 1, [_result(item, rule.id, score)], time.monotonic() - began


def _why(error: Exception) -> Score:
    if isinstance(error, Overdue):
        return unscored("timeout", "scoring this output took too long and was stopped")
    _log.error("scoring an item of an evaluation ended its process twice")
    return unscored("failed", "scoring this output failed; the server goes on")


def _result(item: Item, rule: str, score: Score) -> Result:
    from atlas_desktop.server.evaluation_runs.work import result_of  # noqa: PLC0415 - as above

    return result_of(item, rule, score)
