"""Ten thousand calls become a dataset, measured: what the UI's loop is held up by from the builder to the fix list."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, cast

from atlas_desktop.contract.evaluators import EvaluatorCreate
from atlas_desktop.contract.operations import OperationCreate, ShipGate
from tests.bench.seat import Seat

if TYPE_CHECKING:
    # Loading the page is part of what is measured.
    from atlas_desktop.ui.pages.datasets.page import DatasetsPage

_CALLS: Final = 10_000
_STEPS: Final = 60
_LONG: Final = 240.0
_RULE: Final = EvaluatorCreate(
    id="ev_bench", name="Bench", kind="regex", config={"pattern": "no text has this in it"}
)
_GATE: Final = "ev_bench"


async def datasets(seat: Seat) -> None:
    """The builder opened, its rows walked, its recipe changed, sent; items, gates and fix list shown and walked.

    ``said`` has how long each part took, and its longest gap.
    """
    await seat.still()
    name = await _operation(seat)
    await seat.filter(f"operation:{name}")
    await _felt(seat, "dataset_open", lambda: _open(seat))
    await _felt(seat, "dataset_step", lambda: _walk(seat, lambda: str(_page(seat).builder.table.key)))
    await _felt(seat, "dataset_recipe", lambda: _recipe(seat, expects="everything"))
    await _felt(seat, "dataset_recipe", lambda: _recipe(seat, test_share=20))
    await _felt(seat, "dataset_recipe", lambda: _recipe(seat, one_of_equal=False))
    await _felt(seat, "dataset_send", lambda: _send(seat))
    await _felt(seat, "dataset_items", lambda: _items(seat))
    await _felt(seat, "dataset_items", lambda: _walk(seat, lambda: str(_page(seat).items.table.key)))
    await _felt(seat, "dataset_gates", lambda: _gates(seat, name))
    await _felt(seat, "dataset_fixes", lambda: _fixes(seat))
    await _felt(seat, "dataset_fixes", lambda: _walk(seat, lambda: str(seat.workspace.promotion.state.entry)))
    seat.window.show("review")
    await seat.no_filter()


async def _felt(seat: Seat, name: str, act: Callable[[], Awaitable[None]]) -> None:
    gaps, began = len(seat.probe.gaps), seat.probe.now()
    await act()
    took = (seat.probe.now() - began) * 1000
    # What follows from it, too.
    after = seat.probe.now() + 0.7
    await seat.probe.until(lambda: seat.probe.now() > after, "a pause")
    gap = max(seat.probe.gaps[gaps:], default=0.0)
    seat.take(f"{name}_gap", gap)
    seat.said.setdefault("datasets", []).append(f"{name} {took:,.0f} ms, gap {gap:.0f}")
    if name == "dataset_open":
        seat.take("dataset_preview", took)


async def _operation(seat: Seat) -> str:
    """Of those with ten thousand calls the one with the fewest, with a gate that no item passes."""
    known = sorted(await seat.workspace.store.calls.operations(), key=lambda each: each[1])
    name = next((name for name, count in known if count >= _CALLS), known[-1][0])
    defined = OperationCreate(key=name, ship_gates=[ShipGate(evaluator_id=_GATE, min_score=0.9)])
    await seat.workspace.sync.ask(lambda client: client.evaluators.create(_RULE))
    await seat.workspace.sync.ask(lambda client: client.operations.create(defined))
    return name


async def _open(seat: Seat) -> None:
    """Until every call of the filter is looked at."""
    builder = seat.workspace.builder
    seat.probe.press("d", shift=True)
    await seat.probe.until(lambda: bool(builder.state.total) and not builder.state.reading, "all read", _LONG)
    assert _page(seat).builder.table.count == builder.state.total
    _page(seat).builder.take_focus()


async def _recipe(seat: Seat, **parts: Any) -> None:
    builder = seat.workspace.builder
    before = builder.state.plan
    builder.change(**parts)
    await builder.settled()
    assert builder.state.plan is not before


async def _walk(seat: Seat, at: Callable[[], str]) -> None:
    """Down, a key as soon as the last one moved."""
    for _ in seat.times(_STEPS):
        before = at()
        seat.probe.press("j")
        await seat.probe.until(lambda before=before: at() != before, "the next row")  # type: ignore[misc]


async def _send(seat: Seat) -> None:
    """Until the server has all of it."""
    workspace = seat.workspace
    seat.probe.press("Enter", control=True)
    await seat.probe.until(lambda: workspace.datasets.state.current is not None, "made", _LONG)
    assert workspace.builder.state.problem is None, workspace.builder.state.problem


async def _items(seat: Seat) -> None:
    """Come from the server and shown."""
    datasets = seat.workspace.datasets
    await seat.probe.until(
        lambda: datasets.items.whole and _page(seat).items.table.count == len(datasets.items.rows) > 0,
        "the items", _LONG,
    )  # fmt: skip
    _page(seat).items.take_focus()


async def _gates(seat: Seat, name: str) -> None:
    """Read and scored, with the results of ten thousand items."""
    promotion = seat.workspace.promotion
    _page(seat).show_section("gates")
    await seat.probe.until(lambda: promotion.state.phase == "ready", "the gates", _LONG)
    promotion.score()
    await promotion.settled()
    assert promotion.state.gates[0].entries, name


async def _fixes(seat: Seat) -> None:
    promotion = seat.workspace.promotion
    assert promotion.open_fixes() or promotion.state.fixing
    await promotion.settled()
    await seat.probe.until(_page(seat).gates.fixes.view.isVisible, "the fix list")
    _page(seat).gates.take_focus()


def _page(seat: Seat) -> "DatasetsPage":
    return cast("DatasetsPage", seat.window.pages["datasets"])
