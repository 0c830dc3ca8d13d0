"""What may become an item of a dataset, and what it is then (contract.md, *Dataset*): pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson
from pydantic import ValidationError

from atlas_desktop.contract.base import Json
from atlas_desktop.contract.calls import CallRequest
from atlas_desktop.contract.datasets import DatasetItemCreate
from atlas_desktop.contract.text import bad_text
from atlas_desktop.domain.expected import Fit, json_path
from atlas_desktop.domain.fingerprints import fingerprints
from atlas_desktop.server.refusals import Refusal, unprocessable

_MOST_DETAILS: Final = 5_000
_TAKEN: Final = ("messages", "tools", "response_format")
"""What of a call's request is an item's input."""

Problem = dict[str, str]
Rejected = dict[int, list[Problem]]
"""What is wrong with which item of the request."""


@dataclass(frozen=True, slots=True)
class Source:
    """A call as far as an item takes from it. ``good``: it is rated thumbs up."""

    call_id: str
    operation: str | None
    schema_version: str | None
    fp_prompt: str | None
    request: Mapping[str, Json]
    answer: str
    correction: str | None
    good: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dataset takes. A call without a version counts as of the operation's ``first_version``."""

    operation: str
    schema_version: str
    first_version: str


@dataclass(frozen=True)
class Content:
    """An item, checked but for its expected output, without an id yet."""

    index: int
    source_call_id: str | None
    input: Mapping[str, Json]
    expected_output: Json
    predicted: Json
    weight: float
    split: str | None
    tags: Sequence[str]
    fp_prompt: str

    @cached_property
    def wire(self) -> dict[str, Json]:
        """What it says, by the names of the wire."""
        return {name: getattr(self, name) for name in CONTENT}

    @cached_property
    def hash(self) -> bytes:
        """The same for the same content."""
        return content_hash(self.wire)

    @cached_property
    def expected_hash(self) -> bytes:
        """The same for the same expected output."""
        return _digest(self.expected_output)


CONTENT: Final = ("source_call_id", "input", "expected_output", "predicted", "weight", "split", "tags")


def content_hash(item: Mapping[str, Json]) -> bytes:
    """SHA-256 of an item's content (``CONTENT``) as JSON with sorted names: exact, where RFC 8785 would unite
    texts that only look alike.
    """
    return _digest({name: item[name] for name in CONTENT})


def expected_hash(value: Json) -> bytes:
    """SHA-256 of an expected output."""
    return _digest(value)


def dataset_hash(hashes: Iterable[bytes]) -> str:
    """The content hash of a dataset: SHA-256, in hex, over the sorted hashes of its items."""
    whole = hashlib.sha256()
    for each in sorted(hashes):
        whole.update(each)
    return whole.hexdigest()


EMPTY_HASH: Final = dataset_hash(())


def read_items(values: Sequence[Json]) -> tuple[dict[int, DatasetItemCreate], Rejected]:
    """The items that can be read, by their index, and what is wrong with the others."""
    read: dict[int, DatasetItemCreate] = {}
    rejected: Rejected = {}
    for index, value in enumerate(values):
        if (bad := bad_text(value)) is not None:
            rejected[index] = [_problem(bad, "text must not hold NUL characters or lone surrogates")]
            continue
        try:
            read[index] = DatasetItemCreate.model_validate(value, strict=True)
        except ValidationError as error:
            rejected[index] = _problems(error, (), value)
    return read, rejected


def check_tagged(items: Mapping[int, DatasetItemCreate], sources: Mapping[str, Source]) -> None:
    """Raises Refusal (409) when a call that was recorded without an operation is among the sources."""
    untagged = [
        index
        for index, item in items.items()
        if (source := sources.get(item.source_call_id or "")) is not None and source.operation is None
    ]
    if untagged:
        message = "the call has no operation_id: tag calls with metadata.operation_id to use them in datasets"
        details = [{"loc": ["items", index, "source_call_id"], "message": message} for index in untagged]
        raise Refusal(409, "conflict_error", "call_not_tagged", message, details=details)


def content_of(
    index: int, item: DatasetItemCreate, source: Source | None, wanted: Wanted
) -> Content | list[Problem]:
    """The item with what it takes from its source call, or what is wrong with it."""
    problems = _misfits(item, source, wanted)
    given: Json = item.input
    if given is None and source is not None:
        given = {name: source.request[name] for name in _TAKEN if source.request.get(name) is not None}
    if given is not None or not problems:
        problems += _bad_input(given)
    problems = problems or _nothing_said(item, source)
    if problems:
        return problems
    expected, predicted, prompt = item.expected_output, item.predicted, None
    if source is not None:
        predicted = source.answer if predicted is None else predicted
        expected = expected if "expected_output" in item.model_fields_set else _said(source)
        prompt = source.fp_prompt if item.input is None else None
    return Content(
        index,
        item.source_call_id,
        given,
        expected,
        predicted,
        item.weight,
        item.split,
        item.tags,
        prompt or prompt_fingerprint(given),
    )


def prompt_fingerprint(given: Mapping[str, Json]) -> str:
    """``fp_p_…`` of an item's input."""
    return fingerprints({"messages": given["messages"]}, None).prompt


def misfit(fit: Fit) -> list[Problem]:
    """What is wrong with an expected output."""
    return [_problem(("expected_output", *fault.place), fault.message) for fault in fit.faults]


def all_rejected(rejected: Rejected) -> Refusal:
    """422 with what is wrong with each item; the same beside, in the form of the answer."""
    pairs = [(index, problem) for index, problems in sorted(rejected.items()) for problem in problems]
    if len(pairs) > _MOST_DETAILS:
        pairs = [(index, problems[0]) for index, problems in sorted(rejected.items())]
    details: list[dict[str, Json]] = [
        {"loc": ["items", index, problem["path"]], "message": problem["message"]} for index, problem in pairs
    ]
    first = pairs[0][1]
    refusal = unprocessable(
        "items_rejected",
        f"every item was rejected; the first: {first['path']}: {first['message']}",
        param="items",
        details=details,
    )
    refusal.beside["rejected"] = rejected_wire(rejected)
    return refusal


def rejected_wire(rejected: Rejected) -> list[dict[str, Any]]:
    """In the order of the request."""
    return [{"index": index, "errors": problems} for index, problems in sorted(rejected.items())]


def _nothing_said(item: DatasetItemCreate, source: Source | None) -> list[Problem]:
    if "expected_output" in item.model_fields_set or source is None or _said(source) is not None:
        return []
    message = "it is missing, and the call has neither a correction that stands nor a thumbs up"
    return [_problem(("expected_output",), message)]


def _said(source: Source) -> str | None:
    """What should have come, as far as the call says."""
    if source.correction is not None:
        return source.correction
    return source.answer if source.good else None


def _misfits(item: DatasetItemCreate, source: Source | None, wanted: Wanted) -> list[Problem]:
    place = ("source_call_id",)
    if item.source_call_id is None:
        return []
    if source is None:
        return [_problem(place, "there is no such call")]
    if source.operation != wanted.operation:
        return [_problem(place, f"the call is of the operation {source.operation}, not {wanted.operation}")]
    version = source.schema_version or wanted.first_version
    if version != wanted.schema_version:
        counts = "is" if source.schema_version else "has no schema_version and counts as"
        return [
            _problem(place, f"the call {counts} of schema_version {version}, not {wanted.schema_version}")
        ]
    return []


def _bad_input(given: Json) -> list[Problem]:
    if given is None:
        return [_problem(("input",), "it is missing")]
    try:
        read = CallRequest.model_validate(given, strict=True)
    except ValidationError as error:
        return _problems(error, ("input",), given)
    return [] if read.messages else [_problem(("input", "messages"), "there is no message")]


def _problems(error: ValidationError, base: tuple[str | int, ...], value: Json) -> list[Problem]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = (
        _problem((*base, *_into(value, each["loc"])), each["msg"].removeprefix("Value error, "))
        for each in found
    )
    return list({(each["path"], each["message"]): each for each in told}.values())


def _into(value: Json, loc: Sequence[str | int]) -> list[str | int]:
    """The part of pydantic's place that leads into the value: it also names the branches of unions."""
    place: list[str | int] = []
    for step in loc:
        if isinstance(value, dict) and isinstance(step, str):
            place.append(step)
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            place.append(step)
            value = value[step]
        else:
            break
    return place


def _problem(place: Sequence[str | int], message: str) -> Problem:
    return {"path": json_path(place), "message": message}


def _digest(value: Json) -> bytes:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()
