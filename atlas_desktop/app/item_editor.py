"""The expected output of an item being written: checked while one types, on the disk soon after, saved by the person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from atlas_desktop.api.errors import AtlasError, ConflictError
from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.editor_state import TextProblem
from atlas_desktop.app.errand import AFTER_THE_FRAME, Errand
from atlas_desktop.app.problems import Problem, problem_from
from atlas_desktop.app.schema_book import UNKNOWN, KnownSchema, SchemaBook
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.app.text_checks import kind_of, problems
from atlas_desktop.app.text_in_hand import LARGEST_COMPLETED
from atlas_desktop.contract.base import Json
from atlas_desktop.contract.datasets import Dataset, DatasetItem, DatasetItemUpdate
from atlas_desktop.domain import json_text
from atlas_desktop.domain.diff import ON_THE_SPOT, Diff, diff, replacement
from atlas_desktop.domain.expected import fitted
from atlas_desktop.domain.item_words import answered_text, expected_text
from atlas_desktop.store.drafts import Kind
from atlas_desktop.store.item_drafts import CARRIED, ItemDraft
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks
from atlas_desktop.wording import tr, trn

Save = Callable[[str, str, DatasetItemUpdate], Awaitable[DatasetItem]]
_UNFIT: Final = object()
_IDLE: Final = 0.25
"""Seconds until what was typed is on the disk."""


@dataclass(frozen=True, slots=True)
class ItemEditState:
    """The item at hand and the text of its expected output.

    ``answered`` is what the source call answered, ``diff`` leads from it to ``text`` (None: a moment ago, or too long).
    ``start`` is the text the server has; ``kept``: the present one is on this disk. ``locked``: the dataset is golden.
    ``said``: what came of saving, in words. ``overtaken``: somebody else has changed the item since it was begun.
    """

    dataset_id: str | None = None
    item: DatasetItem | None = None
    text: str = ""
    start: str = ""
    caret: int = 0
    answered: str = ""
    diff: Diff | None = None
    kind: Kind = "prose"
    schema: KnownSchema = UNKNOWN
    problems: tuple[TextProblem, ...] = ()
    locked: bool = False
    kept: bool = True
    saving: bool = False
    overtaken: bool = False
    said: str = ""
    problem: Problem | None = None

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.text != self.start


class ItemEditor:
    """Used on the UI's loop. Tell ``typed`` after every change of the text; show ``state`` at every ``changed``."""

    def __init__(self, store: Store, schemas: SchemaBook, tasks: Tasks, save: Save) -> None:
        self._store = store
        self._schemas = schemas
        self._save = save
        self._base = 0
        self._asked = 0
        self.reread: Callable[[str], Awaitable[object]] = _nothing
        """Reads the items of a dataset anew."""
        self._unkept: dict[tuple[str, str], ItemDraft] = {}
        self.state = ItemEditState()
        self.changed: Signal[ItemEditState] = Signal("item editor")
        self.drafts_changed: Signal[None] = Signal("unsaved items")
        self._keeper = Errand(tasks, "item text is kept", self._keep, self._not_kept, wait=_IDLE, pause=_IDLE)
        self._checker = Errand(tasks, "item is checked", self._check, self._not_kept, wait=AFTER_THE_FRAME)

    @property
    def unsaved(self) -> frozenset[str]:
        """The item at hand, when its text is not saved."""
        item = self.state.item
        return frozenset({item.id}) if item is not None and self.state.dirty else frozenset()

    async def show(self, dataset: Dataset, item_id: str) -> None:
        """This item is at hand, unless another is asked for meanwhile; a text that was begun earlier is gone on with."""
        self._asked = asked = self._asked + 1
        item = await self._store.datasets.item(dataset.id, item_id)
        schema = await self._schemas.of(dataset.operation_id, dataset.schema_version)
        kept = (await self._store.item_drafts.of(dataset.id)).get(item_id)
        if asked != self._asked:
            return
        if item is None:
            self.leave()
            return
        here, locked = self.state, dataset.status == "golden"
        same = here.dataset_id == dataset.id and here.item is not None and here.item.id == item_id
        if same and not locked and (here.dirty or here.saving):
            # It is being written in: what came meanwhile is met when it is saved.
            self._show(replace(here, locked=False, schema=schema))
            return
        draft = self._unkept.get((dataset.id, item_id)) or kept
        start = expected_text(item.expected_output)
        self._base = draft.base if draft is not None and draft.base != CARRIED else item.revision
        text = draft.text if draft is not None and not locked else start
        said = tr("A text that was not saved is kept: branch to go on with it.")
        answered = answered_text(item)
        kind: Kind = "json" if isinstance(item.expected_output, dict | list) else kind_of(text, schema.schema)
        self._show(
            ItemEditState(
                dataset.id, item, text, start, 0, answered, _spot(answered, text), kind, schema, locked=locked,
                overtaken=draft is not None and CARRIED < draft.base < item.revision,
                said=said if locked and draft is not None else "",
            )
        )  # fmt: skip
        self._checker.ask()

    def leave(self) -> None:
        """No item is at hand. What was typed is kept."""
        self._asked += 1
        self._show(ItemEditState())

    def typed(self, text: str, caret: int = 0) -> None:
        """The text is this now. On the disk within half a second."""
        state = self.state
        if text == state.text:
            self.state = replace(state, caret=caret)
            return
        if state.item is None or state.dataset_id is None or state.locked:
            return
        was_dirty = state.dirty
        at_ms = round(datetime.now(UTC).timestamp() * 1000)
        draft = ItemDraft(state.dataset_id, state.item.id, text, state.start, self._base, at_ms)
        self._unkept[(draft.dataset, draft.item)] = draft
        differs = _spot(state.answered, text)
        self._show(replace(state, text=text, caret=caret, diff=differs, kept=False, said="", problem=None))
        self._keeper.ask()
        self._checker.ask()
        if was_dirty != self.state.dirty:
            self.drafts_changed.emit(None)

    def revert(self) -> None:
        """As the server has it."""
        self.typed(self.state.start)

    def restore_hunk(self, index: int) -> bool:
        """Put this change back as it was answered. False while the differences are of an older text."""
        known, text = self.state.diff, self.state.text
        if known is None or known.new != text or not 0 <= index < len(known.hunks):
            return False
        (start, end), old = replacement(known, index)
        self.typed(text[:start] + old + text[end:], start + len(old))
        return True

    def format_json(self) -> None:
        """Lay JSON out."""
        if self.state.kind == "json" and len(self.state.text) <= LARGEST_COMPLETED:
            self.typed(json_text.format_json(self.state.text), self.state.caret)

    def complete(self, caret: int) -> json_text.Completion | None:
        """What could stand at the caret; None in prose, and in JSON too long to be read for a key."""
        state = self.state
        if state.kind != "json" or len(state.text) > ON_THE_SPOT:
            return None
        return json_text.complete(state.text, caret, _schema(state))

    async def save(self) -> bool:
        """Send the text. False when it stays here; ``state`` says why. Saving again on top of another's change is
        how one insists."""
        state = self.state
        if state.item is None or state.dataset_id is None or state.saving or state.locked:
            return False
        if not state.dirty:
            self._show(replace(state, said=tr("Nothing was changed."), problem=None))
            return True
        value = await self._value(state)
        if value is _UNFIT:
            return False
        self._show(replace(self.state, saving=True, said="", problem=None))
        change = DatasetItemUpdate(expected_output=value, base_revision=self._base)
        try:
            saved = await self._save(state.dataset_id, state.item.id, change)
        except (NotOnline, AtlasError) as error:
            await self._not_saved(state, error)
            return False
        await self._saved(state, saved)
        return True

    async def change(self, change: DatasetItemUpdate) -> bool:
        """Change something other than the text: its weight, its split."""
        state = self.state
        if state.item is None or state.dataset_id is None or state.locked:
            return False
        try:
            saved = await self._save(state.dataset_id, state.item.id, change)
        except (NotOnline, AtlasError) as error:
            self._show(replace(self.state, problem=_problem(error)))
            return False
        if self._is_at_hand(state):
            self._base = saved.revision
            self._show(replace(self.state, item=saved, problem=None))
        return True

    async def close(self) -> None:
        """What was typed is on the disk. Raises DatabaseError."""
        await self._keep()

    async def settled(self) -> None:
        """Wait until nothing is being kept or checked."""
        while await self._keeper.through() or await self._checker.through():
            continue

    async def _value(self, state: ItemEditState) -> Json:
        fit = await in_daemon_thread("item is fitted", lambda: fitted(_schema(state), state.text))
        if not fit.faults:
            return fit.value
        words = trn(
            "Not saved: it does not fit the schema in {count:,} place.",
            "Not saved: it does not fit the schema in {count:,} places.",
            len(fit.faults),
        )
        self._show(replace(self.state, said=f"{words} {fit.faults[0].message}"))
        return _UNFIT

    async def _saved(self, state: ItemEditState, saved: DatasetItem) -> None:
        assert state.dataset_id is not None  # noqa: S101 - it was sent with it
        key = (state.dataset_id, saved.id)
        text = expected_text(saved.expected_output)
        later = self._unkept.pop(key, None)
        if later is not None and later.text != state.text:
            # Typed while it was on its way: a draft on top of what is saved now.
            self._unkept[key] = replace(later, start=text, base=saved.revision)
            self._keeper.ask()
        else:
            await self._store.item_drafts.drop(*key)
        if self._is_at_hand(state):
            self._base = saved.revision
            typed = self.state.text
            self._show(
                replace(
                    self.state, item=saved, start=text, text=text if typed == state.text else typed,
                    saving=False, overtaken=False, kept=True, said=tr("Saved."), problem=None,
                )
            )  # fmt: skip
            self._checker.ask()
        self.drafts_changed.emit(None)

    async def _not_saved(self, state: ItemEditState, error: Exception) -> None:
        if not self._is_at_hand(state):
            return
        if isinstance(error, ConflictError) and error.code == "dataset_changed":
            await self._overtake(state)
            return
        self._show(replace(self.state, saving=False, problem=_problem(error)))

    async def _overtake(self, state: ItemEditState) -> None:
        """Theirs is what the server has now: mine goes on top of it, if I save again."""
        words = tr("Someone changed this item meanwhile. Save again to put yours in its place.")
        theirs = await self._reread(state)
        if theirs is None:
            words = tr("Someone took this item out meanwhile. Your text is kept here.")
        elif self._is_at_hand(state):
            self._base = theirs.revision
            start = expected_text(theirs.expected_output)
            self._show(replace(self.state, item=theirs, start=start))
            self.typed(self.state.text)
        if self._is_at_hand(state):
            self._show(replace(self.state, saving=False, overtaken=theirs is not None, said=words))

    async def _reread(self, state: ItemEditState) -> DatasetItem | None:
        assert state.dataset_id is not None  # noqa: S101 - it was sent with it
        assert state.item is not None  # noqa: S101 - likewise
        await self.reread(state.dataset_id)
        return await self._store.datasets.item(state.dataset_id, state.item.id)

    async def _keep(self) -> None:
        while self._unkept:
            (key, draft), *_ = self._unkept.items()
            await self._store.item_drafts.put(draft)
            if self._unkept.get(key) is draft:
                del self._unkept[key]
        if not self.state.kept:
            self._show(replace(self.state, kept=True))

    async def _check(self) -> None:
        state = self.state
        if state.item is None:
            return

        def look() -> tuple[tuple[TextProblem, ...], Diff]:
            return problems(state.text, state.kind, _schema(state)), diff(state.answered, state.text)

        found, differs = await in_daemon_thread("item is checked", look)
        if self._is_at_hand(state) and self.state.text == state.text:
            self._show(replace(self.state, problems=found, diff=self.state.diff or differs))

    def _not_kept(self, error: Exception) -> None:
        self._show(replace(self.state, problem=problem_from(error)))

    def _is_at_hand(self, state: ItemEditState) -> bool:
        here, there = self.state.item, state.item
        return here is not None and there is not None and here.id == there.id

    def _show(self, state: ItemEditState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def _spot(answered: str, text: str) -> Diff | None:
    return diff(answered, text) if max(len(answered), len(text)) <= ON_THE_SPOT else None


async def _nothing(_: str) -> None:
    """Nobody has to read anything."""


def _schema(state: ItemEditState) -> Json:
    return state.schema.schema


def _problem(error: Exception) -> Problem:
    if isinstance(error, NotOnline):
        return Problem(
            "offline",
            tr("Not saved: the server is not reached"),
            "",
            tr("The text is kept on this computer."),
            tr("Save again when it is back."),
        )
    return problem_from(error)
