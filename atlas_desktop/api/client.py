"""The client: resources as attributes over one connection pool."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from atlas_desktop.api.policy import DEFAULT_POLICY, Policy
from atlas_desktop.api.resources import Calls, Feedbacks, Models, Operations
from atlas_desktop.contract.capabilities import Capabilities, Health
from atlas_desktop.contract.secret import Secret

if TYPE_CHECKING:
    from atlas_desktop.api.transport import Transport


class AsyncAtlas:
    """An Atlas at ``base_url`` (with its ``/v1``), spoken to with one key. Close it, or use ``async with``.

    ``transport`` replaces the network (tests, an app in this process); ``proxy`` is the only way a proxy is
    ever used, and never for loopback. Raises BadAddress for a URL that is neither https nor loopback.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        *,
        policy: Policy = DEFAULT_POLICY,
        transport: "Transport | None" = None,
        proxy: str | None = None,
    ) -> None:
        raise NotImplementedError
        self.calls = Calls()
        self.feedback = Feedbacks()
        self.operations = Operations()
        self.models = Models()

    async def capabilities(self) -> Capabilities:
        """What the server can do; PUBLISHED_ONLY when it does not say."""
        raise NotImplementedError

    async def health(self, nonce: str | None = None) -> Health:
        """Whether the server is up, asked without the key; ``proof`` answers the nonce of a child server."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the connections."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
