"""The ASGI app: one Starlette route per line of the contract's table."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Final, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from atlas_desktop.contract.capabilities import PUBLISHED_ONLY
from atlas_desktop.contract.limits import API_BASE
from atlas_desktop.contract.route import Route
from atlas_desktop.contract.routes import ROUTES
from atlas_desktop.server import asking
from atlas_desktop.server.answers import Answered, Streamed, answer, refused
from atlas_desktop.server.asking import Asked
from atlas_desktop.server.atlas import Atlas, Handler
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.evaluation_runs.runs import Runs
from atlas_desktop.server.gateway.gateway import Gateway
from atlas_desktop.server.guard import Guard, respond
from atlas_desktop.server.handlers import HANDLERS
from atlas_desktop.server.limits import Limiter
from atlas_desktop.server.openapi import document
from atlas_desktop.server.reading import Reading
from atlas_desktop.server.refusals import Refusal, too_many, unprocessable
from atlas_desktop.server.rolling import Rolling
from atlas_desktop.server.scoring.scorer import Scorer
from atlas_desktop.server.storage.scope import Scope
from atlas_desktop.server.storage.storage import Storage
from atlas_desktop.server.storage.writer import WriterBusyError

OPENAPI: Final = Route(
    "openapi.get", "GET", "/openapi.json", dict, "This description of the API, as OpenAPI 3.1"
)
_LONGEST_NONCE: Final = 256
_BEYOND_ROUTES: Final = ("feedback.conflicts", "datasets.items.from_calls", "idempotency", "gateway")
"""Features that are not a route of their own."""
CALLS: Final = frozenset({"chat.completions.create", "embeddings.create"})
"""Routes that wait for a model."""

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(config: ServerConfig) -> Starlette:
    """An app with its database open (migrated when needed). Close it with :func:`close_app`."""
    # Starlette tries one route after the other, 3 us each: those that must be fast come first.
    served = sorted(
        (route for route in ROUTES if route.name in HANDLERS), key=lambda route: route.name not in CALLS
    )
    features = dict.fromkeys(route.feature for route in served if route.feature is not None)
    storage = Storage.open(config)
    scorer = Scorer(config)
    atlas = Atlas(
        config=config,
        storage=storage,
        limiter=Limiter(config.rate, config.clock),
        reading=Reading(storage, config.beside if config.executor == "threaded" else None),
        scorer=scorer,
        runs=Runs(config, storage, scorer),
        rolling=Rolling(config, storage),
        gateway=Gateway.of(config, storage, scorer),
        features=(*features, *PUBLISHED_ONLY.features, *_BEYOND_ROUTES),
    )
    routes: list[BaseRoute] = [_route(atlas, route, HANDLERS[route.name]) for route in served]
    routes += [_route(atlas, OPENAPI, _openapi), StarletteRoute("/healthz", _health(config), methods=["GET"])]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        atlas.runs.start()
        await atlas.gateway.start()
        yield
        await atlas.gateway.close()
        await atlas.rolling.close()
        await atlas.runs.close()
        close_app(app)

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, config=config)],
        exception_handlers={HTTPException: _no_such_route, Refusal: _refuse},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.atlas = atlas
    return app


def close_app(app: Starlette) -> None:
    """Finish queued writes, close the database and the threads. Also done at ASGI lifespan shutdown."""
    atlas = cast("Atlas", app.state.atlas)
    atlas.reading.stop()
    atlas.runs.stop()
    atlas.scorer.stop()
    atlas.storage.close()


def _route(atlas: Atlas, route: Route, handler: Handler) -> StarletteRoute:
    return StarletteRoute(
        f"{API_BASE}{route.path}", Door(atlas, route, handler), methods=[route.method], name=route.name
    )


class Door:
    """The way to a handler, as ASGI app. Every one asks for a key first; there is no other way."""

    def __init__(self, atlas: Atlas, route: Route, handler: Handler) -> None:
        self._atlas = atlas
        self._route = route
        self._handler = handler
        self._calls = route.name in CALLS
        self._media = (b"content-type", route.answers.encode())

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        key = asking.bearer_key(request)
        who = await asking.scope_of(key, self._atlas.storage)
        ticket = self._atlas.limiter.admit(f"{who.salt}\x1f{key}", call=self._calls)
        try:
            done = await self._answered(request, who)
            if isinstance(done, Streamed):
                await done.run(send, ticket.headers)
            else:
                await _send(send, done, self._media, ticket.headers)
        finally:
            ticket.release()

    async def _answered(self, request: Request, who: Scope) -> Answered | Streamed:
        atlas, route = self._atlas, self._route
        try:
            query = asking.read_query(request, route)
            path = asking.read_path(request)
            raw = await asking.read_body(request, route, atlas.config)
            body = await asking.parse_body(raw, route, atlas.storage)
            token = asking.read_token(request, raw)
            if not self._calls and atlas.gateway.recorder.pending:
                # A call that was just answered is found by whoever asks for it.
                await atlas.gateway.recorder.settled()
            return await self._handler(
                atlas, Asked(route, who, path, query, body, raw, token, request.receive)
            )
        except WriterBusyError:
            return refused(too_many("too many writes are waiting", code="writer_busy", retry_after=1))
        except Refusal as refusal:
            return refused(refusal)


_JSON: Final = (b"content-type", b"application/json")


async def _send(send: Send, done: Answered, media: tuple[bytes, bytes], limits: Mapping[str, str]) -> None:
    """Starlette's Response takes 25 us for the same."""
    headers = [media if done.status < 400 else _JSON, (b"content-length", b"%d" % len(done.body))]
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in done.headers.items()]
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in limits.items()]
    await send({"type": "http.response.start", "status": done.status, "headers": headers})
    await send({"type": "http.response.body", "body": done.body})


async def _openapi(_atlas: Atlas, _asked: Asked) -> Answered:
    return Answered(document())


def _health(config: ServerConfig) -> Endpoint:
    async def health(request: Request) -> Response:
        nonce = request.query_params.get("nonce")
        proof = None
        if nonce is not None and config.proof_secret is not None:
            if not 0 < len(nonce) <= _LONGEST_NONCE:
                return respond(
                    unprocessable("invalid_field", "nonce takes 1 to 256 characters", param="nonce")
                )
            proof = hmac.new(config.proof_secret, nonce.encode(), sha256).hexdigest()
        return Response(answer({"status": "ok", "proof": proof}).body, media_type="application/json")

    return health


async def _no_such_route(_request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    if found.status_code == 405:
        message = "this path does not take that method"
        refusal = Refusal(
            405, "invalid_request_error", "method_not_allowed", message, headers=dict(found.headers or {})
        )
    else:
        refusal = Refusal(404, "not_found_error", "unknown_path", "there is nothing at this path")
    return respond(refusal)


async def _refuse(_request: Request, error: Exception) -> Response:
    return respond(cast("Refusal", error))
