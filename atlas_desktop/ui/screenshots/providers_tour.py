"""Pictures of providers, and of a call that one of them answered: why, and that it was refunded."""

import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from atlas_desktop.contract.calls import Call, Refund, Score
from atlas_desktop.contract.delivery import Delivery
from atlas_desktop.ui.screenshots.camera import Camera, breathe, painted, until
from atlas_desktop.ui.stage import Stage

if TYPE_CHECKING:
    from atlas_desktop.app.session import Workspace
    from atlas_desktop.ui.pages.operations.providers.area import ProvidersArea

_BROKER: Final = "openrouter"
_NO_KEY: Final = "sk-of-nobody-0000000000"
_PROMPT: Final = "fp_p_a1b2c3d4e5f6071829304a5b"
_ROUTE: Final[dict[str, Any]] = {
    "model": "meta-llama/llama-3.3-70b", "provider": "DeepInfra", "quantization": "q8", "served_by": "provider",
    "tier": "standard", "upgraded": False, "why": "cheapest_passing",
    "asked": {"model": "atlas-1", "tier": "standard", "tier_strict": False, "forbid_atlas_network": True},
    "considered": [
        {"model": "qwen/qwen-2.5-7b", "provider": "vLLM", "quantization": "q4", "served_by": "provider",
         "why": "quarantined", "usd_per_million": 0.04},
        {"model": "mistral/small-3", "provider": "Lambda", "quantization": "q8", "served_by": "provider",
         "why": "unproven", "usd_per_million": 0.09},
        {"model": "meta-llama/llama-3.3-70b", "provider": "DeepInfra", "quantization": "q8", "served_by": "provider",
         "why": "chosen", "usd_per_million": 0.18},
        {"model": "openai/gpt-5.5", "provider": "OpenAI", "quantization": "full", "served_by": "provider",
         "why": "behind", "usd_per_million": 12.5},
        {"model": "meta-llama/llama-3.1-8b", "provider": "Halo", "quantization": "q8", "served_by": "atlas_network",
         "why": "network_forbidden", "usd_per_million": 0.02},
    ],
    "more": {"behind": 4},
}  # fmt: skip


async def nobody_yet(stage: Stage, camera: Camera) -> None:
    """Before the table has anything in it."""
    stage.window.show("operations")
    stage.window.operations.show_area("providers")
    area = stage.window.providers
    await until(lambda: bool(area.begin.presets.lines) and area.stack.currentWidget() is area.begin)
    await breathe()
    await camera.take("providers-none")
    stage.window.operations.show_area("operation")


async def providers(stage: Stage, camera: Camera, workspace: "Workspace") -> None:
    """One is there: another is begun, tried while nobody answers, and kept without its key."""
    stage.window.show("operations")
    stage.window.operations.show_area("providers")
    area = stage.window.providers
    await workspace.providers.settled()
    area.begin_with(_BROKER)
    await _tried(area, camera, workspace)
    area.form.key.way.show_value("env")
    area.edited()
    area.save()
    await until(lambda: workspace.providers.state.provider(_BROKER) is not None)
    await workspace.providers.settled()
    area.list.setFocus()
    await breathe()
    await camera.take("providers")
    page = stage.window.operations
    page.show_section("routing")
    await until(lambda: workspace.providers.routing.state.routing is not None)
    await breathe()
    await camera.take("operations-routing")
    page.show_section("gates")


async def _tried(area: "ProvidersArea", camera: Camera, workspace: "Workspace") -> None:
    """Somebody takes the connection and says nothing; then nobody does."""
    address = area.form.address.text()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(4)
        area.form.address.setText(f"http://127.0.0.1:{silent.getsockname()[1]}/v1")
        area.form.key.key.setText(_NO_KEY)
        area.edited()
        area.attempt()
        await until(lambda: area.state.trying is not None)
        await breathe()
        await camera.take("providers-trying")
    await until(lambda: area.state.trying is not None and area.state.trying.step == "done")
    await workspace.providers.settled()
    await camera.take("providers-failed")
    area.form.key.key.clear()
    area.form.address.setText(address)
    area.edited()


async def served_call(stage: Stage, camera: Camera, workspace: "Workspace") -> None:
    """The call at hand as a gateway records it. Nothing is written: the store has it as it was."""
    stage.window.show("review")
    await painted(stage, workspace)
    panes, opened = stage.window.review_page.panes, workspace.review.current.call
    if opened is None:
        return
    panes.toggle_inspector()
    row = replace(opened.row, cost_usd=0.000214, latency_ms=412)
    panes.show_call(replace(opened, call=_served(opened.call), row=row), "1")
    await breathe()
    await camera.take("call-served")
    refund = Refund(
        reason="score_below_gate", evaluator_id="ev_judge_quality", score=0.55, min_score=0.85,
        created_at=opened.call.created_at,
    )  # fmt: skip
    bad = _served(opened.call, 0.55).model_copy(update={"metered": False, "refund": refund})
    panes.show_call(replace(opened, call=bad, row=row), "1")
    await breathe()
    await camera.take("call-refunded")
    panes.show_call(opened, "1")
    panes.toggle_inspector()


def _served(call: Call, judged: float = 0.92) -> Call:
    scores = [
        Score(evaluator_id=name, evaluator_version=1, score=score, min_score=least, passed=score >= least,
              evaluated_at=call.created_at)
        for name, score, least in (("ev_regex_pii", 1.0, 1.0), ("ev_judge_quality", judged, 0.85))
    ]  # fmt: skip
    prints = {
        "prompt": _PROMPT,
        "exchange": _PROMPT.replace("_p_", "_e_"),
        "cache": _PROMPT.replace("_p_", "_c_"),
    }
    named = {name: _ROUTE[name] for name in ("model", "provider", "quantization", "served_by", "tier")}
    delivery = Delivery.model_validate(
        {**named, "cost_usd": 0.000214, "latency_ms": 412, "evals": {"gates": 2, "scheduled": True},
         "fingerprints": prints, "route": _ROUTE}
    )  # fmt: skip
    return call.model_copy(update={"delivery": delivery, "scores": scores, "model": "atlas-1"})
