"""A child that died leaves a port and a key behind: neither is worth anything to whoever takes the port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from atlas_desktop.app.local_server import Reachable
from atlas_desktop.app.problems import Problem
from tests.api.sockets import Listener, listening, whole
from tests.app.desk import sample
from tests.app.test_session import a_session, in_step, until


@asynccontextmanager
async def taking(reached: Reachable) -> AsyncIterator[Listener]:
    """Another program at the port, which says yes to everything."""
    port = urlsplit(reached.base_url).port
    assert port is not None
    async with listening(whole(200, b"{}", content_type="application/json"), port=port) as squatter:
        yield squatter


async def test_whoever_takes_the_port_of_a_dead_child_gets_nothing(tmp_path: Path) -> None:
    """Until a new child has proved itself; here none can be started (the folder of its log is a file)."""
    async with a_session(tmp_path) as session:
        problems: list[Problem] = []
        session.problem.connect(problems.append)
        await session.start_local()
        workspace = await until(session, lambda now: in_step(now) and len(now.browser) == len(sample()))
        here, pid = workspace.link.reached, workspace.link.child_pid
        assert here is not None
        log = session.home.log_dir / "local-server.log"
        log.unlink()
        log.mkdir()
        psutil.Process(pid).kill()
        await until(session, lambda _: bool(problems))
        async with taking(here) as squatter:
            await workspace.review.settled()
            await workspace.review.decide("down", seq=workspace.review.current.seq)
            session.sync_now()
            workspace = await until(session, lambda now: now.sync.status.pending == 1)
            workspace.sync.wake()
            await asyncio.sleep(0.5)
            assert squatter.requests == []
        assert workspace.sync.status.link == "offline"
        assert "safe on this computer" in (workspace.sync.status.problem or "")
        log.rmdir()
        session.sync_now()
        await until(session, lambda now: in_step(now) and now.outbox.counts.pending == 0)
