"""Logging: structured, rotated, and redacted as its very last step.

Everything (structlog, the standard library, warnings, uncaught exceptions of any thread) ends in the same
handlers, whose formatter removes keys from the finished text. Bodies of requests are never logged.
"""

import logging
import logging.handlers
import re
import sys
import threading
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final

from atlas_desktop.sparing import without

with without("rich"):  # and pygments with it, for tracebacks in colour: 5 MB, 30 ms
    import structlog

_LOG_BYTES: Final = 1_000_000
_LOG_FILES: Final = 3
_PATTERNS: Final = (
    (re.compile(r"nm_[a-z]+_\w+"), "nm_…"),
    (re.compile(r"(?i)\bbearer\s+[^\s\"',]+"), "Bearer …"),
)
_LEAST_SECRET: Final = 8
_MOST_FRAMES: Final = 12

_live: frozenset[str] = frozenset()
_live_lock = threading.Lock()
_log = logging.getLogger(__name__)


def register_secret(text: str) -> None:
    """Have this exact text removed from every log line from now on (8 characters at least)."""
    global _live
    if len(text) >= _LEAST_SECRET:
        with _live_lock:
            _live |= {text}


def forget_secret(text: str) -> None:
    """The key is gone: stop looking for it."""
    global _live
    with _live_lock:
        _live -= {text}


def redact(text: str) -> str:
    """The text without registered secrets, without anything shaped like a key or a bearer token."""
    for secret in sorted(_live, key=len, reverse=True):
        text = text.replace(secret, "…")
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def kind_and_place(error: BaseException) -> str:
    """What an error was and where, but not its text: where calls are handled, that may hold what a customer wrote."""
    frames = extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    where = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {where}" if where else type(error).__name__


def configure(log_file: Path | None = None, *, level: int = logging.INFO, to_stderr: bool = False) -> None:
    """Send all logging to ``log_file`` (JSON lines, rotated, mode 0600) and, if asked, to stderr.

    Calling it again replaces the former handlers. Its folder must exist.
    """
    handlers: list[logging.Handler] = []
    if log_file is not None:
        handlers.append(_file_handler(log_file))
    if to_stderr:
        handlers.append(_stderr_handler())
    logging.setLogRecordFactory(_RedactedRecord)
    _replace_handlers(handlers, level)
    # Both write a line a request at INFO, httpcore headers at DEBUG.
    for chatty in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def shut_down() -> None:
    """Close the log file and give warnings and excepthooks back: for the end of a process or a test."""
    _replace_handlers([], logging.WARNING)
    logging.setLogRecordFactory(logging.LogRecord)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    sys.unraisablehook = sys.__unraisablehook__


class _RedactedRecord(logging.LogRecord):
    """So that a handler some library or test adds shows no key either."""

    def getMessage(self) -> str:  # noqa: N802 - the standard library's name
        return redact(super().getMessage())


class _PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """A rotating log that only its owner may read, whatever the umask."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).touch(mode=0o600)
        return super()._open()


def _redact_last(_logger: object, _method: str, rendered: Any) -> str:
    return redact(rendered if isinstance(rendered, str) else rendered.decode())


_SHARED: Final[tuple[structlog.typing.Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _formatter(*ending: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending, _redact_last],
    )


def _file_handler(log_file: Path) -> logging.Handler:
    handler = _PrivateFileHandler(
        log_file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
    )
    # Locals of a frame hold keys and prompts: a traceback shows where, never with what.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    exceptions = structlog.processors.ExceptionRenderer(frames)
    handler.setFormatter(_formatter(exceptions, structlog.processors.JSONRenderer(ensure_ascii=False)))
    return handler


def _stderr_handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    handler.setFormatter(_formatter(console))
    return handler


_ours: list[logging.Handler] = []


def _replace_handlers(handlers: list[logging.Handler], level: int) -> None:
    root = logging.getLogger()
    for old in _ours:
        root.removeHandler(old)
        old.close()
    _ours[:] = handlers
    for new in handlers:
        root.addHandler(new)
    root.setLevel(level)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread else "a thread"
    _log.critical(
        "uncaught exception in %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )


def _unraisable(args: Any) -> None:
    info = (type(args.exc_value), args.exc_value, args.exc_traceback)
    _log.error("%s %r", args.err_msg or "exception ignored in", args.object, exc_info=info)
