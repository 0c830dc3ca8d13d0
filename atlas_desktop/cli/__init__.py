"""The command line. Everything is imported late: ``--help`` must not wait for Qt, pydantic or a database."""


def main() -> None:
    """Run the command named on the command line, and exit with its code."""
    from atlas_desktop.cli.commands import app  # noqa: PLC0415

    app(prog_name="atlas-desktop")
