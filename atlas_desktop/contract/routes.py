"""One table of every endpoint that exists: the client and the server both read it."""

from typing import Final

from atlas_desktop.contract.base import Page
from atlas_desktop.contract.calls import (
    Call,
    CallChanges,
    CallDetail,
    CallFilters,
    ChangesQuery,
    ImportAnswer,
)
from atlas_desktop.contract.capabilities import Capabilities
from atlas_desktop.contract.chat import ModelList
from atlas_desktop.contract.evaluators import (
    Evaluator,
    EvaluatorCreate,
    EvaluatorScore,
    EvaluatorScoreCreate,
    EvaluatorTrial,
    EvaluatorTrialCreate,
    EvaluatorUpdate,
)
from atlas_desktop.contract.feedback import (
    Feedback,
    FeedbackBatch,
    FeedbackBatchAnswer,
    FeedbackCreate,
)
from atlas_desktop.contract.gateway_routes import GATEWAY_ROUTES
from atlas_desktop.contract.listing import CallImportQuery, FeedbackQuery, ListQuery
from atlas_desktop.contract.loop_routes import DATASET_ROUTES, EVALUATION_ROUTES, FIGURE_ROUTES
from atlas_desktop.contract.operations import (
    AuditEntry,
    Operation,
    OperationCreate,
    OperationSchema,
    OperationUpdate,
)
from atlas_desktop.contract.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    Route("capabilities.get", "GET", "/capabilities", Capabilities, "What this server can do"),
    Route("models.list", "GET", "/models", ModelList, "The models the gateway knows"),
    Route(
        "calls.list",
        "GET",
        "/calls",
        Page[Call],
        "Recorded calls, newest first",
        query=CallFilters,
        feature="calls",
    ),
    Route(
        "calls.changes",
        "GET",
        "/calls/changes",
        CallChanges,
        "Calls changed since a revision",
        query=ChangesQuery,
        feature="calls.changes",
    ),
    Route(
        "calls.import",
        "POST",
        "/calls/import",
        ImportAnswer,
        "Import recorded calls as NDJSON",
        query=CallImportQuery,
        media="application/x-ndjson",
        feature="calls.import",
    ),
    Route(
        "calls.get", "GET", "/calls/{call_id}", CallDetail, "One call with all its feedback", feature="calls"
    ),
    Route(
        "feedback.create", "POST", "/feedback", Feedback, "Rate, correct or tag a call", body=FeedbackCreate
    ),
    Route(
        "feedback.batch",
        "POST",
        "/feedback/batch",
        FeedbackBatchAnswer,
        "Up to 1,000 acts, each on its own",
        body=FeedbackBatch,
        feature="feedback.batch",
    ),
    Route(
        "feedback.list",
        "GET",
        "/feedback",
        Page[Feedback],
        "Feedback rows, newest first",
        query=FeedbackQuery,
        feature="feedback.list",
    ),
    Route("operations.create", "POST", "/operations", Operation, "Define an operation", body=OperationCreate),
    Route("operations.list", "GET", "/operations", Page[Operation], "All operations", query=ListQuery),
    Route("operations.get", "GET", "/operations/{operation}", Operation, "One operation, by id or key"),
    Route(
        "operations.update",
        "PATCH",
        "/operations/{operation}",
        Operation,
        "Change an operation",
        body=OperationUpdate,
    ),
    Route(
        "operations.schemas",
        "GET",
        "/operations/{operation}/schemas",
        Page[OperationSchema],
        "The output schemas it ever had, newest first",
        query=ListQuery,
        feature="operations.schemas",
    ),
    Route(
        "operations.audit",
        "GET",
        "/operations/{operation}/audit",
        Page[AuditEntry],
        "Who changed what it demands, newest first",
        query=ListQuery,
        feature="operations.audit",
    ),
    Route("evaluators.create", "POST", "/evaluators", Evaluator, "Make a scoring rule", body=EvaluatorCreate),
    Route("evaluators.list", "GET", "/evaluators", Page[Evaluator], "All evaluators", query=ListQuery),
    Route(
        "evaluators.try",
        "POST",
        "/evaluators/try",
        EvaluatorTrial,
        "Score one output by a rule that is not kept",
        body=EvaluatorTrialCreate,
        feature="evaluators.try",
    ),
    Route("evaluators.get", "GET", "/evaluators/{evaluator}", Evaluator, "One evaluator"),
    Route(
        "evaluators.update",
        "PATCH",
        "/evaluators/{evaluator}",
        Evaluator,
        "Change an evaluator; its config is merged key by key",
        body=EvaluatorUpdate,
    ),
    Route(
        "evaluators.score",
        "POST",
        "/evaluators/{evaluator}/score",
        EvaluatorScore,
        "Score one output now",
        body=EvaluatorScoreCreate,
        feature="evaluators.score",
    ),
    *DATASET_ROUTES,
    *EVALUATION_ROUTES,
    *FIGURE_ROUTES,
    *GATEWAY_ROUTES,
)

BY_NAME: Final[dict[str, Route]] = {route.name: route for route in ROUTES}
