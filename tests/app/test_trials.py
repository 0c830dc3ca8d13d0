"""A schema and a rule on answers that were really given: here in a real process beside, there at a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from atlas_desktop.app.language import speak_language
from atlas_desktop.app.trials import Draft, Trials
from atlas_desktop.contract.evaluators import Evaluator
from tests.app.loop_bench import KEY, SCHEMA, LoopBench, loop_bench

STRICT = {**SCHEMA, "properties": {"total": {"type": "number", "maximum": 4}}}
LOW: dict[str, Any] = {"pattern": r"\b[0-4]\b"}


@asynccontextmanager
async def some_trials(folder: Path) -> AsyncIterator[tuple[LoopBench, Trials]]:
    """Over eight calls, ``{"total": 0}`` to 7 and one that is no JSON."""
    async with loop_bench(folder) as bench:
        await bench.record(8)
        await bench.record(1, first=8, output="none")
        await bench.pull()
        trials = Trials(bench.store, bench.ask, bench.tasks, pause=0.0)
        trials.follow(KEY, lambda _: SCHEMA)
        try:
            yield bench, trials
        finally:
            trials.close()


async def test_a_schema_is_held_against_every_recent_answer(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (_, trials):
        trials.schema(orjson.dumps(STRICT).decode())
        await trials.settled()
        test = trials.schema_test
        assert (test.step, test.trial.tried, test.trial.schema) == ("done", 9, STRICT)
        faulted = [test.samples[each.index].answer for each in test.trial.rejected]
        assert sorted(faulted) == ["none", '{"total": 5}', '{"total": 6}', '{"total": 7}']
        trials.schema('{"type": ')
        await trials.settled()
        assert len(trials.schema_test.trial.problems) == 1
        assert trials.schema_test.trial.tried == 0


async def test_a_rule_is_compared_with_what_it_was(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (_, trials):
        before = {"pattern": r"\b[0-6]\b"}
        trials.rule(Draft("regex", LOW, before))
        await trials.settled()
        test = trials.rule_test
        assert test.step == "done"
        changed = sorted(test.samples[index].answer for index in test.changed)
        assert changed == ['{"total": 5}', '{"total": 6}']
        trials.rule(Draft("regex", before, before))
        await trials.settled()
        assert trials.rule_test.changed == ()
        trials.rule(Draft("regex", {"pattern": "(?=a)"}, before))
        await trials.settled()
        assert (trials.rule_test.scores, trials.rule_test.place) == ((), ("pattern",))
        assert trials.rule_test.fault


async def test_a_rule_that_takes_the_operations_schema_takes_that_of_each_calls_version(
    tmp_path: Path,
) -> None:
    async with some_trials(tmp_path) as (bench, trials):
        await bench.record(2, first=9, output='{"total": 9}', schema_version="2")
        await bench.pull()
        trials.follow(KEY, lambda version: STRICT if version == "2" else SCHEMA)
        trials.rule(Draft("json_schema", {}))
        await trials.settled()
        test = trials.rule_test
        scores = {sample.answer: score.value for sample, score in zip(test.samples, test.scores, strict=True)}
        versions = {sample.answer: sample.schema_version for sample in test.samples}
        assert versions['{"total": 9}'] == "2"
        assert (scores['{"total": 7}'], scores['{"total": 9}'], scores["none"]) == (1.0, 0.5, 0.0)


async def test_what_only_a_server_judges_waits_to_be_asked(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (bench, trials):
        await bench.say(1, correction='{"total": 1}')
        await bench.say(2, correction="something else")
        await bench.pull()
        trials.rule(Draft("embedding_match", {}))
        await trials.settled()
        assert (trials.rule_test.step, bench.asked) == ("nothing", 0)
        trials.run()
        await trials.settled()
        test = trials.rule_test
        assert (test.step, bench.asked, len(test.scores)) == ("done", 2, 2)
        scores = {sample.answer: score.value for sample, score in zip(test.samples, test.scores, strict=True)}
        assert scores['{"total": 1}'] == 1.0
        assert scores['{"total": 2}'] is not None
        assert scores['{"total": 2}'] < 1.0
        trials.rule(Draft("embedding_match", {"threshold": 0.9}))
        await trials.settled()
        assert (trials.rule_test.step, bench.asked) == ("stale", 2)


async def test_a_judge_that_is_not_there_gives_no_number(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (bench, trials):
        trials.rule(Draft("llm_judge", {"rubric": "Be right."}))
        trials.run()
        await trials.settled()
        assert [score.value for score in trials.rule_test.scores] == [None] * 5
        assert trials.rule_test.scores[0].words == "No judge is set up on the server."
        bench.online = False
        trials.run()
        await trials.settled()
        assert (trials.rule_test.step, trials.rule_test.scores) == ("failed", ())
        assert "not reached" in trials.rule_test.words


async def test_how_rules_stand_that_need_no_server(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (_, trials):
        rules = [
            Evaluator(id="ev_low", name="low", kind="regex", config=LOW),
            Evaluator(id="ev_shape", name="shape", kind="json_schema", config={}),
            Evaluator(id="ev_judge", name="judge", kind="llm_judge", config={"rubric": "x"}),
        ]
        trials.stand(rules)
        await trials.settled()
        assert {name: (each.mean, each.scored) for name, each in trials.standings.items()} == {
            "ev_low": (5 / 9, 9),
            "ev_shape": (8 / 9, 9),
        }
        trials.follow("other", lambda _: None)
        assert trials.standings == {}


async def test_the_process_beside_speaks_the_language_of_the_app(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (_, trials):
        speak_language("de")
        try:
            trials.schema('{"type": "object"')
            await trials.settled()
            assert trials.schema_test.trial.problems[0].message.startswith("Am Ende fehlt")
        finally:
            speak_language("en")
        trials.schema('{"type": "string"')
        await trials.settled()
        assert trials.schema_test.trial.problems[0].message.startswith("} is missing")


async def test_a_pattern_that_takes_for_ever_is_no_danger(tmp_path: Path) -> None:
    async with some_trials(tmp_path) as (bench, trials):
        await bench.record(1, first=20, output="a" * 300_000 + "!")
        await bench.pull()
        trials.follow(KEY, lambda _: SCHEMA)
        trials.rule(Draft("regex", {"pattern": "(a*)*(a*)*(a*)*b"}))
        await trials.settled()
        assert trials.rule_test.step == "done"
