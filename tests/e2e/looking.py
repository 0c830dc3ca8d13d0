"""What the Datasets screen of the driven application shows, in words that a test can wait for."""

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.window import Window


def look_at_datasets(window: "Window", workspace: "Workspace") -> dict[str, Any]:
    """The dataset at hand, the builder, the item in the editor, the gates, the fix list, the training."""
    dataset, building = workspace.datasets.state.current, workspace.builder.state
    item, gates = workspace.datasets.editor.state, workspace.promotion.state
    entry, focus = gates.entry, QApplication.focusWidget()
    return {
        "screen": window.screen_name,
        "where": focus.accessibleName() if focus is not None else "",
        "building": building.open and not building.reading and not building.sending,
        "buildable": building.plan.count("ready"),
        "sending": building.sending,
        "sent": building.sent,
        "on_its_way": any(draft.sending for draft in workspace.datasets.state.drafts),
        "dataset": None if dataset is None else [dataset.status, dataset.version, dataset.item_count],
        "items": len(workspace.datasets.items.rows),
        "item": item.item.id if item.item is not None else None,
        "item_text": item.text,
        "item_saved": not item.dirty and not item.saving,
        "gates_phase": gates.phase,
        "gates": {gate.standing.name: gate.standing.score for gate in gates.gates},
        "scored": bool(gates.gates) and not any(gate.unscored for gate in gates.gates),
        "met": gates.met,
        "promotable": gates.can_promote,
        "scoring": gates.scoring is not None,
        "fixing": gates.open_gate.standing.name if gates.open_gate is not None else None,
        "fix_item": entry.item_id if entry is not None else None,
        "edited": len(gates.edited),
        "to_flip": sum(each.needed for each in gates.open_gate.entries)
        if gates.open_gate is not None
        else None,
        "promotions": len(gates.promotions),
        "trainings": [training.notes for training in gates.trainings],
    }
