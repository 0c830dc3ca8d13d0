"""How the command line says that it could not do it: one line on stderr, exit code 2, no traceback."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import typer

DONE: Final = 0
NO: Final = 1
FAILED: Final = 2


@contextmanager
def saying_why(safe: str = "") -> Iterator[None]:
    """Turn what the environment did into a sentence and exit code 2; ``safe`` says what is not lost.

    Anything else is a bug of ours and keeps its traceback.
    """
    try:
        yield
    except (KeyboardInterrupt, typer.Abort):
        # Abort: where a question was open. typer would end with 1, which is an answer.
        stop("Stopped.", safe)
    except Exception as error:
        _stop_if_known(error, safe)
        raise


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """SIGTERM ends the command as Ctrl-C does. CI sends it to a job that is cancelled: without this, half a file with
    personal data stays beside its place, and a run goes on for nobody.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    # A shell starts what runs in the background with interrupts ignored: there is no handler to leave it to then.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def _stop_if_known(error: Exception, safe: str) -> None:
    # Late, as all of the command line: who succeeds need not load the client to have failed with it.
    from atlas_desktop.api.errors import AtlasError  # noqa: PLC0415
    from atlas_desktop.app.problems import KnownError, problem_from  # noqa: PLC0415

    if isinstance(error, KnownError):
        problem = error.problem
        stop(problem.title, problem.detail, problem.safe, problem.action)
    if isinstance(error, AtlasError):
        stop(str(error), safe)
    if isinstance(error, OSError):
        problem = problem_from(error)
        stop(problem.title, problem.detail, safe or problem.safe, problem.action)


def stop(*sentences: str) -> NoReturn:
    """Say it on stderr, and end with exit code 2."""
    say(" ".join(_ended(sentence) for sentence in sentences if sentence))
    raise typer.Exit(FAILED)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def say(text: str) -> None:
    """A line for the person at the terminal; answers for scripts go to stdout."""
    typer.echo(shown(text), err=True)


def shown(text: str) -> str:
    """Text from a file or a server without what could steer a terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def on_terminal() -> bool:
    """Whether a person watches: progress is shown, and questions can be asked."""
    return sys.stderr.isatty() and sys.stdin.isatty()
