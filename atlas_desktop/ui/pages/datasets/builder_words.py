"""What the builder says, in words. Pure."""

from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.dataset_plan import State
from atlas_desktop.domain.expected import json_path
from atlas_desktop.ui.models.item_model import ItemLine
from atlas_desktop.ui.models.line_model import Token
from atlas_desktop.wording import mark, number, tr, trn

if TYPE_CHECKING:
    from atlas_desktop.app.dataset_state import BuilderState
    from atlas_desktop.domain.dataset_plan import Plan, Planned

LOOKS: Final[dict[State, tuple[str, Token]]] = {
    "ready": ("good", "good"), "not_conforming": ("bad", "bad"), "nothing_expected": ("unsure", "muted"),
    "untagged": ("excluded", "muted"), "other_operation": ("excluded", "muted"),
    "other_version": ("excluded", "warn"), "duplicate": ("same", "muted"),
}  # fmt: skip
NAMES: Final[dict[str, str]] = {
    "all": mark("All"), "ready": mark("Ready"), "clash": mark("Contradicting"),
    "not_conforming": mark("Not fitting"), "nothing_expected": mark("Nothing expected"),
    "duplicate": mark("Duplicate"), "other_version": mark("Other version"), "other_operation": mark("Other operation"),
    "untagged": mark("No operation"),
}  # fmt: skip

_SPLITS: Final = {"train": mark("Train"), "test": mark("Test")}


def split_words(split: str | None) -> str:
    """A part of a dataset: ours in the person's language, others as they are."""
    return tr(_SPLITS[split]) if split in _SPLITS else split or ""


def line_of(item: "Planned", refused: dict[int, str]) -> ItemLine:
    """One call in the preview."""
    icon, tone = LOOKS[item.state]
    words = state_words(item)
    state_tone: Token = "bad" if item.state == "not_conforming" else "muted"
    if item.clash:
        icon, tone, state_tone = "attention", "warn", "warn"
    if (said := refused.get(item.call)) is not None:
        icon, tone, state_tone, words = "bad", "bad", "bad", tr("refused: {words}", words=said)
    return ItemLine(
        str(item.call),
        item.title or tr("no text"),
        item.text,
        icon,
        tone,
        words,
        state_tone,
        split_words(item.split),
    )


def state_words(item: "Planned") -> str:
    """Why a call is what it is."""
    if item.clash:
        return tr("contradiction {number:,}", number=item.clash)
    if item.state == "ready":
        if item.unchecked:
            return tr("too large to check here")
        return tr("corrected") if item.corrected else tr("rated good")
    if item.state == "not_conforming" and item.faults:
        fault = item.faults[0]
        return f"{json_path(fault.place)}: {fault.message}" if fault.place else fault.message
    return {
        "not_conforming": tr("does not fit the schema"),
        "nothing_expected": tr("neither corrected nor rated good"),
        "untagged": tr("has no operation"),
        "other_operation": tr("of another operation"),
        "other_version": tr("of another schema version"),
        "duplicate": tr("the same as one above"),
    }[item.state]


def parts_of(plan: "Plan") -> list[tuple[str, int]]:
    """What can be looked at by itself, with its number: only what there is."""
    clashing = sum(1 for each in plan.items if each.clash)
    counts = [("all", len(plan.items)), ("clash", clashing)]
    counts += [(state, plan.count(state)) for state in LOOKS]
    return [(name, count) for name, count in counts if count or name in ("all", "ready")]


def shown_part(plan: "Plan", part: str) -> list["Planned"]:
    """The calls of this part; contradictions side by side."""
    if part == "clash":
        return sorted((each for each in plan.items if each.clash), key=lambda each: each.clash)
    return [each for each in plan.items if part in ("all", each.state)]


def summary(state: "BuilderState") -> str:
    """What would be sent, and what is checked."""
    words = [schema_words(state)]
    if state.reading:
        words.insert(0, tr("looking at {read:,} of {total:,} calls", read=state.read, total=state.total))
    if state.plan.splits:
        words.append(
            "  /  ".join(f"{split_words(name)} {number(count)}" for name, count in state.plan.splits)
        )
    if state.left_out:
        words.append(trn("{count:,} more is left out", "{count:,} more are left out", state.left_out))
    return "  ·  ".join(words)


def schema_words(state: "BuilderState") -> str:
    """What the expected outputs are checked against."""
    if not state.schema_known:
        return tr("the schema is not known here: the server checks")
    if not state.has_schema:
        return tr("no schema: every text fits")
    return tr("checked against schema version {version}", version=state.schema_version or "1")


def send_words(state: "BuilderState") -> str:
    """The verb of the button."""
    count = state.plan.count("ready")
    if state.recipe.into is not None:
        return trn("Add {count:,} item", "Add {count:,} items", count)
    return trn("Make dataset of {count:,} item", "Make dataset of {count:,} items", count)


def problem_words(state: "BuilderState") -> str:
    """What went wrong with sending."""
    if state.problem is not None:
        return state.problem.sentence
    if state.sending and state.waiting:
        return tr("It goes out when the server is reached; what is on its way is kept here.")
    if state.refused:
        return trn(
            "The server refused {count:,} item. Its call stays in the draft, with the server's words.",
            "The server refused {count:,} items. Their calls stay in the draft, with the server's words.",
            len(state.refused),
        )
    return ""
