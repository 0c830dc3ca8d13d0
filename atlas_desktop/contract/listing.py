"""Query parameters shared by the lists."""

from typing import Literal

from pydantic import Field

from atlas_desktop.contract.base import Request
from atlas_desktop.contract.ids import OPERATION_KEY


class ListQuery(Request):
    """``limit`` rows from an opaque cursor on."""

    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=1000)


class FeedbackQuery(ListQuery):
    """Feedback of one call or one reviewer, or all of it."""

    call_id: str | None = Field(default=None, max_length=200)
    reviewer: str | None = Field(default=None, max_length=200)


class CallImportQuery(Request):
    """What to fill in where a line lacks it."""

    operation: str | None = Field(default=None, pattern=OPERATION_KEY)
    customer: str | None = Field(default=None, min_length=1, max_length=200)


class DatasetsQuery(ListQuery):
    """Datasets of one operation (its key), drafts or golden ones, or all."""

    operation_id: str | None = Field(default=None, max_length=100)
    status: Literal["draft", "golden"] | None = None
