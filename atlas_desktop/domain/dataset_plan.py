"""How calls become the items of a dataset: what each expects, what speaks against it, who contradicts whom. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.domain.expected import Fault, fitted
from atlas_desktop.domain.fingerprints import canonical_json
from atlas_desktop.domain.item_words import one_line_of
from atlas_desktop.domain.scoring.json_schema import compiled
from atlas_desktop.domain.scoring.pointer import NotJsonError, parse

Expects = Literal["corrections", "corrections_and_good", "everything"]
"""What becomes the expected output: only corrections; else the answer where it was rated good; else any answer."""

State = Literal[
    "ready", "nothing_expected", "untagged", "other_operation", "other_version", "not_conforming", "duplicate"
]  # fmt: skip

_MOST_STEPS: Final = 4_000_000
"""Of some twenty nanoseconds: the validator holds Python's lock meanwhile, in a thread too."""
_MOST_FAULTS: Final = 5
_TEST: Final = "test"
_TRAIN: Final = "train"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a dataset is made by. ``test_share`` in percent: that many items are split off as ``test``; 0: no splits.

    ``objects``: JSON texts become objects even where the operation has no schema. ``one_of_equal``: of items with
    the same prompt and the same expected output one is enough. ``into``: the dataset they are added to; None: a new one.
    """

    expects: Expects = "corrections_and_good"
    objects: bool = False
    one_of_equal: bool = True
    test_share: int = 0
    name: str = ""
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call as far as it matters here. ``good``: it is rated thumbs up. ``prompt``: equal for equal prompts."""

    call: int
    call_id: str
    operation: str | None
    schema_version: str | None
    prompt: int | None
    title: str
    answer: str
    correction: str | None
    good: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What the items are for. ``schema`` None: there is none, or only the server knows it.

    A call without a version counts as of the operation's ``first_version``.
    """

    operation: str
    schema_version: str | None = None
    first_version: str | None = None
    schema: Json = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One call as an item. ``value`` is what is sent as the expected output; ``key`` equal for equal values.

    ``clash``: the number of its contradiction: items of the same prompt that expect something else; 0: none.
    ``unchecked``: judging it by the schema would take too long here; the server judges it.
    """

    call: int
    call_id: str
    title: str
    text: str
    state: State
    value: Json = None
    key: bytes = b""
    prompt: int | None = None
    corrected: bool = False
    faults: tuple[Fault, ...] = ()
    unchecked: bool = False
    split: str | None = None
    clash: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All of them, with what there is of each state. ``clashes`` counts contradictions, ``splits`` items of each split.

    Two plans are the same when they are one: comparing thousands of items took the screen 50 ms.
    """

    items: tuple[Planned, ...] = ()
    states: tuple[tuple[State, int], ...] = ()
    splits: tuple[tuple[str, int], ...] = ()
    clashes: int = 0

    @property
    def ready(self) -> tuple[Planned, ...]:
        """What would be sent."""
        return tuple(each for each in self.items if each.state == "ready")

    def count(self, state: State) -> int:
        """How many are in this state."""
        return dict(self.states).get(state, 0)


USUAL: Final = Recipe()
EMPTY: Final = Plan()


def plan_one(candidate: Candidate, recipe: Recipe, target: Target) -> Planned:
    """One call by itself. Milliseconds for a large text: not for the UI thread."""
    text = _expected(candidate, recipe)
    corrected = candidate.correction is not None
    made = Planned(
        candidate.call, candidate.call_id, candidate.title, text or "", "ready", corrected=corrected,
        prompt=candidate.prompt,
    )  # fmt: skip
    if (state := _unfit(candidate, target)) is not None:
        return replace(made, state=state)
    if text is None:
        return replace(made, state="nothing_expected")
    return _valued(made, text, recipe, target.schema)


def _expected(candidate: Candidate, recipe: Recipe) -> str | None:
    if candidate.correction is not None:
        return candidate.correction
    if recipe.expects == "everything" or (recipe.expects == "corrections_and_good" and candidate.good):
        return candidate.answer
    return None


def _unfit(candidate: Candidate, target: Target) -> State | None:
    if candidate.operation is None:
        return "untagged"
    if candidate.operation != target.operation:
        return "other_operation"
    version = candidate.schema_version or target.first_version
    if None not in (version, target.schema_version) and version != target.schema_version:
        return "other_version"
    return None


def _valued(made: Planned, text: str, recipe: Recipe, schema: Json) -> Planned:
    """As the server keeps it: by the same rule."""
    if schema is None and recipe.objects:
        value = _object_or_text(text)
        return replace(made, value=value, key=_key(value))
    if schema is not None and compiled(schema).steps(text) > _MOST_STEPS:
        return replace(made, value=text, key=_key(text), unchecked=True)
    fit = fitted(schema, text)
    state: State = "not_conforming" if fit.faults else "ready"
    return replace(made, state=state, value=fit.value, key=_key(fit.value), faults=fit.faults[:_MOST_FAULTS])


def brief(item: Planned) -> Planned:
    """The same without what only sending needs: thousands of them are held for the preview."""
    return replace(item, text=one_line_of(item.text), value=None)


def _object_or_text(text: str) -> Json:
    try:
        value = parse(text)
    except NotJsonError:
        return text
    return value if isinstance(value, dict | list) else text


def _key(value: Json) -> bytes:
    try:
        said = canonical_json(value)
    except ValueError:  # a number no JSON carries everywhere: equal only to what is written the same
        said = orjson.dumps(value, default=str)
    return hashlib.blake2b(said, digest_size=16).digest()


def plan_all(items: Iterable[Planned], recipe: Recipe) -> Plan:
    """What they are together: one of equal ones, contradictions, splits."""
    told = _without_duplicates(items) if recipe.one_of_equal else list(items)
    told = _contradicting(told)
    told = _split(told, recipe.test_share)
    states = Counter(each.state for each in told)
    splits = Counter(each.split for each in told if each.split is not None)
    clashes = max((each.clash for each in told), default=0)
    return Plan(tuple(told), tuple(states.items()), tuple(sorted(splits.items())), clashes)


def _without_duplicates(items: Iterable[Planned]) -> list[Planned]:
    seen: set[tuple[int, bytes]] = set()
    told = []
    for each in items:
        if each.state == "ready" and each.prompt is not None:
            same = (each.prompt, each.key)
            told.append(replace(each, state="duplicate") if same in seen else each)
            seen.add(same)
        else:
            told.append(each)
    return told


def _contradicting(items: Sequence[Planned]) -> list[Planned]:
    answers: dict[int, set[bytes]] = {}
    for each in items:
        if each.state == "ready" and each.prompt is not None:
            answers.setdefault(each.prompt, set()).add(each.key)
    numbers: dict[int, int] = {}
    told = []
    for each in items:
        prompt = each.prompt
        if each.state == "ready" and prompt is not None and len(answers[prompt]) > 1:
            told.append(replace(each, clash=numbers.setdefault(prompt, len(numbers) + 1)))
        else:
            told.append(each)
    return told


def _split(items: Sequence[Planned], share: int) -> list[Planned]:
    """The same calls are split the same way, whatever their order; equal prompts are never torn apart."""
    if not share:
        return list(items)
    groups: dict[bytes, list[int]] = {}
    for place, each in enumerate(items):
        if each.state == "ready":
            groups.setdefault(_lot(each), []).append(place)
    wanted = round(sum(map(len, groups.values())) * share / 100)
    tested: set[int] = set()
    for lot in sorted(groups):
        if len(tested) + len(groups[lot]) <= wanted:
            tested.update(groups[lot])
    return [
        replace(each, split=_TEST if place in tested else _TRAIN) if each.state == "ready" else each
        for place, each in enumerate(items)
    ]


def _lot(item: Planned) -> bytes:
    named = f"prompt {item.prompt}" if item.prompt is not None else f"call {item.call_id}"
    return hashlib.blake2b(named.encode(), digest_size=8).digest()
