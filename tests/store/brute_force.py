"""What a filter means, in plain Python: the store must agree with it."""

from atlas_desktop.domain.query import Query
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
    return (
        (query.operation is None or row.operation == query.operation)
        and (
            query.customer is None
            or row.customer == query.customer
            or (query.customer.endswith("*") and row.customer.startswith(query.customer[:-1]))
        )
        and (query.rating is None or rated == query.rating)
        and (not query.text or query.text in row.preview)
    )
