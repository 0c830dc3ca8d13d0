"""Building a dataset: from a draft, a filter or a selection; looked at call by call before anything is sent."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from atlas_desktop.api.errors import AtlasError
from atlas_desktop.app.asking import Ask
from atlas_desktop.app.dataset_preview import Preview, written
from atlas_desktop.app.dataset_sending import DatasetSender
from atlas_desktop.app.dataset_state import BuilderState
from atlas_desktop.app.errand import Errand
from atlas_desktop.app.kept_recipe import kept_recipe, recipe_of
from atlas_desktop.app.problems import problem_from
from atlas_desktop.app.schema_book import SchemaBook
from atlas_desktop.app.signals import Signal
from atlas_desktop.app.sync_thread import NotOnline
from atlas_desktop.contract.datasets import Dataset, DatasetCreate
from atlas_desktop.contract.ids import new_id
from atlas_desktop.domain.dataset_names import next_name
from atlas_desktop.domain.dataset_plan import EMPTY, Recipe, Target
from atlas_desktop.domain.query import Query
from atlas_desktop.store.changed import Changed
from atlas_desktop.store.dataset_drafts import DatasetDraft
from atlas_desktop.store.store import Store
from atlas_desktop.tasks import Tasks

MOST: Final = 20_000
"""Calls one dataset is built of at once."""


class DatasetBuilder:
    """Used on the UI's loop. `open_draft` or `open_calls` begin; ``changed`` tells the state while it looks.

    ``drafts_changed``: the drafts on this computer are others. ``made``: the server has a dataset, new or with more.
    """

    def __init__(self, store: Store, ask: Ask, tasks: Tasks, schemas: SchemaBook) -> None:
        self._store = store
        self._ask = ask
        self._tasks = tasks
        self._schemas = schemas
        self._calls: array[int] = array("q")
        self._groups: dict[str | None, array[int]] = {}
        self._left_out: list[tuple[int, ...]] = []
        self._preview = Preview(store)
        self.state = BuilderState()
        self.changed: Signal[BuilderState] = Signal("dataset builder")
        self.drafts_changed: Signal[None] = Signal("dataset drafts")
        self.made: Signal[Dataset] = Signal("dataset made")
        self.against = 0
        """So many of the items that were sent last contradict others in their dataset."""
        self.sender = DatasetSender(store, ask)
        self.sender.moved.connect(self._moved)
        self._looking = Errand(tasks, "dataset preview", self._look, self._failed)
        self._sending = Errand(tasks, "datasets are sent", self._send_all, self._failed)

    # where it comes from

    async def open_draft(self, draft_id: int) -> None:
        """Build of this draft; nothing when there is none."""
        known = await self._store.dataset_drafts.all()
        draft = next((each for each in known if each.id == draft_id), None)
        if draft is None:
            return
        calls = await self._store.dataset_drafts.items(draft.id)
        self._calls = calls[:MOST]
        recipe = recipe_of(draft.recipe)
        self._left_out = []
        self._show(
            BuilderState(
                draft, operation=draft.operation, recipe=recipe, total=len(self._calls),
                left_out=len(calls) - len(self._calls), open=True, sending=draft.sending,
            )
        )  # fmt: skip
        self._looking.ask()
        if draft.sending:
            self._sending.ask()

    async def open_filter(self, query: Query, words: str) -> None:
        """Build of the calls a filter finds; ``words`` say which."""
        await self.open_calls(await self._store.calls.ids(query), words)

    async def open_calls(self, calls: Sequence[int], words: str) -> None:
        """Build of these calls; ``words`` say which they are."""
        groups = await self._store.candidates.by_operation(calls)
        self._groups = dict(groups)
        operations = tuple((key, len(found)) for key, found in groups)
        first = next((key for key, _ in operations if key is not None), None)
        self._show(BuilderState(source=words, operations=operations, open=True, recipe=self.state.recipe))
        self.take_operation(first)

    def take_operation(self, operation: str | None) -> None:
        """A dataset is of one operation: of this one."""
        self._left_out = []
        calls = self._groups.get(operation, array("q")) if operation is not None else array("q")
        self._calls = calls[:MOST]
        recipe = replace(self.state.recipe, name="", into=None)
        self._show(
            replace(
                self.state, operation=operation, recipe=recipe, plan=EMPTY, read=0, total=len(self._calls),
                left_out=len(calls) - len(self._calls), problem=None,
            )
        )  # fmt: skip
        self._looking.ask()

    def leave(self) -> None:
        """Nothing is being built on the screen. What is being sent goes on."""
        self._calls = array("q")
        self._preview.forget()
        self._show(BuilderState(recipe=replace(self.state.recipe, name="", into=None)))

    # how

    def change(self, **parts: Any) -> None:
        """Another recipe, of these parts."""
        state = self.state
        recipe = replace(state.recipe, **parts)
        if recipe == state.recipe or not state.open or state.sending:
            return
        self._show(replace(state, recipe=recipe))
        if state.draft is not None:
            self._tasks.spawn("recipe is kept", self._keep_recipe(state.draft, recipe))
        if parts.keys() - {"name"}:
            self._looking.ask()

    async def remove(self, calls: Sequence[int]) -> None:
        """Without these calls."""
        gone = frozenset(calls)
        draft = self.state.draft
        if self.state.sending:
            return
        if draft is not None:
            await self._store.dataset_drafts.remove(draft.id, calls)
            self.drafts_changed.emit(None)
        self._left_out.append(tuple(each for each in self._calls if each in gone))
        self._calls = array("q", [each for each in self._calls if each not in gone])
        self._looking.ask()

    async def undo(self) -> bool:
        """What was left out last is back. False when there is nothing."""
        if not self._left_out or self.state.sending:
            return False
        calls = self._left_out.pop()
        draft = self.state.draft
        if draft is not None:
            await self._store.dataset_drafts.put_back(draft.id, calls, now=datetime.now(UTC))
            self.drafts_changed.emit(None)
        self._calls = array("q", [*self._calls, *calls])
        self._looking.ask()
        return True

    def store_changed(self, changed: Changed) -> None:
        """Calls read differently now: a correction came, or a rating."""
        state = self.state
        if (
            state.open
            and not state.sending
            and (changed.all_calls or changed.calls.intersection(self._calls))
        ):
            self._preview.forget(None if changed.all_calls else changed.calls)
            self._looking.ask()

    async def keep_only(self, call: int) -> None:
        """Of the contradiction this call is in, only this one."""
        mine = next((each for each in self.state.plan.items if each.call == call), None)
        if mine is not None and mine.clash:
            others = [each.call for each in self.state.plan.items if each.clash == mine.clash]
            await self.remove([each for each in others if each != call])

    async def keep_draft(self) -> DatasetDraft | None:
        """The calls of a filter or selection as a draft, to go on with later."""
        state = self.state
        if state.draft is not None or state.operation is None or not self._calls:
            return state.draft
        return await self._as_draft(state.operation, self._calls, state.recipe)

    # to the server

    async def send(self) -> None:
        """Make the dataset. It goes on after a crash, and when the server is back. Raises DatabaseError."""
        state = self.state
        if state.operation is None or state.sending or state.reading or not state.plan.count("ready"):
            return
        self._show(
            replace(state, sending=True, sent=0, to_send=state.plan.count("ready"), problem=None, refused=())
        )
        ready = array("q", [each.call for each in state.plan.ready])
        splits = {each.call: each.split for each in state.plan.ready}
        draft = state.draft or await self._as_draft(state.operation, ready, state.recipe)
        bodies = await written(self._store, ready, state.recipe, await self._target(state), splits)
        creation = DatasetCreate(
            operation_id=state.operation,
            name=(state.recipe.name or state.suggested or draft.name)[:200],
            schema_version=state.schema_version,
        )
        await self._store.sendings.begin(
            draft.id,
            new_id("req_"),
            creation.model_dump_json(exclude_none=True).encode(),
            bodies,
            into=state.recipe.into,
        )
        self._show(replace(self.state, draft=draft))
        self.drafts_changed.emit(None)
        self._sending.ask()

    def resume(self) -> None:
        """Send what is left of earlier sendings: at the start, and whenever the server is back."""
        self._sending.ask()

    async def give_up(self) -> None:
        """Send no more of this draft. What the server has, it has; the calls stay in the draft."""
        draft = self.state.draft
        if draft is not None:
            await self._store.sendings.give_up(draft.id)
            self._show(replace(self.state, sending=False, draft=replace(draft, sending=False)))
            self.drafts_changed.emit(None)

    async def discard(self) -> None:
        """Forget the draft; its calls stay."""
        draft = self.state.draft
        if draft is not None and not self.state.sending:
            await self._store.dataset_drafts.drop(draft.id)
            self.leave()
            self.drafts_changed.emit(None)

    async def settled(self) -> None:
        """Wait until nothing is looked at or sent."""
        while await self._looking.through() or await self._sending.through():
            continue

    # inside

    async def _as_draft(self, operation: str, calls: Sequence[int], recipe: Recipe) -> DatasetDraft:
        made = await self._store.dataset_drafts.begin(operation, calls, now=datetime.now(UTC))
        if recipe.name and recipe.name != operation:
            await self._store.dataset_drafts.rename(made, recipe.name)
        await self._store.dataset_drafts.set_recipe(made, kept_recipe(recipe))
        self.drafts_changed.emit(None)
        return next(each for each in await self._store.dataset_drafts.all() if each.id == made)

    async def _keep_recipe(self, draft: DatasetDraft, recipe: Recipe) -> None:
        await self._store.dataset_drafts.set_recipe(draft.id, kept_recipe(recipe))
        if recipe.name and recipe.name != draft.name:
            await self._store.dataset_drafts.rename(draft.id, recipe.name)
        self.drafts_changed.emit(None)

    async def _look(self) -> None:
        state, calls = self.state, self._calls
        if not state.open or state.operation is None or state.sending:
            return
        target = await self._target(state)
        await self._look_around(state.operation)
        # Looked at again, it changes all at once: nothing jumps under the eyes.
        fresh = not state.plan.items
        async for read, plan in self._preview.look(calls, state.recipe, target):
            if not self._is_current(state, calls):
                return
            shown = plan if fresh or read == len(calls) else None
            self._show(replace(self.state, plan=shown or self.state.plan, read=read, total=len(calls)))
        if not calls:
            self._show(replace(self.state, plan=EMPTY, read=0, total=0))

    def _is_current(self, state: BuilderState, calls: "array[int]") -> bool:
        now = self.state
        same = (now.recipe.into, now.recipe.expects, now.recipe.objects, now.recipe.one_of_equal)
        was = (state.recipe.into, state.recipe.expects, state.recipe.objects, state.recipe.one_of_equal)
        return (
            calls is self._calls
            and same == was
            and (now.operation, now.recipe.test_share) == (state.operation, state.recipe.test_share)
        )

    async def _target(self, state: BuilderState) -> Target:
        assert state.operation is not None  # noqa: S101 - whoever looks has asked
        operation = await self._schemas.operation(state.operation)
        into = await self._dataset(state.recipe.into)
        version = into.schema_version if into else operation.schema_version if operation else None
        schema = await self._schemas.of(state.operation, version)
        first = await self._schemas.first_version(operation) if operation is not None else None
        self._show(
            replace(
                self.state, schema_version=version, schema_known=schema.known,
                has_schema=schema.schema is not None,
            )
        )  # fmt: skip
        return Target(state.operation, version, first, schema.schema)

    async def _look_around(self, operation: str) -> None:
        """What there is of the operation already: where items could go, and which name is free."""
        known = [each for each in await self._store.datasets.all() if each.operation_id == operation]
        targets = tuple(each for each in known if each.status == "draft")
        name = next_name(operation, [each.name for each in known])
        self._show(replace(self.state, targets=targets, suggested=name))

    async def _dataset(self, dataset_id: str | None) -> Dataset | None:
        known = await self._store.datasets.all()
        return next((each for each in known if each.id == dataset_id), None)

    async def _send_all(self) -> None:
        for sending in await self._store.sendings.all():
            mine = self.state.draft is not None and self.state.draft.id == sending.draft
            if mine:
                self._show(
                    replace(
                        self.state,
                        sending=True,
                        sent=sending.done,
                        to_send=sending.total,
                        waiting=False,
                        problem=None,
                    )
                )
            try:
                sent = await self.sender.send(sending)
            except NotOnline:
                if mine:
                    self._show(replace(self.state, waiting=True))
                return  # it goes on when the server is back
            except AtlasError as error:
                if mine:
                    self._show(replace(self.state, problem=problem_from(error)))
                continue
            if self.state.draft is not None and self.state.draft.id == sending.draft:
                told = tuple((each.call, each.problem) for each in sent.refused)
                self._show(replace(self.state, sending=False, refused=told, sent=self.state.to_send))
            self.drafts_changed.emit(None)
            self.against = sent.against
            self.made.emit(sent.dataset)

    def _moved(self, step: tuple[int, int, int]) -> None:
        draft, done, total = step
        if self.state.draft is not None and self.state.draft.id == draft:
            self._show(replace(self.state, sent=done, to_send=total))

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, problem=problem_from(error)))

    def _show(self, state: BuilderState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
