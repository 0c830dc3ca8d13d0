"""Exports on a screen: of the calls in the list, of a dataset, of a training bundle."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.exporting import Exported
from atlas_desktop.app.problems import KnownError
from atlas_desktop.domain.exporting import SUFFIX, CallFormat, Format
from atlas_desktop.ui.announce import announce
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.widgets.export_strip import ExportStrip, Form, Wish
from atlas_desktop.wording import mark, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.contract.datasets import Dataset
    from atlas_desktop.contract.promotions import Training

_LONGEST_NAME: Final = 60
_WORDS: Final[dict[Format, tuple[str, str]]] = {
    "fine-tuning": (
        mark("Fine-tuning"), mark("One conversation a line with the expected output, as OpenAI fine-tuning reads it."),
    ),
    "preference": (
        mark("Preferences"), mark("The expected output against what production answered, where the two differ."),
    ),
    "csv": (mark("CSV"), mark("A table for spreadsheets; what looks like a formula is made harmless.")),
    "parquet": (mark("Parquet"), mark("Columns for data tools; needs the extra “parquet”.")),
}  # fmt: skip
_CALL_WORDS: Final[dict[CallFormat, tuple[str, str]]] = {
    "jsonl": (mark("JSONL"), mark("All of each call, one a line, as an import reads it.")),
    "csv": _WORDS["csv"],
}
_CALL_SUFFIX: Final[dict[CallFormat, str]] = {"jsonl": ".jsonl", "csv": ".csv"}
Run = Callable[[Wish], Awaitable[Exported]]


class Exports:
    """The export strip of one screen. ``left``: it has gone, and the focus is to go where one works."""

    def __init__(self, theme: Theme, left: Callable[[], object]) -> None:
        self.strip = ExportStrip(theme)
        self._left = left
        self._task: asyncio.Task[None] | None = None

    def calls(self, workspace: "Workspace") -> None:
        """The selected calls, else all of the list."""
        many = workspace.review.selected_count or workspace.browser.calls
        title = trn("Export {count:,} call", "Export {count:,} calls", many)
        chosen = bool(workspace.review.selected_count)

        async def run(wish: Wish) -> Exported:
            seqs = (
                workspace.review.at_hand()
                if chosen
                else list(await workspace.store.calls.ids(workspace.browser.query))
            )
            form: CallFormat = "csv" if wish.form == "csv" else "jsonl"
            return await workspace.exporting.calls(
                seqs, wish.path, form, veil=wish.veil, moved=self.strip.moved
            )

        forms = [
            Form(value, tr(words), tr(about), _CALL_SUFFIX[value])
            for value, (words, about) in _CALL_WORDS.items()
        ]
        self.offer(workspace, title, forms, workspace.connection.shown_title, run)

    def dataset(self, workspace: "Workspace", dataset: "Dataset") -> None:
        """The items of a dataset."""
        title = trn(
            "Export {count:,} item of {name}", "Export {count:,} items of {name}", dataset.item_count,
            name=dataset.name,
        )  # fmt: skip
        forms = [Form(value, tr(words), tr(about), SUFFIX[value]) for value, (words, about) in _WORDS.items()]
        named: dict[str, Format] = {value: value for value in _WORDS}

        async def run(wish: Wish) -> Exported:
            form = named[wish.form]
            return await workspace.exporting.dataset(
                dataset, wish.path, form, veil=wish.veil, moved=self.strip.moved
            )

        self.offer(workspace, title, forms, f"{dataset.name} v{dataset.version}", run)

    def bundle(self, workspace: "Workspace", dataset: "Dataset", training: "Training") -> None:
        """What a training is made of."""
        about = tr("Fine-tuning and preference lines with a manifest, to be taken anywhere.")

        async def run(wish: Wish) -> Exported:
            return await workspace.exporting.bundle(dataset.id, training.id, wish.path, veil=wish.veil)

        forms = [Form("zip", "ZIP", about, ".zip")]
        title = tr("Training bundle of {name}", name=dataset.name)
        self.offer(workspace, title, forms, f"{dataset.name} v{dataset.version} training", run)

    def offer(
        self,
        workspace: "Workspace",
        title: str,
        forms: list[Form],
        stem: str,
        run: Run,
        done: "Callable[[Exported], str] | None" = None,
    ) -> None:
        """Offer to take something out by ``run``; ``done`` says that it was."""
        if self.strip.running:
            self.strip.show()
            return

        def take(wish: Wish) -> None:
            self._task = workspace.tasks.spawn("export", self._run(run, wish, done or _done_words))

        self.strip.offer(title, forms, _folder() / _file_name(stem), take, self._stop, self._left)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self, run: Run, wish: Wish, done: Callable[[Exported], str]) -> None:
        there = await in_daemon_thread("export looks", lambda: _is_there(wish.path))
        if there and not wish.replace:
            self.strip.ask_replace()
            return
        self.strip.say_running(running=True)
        try:
            made = await run(wish)
        except KnownError as error:
            self.strip.failed(error.problem)
            announce(self.strip, error.problem.sentence)
            return
        words = done(made)
        self.strip.finished(words)
        announce(self.strip, words)


def _done_words(made: Exported) -> str:
    words = trn("{count:,} is in {name}.", "{count:,} are in {name}.", made.written, name=made.path.name)
    if not made.written:
        words = tr("There is nothing to write: no file was made.")
    if not made.skipped:
        return words
    first = made.skipped[0]
    left = trn(
        "{count:,} was left out: {reason}", "{count:,} were left out, the first because {reason}",
        len(made.skipped), reason=first.reason,
    )  # fmt: skip
    return f"{words} {left}."


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # what is wrong with it the export itself will say


def _folder() -> Path:
    kind = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(kind) or Path.home())


def _file_name(words: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", words).strip("-.")[:_LONGEST_NAME] or "export"
