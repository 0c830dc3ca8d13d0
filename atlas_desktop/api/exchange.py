"""Between the resources and the wire: routes in, parsed answers out."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from atlas_desktop.api.address import Address, fill
from atlas_desktop.api.errors import Unreadable
from atlas_desktop.api.policy import Policy
from atlas_desktop.contract.capabilities import HEADER_IDEMPOTENCY
from atlas_desktop.contract.ids import new_id
from atlas_desktop.contract.routes import BY_NAME
from atlas_desktop.contract.secret import Secret
from atlas_desktop.domain.faults import place

if TYPE_CHECKING:
    from atlas_desktop.api.transport import Answered, Arriving, Transport, Wire

T = TypeVar("T")


class Exchange:
    """Sends what the routes table describes. httpx is loaded at the first request, not before."""

    def __init__(
        self,
        address: Address,
        key: Secret,
        policy: Policy,
        transport: "Transport | None",
        proxy: str | None,
    ) -> None:
        self.address = address
        self._key = key
        self._policy = policy
        self._transport = transport
        self._proxy = proxy
        self._wire: Wire | None = None

    async def ask(
        self,
        name: str,
        answer: type[T],
        *,
        query: BaseModel | None = None,
        body: BaseModel | bytes | None = None,
        idempotency_key: str | None = None,
        patience: float | None = None,
        **path: str,
    ) -> T:
        """The parsed answer of a named route. Raises Unreadable when it is not what the contract says."""
        answered = await self.ask_raw(
            name, query=query, body=body, idempotency_key=idempotency_key, patience=patience, **path
        )
        return parse_answer(answered, answer)

    async def ask_raw(
        self,
        name: str,
        *,
        query: BaseModel | None = None,
        body: BaseModel | bytes | None = None,
        idempotency_key: str | None = None,
        patience: float | None = None,
        **path: str,
    ) -> "Answered":
        """The answer of a named route as it came. A ``body`` of bytes is sent unchanged.

        A POST gets a key of its own where none is given; an empty one sends none. ``patience``: see `transport.Ask`.
        """
        from atlas_desktop.api.transport import Ask  # noqa: PLC0415  (httpx costs 50 ms)

        route = BY_NAME[name]
        headers: dict[str, str] = {"Content-Type": route.media} if body is not None else {}
        if route.method == "POST" and idempotency_key != "":
            headers[HEADER_IDEMPOTENCY] = idempotency_key or new_id("req_")
        return await self.wire.send(
            Ask(
                route.method,
                self.address.base + fill(route.path, **path),
                _pairs(query) if query is not None else (),
                body if isinstance(body, bytes) or body is None else _json(body),
                headers,
                patience=patience,
            )
        )

    async def stream(self, name: str, *, body: BaseModel, patience: float | None = None) -> "Arriving":
        """The answer of a named route while it comes; to be closed. ``patience`` is that for each piece of it."""
        from atlas_desktop.api.transport import Ask  # noqa: PLC0415  (as above)

        route = BY_NAME[name]
        headers = {"Content-Type": route.media, "Accept": "text/event-stream"}
        return await self.wire.stream(
            Ask(route.method, self.address.base + route.path, (), _json(body), headers, patience=patience)
        )

    async def ask_root(self, path: str, query: tuple[tuple[str, str], ...]) -> "Answered":
        """GET something outside ``/v1``, without the key."""
        from atlas_desktop.api.transport import Ask  # noqa: PLC0415  (as above)

        return await self.wire.send(Ask("GET", self.address.root + path, query, keyless=True))

    @property
    def wire(self) -> "Wire":
        """The connection pool, made on first use."""
        if self._wire is None:
            from atlas_desktop.api.transport import Wire  # noqa: PLC0415

            self._wire = Wire(self.address, self._key, self._policy, self._transport, self._proxy)
        return self._wire

    async def close(self) -> None:
        """Close the pool; the next request opens a new one."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()


def parse_answer(answered: "Answered", answer: type[T]) -> T:
    """Read an answer as what the contract says it is."""
    fault = ""
    try:
        adapter: TypeAdapter[T] = _adapter(cast(Any, answer))
        return adapter.validate_json(answered.body)
    except ValidationError as error:
        # Only where and which rule: the rest of pydantic's words repeats the input.
        first = error.errors(include_url=False, include_input=False)[0]
        fault = f"{place(first['loc'])}: {first['type']}" if first["loc"] else first["type"]
    raise Unreadable(f"The answer is not what the contract says ({fault})", request_id=answered.request_id)


@lru_cache(maxsize=64)
def _adapter(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)


def _json(body: BaseModel) -> bytes:
    return body.model_dump_json(exclude_unset=True, by_alias=True).encode()


def _pairs(query: BaseModel) -> tuple[tuple[str, str], ...]:
    fields = query.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return tuple(
        (name, str(item).lower() if isinstance(item, bool) else str(item))
        for name, value in fields.items()
        for item in (value if isinstance(value, list) else (value,))
    )
