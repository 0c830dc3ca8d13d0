"""What went wrong, said to a person: what happened, what is safe, what to do."""

from dataclasses import dataclass
from typing import Literal

At = Literal["window", "connection", "list", "call", "decision", "sync", "settings", "local"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, in words. ``at`` names what it is shown beside.

    ``title`` says what happened, ``detail`` the particulars, ``safe`` what is not lost, ``action`` what to do.
    ``code`` is for tests and reports. ``bug`` is True when it is ours.
    """

    code: str
    title: str
    detail: str
    safe: str
    action: str
    at: At = "window"
    retry: bool = False
    bug: bool = False
    request_id: str | None = None


class KnownError(Exception):
    """What the environment did. Shown beside the work."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class BugError(Exception):
    """What we did. Shown with a report that can be copied."""


def problem_from(error: BaseException, at: At = "window") -> Problem:
    """The one place that puts an exception into words."""
    raise NotImplementedError


def reason_of(error: BaseException) -> str:
    """The shortest true words of an exception, on one line, without secrets."""
    raise NotImplementedError


def report(problem: Problem) -> str:
    """A text to copy into a bug report: redacted, without any call's content."""
    raise NotImplementedError
