"""Whatever is done to datasets in whatever order, they hold what a plain list would; and every past is kept."""

import hashlib
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from atlas_desktop.server.storage.loop_tables import dataset, dataset_item
from tests.server.talk import Talk, call_line, talking

OUTPUTS = st.sampled_from(["a", "b", {"n": 1}, ["x"]])
CALLS = 4


def content(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("id", "object", "revision")}


def hashed(items: list[dict[str, Any]]) -> str:
    """The content hash, written down a second time."""
    digests = [
        hashlib.sha256(orjson.dumps(content(item), option=orjson.OPT_SORT_KEYS)).digest() for item in items
    ]
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


class Datasets(RuleBasedStateMachine):
    """A server beside a dictionary of lists."""

    drafts = Bundle("drafts")
    template: Path
    folder: Path
    count = 0

    def __init__(self) -> None:
        super().__init__()
        Datasets.count += 1
        self.opened = talking(self.folder / f"{Datasets.count}.db", self.template)
        self.talk: Talk = self.opened.__enter__()
        self.held: dict[str, list[dict[str, Any]]] = {}
        self.revisions: dict[str, int] = {}
        self.past: dict[tuple[str, int], list[dict[str, Any]]] = {}

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    @initialize()
    def calls(self) -> None:
        self.talk.lines([call_line(n % 2, source_id=f"s{n}", operation="greet") for n in range(CALLS)])
        self.ids = self.talk.call_ids()

    @rule(target=drafts)
    def create(self) -> str:
        name: str = self.talk.post("/datasets", {"operation_id": "greet", "name": "x"}).json()["id"]
        self.held[name], self.revisions[name] = [], 0
        return name

    @rule(
        name=drafts,
        rows=st.lists(
            st.tuples(st.none() | st.integers(0, CALLS - 1), OUTPUTS, st.sampled_from([1, 2])),
            min_size=1,
            max_size=4,
        ),
    )
    def add(self, name: str, rows: list[tuple[int | None, Any, int]]) -> None:
        sent = [self._sent(*row) for row in rows]
        answer = self.talk.post(f"/datasets/{name}/items", sent).json()
        assert answer["rejected"] == []
        assert len(answer["added"]) == len(rows)
        items, replaced = self.held[name], 0
        for wanted, told in zip(sent, answer["added"], strict=True):
            call = wanted.get("source_call_id")
            there = [n for n, item in enumerate(items) if call is not None and item["source_call_id"] == call]
            replaced += bool(there)
            expected = {"expected_output": wanted["expected_output"], "weight": float(wanted["weight"])}
            if there and content(items[there[0]]) == content(items[there[0]]) | expected:
                continue
            self.revisions[name] += 1
            now = told | expected | {"revision": self.revisions[name]}
            if there:
                assert items[there[0]]["id"] == told["id"]
                items[there[0]] = now
            else:
                items.append(now)
        assert answer["replaced"] == replaced
        self._contradictions(name, answer)

    def _sent(self, call: int | None, output: Any, weight: int) -> dict[str, Any]:
        row = {"expected_output": output, "weight": weight}
        if call is None:
            return row | {"input": {"messages": [{"role": "user", "content": "question number 0"}]}}
        return row | {"source_call_id": self.ids[call]}

    def _contradictions(self, name: str, answer: dict[str, Any]) -> None:
        told = {each["item_id"]: set(each["others"]) for each in answer["contradictions"]}
        held = self.held[name]
        for item in held:
            others = {
                each["id"]
                for each in held
                if each["input"] == item["input"] and each["expected_output"] != item["expected_output"]
            }
            if item["id"] in {each["id"] for each in answer["added"]} and others:
                assert told[item["id"]] <= others
                assert len(told[item["id"]]) == min(20, len(others))
            else:
                assert item["id"] not in told

    @rule(name=drafts, which=st.integers(0), output=OUTPUTS, behind=st.integers(0, 2))
    def update(self, name: str, which: int, output: Any, behind: int) -> None:
        items = self.held[name]
        if not items:
            return
        place = which % len(items)
        base = items[place]["revision"] - behind
        change = {"expected_output": output, "base_revision": max(0, base)}
        answer = self.talk("PATCH", f"/datasets/{name}/items/{items[place]['id']}", json=change)
        if max(0, base) < items[place]["revision"]:
            assert (answer.status_code, answer.json()["item"]) == (409, items[place])
            return
        if items[place]["expected_output"] != output:
            self.revisions[name] += 1
            items[place] = items[place] | {"expected_output": output, "revision": self.revisions[name]}
        assert answer.json() == items[place]

    @rule(name=drafts, which=st.integers(0))
    def remove(self, name: str, which: int) -> None:
        items = self.held[name]
        if items:
            gone = items.pop(which % len(items))
            self.revisions[name] += 1
            answer = self.talk("DELETE", f"/datasets/{name}/items/{gone['id']}").json()
            assert answer["revision"] == self.revisions[name]

    @rule(name=drafts, target=drafts)
    def branch(self, name: str) -> str:
        made = self.talk.post(f"/datasets/{name}/branch", {}).json()
        assert made["branched_from"] == name
        self.held[made["id"]] = list(self.held[name])
        self.revisions[made["id"]] = self.revisions[name]
        return str(made["id"])

    @rule(name=consumes(drafts))
    def leave(self, name: str) -> None:
        """Nothing more happens to this one: what is done to its branches must not."""

    @invariant()
    def everything_is_as_in_the_lists(self) -> None:
        for name, items in self.held.items():
            assert self.talk.get(f"/datasets/{name}/items?limit=1000").json()["data"] == items
            shown = self.talk.get(f"/datasets/{name}").json()
            assert shown["revision"] == self.revisions[name]
            assert shown["item_count"] == len(items)
            assert shown["content_hash"] == hashed(items)
            self.past[(name, self.revisions[name])] = list(items)

    @invariant()
    def every_past_can_be_read(self) -> None:
        """What an evaluation that began at a revision goes on reading."""
        engine = self.talk.app.state.atlas.storage._engine
        with engine.connect() as connection:
            for (name, revision), items in self.past.items():
                rows = connection.execute(
                    sa.select(dataset_item.c.document)
                    .join(dataset, dataset.c.seq == dataset_item.c.dataset)
                    .where(dataset.c.id == name, dataset_item.c.revision <= revision)
                    .where(dataset_item.c.until > revision)
                    .order_by(dataset_item.c.position)
                )
                assert [orjson.loads(row.document) for row in rows] == items


def test_datasets_hold_what_a_list_would(template: Path, tmp_path: Path) -> None:
    machine = type("Machine", (Datasets,), {"template": template, "folder": tmp_path})
    limits = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=limits)
