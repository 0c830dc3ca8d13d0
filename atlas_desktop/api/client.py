"""The client: resources as attributes over one connection pool."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from atlas_desktop.api.address import parse_address
from atlas_desktop.api.errors import BadAddress, NotFoundError
from atlas_desktop.api.exchange import Exchange, parse_answer
from atlas_desktop.api.policy import DEFAULT_POLICY, Policy
from atlas_desktop.api.resources import (
    Analytics,
    Calls,
    Chat,
    Datasets,
    EmbeddingVectors,
    Evaluations,
    Evaluators,
    Feedbacks,
    Keys,
    Models,
    Operations,
    Providers,
    Refunds,
    Releases,
)
from atlas_desktop.contract.analytics import Usage, UsageQuery
from atlas_desktop.contract.capabilities import PUBLISHED_ONLY, Capabilities, Health
from atlas_desktop.contract.secret import Secret

if TYPE_CHECKING:
    from atlas_desktop.api.transport import Transport


class AsyncAtlas:
    """An Atlas at ``base_url`` (with its ``/v1``), spoken to with one key. Close it, or use ``async with``.

    ``transport`` replaces the network (tests, an app in this process); ``proxy`` is the only way a proxy is
    ever used, and never for loopback. Belongs to the event loop of its first request. Raises BadAddress for
    a URL that is neither https nor loopback, and for a key that cannot be one.
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
        _check_key(key)
        self._exchange = Exchange(parse_address(base_url), key, policy, transport, proxy)
        self.calls = Calls(self._exchange)
        self.feedback = Feedbacks(self._exchange)
        self.operations = Operations(self._exchange)
        self.evaluators = Evaluators(self._exchange)
        self.datasets = Datasets(self._exchange)
        self.evaluations = Evaluations(self._exchange)
        self.chat = Chat(self._exchange)
        self.embeddings = EmbeddingVectors(self._exchange)
        self.models = Models(self._exchange)
        self.analytics = Analytics(self._exchange)
        self.providers = Providers(self._exchange)
        self.releases = Releases(self._exchange)
        self.refunds = Refunds(self._exchange)
        self.keys = Keys(self._exchange)

    @property
    def base_url(self) -> str:
        """Where this client speaks to."""
        return self._exchange.address.base

    async def usage(self, query: UsageQuery | None = None) -> Usage:
        """Tokens and cost by group: gross, refunded, net. Feature ``usage``."""
        return await self._exchange.ask("usage.get", Usage, query=query)

    async def capabilities(self) -> Capabilities:
        """What the server can do; PUBLISHED_ONLY when it does not say."""
        try:
            return await self._exchange.ask("capabilities.get", Capabilities)
        except NotFoundError:
            return PUBLISHED_ONLY

    async def health(self, nonce: str | None = None) -> Health:
        """Whether the server is up, asked without the key; ``proof`` answers the nonce of a child server."""
        query = (("nonce", nonce),) if nonce is not None else ()
        return parse_answer(await self._exchange.ask_root("/healthz", query), Health)

    async def close(self) -> None:
        """Close the connections."""
        await self._exchange.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncAtlas({self.base_url!r})"


def _check_key(key: Secret) -> None:
    text = key.reveal()
    # h11 would refuse such a header with the header in its message.
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise BadAddress("This cannot be a key: it is empty or holds blanks or foreign characters")
