"""The seeds' own snippets, call by call, against a real server process: as plain HTTP, and through the SDK.

What the seeds send is sent to the letter. Two things stand in for what a server cannot have: recorded calls are
imported where the seeds ask a model (`chat.completions`, the gateway), and the judge is a stand-in on a real socket.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.api.errors import ConflictError, ShipGatesUnmetError
from atlas_desktop.contract.datasets import DatasetCreate
from atlas_desktop.contract.evaluations import EvaluationCreate
from atlas_desktop.contract.evaluators import EvaluatorCreate, EvaluatorUpdate
from atlas_desktop.contract.feedback import FeedbackCreate
from atlas_desktop.contract.operations import OperationCreate, OperationUpdate, ShipGate
from atlas_desktop.contract.secret import Secret
from tests.cli.running import KEY, serving
from tests.server.stand_in import judging, send

V1 = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 200},
        "priority": {"type": "string", "enum": ["low", "medium", "high"]},
    },
    "required": ["summary", "priority"],
}
V2 = {
    "type": "object",
    "properties": {**V1["properties"], "confidence": {"type": "number", "minimum": 0, "maximum": 1}},  # type: ignore[dict-item] # a dict of dicts
    "required": ["summary", "priority", "confidence"],
}
RUBRIC = "Score 0–1. A score of 1 requires:\n- Summary is one sentence, ≤ 200 characters"
TICKETS = [
    {"summary": "The invoice is paid twice.", "priority": "high"},
    {"summary": "The logo is blurred.", "priority": "low"},
    {"summary": "Exports take a minute.", "priority": "medium"},
]


def graded(handler: Any) -> None:
    """0.83 for what speaks of an invoice and 1 for all else, until the rubric asks for one sentence."""
    asked = handler.server.asked[-1][2]
    words = str(asked["messages"])
    score = 0.49 if "invoice" in words and "one sentence" not in words else 1.0
    content = f'{{\\"score\\": {score}, \\"reasoning\\": \\"as told\\"}}'
    send(handler, 200, f'{{"choices": [{{"message": {{"content": "{content}"}}}}]}}'.encode())


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with (
        judging(graded) as judge,
        serving(
            tmp_path,
            ATLAS_JUDGE_BASE_URL=judge.endpoint.base_url,
            ATLAS_JUDGE_API_KEY=judge.endpoint.key or "",
            ATLAS_JUDGE_MODEL=judge.endpoint.model or "",
        ) as base_url,
    ):
        yield base_url


def lines(operation: str, number: int = 3, **more: str) -> bytes:
    """Recorded traffic that carries the label."""
    calls = [
        {
            "source_id": f"{operation}-{more}-{at}",
            "model": "atlas-1",
            "operation": operation,
            "messages": [{"role": "user", "content": f"ticket {at}"}],
            "output": '{"summary": "x", "priority": "low"}',
            **more,
        }
        for at in range(number)
    ]
    return b"\n".join(httpx.Request("POST", "http://x", json=call).content for call in calls)


class Plain:
    """Requests as anybody would send them."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False)

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self._client.request(method, path.lstrip("/"), json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def traffic(self, content: bytes) -> None:
        headers = {"content-type": "application/x-ndjson"}
        answer = self._client.post("calls/import", content=content, headers=headers)
        assert answer.json()["rejected"] == []

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def plain(url: str) -> Iterator[Plain]:
    client = Plain(url)
    yield client
    client.close()


def evaluators(plain: Plain) -> None:
    pii = {"id": "ev_regex_pii", "kind": "regex", "config": {"pattern": "ssn|credit card", "inverse": True}}
    plain("POST", "/evaluators", pii)
    judge = {
        "id": "ev_judge_quality",
        "kind": "llm_judge",
        "config": {"rubric": "Good?", "judgeModel": "judge-1"},
    }
    plain("POST", "/evaluators", judge)


def items(plain: Plain, operation: str) -> list[dict[str, Any]]:
    """What a reviewer made of the calls of this operation."""
    calls = plain("GET", f"/calls?operation_id={operation}&order=oldest")["data"]
    return [
        {"source_call_id": call["id"], "input": call["request"], "expected_output": expected}
        for call, expected in zip(calls, TICKETS, strict=False)
    ]


def test_the_loop_in_six_stages(plain: Plain) -> None:
    evaluators(plain)
    # 1 Define the operation
    operation = plain(
        "POST",
        "/operations",
        {
            "key": "summarize_ticket",
            "name": "Support ticket summary",
            "ship_gates": [{"evaluator_id": "ev_regex_pii", "min_score": 1.0}],
        },
    )
    assert operation["registration"] == "defined"
    # 2 Tag traffic at the call site
    plain.traffic(lines("summarize_ticket"))
    (call, *_) = plain("GET", "/calls?operation_id=summarize_ticket&order=oldest")["data"]
    # 3 Review and tag
    feedback = plain(
        "POST",
        "/feedback",
        {
            "call_id": call["id"],
            "rating": "thumbs_down",
            "correction": "Summary should be one sentence, not three.",
        },
    )
    assert feedback["rating"] == "thumbs_down"
    # 4 Build a golden dataset
    ds = plain("POST", "/datasets", {"operation_id": "summarize_ticket", "name": "Tickets v3"})
    assert (ds["status"], ds["version"]) == ("draft", 1)
    added = plain("POST", f"/datasets/{ds['id']}/items", items(plain, "summarize_ticket"))
    assert len(added["added"]) == 3
    # 5 Run evaluators and ship gates
    run = plain(
        "POST",
        "/evaluations",
        {"dataset_id": ds["id"], "evaluator_ids": ["ev_regex_pii", "ev_judge_quality"]},
    )
    assert run["status"] == "completed"
    assert run["summaryScores"] == {
        "overall": pytest.approx((1.0 + 0.83) / 2),
        "ev_regex_pii": 1.0,
        "ev_judge_quality": pytest.approx(0.83),
    }
    # 6 Promote, and request training
    assert plain("POST", f"/datasets/{ds['id']}/promote")["status"] == "golden"
    training = plain("POST", f"/datasets/{ds['id']}/training", {"notes": "Quarterly retrain."})
    assert training["status"] == "requested"
    assert training["respond_by"] > training["created_at"]


def test_operations_and_their_two_kinds_of_change(plain: Plain) -> None:
    evaluators(plain)
    # The key auto-registers if it doesn't exist yet; what needs a definition says so.
    plain.traffic(lines("classify_intent", schema_version="1"))
    assert plain("GET", "/operations/classify_intent")["registration"] == "auto"
    seen = plain("POST", "/datasets", {"operation_id": "classify_intent", "name": "seen"})
    plain("POST", f"/datasets/{seen['id']}/items", items(plain, "classify_intent"))
    refusal = plain("POST", f"/datasets/{seen['id']}/promote", status=409)
    assert refusal["error"]["code"] == "operation_not_defined"

    # With an output schema and two ship gates.
    described = "One-sentence summary fed into routing. Must not contain PII."
    op = plain(
        "POST",
        "/operations",
        {
            "key": "summarize_ticket",
            "name": "Support ticket summary",
            "description": described,
            "output_schema": V1,
            "ship_gates": [
                {"evaluator_id": "ev_regex_pii", "min_score": 1.0},
                {"evaluator_id": "ev_judge_quality", "min_score": 0.88},
            ],
        },
    )
    assert (op["description"], op["schema_version"]) == (described, "1")
    plain.traffic(lines("summarize_ticket", schema_version="1"))
    ds = plain("POST", "/datasets", {"operation_id": "summarize_ticket", "name": "Tickets v3"})
    asked_before = [{"role": "user", "content": "a ticket"}]
    bad = {"input": {"messages": asked_before}, "expected_output": {"summary": "x", "priority": "soon"}}
    answer = plain("POST", f"/datasets/{ds['id']}/items", [*items(plain, "summarize_ticket"), bad])
    (rejected,) = answer["rejected"]
    assert (rejected["index"], "priority" in rejected["errors"][0]["path"]) == (3, True)

    # Promotion blocked: the published body.
    asked = {"dataset_id": ds["id"], "evaluator_ids": ["ev_regex_pii", "ev_judge_quality"]}
    plain("POST", "/evaluations", asked)
    blocked = plain("POST", f"/datasets/{ds['id']}/promote", status=400)
    assert blocked["error"] == "ship_gates_unmet"
    (failed,) = blocked["failedGates"]
    assert failed == {"evaluator_id": "ev_judge_quality", "score": pytest.approx(0.83), "min_score": 0.88}

    # Requirement change: same schema, another rubric; the existing dataset is scored again.
    change = {"config": {"rubric": RUBRIC}}
    updated = plain("PATCH", "/evaluators/ev_judge_quality", change)
    assert (updated["version"], updated["config"]["judgeModel"]) == (2, "judge-1")
    assert plain("GET", "/operations/summarize_ticket")["schema_version"] == "1"
    stale = plain("POST", f"/datasets/{ds['id']}/promote", status=400)["failedGates"]
    assert stale == [
        {"evaluator_id": "ev_judge_quality", "score": None, "min_score": 0.88, "reason": "stale"}
    ]
    again = plain("POST", "/evaluations", {"dataset_id": ds["id"], "evaluator_ids": ["ev_judge_quality"]})
    assert again["summaryScores"]["overall"] == 1.0
    assert plain("POST", f"/datasets/{ds['id']}/promote")["status"] == "golden"

    # Schema change: a new version, and new calls carry it; old and new never meet in a dataset.
    changed = plain("PATCH", f"/operations/{op['id']}", {"output_schema": V2, "schema_version": "2"})
    assert changed["schema_version"] == "2"
    plain.traffic(lines("summarize_ticket", schema_version="2"))
    assert len(plain("GET", "/calls?operation_id=summarize_ticket&schema_version=2")["data"]) == 3
    fresh = plain("POST", "/datasets", {"operation_id": "summarize_ticket", "name": "Tickets v4"})
    assert fresh["schema_version"] == "2"
    mixed = plain("POST", f"/datasets/{fresh['id']}/items", items(plain, "summarize_ticket"), status=422)
    assert "schema_version" in str(mixed)


def test_the_quality_refund_s_two_calls(plain: Plain) -> None:
    made = plain(
        "POST",
        "/evaluators",
        {"id": "ev_pii_regex", "kind": "regex", "config": {"pattern": "ssn|credit card", "inverse": True}},
    )
    assert made["id"] == "ev_pii_regex"
    gates = [{"evaluator_id": "ev_pii_regex", "min_score": 1.0}]
    defined = plain("POST", "/operations", {"key": "extract_invoice", "ship_gates": gates})
    assert (defined["name"], defined["ship_gates"]) == ("extract_invoice", gates)


async def test_the_loop_through_the_sdk(url: str) -> None:
    async with AsyncAtlas(url, Secret(KEY)) as client:
        pii = {"pattern": "ssn|credit card", "inverse": True}
        await client.evaluators.create(EvaluatorCreate(id="ev_regex_pii", kind="regex", config=pii))
        judge = {"rubric": "Good?", "judgeModel": "judge-1"}
        await client.evaluators.create(EvaluatorCreate(id="ev_judge_quality", kind="llm_judge", config=judge))
        gates = [
            ShipGate(evaluator_id="ev_regex_pii", min_score=1.0),
            ShipGate(evaluator_id="ev_judge_quality", min_score=0.88),
        ]
        operation = await client.operations.create(
            OperationCreate(
                key="summarize_ticket", name="Support ticket summary", output_schema=V1, ship_gates=gates
            )
        )
        await client.calls.import_lines(lines("summarize_ticket"))
        calls = [call async for call in client.calls.iterate()][::-1]
        await client.feedback.create(
            FeedbackCreate(
                call_id=calls[0].id,
                rating="thumbs_down",
                correction="Summary should be one sentence, not three.",
            )
        )
        ds = await client.datasets.create(DatasetCreate(operation_id="summarize_ticket", name="Tickets v3"))
        wanted: list[dict[str, Any]] = [
            {"source_call_id": call.id, "expected_output": expected}
            for call, expected in zip(calls, TICKETS, strict=True)
        ]
        assert len((await client.datasets.items.add(ds.id, wanted)).added) == 3
        both = ["ev_regex_pii", "ev_judge_quality"]
        run = await client.evaluations.create(EvaluationCreate(dataset_id=ds.id, evaluator_ids=both))
        assert run.summary_scores["overall"] == pytest.approx(0.915)
        with pytest.raises(ShipGatesUnmetError) as blocked:
            await client.datasets.promote(ds.id)
        (failed,) = blocked.value.failed_gates
        assert failed.evaluator_id == "ev_judge_quality"
        assert failed.score == pytest.approx(0.83)
        await client.evaluators.update("ev_judge_quality", EvaluatorUpdate(config={"rubric": RUBRIC}))
        evaluation = await client.evaluations.create(
            EvaluationCreate(dataset_id=ds.id, evaluator_ids=["ev_judge_quality"])
        )
        assert evaluation.summary_scores == {"overall": 1.0, "ev_judge_quality": 1.0}
        assert (await client.datasets.promote(ds.id)).status == "golden"
        assert (await client.datasets.promotions(ds.id)).data[0].item_count == 3
        assert (await client.datasets.training(ds.id, notes="Quarterly retrain.")).status == "requested"
        bumped = OperationUpdate(output_schema=V2, schema_version="2")
        assert (await client.operations.update(operation.id, bumped)).schema_version == "2"
        with pytest.raises(ConflictError) as golden:
            await client.datasets.items.add(ds.id, wanted)
        assert golden.value.code == "dataset_not_draft"
