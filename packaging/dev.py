#!/usr/bin/env python3
"""Run, test, measure or examine Atlas Desktop from a clone: ``python3 packaging/dev.py run|test|bench|doctor``.

Needs nothing but Python's standard library; the first call makes ``.venv`` in the clone. This file stays
readable for any Python from 3.6 on, so that a wrong version gets a sentence and not a syntax error.
"""

import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def unfit(version):
    """Why this Python version cannot be used, or None when it can."""
    have = tuple(version[:2])
    if OLDEST <= have <= NEWEST:
        return None
    oldest, newest, this = (f"{major}.{minor}" for major, minor in (OLDEST, NEWEST, have))
    return f"Atlas Desktop needs Python {oldest} to {newest}; this is Python {this}."


def fitting_command():
    """The name of a Python on the search path that would do, or None. Asked, as a pyenv shim may not run."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        try:
            answer = subprocess.call([name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError:
            continue
        if answer == 0:
            return name
    return None


if __name__ == "__main__":
    problem = unfit(sys.version_info)
    if problem:
        other = fitting_command()
        line = " ".join([other or "", *sys.argv])
        sys.exit(f"{problem}\n{f'This would do: {line}' if other else 'Install one, then run this again.'}")
    from commands import main

    sys.exit(main(sys.argv[1:]))
