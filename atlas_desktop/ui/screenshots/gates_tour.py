"""The camera on gates and runs: unscored, a fix list, two runs compared, golden; the meter under Review, an export."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationUpdate, ShipGate
from atlas_desktop.domain.query import Query
from atlas_desktop.ui.screenshots.camera import Camera, breathe, painted, until

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.stage import Stage

_OPERATION: Final = "extract_revenue"
_RULE: Final = "ev_short_number"
_SHORT: Final[dict[str, Json]] = {"pattern": '"main_question":"[0-9]{3,5}[^0-9]'}


async def gates(stage: "Stage", camera: Camera, workspace: "Workspace") -> None:
    """Ends on Review, nothing filtered. The draft that `datasets` made is golden then."""
    window, promotion, runs = stage.window, workspace.promotion, workspace.runs
    await _bind(workspace, 0.9)
    window.show("datasets")
    window.datasets.show_section("gates")
    await promotion.settled()
    await breathe()
    await camera.take("gates-unscored")
    promotion.score()
    await promotion.settled()
    await promotion.promote()
    promotion.step(1)
    await breathe()
    await camera.take("gates-fix-list")
    window.datasets.show_section("runs")
    await runs.settled()
    await runs.start([_RULE], "recorded")
    await runs.settled()
    await breathe()
    await camera.take("runs")
    window.datasets.runs.compare()
    await until(lambda: runs.state.comparison is not None)
    await breathe()
    await camera.take("runs-compared")
    window.show("review")
    await workspace.browser.apply(Query(operation=_OPERATION))
    await painted(stage, workspace)
    await workspace.meter.settled()
    await breathe()
    await camera.take("gate-meter")
    window.export_calls()
    await breathe()
    await camera.take("export")
    window.escape()
    await _bind(workspace, 0.1)
    window.show("datasets")
    window.datasets.show_section("gates")
    promotion.close_fixes()
    promotion.refresh()
    await promotion.settled()
    await promotion.promote()
    await promotion.settled()
    await promotion.request_training("Quarterly retrain.")
    await breathe()
    await camera.take("golden")
    await workspace.browser.apply(Query())
    window.show("review")


async def _bind(workspace: "Workspace", least: float) -> None:
    """A rule that half of the expected outputs do not hold, as a gate beside those there are."""
    ask = workspace.sync.ask
    known = await ask(lambda client: client.evaluators.list(limit=1000))
    if all(each.id != _RULE for each in known.data):
        rule = EvaluatorCreate(id=_RULE, name="A number of five digits", kind="regex", config=_SHORT)
        await ask(lambda client: client.evaluators.create(rule))
    operation = await ask(lambda client: client.operations.get(_OPERATION))
    others = [gate for gate in operation.ship_gates if gate.evaluator_id != _RULE]
    change = OperationUpdate(
        ship_gates=[*others, ShipGate(evaluator_id=_RULE, min_score=least)], allow_loosening=True
    )
    await ask(lambda client: client.operations.update(_OPERATION, change))
