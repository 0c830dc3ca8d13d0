"""A stub provider beside the window, on a loop and thread of its own; and the hands of who sets it up."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import Request, urlopen

import orjson
from PySide6.QtWidgets import QWidget

from atlas_desktop.app.providers import Providers
from atlas_desktop.contract.providers import ProviderTable
from atlas_desktop.ui.pages.operations.providers.area import ProvidersArea
from tests.server.gateway.stub_provider import StubProvider
from tests.ui.operations.conftest import OperationsDesk

SECRET = "sk-stub-5f0c77b1e2"


@contextmanager
def providing() -> Iterator[StubProvider]:
    """It listens while this lasts; its ``plans`` may be changed meanwhile."""
    stub, up, end = StubProvider(), threading.Event(), threading.Event()

    async def serve() -> None:
        async with stub:
            up.set()
            await asyncio.get_running_loop().run_in_executor(None, end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="stub provider")
    thread.start()
    try:
        assert up.wait(5)
        yield stub
    finally:
        end.set()
        thread.join(5)


@dataclass
class ProvidersDesk:
    at: OperationsDesk
    stub: StubProvider

    @property
    def area(self) -> ProvidersArea:
        return self.at.desk.window.providers

    @property
    def providers(self) -> Providers:
        workspace = self.at.desk.session.workspace
        assert workspace is not None
        return workspace.providers

    def settle(self) -> None:
        self.at.settle()
        self.at.desk.run(self.providers.settled())
        self.at.settle()

    def press(self, *strokes: str) -> None:
        for stroke in strokes:
            self.at.desk.press(stroke)
            self.settle()

    def into(self, field: QWidget, text: str) -> None:
        """Type this instead of what is there."""
        field.setFocus()
        self.press("Ctrl+A")
        self.at.desk.type(text)
        self.settle()

    def table(self) -> ProviderTable:
        """As the server has it."""
        return self.at.ask(lambda client: client.providers.list())

    def tried(self) -> str:
        """What trying brought."""
        self.at.desk.until(
            lambda: self.area.state.trying is not None and self.area.state.trying.step == "done"
        )
        return self.area.pane.trial.text()

    def begin(self, preset: str = "openai") -> None:
        """A new provider, at the stub."""
        self.press("G P")
        self.at.desk.until(lambda: self.area.stack.currentWidget() is self.area.begin)
        self.at.desk.until(lambda: bool(self.area.begin.presets.lines))
        presets = self.area.begin.presets
        while presets.key != preset:
            self.press("J")
        self.press("Enter")
        self.into(self.area.form.address, self.stub.base_url)

    def save(self) -> None:
        """One provider in the table, with its key."""
        self.begin()
        self.into(self.area.form.key.key, SECRET)
        self.press("Ctrl+Enter")
        self.at.desk.until(lambda: self.area.state.provider("openai") is not None)
        self.settle()


def said_to(on: ProvidersDesk, key: str) -> str:
    """What a program with this key is answered at the address that the screen shows."""
    body = orjson.dumps({"model": "atlas-1", "messages": [{"role": "user", "content": "hello"}]})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = Request(f"{on.area.state.reached}/chat/completions", body, headers)
    with urlopen(asked, timeout=20) as answer:
        return str(orjson.loads(answer.read())["choices"][0]["message"]["content"])
