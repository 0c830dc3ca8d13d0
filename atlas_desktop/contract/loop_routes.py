"""The endpoints of the reliability loop: datasets, their items, evaluations, gates, promotion, training; and figures."""

from typing import Final

from atlas_desktop.contract.analytics import (
    PassRateQuery,
    PassRates,
    QuantizationQuery,
    QuantizationReport,
    Usage,
    UsageQuery,
)
from atlas_desktop.contract.base import Page
from atlas_desktop.contract.datasets import (
    BranchRequest,
    Dataset,
    DatasetCreate,
    DatasetItem,
    DatasetItemsAdd,
    DatasetItemUpdate,
    ItemDeleted,
    ItemsAnswer,
)
from atlas_desktop.contract.evaluations import (
    Evaluation,
    EvaluationCreate,
    EvaluationResult,
    EvaluationsQuery,
    EvaluationWait,
    ResultsQuery,
)
from atlas_desktop.contract.listing import DatasetsQuery, ListQuery
from atlas_desktop.contract.promotions import (
    BundleQuery,
    Gates,
    PromoteRequest,
    Promotion,
    Training,
    TrainingCreate,
)
from atlas_desktop.contract.route import Route

DATASET_ROUTES: Final[tuple[Route, ...]] = (
    Route("datasets.create", "POST", "/datasets", Dataset, "Start a draft", body=DatasetCreate),
    Route("datasets.list", "GET", "/datasets", Page[Dataset], "Datasets, newest first", query=DatasetsQuery),
    Route("datasets.get", "GET", "/datasets/{dataset}", Dataset, "One dataset"),
    Route(
        "datasets.items.add",
        "POST",
        "/datasets/{dataset}/items",
        ItemsAnswer,
        "Add up to 1,000 items, each on its own",
        body=DatasetItemsAdd,
    ),
    Route(
        "datasets.items.list",
        "GET",
        "/datasets/{dataset}/items",
        Page[DatasetItem],
        "Items, in the order they were added",
        query=ListQuery,
    ),
    Route(
        "datasets.items.update",
        "PATCH",
        "/datasets/{dataset}/items/{item}",
        DatasetItem,
        "Change an item of a draft",
        body=DatasetItemUpdate,
        feature="datasets.items.update",
    ),
    Route(
        "datasets.items.remove",
        "DELETE",
        "/datasets/{dataset}/items/{item}",
        ItemDeleted,
        "Take an item out of a draft",
    ),
    Route(
        "datasets.branch",
        "POST",
        "/datasets/{dataset}/branch",
        Dataset,
        "A new draft with the same items",
        body=BranchRequest,
        lenient_body=True,
    ),
    Route(
        "datasets.gates",
        "GET",
        "/datasets/{dataset}/gates",
        Gates,
        "The ship gates as they stand for this dataset",
        feature="datasets.gates",
    ),
    Route(
        "datasets.promote",
        "POST",
        "/datasets/{dataset}/promote",
        Dataset,
        "Make a draft golden when every ship gate holds",
        body=PromoteRequest,
        lenient_body=True,
    ),
    Route(
        "datasets.promotions",
        "GET",
        "/datasets/{dataset}/promotions",
        Page[Promotion],
        "Who promoted it, when, and on which scores",
        query=ListQuery,
        feature="datasets.promotions",
    ),
    Route(
        "datasets.training",
        "POST",
        "/datasets/{dataset}/training",
        Training,
        "Ask for training on a golden dataset",
        body=TrainingCreate,
        lenient_body=True,
    ),
    Route(
        "datasets.trainings",
        "GET",
        "/datasets/{dataset}/training",
        Page[Training],
        "Training requests, newest first",
        query=ListQuery,
    ),
    Route(
        "datasets.bundle",
        "GET",
        "/datasets/{dataset}/training/{training}/bundle",
        bytes,
        "The training bundle as a ZIP file",
        query=BundleQuery,
        answers="application/zip",
        feature="datasets.bundle",
    ),
)

EVALUATION_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "evaluations.create",
        "POST",
        "/evaluations",
        Evaluation,
        "Score a dataset; answers after ten seconds at most, done or not",
        query=EvaluationWait,
        body=EvaluationCreate,
    ),
    Route(
        "evaluations.list",
        "GET",
        "/evaluations",
        Page[Evaluation],
        "Evaluations, newest first",
        query=EvaluationsQuery,
    ),
    Route("evaluations.get", "GET", "/evaluations/{evaluation}", Evaluation, "One evaluation"),
    Route(
        "evaluations.results",
        "GET",
        "/evaluations/{evaluation}/results",
        Page[EvaluationResult],
        "What each item scored",
        query=ResultsQuery,
        feature="evaluations.results",
    ),
    Route(
        "evaluations.cancel",
        "POST",
        "/evaluations/{evaluation}/cancel",
        Evaluation,
        "Stop an evaluation",
        feature="evaluations.cancel",
    ),
)

FIGURE_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "analytics.pass_rate",
        "GET",
        "/analytics/pass-rate",
        PassRates,
        "What share of the calls passed, by group and time",
        query=PassRateQuery,
        feature="analytics",
    ),
    Route(
        "analytics.quantization",
        "GET",
        "/analytics/quantization",
        QuantizationReport,
        "Mean score of each operation by quantization and provider",
        query=QuantizationQuery,
        feature="analytics",
    ),
    Route(
        "usage.get",
        "GET",
        "/usage",
        Usage,
        "Tokens and cost, gross, refunded and net",
        query=UsageQuery,
        feature="usage",
    ),
)
