"""What a filter means, in plain Python: the store must agree with it."""

from atlas_desktop.domain.query import Field, Query
from atlas_desktop.store.rows import CallRow

QUERIES = (
    Query(),
    Query(rating="none"),
    Query(rating="thumbs_up", order="oldest"),
    Query(rating="unsure", customer="north/*"),
    Query(operation="classify", rating="thumbs_down"),
    Query(operation="classify", customer="ha*", rating="none", text="question"),
    Query(text="refund"),
    Query(text="card", rating="none", operation="summarize"),
)


def matches(row: CallRow, query: Query) -> bool:
    """Whether the row belongs to the filter. Texts of these tests are short: the preview has all of it."""
    rated = "unsure" if row.unsure else row.rating or "none"
    has: dict[Field, str | None] = {"operation": row.operation, "customer": row.customer, "rating": rated}
    return all(
        has[term.field] == term.value
        or (term.op == "starts" and (has[term.field] or "").startswith(term.value))
        for term in query.terms
    ) and all(words.text in row.preview for words in query.words)
