"""Pictures of what the gateway brings: a release in the shadow, what calls cost, refunds."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.contract.providers import ModelSpec, ProviderSpec
from atlas_desktop.contract.releases import ReleaseCreate
from atlas_desktop.ui.screenshots.camera import Camera, breathe, until
from atlas_desktop.ui.stage import Stage

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace

_SHOWN: Final = "extract_revenue"
_MODEL: Final = "qwen/qwen-2.5-72b"
_OTHER: Final = "meta-llama/llama-3.1-8b"


async def gateway(stage: Stage, camera: Camera, workspace: "Workspace") -> None:
    """A table of one provider, which nobody asks: no call is made for a picture."""
    await _name_a_provider(workspace)
    stage.window.show("operations")
    page, parts = stage.window.operations, workspace.gateway
    page.show_area("operation")
    workspace.operations.select(_SHOWN)
    await until(lambda: workspace.operations.state.key == _SHOWN)
    page.show_section("releases")
    await until(lambda: parts.releases.state.phase == "ready")
    await breathe()
    await camera.take("releases-none")
    page.releases.begin()
    page.releases.form.model.setText(_MODEL)
    await parts.settled()
    await breathe()
    await camera.take("releases-begin")
    page.releases.step_back()
    await parts.releases.start(ReleaseCreate(operation_id=_SHOWN, model=_MODEL))
    await until(lambda: parts.releases.state.open is not None)
    await parts.settled()
    await breathe()
    await camera.take("releases")
    page.releases.roll_back()
    await breathe()
    await camera.take("releases-roll-back")
    page.releases.step_back()
    page.show_area("usage")
    await until(lambda: bool(parts.usage.state.rows))
    page.take_focus()
    await breathe()
    await camera.take("usage")
    stage.window.usage.show_part("refunds")
    await until(lambda: parts.refunds.state.phase == "ready")
    await breathe()
    await camera.take("refunds")
    page.show_area("operation")
    page.show_section("gates")


async def _name_a_provider(workspace: "Workspace") -> None:
    table = await workspace.sync.ask(lambda client: client.providers.list())
    if table.data:
        return
    models = [ModelSpec(id=name, quantization="q8", open_weight=True) for name in (_MODEL, _OTHER)]
    spec = ProviderSpec(name="vllm", base_url="http://127.0.0.1:8000/v1", models=models)
    await workspace.sync.ask(lambda client: client.providers.replace(table.revision, [spec]))
