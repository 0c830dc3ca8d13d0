"""What the Operations screen and the call at hand show of the gateway, in words that a test can wait for."""

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace


def look_at_gateway(workspace: "Workspace") -> dict[str, Any]:
    """Providers, the operation, refunds, usage, and what is metered of the call."""
    providers, operations = workspace.providers.state, workspace.operations.state
    refunds, usage = workspace.gateway.refunds.state, workspace.gateway.usage.state
    trying, release, opened = (
        providers.trying,
        workspace.gateway.releases.state.open,
        workspace.review.current.call,
    )
    gates = operations.operation.ship_gates if operations.operation is not None else []
    return {
        "providers": {each.name: len(each.models) for each in providers.providers},
        "asked": providers.phase,
        "presets": len(providers.presets),
        "tried": trying.result.ok if trying is not None and trying.result is not None else None,
        "copied": QGuiApplication.clipboard().text(),
        "operation": operations.key,
        "defined": operations.defined,
        "evaluators": [each.name for each in operations.evaluators],
        "bound": {gate.evaluator_id: gate.min_score for gate in gates},
        "refunds": [row.call_id for row in refunds.rows] if refunds.phase == "ready" else None,
        "refunds_of": refunds.wanted,
        "gross": usage.total.gross if usage.rows else None,
        "refunded": usage.total.refunded if usage.rows else None,
        "net": usage.total.net if usage.rows else None,
        "stage": release.stage if release is not None else None,
        "metered": opened.call.metered if opened is not None else None,
    }
