"""Making the scores of live calls: by rules many at once, by whoever is asked one after the other."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import ModuleType
from typing import Any, Final

from atlas_desktop.contract.calls import Score as Said
from atlas_desktop.domain.scoring.score import Finding, Reason, Score, unscored
from atlas_desktop.logs import kind_and_place
from atlas_desktop.server.config import Clock
from atlas_desktop.server.evaluation_runs.material import Rule, packed
from atlas_desktop.server.scoring.material import Material
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.live_jobs import OpenGate, put_off
from atlas_desktop.server.storage.live_material import Subject
from atlas_desktop.server.storage.live_scores import Made

PAUSES_MS: Final = (2_000, 10_000, 60_000, 300_000)
"""Before each further try of a score that could not be made."""
PASSING: Final[frozenset[Reason]] = frozenset(
    {"timeout", "failed", "judge_failed", "judge_nonsense", "embedding_failed", "no_judge", "no_model"}
)
"""Why a score could not be made, where that may be over some time later."""
_PIECE_BYTES: Final = 2 * 1024 * 1024
_PIECE_ANSWERS: Final = 100
_MOST_FINDINGS: Final = 20
_LONGEST_WORDS: Final = 500
_log = logging.getLogger(__name__)
_SLOW: Final = frozenset({"llm_judge", "embedding_match"})


class Judging:
    """Used on the server's event loop. Inline, everything is done in the caller's thread."""

    def __init__(self, scorer: Scorer, clock: Clock, *, inline: bool) -> None:
        self._scorer = scorer
        self._clock = clock
        self._inline = inline

    async def by_rules(self, subjects: Sequence[Subject]) -> list[list[Made]]:
        """The scores of calls that need nothing but their text, in their order."""
        made: list[list[Made]] = []
        while len(made) < len(subjects):
            piece = _piece(subjects[len(made) :])
            try:
                scores = await self._piece(piece)
            except Exception as error:  # noqa: BLE001 - whatever one of them does, the others are scored
                # The first on its own says whether it is that one.
                _log.warning("live scores are made one by one", extra={"kind": type(error).__name__})
                made.append(await self.one_by_one(piece[0]))
                continue
            made += [self._made(subject, found) for subject, found in zip(piece, scores, strict=False)]
        return made

    async def one_by_one(self, subject: Subject, messages: Sequence[Mapping[str, Any]] = ()) -> list[Made]:
        """The scores of one call, each with a deadline of its own."""
        scores = [
            _UNKNOWN if rule is None else await self._score(subject, rule, messages) for rule in subject.rules
        ]
        return self._made(subject, scores)

    async def _score(self, subject: Subject, rule: Rule, messages: Sequence[Mapping[str, Any]]) -> Score:
        """The score; a fault of ours is none, and is tried again as others are."""
        try:
            return await self._scored(subject, rule, messages)
        except Exception as error:  # noqa: BLE001 - logged, and a score that could not be made
            about = subject.call_id, rule.id, kind_and_place(error)
            _log.error("the score of %s by %s failed: %s", *about)
            return unscored("failed", "the server met a fault of its own; the log says more")

    async def _scored(self, subject: Subject, rule: Rule, messages: Sequence[Mapping[str, Any]]) -> Score:
        return await self._scorer.score(
            Material(rule.kind, rule.config, subject.output, messages, rule.schema)
        )

    async def _piece(self, piece: Sequence[Subject]) -> list[list[Score]]:
        rules: dict[int, int] = {}
        known = [rule for subject in piece for rule in subject.rules if rule is not None]
        # Calls of one operation share their rules: each is handed over once.
        distinct = list({id(rule): rule for rule in known}.values())
        rules = {id(rule): number for number, rule in enumerate(distinct)}
        answers = [
            (subject.output, tuple(rules[id(rule)] for rule in subject.rules if rule is not None))
            for subject in piece
        ]
        job = partial(_work().score_answers, packed(distinct), answers)
        found = job() if self._inline else await self._scorer.beside(job)
        return [
            list(_with_unknown(subject, iter(scores))) for subject, scores in zip(piece, found, strict=False)
        ]

    def _made(self, subject: Subject, scores: Sequence[Score]) -> list[Made]:
        now = self._clock.now()
        pairs = zip(subject.job.gates, subject.rules, scores, strict=True)
        return [
            again(Made(gate, _said(gate, rule, score, now)), score.reason, now) for gate, rule, score in pairs
        ]


def is_slow(subject: Subject) -> bool:
    """Whether somebody must be asked, or a model run."""
    return any(rule is not None and rule.kind in _SLOW for rule in subject.rules)


def is_asked_about(subject: Subject) -> bool:
    """Whether the conversation is needed, not only the answer."""
    return any(rule is not None and rule.kind == "llm_judge" for rule in subject.rules)


def again(made: Made, reason: Reason | None, now: datetime) -> Made:
    """With the gate as it is to be tried once more, where that may help and was not done too often."""
    if reason not in PASSING:
        return made
    return replace(made, again=put_off(made.gate, int(now.timestamp() * 1000), PAUSES_MS))


def _said(gate: OpenGate, rule: Rule | None, score: Score, now: datetime) -> Said:
    passed = None if score.value is None else score.value >= gate.min_score
    if rule is not None and rule.kind == "embedding_match" and score.passed is False:
        # Its own threshold: the score stays what it is, and says nothing of a refund.
        passed = False
    return Said(
        evaluator_id=gate.evaluator_id,
        evaluator_version=gate.version,
        score=score.value,
        min_score=gate.min_score,
        passed=passed,
        details=_details(score),
        evaluated_at=now,
    )


def _details(score: Score) -> dict[str, Any] | None:
    said: dict[str, Any] = {}
    if score.reason is not None:
        said |= {"reason": score.reason, "message": score.words[:_LONGEST_WORDS]}
    if score.details:
        said["details"] = [_finding(finding) for finding in score.details[:_MOST_FINDINGS]]
    return said or None


def _finding(finding: Finding) -> dict[str, Any]:
    found = {
        "message": finding.message[:_LONGEST_WORDS],
        "path": list(finding.path),
        "keyword": finding.keyword,
        "property": finding.property,
        "start": finding.start,
        "end": finding.end,
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _piece(subjects: Sequence[Subject]) -> list[Subject]:
    """As many as are handed over at once; one at least."""
    size = 0
    piece: list[Subject] = []
    for subject in subjects[:_PIECE_ANSWERS]:
        size += len(subject.output)
        if piece and size > _PIECE_BYTES:
            break
        piece.append(subject)
    return piece


_UNKNOWN: Final = unscored("invalid_config", "this version of the evaluator is not known any more")


def _with_unknown(subject: Subject, scores: Iterator[Score]) -> Iterator[Score]:
    for rule in subject.rules:
        yield _UNKNOWN if rule is None else next(scores)


def _work() -> ModuleType:
    from atlas_desktop.server.gateway import live_work  # noqa: PLC0415 - RE2 and the validator, 25 ms

    return live_work
