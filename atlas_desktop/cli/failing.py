"""How the command line says that it could not do it: one line on stderr, exit code 2, no traceback."""

import sys
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
    from atlas_desktop.api.errors import AtlasError  # noqa: PLC0415 - late, as all of the command line
    from atlas_desktop.app.problems import KnownError, problem_from  # noqa: PLC0415

    try:
        yield
    except KnownError as error:
        problem = error.problem
        stop(problem.title, problem.detail, problem.safe, problem.action)
    except AtlasError as error:
        stop(str(error), safe)
    except OSError as error:
        problem = problem_from(error)
        stop(problem.title, problem.detail, safe or problem.safe, problem.action)
    except KeyboardInterrupt:
        stop("Stopped.", safe)


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
