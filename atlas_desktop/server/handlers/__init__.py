"""What each route does. ``HANDLERS`` has one entry for every route of the contract that this server serves."""

from typing import Final

from atlas_desktop.server.atlas import Handler
from atlas_desktop.server.handlers import (
    about,
    calls,
    datasets,
    evaluations,
    evaluators,
    feedback,
    importing,
    items,
    operations,
)

HANDLERS: Final[dict[str, Handler]] = {
    "capabilities.get": about.capabilities,
    "models.list": about.models,
    "calls.list": calls.listing,
    "calls.changes": calls.changes,
    "calls.get": calls.get,
    "calls.import": importing.import_calls,
    "feedback.create": feedback.create,
    "feedback.batch": feedback.batch,
    "feedback.list": feedback.listing,
    "operations.create": operations.create,
    "operations.list": operations.listing,
    "operations.get": operations.get,
    "operations.update": operations.update,
    "operations.schemas": operations.schemas,
    "operations.audit": operations.audited,
    "evaluators.create": evaluators.create,
    "evaluators.list": evaluators.listing,
    "evaluators.try": evaluators.attempt,
    "evaluators.get": evaluators.get,
    "evaluators.update": evaluators.update,
    "evaluators.score": evaluators.score,
    "evaluations.create": evaluations.create,
    "evaluations.list": evaluations.listing,
    "evaluations.get": evaluations.get,
    "evaluations.results": evaluations.results,
    "evaluations.cancel": evaluations.cancel,
    "datasets.create": datasets.create,
    "datasets.list": datasets.listing,
    "datasets.get": datasets.get,
    "datasets.branch": datasets.branch,
    "datasets.items.add": items.add,
    "datasets.items.list": items.listing,
    "datasets.items.update": items.update,
    "datasets.items.remove": items.remove,
}
