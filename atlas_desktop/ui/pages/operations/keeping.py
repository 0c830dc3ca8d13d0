"""Between the panes of the Operations screen and the workspace: what is tried, asked, kept, and said of it."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from atlas_desktop.app.problems import KnownError
from atlas_desktop.contract.operations import ShipGate
from atlas_desktop.ui.pages.operations.words import cache_words, loosening_question
from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.operations import OperationsBook
    from atlas_desktop.app.trials import Draft
    from atlas_desktop.contract.base import Json
    from atlas_desktop.contract.evaluators import Evaluator, EvaluatorCreate
    from atlas_desktop.domain.gate_changes import GateChange
    from atlas_desktop.ui.pages.operations.view import OperationsView


class Keeping:
    """Implements ``Desk``. A problem stands on the page's notice; the panes keep what was typed."""

    def __init__(self, page: "OperationsView") -> None:
        self._page = page

    @property
    def judge_is_ours(self) -> bool:
        """Whether the server's judge is chosen in this app."""
        workspace = self._page.workspace
        return workspace is not None and workspace.connection.kind == "local"

    @property
    def veiled(self) -> bool:
        """Whether personal data is covered."""
        return self._page.context.session.settings.current.veil

    def draft(self, name: str) -> str | None:
        """What was typed there and not saved."""
        workspace = self._page.workspace
        return workspace.operations.unsaved(name) if workspace is not None else None

    def keep_draft(self, name: str, text: str | None) -> None:
        """Keep what is typed; None: it was saved or taken back."""
        workspace = self._page.workspace
        if workspace is not None and workspace.operations.unsaved(name) != text:
            workspace.operations.keep(name, text)

    def try_schema(self, text: str) -> None:
        """Try this schema on recent answers."""
        if self._page.workspace is not None:
            self._page.workspace.trials.schema(text)

    def try_rule(self, draft: "Draft | None") -> None:
        """Try this rule on recent answers, where that needs no server."""
        if self._page.workspace is not None:
            self._page.workspace.trials.rule(draft)

    def stand(self, evaluators: "list[Evaluator]") -> None:
        """Say how these rules stand on recent answers."""
        if self._page.workspace is not None:
            self._page.workspace.trials.stand(evaluators)

    def run_rule(self) -> None:
        """Try the rule now, at the server where it takes one."""
        if self._page.workspace is not None:
            self._page.workspace.trials.run()

    def save_schema(self, schema: "dict[str, Json] | None", version: str) -> None:
        """Keep a schema."""

        async def keep(book: "OperationsBook") -> None:
            await book.save_schema(schema, version)
            self._page.schema.saved()
            self.say(
                tr("Saved as schema version {version}: tag calls made from now on with it", version=version)
            )

        self._keep("schema is saved", keep)

    def save_gates(self, gates: dict[str, float], changes: "tuple[GateChange, ...]") -> None:
        """Keep gates; asks first where one is loosened."""
        loose = sum(change.loosens for change in changes)

        def keep_them() -> None:
            self._keep("gates are saved", lambda book: self._save_gates(book, gates, loosen=bool(loose)))

        if not loose:
            keep_them()
            return
        verb = trn("Loosen {count} gate", "Loosen {count} gates", loose)
        workspace = self._page.workspace
        known = workspace.operations.state.evaluators if workspace is not None else ()
        names = {each.id: each.name for each in known}
        self._page.question.ask(loosening_question(changes, names), verb, keep_them)

    async def _save_gates(self, book: "OperationsBook", gates: dict[str, float], *, loosen: bool) -> None:
        wanted = [ShipGate(evaluator_id=name, min_score=value) for name, value in gates.items()]
        await book.save_gates(wanted, loosen=loosen)
        self._page.gates.saved()
        self.say(tr("Gates saved: they count for calls from now on, and for the next promotion"))

    def save_evaluator(self, shown: "Evaluator", name: str, config: "dict[str, Json]") -> None:
        """Keep a changed rule."""

        async def keep(book: "OperationsBook") -> None:
            kept = await book.change_evaluator(shown, name, config)
            self._page.rule.saved(kept)
            if kept.version == shown.version:
                self.say(tr("Saved"))
                return
            self.say(
                tr(
                    "Saved as version {version}: run the evaluation of its datasets again to see whether they still meet the bar",
                    version=kept.version,
                )
            )

        self._keep("rule is saved", keep)

    def make_evaluator(self, made: "EvaluatorCreate") -> None:
        """Keep a new rule."""

        async def keep(book: "OperationsBook") -> None:
            kept = await book.make_evaluator(made)
            self._page.rule.saved(kept)
            self._page.leave_rule()
            self._page.gates.offer(kept.id)
            self.say(tr("{name} is made: add it as a gate", name=kept.name))

        self._keep("rule is made", keep)

    def define(self, name: str, description: str) -> None:
        """Define the operation at hand."""
        key = self._page.state.key
        if key is None:
            return

        async def keep(book: "OperationsBook") -> None:
            await book.define(key, name, description, None)
            self._page.show_section("gates")
            self.say(tr("{key} is defined: give it a schema, evaluators and gates", key=key))

        self._keep("operation is defined", keep)

    def keep_description(self, name: str, description: str) -> None:
        """Keep another name and description."""

        async def keep(book: "OperationsBook") -> None:
            await book.describe(name, description)
            self._page.head.leave()

        self._keep("operation is described", keep)

    def answer_from_record(self, *, on: bool) -> None:
        """Whether equal requests are answered from the record from now on."""

        async def keep(book: "OperationsBook") -> None:
            await book.answer_from_record(on=on)
            self.say(cache_words(on))

        self._keep("operation answers from the record", keep)

    def edit_evaluator(self, name: str | None) -> None:
        """Open this rule, or begin a new one."""
        if name is None:
            self._page.open_rule(None)
            return
        evaluator = self._page.state.evaluator(name)
        if evaluator is None:
            self.say(tr("This evaluator has not been fetched yet."))
        else:
            self._page.open_rule(evaluator)

    def leave_evaluator(self) -> None:
        """Back to the gates."""
        self._page.leave_rule()

    def set_up_judge(self) -> None:
        """Go to where the judge is chosen."""
        self._page.context.show_judge()

    def open_call(self, seq: int) -> None:
        """Look at this call in Review."""
        workspace = self._page.workspace
        if workspace is not None:
            self._page.context.show("review")
            self._page.context.spawn("call is shown", workspace.review.visit(seq))

    def say(self, sentence: str) -> None:
        """Tell what just happened."""
        self._page.context.say(sentence)

    def _keep(self, name: str, work: "Callable[[OperationsBook], Coroutine[Any, Any, None]]") -> None:
        workspace = self._page.workspace
        if workspace is not None:
            self._page.context.spawn(name, self._kept(work, workspace.operations))

    async def _kept(
        self, work: "Callable[[OperationsBook], Coroutine[Any, Any, None]]", book: "OperationsBook"
    ) -> None:
        try:
            await work(book)
        except KnownError as error:
            self._page.notice.tell(error.problem)
        else:
            self._page.notice.hide()
