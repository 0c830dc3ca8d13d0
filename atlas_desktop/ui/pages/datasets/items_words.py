"""Why there are no items, or not all of them, in words. Pure."""

from typing import TYPE_CHECKING

from atlas_desktop.wording import tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.dataset_state import ItemsState
    from atlas_desktop.app.keyboard import Keyboard
    from atlas_desktop.contract.datasets import Dataset

Hints = list[tuple[str, str]]


def emptiness(items: "ItemsState", dataset: "Dataset", keyboard: "Keyboard") -> tuple[str, str, Hints]:
    """Where none are shown: what is the matter, more about it, and keys that help."""
    if items.problem is not None:
        hints = keyboard.hints(("atlas.sync_now", tr("try again")))
        return items.problem.title, items.problem.detail, hints
    if items.phase == "loading":
        words = tr("{read:,} of {total:,}", read=items.read, total=dataset.item_count) if items.read else ""
        return tr("Reading items…"), words, []
    if items.phase == "away" and dataset.item_count:
        return (
            tr("Not read yet"),
            tr("The server is not reached. Items you have seen before are kept here; these you have not."),
            keyboard.hints(("atlas.offline", tr("go online"))),
        )
    return (
        tr("No items yet"),
        tr("Collect calls on Review and make them into this dataset."),
        keyboard.hints(("go.review", tr("calls")), ("describe.dataset", tr("collects the call at hand"))),
    )


def partial_words(items: "ItemsState", dataset: "Dataset") -> str:
    """Why these are not all, or not the newest."""
    if items.whole:
        return ""
    here, total = len(items.rows), dataset.item_count
    if items.phase == "loading" and here < total:
        return tr("Reading items: {here:,} of {total:,}", here=max(items.read, here), total=total)
    if items.phase in ("away", "limited"):
        return trn(
            "{count:,} item as it was last read: the server is not reached",
            "{count:,} items as they were last read: the server is not reached",
            here,
        )
    return items.problem.title if items.problem is not None else ""
