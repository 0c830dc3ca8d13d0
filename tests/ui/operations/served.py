"""The local Atlas as a gateway: a provider behind it, calls through it, until they are scored."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from atlas_desktop.app.gateway_parts import GatewayParts
from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.contract.calls import Call
from atlas_desktop.contract.providers import ModelSpec, ProviderSpec
from tests.server.gateway.stub_provider import StubProvider
from tests.ui.operations.conftest import KEY, OperationsDesk

T = TypeVar("T")
FIRST, SECOND = "stub/first", "stub/second"
PROMPT_USD, COMPLETION_USD = 10.0, 30.0
"""For a million tokens."""


@dataclass
class Served:
    """Who asks about ``ssn`` is answered with it, which ``ev_ssn`` scores 0."""

    at: OperationsDesk
    stub: StubProvider

    @property
    def parts(self) -> GatewayParts:
        workspace = self.at.desk.session.workspace
        assert workspace is not None
        return workspace.gateway

    def chat(self, text: str, customer: str = "northwind", **more: Any) -> str:
        """One call through the gateway; its id."""
        metadata = {"operation_id": KEY, "customer": customer}
        answer = self.at.ask(
            lambda client: client.chat.completions.create(
                messages=[{"role": "user", "content": text}], metadata=metadata, **more
            )
        )
        return str(answer.id)

    def call(self, call_id: str) -> Call:
        return self.at.ask(lambda client: client.calls.get(call_id))

    def scored(self, call_id: str) -> Call:
        """When its scores are there."""
        self.later(lambda: self.call(call_id).passed is not None)
        return self.call(call_id)

    def later(self, holds: Callable[[], bool], seconds: float = 15.0) -> None:
        """Until the server says so: what it does after an answer has no event here."""

        async def wait() -> None:
            await asyncio.sleep(0.02)

        for _ in range(int(seconds / 0.02)):
            if holds():
                return
            self.at.desk.run(wait())
        raise AssertionError("it never came to that")

    def settle(self) -> None:
        self.at.settle()
        self.at.desk.run(self.parts.settled())
        self.at.settle()

    def press(self, *strokes: str) -> None:
        for stroke in strokes:
            self.at.desk.press(stroke)
            self.settle()

    def type(self, text: str) -> None:
        self.at.desk.type(text)
        self.settle()


def serving(at: OperationsDesk) -> Iterator[Served]:
    """A table of one provider with two models, the first of which is chosen."""
    network = LoopThread("stub provider")
    network.start()
    stub = StubProvider()
    at.desk.run(network.run(stub.__aenter__()))
    models = [
        ModelSpec(id=name, quantization="q8", open_weight=True, vetted=name == FIRST,
                  prompt_usd=PROMPT_USD, completion_usd=COMPLETION_USD)
        for name in (FIRST, SECOND)
    ]  # fmt: skip
    spec = ProviderSpec(name="stub", base_url=stub.base_url, models=models)
    revision = at.ask(lambda client: client.providers.list()).revision
    at.ask(lambda client: client.providers.replace(revision, [spec]))
    yield Served(at, stub)
    at.desk.run(network.run(stub.__aexit__(None, None, None)))
    at.desk.run(network.close())
