"""The judge of the local Atlas: chosen in the app, given to the real child over its pipe, asked by it."""

import os
from pathlib import Path

import psutil
import pytest

from atlas_desktop.app.home import Home
from atlas_desktop.app.problems import KnownError
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.contract.evaluators import EvaluatorTrialCreate
from atlas_desktop.contract.secret import Secret
from tests.app.test_local_server import assert_in_no_file
from tests.app.test_secrets import Ring
from tests.app.test_session import a_session, in_step, until
from tests.server.stand_in import judging, says

KEY = "sk-judge-4f1c9a7722d0"
TRIAL = EvaluatorTrialCreate(kind="llm_judge", config={"rubric": "Be kind."}, output="Hello.")


async def test_the_local_atlas_asks_the_judge_that_was_chosen(tmp_path: Path) -> None:
    with judging(says('{"score": 0.75, "reasoning": "kind"}')) as judge:
        async with a_session(tmp_path) as session:
            await session.start_local(with_sample=False)
            workspace = await until(session, in_step)
            said = await workspace.sync.ask(lambda client: client.evaluators.attempt(TRIAL))
            assert (said.score, said.reason) == (None, "no_judge")
            kept = await session.judge.choose(judge.endpoint.base_url, "judge-1", Secret(KEY))
            assert kept is not None
            assert kept.where == "memory"
            await session.judge_changed()
            workspace = await until(session, in_step)
            said = await workspace.sync.ask(lambda client: client.evaluators.attempt(TRIAL))
            assert (said.score, said.reason) == (0.75, None)
            known = (await workspace.sync.ask(lambda client: client.capabilities())).judge
            assert known is not None
            assert (known.host, known.model) == (judge.endpoint.base_url.split("/")[2], "judge-1")
            child = psutil.Process(workspace.link.child_pid)
            assert KEY not in " ".join([*child.cmdline(), *child.environ().values()])
        _, headers, body = judge.asked[0]
        assert (headers["Authorization"], body["model"]) == (f"Bearer {KEY}", "judge-1")
    assert_in_no_file(KEY, tmp_path)


async def test_a_key_goes_only_to_the_endpoint_it_was_given_for(tmp_path: Path) -> None:
    ring = Ring()
    session = Session(Home(tmp_path), vault=KeyVault(lambda: ring))
    session.begin()
    try:
        choices = session.judge
        assert await choices.chosen() is None
        kept = await choices.choose("https://one.example", "", Secret(KEY))
        assert kept is not None
        assert kept.where == "keyring"
        one = await choices.chosen()
        assert one is not None
        assert (one.base_url, one.model, one.key.reveal()) == ("https://one.example/v1", None, KEY)
        assert KEY not in repr(one)
        assert await choices.choose("https://one.example/v1", "big", Secret("")) is None
        same = await choices.chosen()
        assert same is not None
        assert (same.model, same.key.reveal()) == ("big", KEY)
        await choices.choose("https://two.example/v1", "big", Secret(""))
        other = await choices.chosen()
        assert other is not None
        assert not other.key
        assert not ring.kept
        await choices.choose("https://two.example/v1", "big", Secret(KEY))
        assert await choices.forget()
        assert await choices.chosen() is None
        assert not ring.kept
    finally:
        await session.close()


@pytest.mark.parametrize("address", ["", "judge", "http://judge.example/v1", "https://a:b@judge.example"])
async def test_an_address_that_cannot_be_one_is_said_and_nothing_kept(tmp_path: Path, address: str) -> None:
    async with a_session(tmp_path) as session:
        session.begin()
        with pytest.raises(KnownError) as raised:
            await session.judge.choose(address, "", Secret(KEY))
        assert raised.value.problem.at == "settings"
        assert await session.judge.chosen() is None
        assert KEY not in os.environ.values()
