"""The Atlas on this computer: a child process that starts and ends with the app."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import atlas_desktop
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.judge import JudgeChoice
from atlas_desktop.app.problems import SAFE, KnownError, Problem, reason_of
from atlas_desktop.contract.capabilities import Health
from atlas_desktop.contract.secret import Secret
from atlas_desktop.logs import forget_secret, register_secret
from atlas_desktop.wording import tr

_PACKAGE_PARENT: Final = Path(atlas_desktop.__file__).resolve().parent.parent
_READY_SECONDS: Final = 20.0
_END_SECONDS: Final = 5.0
_LOG_BYTES: Final = 1_000_000
_PREFIX_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"
_log = logging.getLogger(__name__)

WhoJudges = Callable[[], Awaitable[JudgeChoice | None]]
"""Whom the child is to ask to judge, as it is chosen now."""
KeysToHand = Callable[[], Awaitable[Mapping[str, Secret]]]
"""The keys of providers that the child is to have, by the provider's name."""
AskHealth = Callable[[str, str], Awaitable[Health]]
"""``GET /healthz?nonce=`` at a base URL, sent without any key."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where a server answers and the key it takes. The key dies with the child."""

    base_url: str
    key: Secret


@dataclass(frozen=True, slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    secret: bytes = field(repr=False)
    key: Secret


async def _nobody() -> JudgeChoice | None:
    return None


async def no_keys() -> Mapping[str, Secret]:
    """For a child that is to have none."""
    return {}


def child_command() -> tuple[str, ...]:
    """How this program starts itself as a server."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "serve", "--child")
    return (sys.executable, "-m", "atlas_desktop", "serve", "--child")


class LocalServer:
    """Starts the child, has it prove that it is ours before any key goes to its port, and ends it.

    The child gets its secret and a key made for this run over its stdin and ends when that closes, so it also
    ends when we are killed. ``subprocess`` and threads rather than asyncio's: qasync's loop has no child watcher.
    """

    def __init__(
        self,
        database: Path,
        log_file: Path,
        ask_health: AskHealth,
        *,
        reviewer: str | None = None,
        command: Sequence[str] | None = None,
        judge: WhoJudges = _nobody,
        provider_keys: KeysToHand = no_keys,
    ) -> None:
        self._database = database
        self._log_file = log_file
        self._ask_health = ask_health
        self._reviewer = reviewer
        self._judge = judge
        self._provider_keys = provider_keys
        self._command = tuple(command) if command is not None else child_command()
        self._child: _Child | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._child.process.pid if self._child is not None else None

    async def start(self, on_end: Callable[[Problem], None]) -> Reachable:
        """Start the child and wait until it proved itself. ``on_end`` hears when it ends by itself.

        Raises KnownError; then no child is left.
        """
        await self.stop()
        self._stopping = False
        try:
            judge, keys = await self._judge(), await self._provider_keys()
            child = self._child = await in_daemon_thread("local server starts", self._launch)
            port = await in_daemon_thread(
                "local server answers",
                lambda: _greet(child, self._hello(child, judge, keys)),
                limit=_READY_SECONDS,
            )
            base_url = f"http://127.0.0.1:{port}/v1"
            await self._prove(base_url, child)
        except (OSError, ValueError, TimeoutError) as error:
            await self.stop()
            raise KnownError(_not_started(error, self._log_file)) from error
        except BaseException:
            await self.stop()
            raise
        self._watch(child, on_end)
        return Reachable(base_url, child.key)

    async def stop(self) -> None:
        """End the child and wait for it; without one, nothing."""
        self._stopping = True
        child, self._child = self._child, None
        watcher, self._watcher = self._watcher, None
        if child is not None:
            await in_daemon_thread("local server ends", lambda: _end(child.process))
            forget_secret(child.key.reveal())
        if watcher is not None:
            await in_daemon_thread("local server watched", watcher.join)

    def _launch(self) -> _Child:
        key = new_key()
        register_secret(key.reveal())
        with _open_log(self._log_file) as log:
            process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                # ``-m`` imports from the current folder first: let that be ours, not one with strange files.
                cwd=_PACKAGE_PARENT,
                # Ctrl+C in a terminal is for us: we end the child in good order.
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return _Child(process, secrets.token_bytes(32), key)

    def _hello(self, child: _Child, judge: JudgeChoice | None, keys: Mapping[str, Secret]) -> bytes:
        words: dict[str, object] = {
            "secret": child.secret.hex(),
            "key": child.key.reveal(),
            "database": str(self._database),
        }
        if self._reviewer:
            words["reviewer"] = self._reviewer
        if judge is not None:
            words["judge"] = judge.for_child()
        if keys:
            words["provider_keys"] = {name: key.reveal() for name, key in keys.items()}
        return json.dumps(words).encode() + b"\n"

    async def _prove(self, base_url: str, child: _Child) -> None:
        # Somebody else may have taken the port in between: only our child knows the secret (sync.md, threat 14).
        nonce = secrets.token_hex(16)
        health = await self._ask_health(base_url, nonce)
        if not hmac.compare_digest((health.proof or "").encode(), proof_of(child.secret, nonce).encode()):
            raise ValueError("another program answers at its port")

    def _watch(self, child: _Child, on_end: Callable[[Problem], None]) -> None:
        loop = asyncio.get_running_loop()

        def ended() -> None:
            if not self._stopping and self._child is child:
                on_end(_ended(child.process.returncode, self._log_file))

        def watch() -> None:
            stdout = child.process.stdout
            assert stdout is not None  # noqa: S101 - it is a pipe
            while stdout.read(4096):
                pass  # nothing more is expected; a full pipe would stop the child
            child.process.wait()
            with contextlib.suppress(RuntimeError):  # the loop may be gone
                loop.call_soon_threadsafe(ended)

        self._watcher = threading.Thread(target=watch, name="local server watch", daemon=True)
        self._watcher.start()


def new_key() -> Secret:
    """A key that only this run's child knows."""
    prefix = "".join(secrets.choice(_PREFIX_ALPHABET) for _ in range(6))
    return Secret(f"nm_live_{prefix}_{secrets.token_hex(20)}")


def proof_of(secret: bytes, nonce: str) -> str:
    """What a child that knows the secret answers to this nonce."""
    return hmac.digest(secret, nonce.encode(), hashlib.sha256).hex()


def _greet(child: _Child, hello: bytes) -> int:
    """Say who we are and what it needs; the port it answers with. Raises OSError, ValueError."""
    stdin, stdout = child.process.stdin, child.process.stdout
    assert stdin is not None  # noqa: S101 - both are pipes
    assert stdout is not None  # noqa: S101
    stdin.write(hello)
    stdin.flush()
    line = stdout.readline(10_000)
    if not line.endswith(b"\n"):
        raise ValueError("it ended before it was ready")
    port = json.loads(line)["port"]
    if not isinstance(port, int) or not 0 < port < 65536:
        raise ValueError("it named no port")
    return port


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close its stdin, which is how it is asked to end; then insist. Never leaves a zombie."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    for insist in (process.terminate, process.kill):
        try:
            process.wait(_END_SECONDS)
            break
        except subprocess.TimeoutExpired:
            _log.warning("the local server did not end by itself")
            insist()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.unlink()
    path.touch(mode=0o600)
    return path.open("ab")


def _environment() -> dict[str, str]:
    # A key in the environment is for the command line only; children would show it in /proc.
    return {name: value for name, value in os.environ.items() if name != "NEWMEN_API_KEY"}


def _not_started(error: Exception, log_file: Path) -> Problem:
    reason = tr("it was not ready in time") if isinstance(error, TimeoutError) else reason_of(error)
    return Problem(
        code="local_not_started",
        title=tr("The local Atlas could not be started"),
        detail=tr(
            "Its process: {reason}. Its last words are in {name}, in the folder of logs.",
            reason=reason,
            name=log_file.name,
        ),
        safe=f"{tr('You can go on reviewing what is on this computer.')} {tr(SAFE)}",
        action=tr("Try again. If it stays so, look into that file."),
        at="local",
        retry=True,
    )


def _ended(code: int | None, log_file: Path) -> Problem:
    return Problem(
        code="local_ended",
        title=tr("The local Atlas stopped by itself"),
        detail=tr(
            "Its process ended with code {code}. Its last words are in {name}, in the folder of logs.",
            code=code,
            name=log_file.name,
        ),
        safe=f"{tr('You can go on reviewing what is on this computer.')} {tr(SAFE)}",
        action=tr("It is started again by itself once; after that, use Try again."),
        at="local",
        retry=True,
    )
