"""The endpoints of quality refunds."""

from typing import Final

from atlas_desktop.contract.base import Page
from atlas_desktop.contract.refunds import RefundDecision, RefundOverturn, RefundRow, RefundsQuery
from atlas_desktop.contract.route import Route

REFUND_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "refunds.list",
        "GET",
        "/refunds",
        Page[RefundRow],
        "Calls that are not metered, newest first",
        query=RefundsQuery,
        feature="refunds",
    ),
    Route(
        "refunds.confirm",
        "POST",
        "/refunds/{call}/confirm",
        RefundRow,
        "A reviewer agrees: the call stays unmetered",
        body=RefundDecision,
        lenient_body=True,
        feature="refunds",
    ),
    Route(
        "refunds.overturn",
        "POST",
        "/refunds/{call}/overturn",
        RefundRow,
        "A reviewer disagrees: the call is metered all the same, for good",
        body=RefundOverturn,
        feature="refunds",
    ),
)
