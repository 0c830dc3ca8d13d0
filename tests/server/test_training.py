"""Training requests and their bundle."""

import io
import re
import zipfile
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from atlas_desktop.contract.promotions import Training
from tests.domain.exporting.openai_lines import check_fine_tuning, check_preference
from tests.server.loop import define, draft, item, run, wanted
from tests.server.talk import ALICE, BOB, NARROW, OTHER, Talk, error_of
from tests.server.test_tenancy import TENANT_TABLES, _names_tenant

SCHEMA = {"type": "object"}


@pytest.fixture
def golden(talk: Talk) -> tuple[Talk, str]:
    define(talk, output_schema=SCHEMA)
    mail = {"messages": [{"role": "user", "content": "I am jane.doe@example.com"}]}
    dataset = draft(
        talk,
        [
            item(1, predicted="wrong"),
            item(2, input=mail, predicted="wrong"),
            item(3, split="test"),
        ],
    )
    run(talk, dataset)
    wanted(talk.post(f"/datasets/{dataset}/promote"))
    return talk, dataset


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_training_takes_a_golden_dataset(talk: Talk) -> None:
    define(talk)
    dataset = draft(talk, [item(1)])
    assert error_of(talk.post(f"/datasets/{dataset}/training", {"notes": "x"}))[::2] == (
        409,
        "dataset_not_golden",
    )


def test_a_request_is_answered_by_the_next_business_day(golden: tuple[Talk, str]) -> None:
    talk, dataset = golden
    made = wanted(talk.post(f"/datasets/{dataset}/training", {"notes": "Quarterly retrain."}, key=BOB))
    request = Training.model_validate(made)
    assert (request.status, request.notes, request.requested_by) == ("requested", "Quarterly retrain.", "bob")
    # The test's clock stands on Friday, 20 November 2026.
    assert made["respond_by"] == "2026-11-23T12:00:00.000Z"
    assert wanted(talk.post(f"/datasets/{dataset}/training"))["notes"] == ""
    listed = wanted(talk.get(f"/datasets/{dataset}/training"))["data"]
    assert [each["notes"] for each in listed] == ["", "Quarterly retrain."]
    assert listed[1] == made


def test_requests_are_listed_page_by_page(golden: tuple[Talk, str]) -> None:
    talk, dataset = golden
    made = [wanted(talk.post(f"/datasets/{dataset}/training", {"notes": str(n)}))["id"] for n in range(5)]
    seen: list[str] = []
    target = f"/datasets/{dataset}/training?limit=2"
    while True:
        page = wanted(talk.get(target))
        seen += [each["id"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        target = f"/datasets/{dataset}/training?limit=2&cursor={page['next_cursor']}"
    assert seen == made[::-1]


def bundle(talk: Talk, dataset: str, query: str = "") -> Any:
    notes = "go, says jane.doe@example.com"
    request = wanted(talk.post(f"/datasets/{dataset}/training", {"notes": notes}))["id"]
    return talk.get(f"/datasets/{dataset}/training/{request}/bundle{query}")


def test_the_bundle_holds_what_can_be_trained_on(golden: tuple[Talk, str]) -> None:
    talk, dataset = golden
    response = bundle(talk, dataset)
    assert response.headers["content-type"] == "application/zip"
    assert ".zip" in response.headers["content-disposition"]
    files = opened(response.content)
    assert set(files) == {
        "manifest.json",
        "fine-tuning.jsonl",
        "fine-tuning.validation.jsonl",
        "preference.jsonl",
        "output_schema.json",
    }
    lines = files["fine-tuning.jsonl"].splitlines(keepends=True)
    assert [check_fine_tuning(line)["messages"][-1]["content"] for line in lines] == ['{"n":1}', '{"n":1}']
    for line in files["preference.jsonl"].splitlines(keepends=True):
        check_preference(line)
    manifest = orjson.loads(files["manifest.json"])
    held = wanted(talk.get(f"/datasets/{dataset}"))
    for name in ("content_hash", "operation_id", "schema_version", "item_count"):
        assert manifest[name] == held[name]
    assert manifest["dataset_version"] == held["version"]
    assert manifest["notes"] == "go, says [e-mail]"
    assert orjson.loads(files["output_schema.json"]) == SCHEMA


def test_the_bundle_is_veiled_and_who_takes_it_otherwise_is_written_down(golden: tuple[Talk, str]) -> None:
    talk, dataset = golden
    assert b"jane.doe" not in b"".join(opened(bundle(talk, dataset).content).values())
    assert audited(talk) == []
    assert b"jane.doe" in opened(bundle(talk, dataset, "?unveiled=true").content)["fine-tuning.jsonl"]
    assert [entry["act"] for entry in audited(talk)] == ["bundle_unveiled"]
    assert audited(talk)[0]["actor"] == "alice"


def audited(talk: Talk) -> list[Any]:
    entries = wanted(talk.get("/operations/greet/audit"))["data"]
    return [entry for entry in entries if entry["act"].startswith("bundle")]


def test_every_statement_of_the_way_to_training_names_the_tenant(talk: Talk) -> None:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = talk.app.state.atlas.storage._engine
    sa.event.listen(engine, "before_cursor_execute", note)
    define(talk)
    dataset = draft(talk, [item(1)])
    run(talk, dataset)
    wanted(talk.get(f"/datasets/{dataset}/gates"))
    wanted(talk.post(f"/datasets/{dataset}/promote"))
    wanted(talk.get(f"/datasets/{dataset}/promotions"))
    assert bundle(talk, dataset, "?unveiled=true").status_code == 200
    sa.event.remove(engine, "before_cursor_execute", note)
    assert {"promotion", "training", "evaluation"} <= {name for each in seen for name in _tables(each)}
    for statement in seen:
        for name in _tables(statement):
            assert _names_tenant(statement, name), statement


def _tables(statement: str) -> list[str]:
    return [name for name in TENANT_TABLES if re.search(rf"(FROM|JOIN|UPDATE|INTO) {name}\b", statement)]


def test_a_bundle_is_of_its_own_dataset_and_organization(golden: tuple[Talk, str]) -> None:
    talk, dataset = golden
    request = wanted(talk.post(f"/datasets/{dataset}/training"))["id"]
    path = f"/training/{request}/bundle"
    other = draft(talk, [item(1)])
    assert talk.get(f"/datasets/{dataset}{path}", key=ALICE).status_code == 200
    assert talk.get(f"/datasets/{other}{path}").status_code == 404
    assert talk.get(f"/datasets/{dataset}{path}?unveiled=true", key=OTHER).status_code == 404
    assert talk.get(f"/datasets/{dataset}{path}", key=NARROW).status_code == 404
    assert talk.get(f"/datasets/{dataset}/training/tr_nothing/bundle").status_code == 404
