"""The command line. Everything is imported late: ``--help`` must not wait for Qt, pydantic or a database."""

import gc
import sys


def main() -> None:
    """Run the command named on the command line, and exit with its code."""
    if getattr(sys, "frozen", False):
        # In a bundle every process beside this one (`beside.py`) is this program, started once more.
        from multiprocessing.spawn import freeze_support  # noqa: PLC0415

        freeze_support()
    if sys.argv[1:] == ["serve", "--child"]:
        # The app waits for it: 60 ms less without the library that reads command lines, and as many without looking for
        # garbage among what is being loaded, until the server stands (server/footing.py).
        gc.disable()
        from atlas_desktop.cli.child import serve_child  # noqa: PLC0415

        sys.exit(serve_child())
    try:
        from atlas_desktop.cli.commands import app  # noqa: PLC0415

        app(prog_name="atlas-desktop")
    except Exception as bug:  # noqa: BLE001 - it keeps its traceback
        # Python would end with 1: to a script that asked `gate` that is an answer, unmet.
        sys.excepthook(type(bug), bug, bug.__traceback__)
        sys.exit(2)
