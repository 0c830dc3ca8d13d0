"""The camera on Datasets: from nothing to a draft, its items, and what differs in a branch."""

from typing import TYPE_CHECKING

from atlas_desktop.domain.query import Query
from atlas_desktop.ui.screenshots.camera import Camera, breathe, until

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.stage import Stage

_OPERATION = "extract_revenue"


async def datasets(stage: "Stage", camera: Camera, workspace: "Workspace") -> None:
    """Ends on Review, nothing filtered; a dataset and its branch are left."""
    window, books, builder = stage.window, workspace.datasets, workspace.builder
    window.show("datasets")
    await until(lambda: books.state.phase == "ready")
    await camera.take("datasets-empty")
    await workspace.browser.apply(Query(operation=_OPERATION))
    window.datasets.new_dataset()
    await until(lambda: bool(builder.state.plan.items) and not builder.state.reading)
    builder.change(test_share=20)
    await until(lambda: bool(builder.state.plan.splits))
    await breathe()
    await camera.take("datasets-builder")
    window.datasets.send()
    await until(lambda: books.items.whole and books.editor.state.item is not None)
    await breathe()
    await camera.take("datasets-items")
    dataset = books.state.current
    first = books.items.rows[0].id
    if dataset is None or await books.branch(dataset) is None:
        return
    await until(lambda: books.items.whole and books.items.dataset_id == books.state.chosen)
    window.datasets.edit_item(first)
    editor = window.datasets.items.pane.expected.editor
    await until(editor.hasFocus)
    editor.replace_all(editor.text.replace("thousands", "dozens"))
    await until(lambda: bool(books.editor.state.problems) and books.editor.state.kept)
    await breathe()
    await camera.take("datasets-edit")
    editor.replace_all(editor.text.replace("dozens", "millions"))
    await until(lambda: not books.editor.state.problems)
    await books.editor.save()
    await books.drop_item(books.items.rows[2].id)
    window.datasets.show_section("versions")
    await until(lambda: books.versions.state.diff is not None and len(books.versions.state.diff.changes) == 2)
    await breathe()
    await camera.take("datasets-versions")
    window.datasets.show_section("items")
    await workspace.browser.apply(Query())
    window.show("review")
