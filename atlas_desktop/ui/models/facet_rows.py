"""The facet sidebar as lines: saved views, then fields with their values. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from atlas_desktop.domain.filter import Facets, FacetValue, is_chosen
from atlas_desktop.domain.filter.facets import FACETS, Chosen
from atlas_desktop.domain.filter.fields import spoken
from atlas_desktop.domain.query import Field, Query, Term
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.wording import tr

Kind = Literal["heading", "value", "more", "view", "note"]
VIEWS: Final = "views"
FEW: Final = 8
"""Values of a field that are shown at first."""
_MOST: Final = 500
_NAME: Final = 200
FOLDED_AT_FIRST: Final[frozenset[str]] = frozenset(
    {"provider", "quantization", "tier", "schema_version", "finish", "metered"}
)


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One line. ``key`` names it across refreshes."""

    kind: Kind
    key: str
    text: str
    count: int | None = None
    chosen: Chosen = "no"
    open: bool = True
    field: str = ""
    term: Term | None = None
    hint: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        words = [self.text]
        if self.kind == "heading":
            words.append(tr("open") if self.open else tr("closed"))
        if self.count is not None:
            words.append(tr("{count:,} calls", count=self.count))
        words += [tr("chosen")] if self.chosen == "yes" else []
        words += [tr("left out")] if self.chosen == "excluded" else []
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view: its name, whether the list shows it now, and its key."""

    name: str
    on: bool
    key: str


def field_title(field: Field) -> str:
    """What a field is called over its values."""
    return {
        "rating": tr("Rating"),
        "corrected": tr("Corrected"),
        "passed": tr("Gates passed"),
        "operation": tr("Operation"),
        "customer": tr("Customer"),
        "model": tr("Model"),
        "tag": tr("Tag"),
        "provider": tr("Provider"),
        "quantization": tr("Quantization"),
        "tier": tr("Tier"),
        "schema_version": tr("Schema version"),
        "finish": tr("Finish"),
        "metered": tr("Metered"),
    }.get(field, field)


def value_title(term: Term) -> str:
    """What a value is called: people's words for choices, names as they are."""
    if term.op == "none" or (term.field, term.value) == ("passed", "none"):
        return tr("none")
    if term.field == "rating":
        ratings = {
            "thumbs_up": tr("Good"),
            "thumbs_down": tr("Bad"),
            "unsure": tr("Unsure"),
            "none": tr("Not rated"),
        }
        return ratings.get(term.value, term.value)
    if term.field in ("corrected", "passed", "metered"):
        return {"yes": tr("Yes"), "no": tr("No")}.get(term.value, term.value)
    return one_line(spoken(term.field, term.value)[:_NAME]) + ("*" if term.op == "starts" else "")


def facet_rows(
    facets: Facets | None,
    query: Query,
    views: Sequence[ViewLine],
    folded: Collection[str],
    unfolded: Collection[str],
    save_key: str = "",
) -> list[FacetRow]:
    """Every line, in order. ``facets`` is None while nothing is counted yet; ``save_key`` saves a view.

    ``folded`` headings show no values; ``unfolded`` fields show all of them, not only the first.
    """
    rows = [*_view_rows(views, save_key, open_=VIEWS not in folded)]
    if facets is None:
        return [*rows, FacetRow("note", "loading", tr("Counting…"))]
    for field in FACETS:
        rows += _field_rows(field, facets.of(field), query, field not in folded, field in unfolded)
    if not any(row.kind == "value" or row.kind == "heading" for row in rows[len(views) + 1 :]):
        rows.append(FacetRow("note", "empty", tr("Nothing to filter by yet: no calls are here.")))
    return rows


def _view_rows(views: Sequence[ViewLine], save_key: str, *, open_: bool) -> Iterator[FacetRow]:
    yield FacetRow("heading", VIEWS, tr("Views"), open=open_, field=VIEWS)
    if not open_:
        return
    for view in views:
        chosen: Chosen = "yes" if view.on else "no"
        key = f"view {view.name}"
        yield FacetRow("view", key, one_line(view.name), chosen=chosen, field=VIEWS, hint=view.key)
    if not views:
        yield FacetRow("note", "no views", tr("{key} saves one", key=save_key))


def _field_rows(
    field: Field, values: Sequence[FacetValue], query: Query, open_: bool, all_: bool
) -> Iterator[FacetRow]:
    known = {value.term for value in values}
    asked = [replace(term, negated=False) for term in query.of(field)]
    # What the filter asks for is shown also where no call has it.
    values = [*(FacetValue(term, 0) for term in dict.fromkeys(asked) if term not in known), *values]
    # One value that all calls have is no choice.
    if len(values) < 2 and not asked and field != "rating":
        return
    chosen_here = sum(is_chosen(query, value.term) != "no" for value in values)
    hint = "" if open_ or not chosen_here else str(chosen_here)
    yield FacetRow("heading", field, field_title(field), open=open_, field=field, hint=hint)
    if not open_:
        return
    room = _MOST if all_ else FEW
    shown = [
        value for number, value in enumerate(values) if number < room or is_chosen(query, value.term) != "no"
    ]
    for value in shown:
        yield FacetRow(
            "value",
            f"{field} {value.term.op} {value.term.value}",
            value_title(value.term),
            count=value.count,
            chosen=is_chosen(query, value.term),
            field=field,
            term=value.term,
        )
    left = len(values) - len(shown)
    if left and not all_:
        yield FacetRow("more", f"{field} more", tr("{count:,} more", count=left), field=field)
    elif left:
        yield FacetRow("note", f"{field} rest", tr("{count:,} more: type them in the filter", count=left))
    elif all_ and len(values) > FEW:
        yield FacetRow("more", f"{field} more", tr("fewer"), field=field)
