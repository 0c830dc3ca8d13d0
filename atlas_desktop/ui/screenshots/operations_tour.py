"""Pictures of the Operations screen: gates, schema, rules and their trials, history, what changed."""

import asyncio
from typing import TYPE_CHECKING, Final

from atlas_desktop.ui.screenshots.camera import Camera, breathe, until
from atlas_desktop.ui.stage import Stage

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.operations.page import OperationsPage

_SHOWN: Final = "extract_revenue"
_RULE: Final = "ev_no_code_fence"
_LONGER_THAN_THE_PAUSE: Final = 0.4


async def operations(stage: Stage, camera: Camera, workspace: "Workspace") -> None:
    """From the gates to an operation that was only seen; nothing is saved."""
    stage.window.show("operations")
    page, book = stage.window.operations, workspace.operations
    await until(lambda: any(line.key == _SHOWN and line.defined for line in book.state.lines))
    book.select(_SHOWN)
    await _still(workspace)
    await until(lambda: bool(workspace.trials.standings))
    page.gates.take_focus()
    await camera.take("operations-gates")
    await _loosen(page)
    await camera.take("operations-loosening")
    page.question.cancel()
    page.gates.discard()
    page.show_section("schema")
    await _still(workspace)
    text = page.schema.field.text
    page.schema.field.edit.replace_all(text.replace('"sources"\n', '"sources",\n    "confidence"\n', 1))
    await _still(workspace)
    await camera.take("operations-schema")
    page.schema.field.edit.replace_all(text.replace('"array"', '"aray"', 1))
    await _still(workspace)
    await camera.take("operations-schema-problem")
    page.schema.discard()
    page.what_changed()
    await breathe()
    await camera.take("operations-what-changed")
    await _rules(page, camera, workspace)
    page.show_section("history")
    await _still(workspace)
    await camera.take("operations-history")
    book.select(next(line.key for line in book.state.lines if not line.defined))
    await _still(workspace)
    await camera.take("operations-seen")


async def _loosen(page: "OperationsPage") -> None:
    first = next(iter(page.gates.rows.values()))
    first.minimum.setText("0.9")
    first.minimum.textEdited.emit("0.9")
    page.save()
    await breathe()


async def _rules(page: "OperationsPage", camera: Camera, workspace: "Workspace") -> None:
    page.show_section("gates")
    page.desk.edit_evaluator(_RULE)
    form = page.rule.form
    form.pattern.setText("```|\\d{6}")
    form.pattern.textEdited.emit(form.pattern.text())
    await _still(workspace)
    await camera.take("operations-rule")
    page.rule.discard()
    page.desk.edit_evaluator(None)
    form.kinds.show_value("llm_judge")
    form.choose_kind("llm_judge")
    await _still(workspace)
    await camera.take("operations-judge")
    page.rule.discard()
    page.leave_rule()


async def _still(workspace: "Workspace") -> None:
    """Until nothing is asked or tried any more."""
    await asyncio.sleep(_LONGER_THAN_THE_PAUSE)
    await workspace.operations.settled()
    await workspace.trials.settled()
    await breathe()
