"""The gateway of one server: its parts, wired; started and closed with it."""

from dataclasses import dataclass

from atlas_desktop.server.gateway.seams import AnswerCache, Batch, Recorder, Releases, Standings


@dataclass(slots=True)
class Gateway:
    """What the handlers of the gateway work with."""

    standings: Standings | None = None
    recorder: Recorder | None = None
    cache: AnswerCache | None = None
    releases: Releases | None = None
    batch: Batch | None = None

    async def start(self) -> None:
        """Replay what a crash left; begin what runs beside the requests."""
        if self.recorder is not None:
            await self.recorder.start()

    async def close(self) -> None:
        """Finish what runs, commit what is recorded."""
        if self.recorder is not None:
            await self.recorder.close()
