"""The commands and their options: what house.md lists, in its order. What they do is imported when they run.

Exit codes: 0 done, 1 the answer is no (rejected lines, a failed check), 2 could not do it.
"""

# Imports inside functions are the point of this module: help takes 60 ms with them, 600 without.
# ruff: noqa: PLC0415

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas_desktop import __version__

if TYPE_CHECKING:
    from atlas_desktop.cli.reaching import Target

# rich's help costs 150 ms and wraps option names in boxes; plain help is read as well by people as by tools.
app = typer.Typer(
    help="Rate recorded LLM calls from the keyboard, offline or online.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    invoke_without_command=True,
)
keys_app = typer.Typer(help="The keys of the Atlas on this computer.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")

Home = Annotated[
    Path | None, typer.Option("--home", help="Where the program keeps what it writes.", metavar="DIR")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Database = Annotated[
    str | None,
    typer.Option("--database", help="Database URL; default: the one under the home.", metavar="URL"),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"atlas-desktop {__version__}")
        raise typer.Exit


@app.callback()
def open_app(
    context: typer.Context,
    home: Home = None,
    demo: Annotated[bool, typer.Option("--demo", help="Sample calls on the local Atlas.")] = False,
    offscreen: Annotated[bool, typer.Option("--offscreen", help="Without a screen.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and exit.")
    ] = False,
) -> None:
    """Rate recorded LLM calls from the keyboard, offline or online. Without a command: open the app."""
    _ = version
    if context.invoked_subcommand is not None:
        context.obj = home
        return
    from atlas_desktop.ui.main import main

    raise typer.Exit(main(home=home, demo=demo, offscreen=offscreen))


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8400,
    database: Database = None,
    home: Home = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            help="A further host name clients may address this server by; repeatable.", metavar="NAME"
        ),
    ] = None,
) -> None:
    """Run the embedded Atlas on its own."""
    from atlas_desktop.cli import serving

    raise typer.Exit(serving.serve(home or context.obj, database, host, port, allow_host or []))


@keys_app.command("create")
def keys_create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose key it is: feedback given with it carries this name.")],
    organization: Annotated[str, typer.Option(help="The organization it belongs to.")] = "local",
    customer: Annotated[str | None, typer.Option(help="Narrow it to one customer.")] = None,
    database: Database = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a key and print it, once."""
    from atlas_desktop.cli import serving

    where = home or _home(context)
    raise typer.Exit(serving.create_key(where, database, name, organization, customer, as_json=as_json))


@keys_app.command("list")
def keys_list(
    context: typer.Context, database: Database = None, home: Home = None, as_json: Json = False
) -> None:
    """List the keys, without their secrets."""
    from atlas_desktop.cli import serving

    raise typer.Exit(serving.list_keys(home or _home(context), database, as_json))


@keys_app.command("revoke")
def keys_revoke(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="The six characters after nm_live_.")],
    database: Database = None,
    home: Home = None,
) -> None:
    """Revoke a key."""
    from atlas_desktop.cli import serving

    raise typer.Exit(serving.revoke_key(home or _home(context), database, prefix))


@app.command("import")
def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Files of recorded calls; - is standard input.")],
    operation: Annotated[str | None, typer.Option(help="Operation of calls that name none.")] = None,
    customer: Annotated[str | None, typer.Option(help="Customer of calls that name none.")] = None,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="NEWMEN_BASE_URL", help="An Atlas to send them to; default: the one on this computer."
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="NEWMEN_API_KEY", help="Its key; asked for when not given.", metavar="KEY"),
    ] = None,
    file_format: Annotated[str, typer.Option("--format", help="auto or jsonl.")] = "auto",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Import recorded calls. Bad lines are reported and lose nothing else; a second import changes nothing."""
    # With the default, 20 collections walk everything that is loaded.
    gc.set_threshold(50_000, 20, 100)
    from atlas_desktop.beside import Beside

    beside = Beside("atlas_desktop.domain.recorded")
    if url is None:
        beside.start()  # loads what it needs while this process loads the rest
    from atlas_desktop.cli import importing
    from atlas_desktop.cli.import_order import Order
    from atlas_desktop.contract.secret import Secret

    order = Order(
        files=tuple(files),
        operation=operation,
        customer=customer,
        url=url,
        key=Secret(key) if key else None,
        file_format=file_format,
        home=home or context.obj,
    )
    raise typer.Exit(importing.run(order, beside, as_json=as_json))


@app.command()
def sync(
    context: typer.Context,
    connection: Annotated[
        str | None, typer.Argument(help="Name or id of the connection; default: the last one used.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Give up after so many seconds.")] = 60.0,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Fetch what is new and send what was decided, once, without a window."""
    from atlas_desktop.cli import syncing

    raise typer.Exit(syncing.run(home or context.obj, connection, timeout, as_json=as_json))


Url = Annotated[
    str | None,
    typer.Option(
        "--url", envvar="NEWMEN_BASE_URL", help="An Atlas elsewhere; default: the one on this computer."
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", envvar="NEWMEN_API_KEY", help="Its key; asked for when not given.", metavar="KEY"),
]


@app.command()
def gate(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Its id, or its name when there is only one of it.")],
    url: Url = None,
    key: Key = None,
    timeout: Annotated[float, typer.Option(min=1, help="Give up after so many seconds.")] = 3600.0,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check the ship gates of a dataset, scoring first what was not scored. 0 all hold, 1 they do not, 2 error."""
    from atlas_desktop.cli import gate as gating

    target = _target(context, home, url, key)
    raise typer.Exit(gating.run(target, dataset, timeout, as_json=as_json))


@app.command()
def export(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Its id, or its name when there is only one of it.")],
    form: Annotated[
        str, typer.Option("--format", help="fine-tuning, preference, csv or parquet.", metavar="FORMAT")
    ],
    out: Annotated[Path, typer.Option("--out", help="The file to write.", metavar="PATH")],
    split: Annotated[str | None, typer.Option(help="Only items of this split.")] = None,
    unveiled: Annotated[
        bool, typer.Option("--unveiled", help="Leave personal data and secrets in it; this is noted.")
    ] = False,
    url: Url = None,
    key: Key = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write a dataset to a file, with personal data and secrets veiled."""
    from atlas_desktop.cli import exporting

    order = exporting.Order(dataset, form, out, split, veil=not unveiled)
    raise typer.Exit(exporting.run(_target(context, home, url, key), order, as_json=as_json))


@app.command()
def screenshots(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the pictures go.")],
    theme: Annotated[str | None, typer.Option(help="Only this theme: light, dark or contrast.")] = None,
) -> None:
    """Write a picture of every screen in every theme, from the sample calls."""
    _ = context
    from atlas_desktop.ui.screenshots import run

    raise typer.Exit(run(directory, theme=theme))


@app.command()
def doctor(context: typer.Context, home: Home = None, as_json: Json = False) -> None:
    """Check that everything this program needs is here."""
    from atlas_desktop.cli import checkup

    raise typer.Exit(checkup.run(home or context.obj, as_json=as_json))


def _target(context: typer.Context, home: Path | None, url: str | None, key: str | None) -> "Target":
    from atlas_desktop.cli.reaching import Target
    from atlas_desktop.contract.secret import Secret

    return Target(home or _home(context), url, Secret(key) if key else None)


def _home(context: typer.Context) -> Path | None:
    parent = context.find_root().obj
    return parent if isinstance(parent, Path) else None
