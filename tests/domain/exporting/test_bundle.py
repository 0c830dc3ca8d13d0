import hashlib
import io
import zipfile
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.contract.datasets import DatasetItem
from atlas_desktop.domain.exporting.bundle import bundle_of
from tests.domain.exporting.openai_lines import check_fine_tuning, check_preference

ABOUT = {"dataset_id": "ds_1", "content_hash": "abc"}


def item(number: int, **fields: Any) -> DatasetItem:
    made = {
        "id": f"di_{number}",
        "input": {"messages": [{"role": "user", "content": f"mail of {number}@example.com"}]},
        "expected_output": f"right {number}",
        "predicted": f"wrong {number}",
    }
    return DatasetItem.model_validate(made | fields)


def opened(items: list[DatasetItem], **more: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    bundle = bundle_of(items, dict(ABOUT), **more)
    with zipfile.ZipFile(io.BytesIO(bundle.zip.read())) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = orjson.loads(files.pop("manifest.json"))
    assert manifest == bundle.manifest
    return manifest, files


def test_it_holds_what_its_manifest_says() -> None:
    manifest, files = opened([item(n) for n in range(5)], output_schema={"type": "string"})
    assert set(files) == {"fine-tuning.jsonl", "preference.jsonl", "output_schema.json"}
    for each in manifest["files"]:
        assert hashlib.sha256(files[each["name"]]).hexdigest() == each["sha256"]
        assert len(files[each["name"]]) == each["bytes"]
    assert manifest["dataset_id"] == "ds_1"
    assert manifest["item_count"] == 5
    assert manifest["veiled"] is True
    for line in files["fine-tuning.jsonl"].splitlines(keepends=True):
        check_fine_tuning(line)
    for line in files["preference.jsonl"].splitlines(keepends=True):
        check_preference(line)


def test_it_is_veiled_unless_told_otherwise() -> None:
    assert b"@example.com" not in b"".join(opened([item(1)])[1].values())
    manifest, files = opened([item(1)], veil=False)
    assert b"1@example.com" in files["fine-tuning.jsonl"]
    assert manifest["veiled"] is False


@given(st.lists(st.sampled_from([None, "train", "test", "Validation ", "holdout"]), max_size=8))
def test_held_out_items_are_never_trained_on(splits: list[str | None]) -> None:
    _, files = opened([item(n, split=split) for n, split in enumerate(splits)])
    trained = files.get("fine-tuning.jsonl", b"") + files.get("preference.jsonl", b"")
    for number, split in enumerate(splits):
        held_out = split not in (None, "train")
        assert (f'"right {number}"'.encode() in trained) != held_out


def test_the_same_dataset_gives_the_same_bytes() -> None:
    items = [item(n) for n in range(3)]
    assert bundle_of(items, dict(ABOUT)).zip.read() == bundle_of(items, dict(ABOUT)).zip.read()


def test_what_a_format_cannot_hold_is_named() -> None:
    manifest, files = opened([item(1, predicted=None), item(2, expected_output="")])
    assert set(files) == {"fine-tuning.jsonl"}
    assert manifest["skipped_count"] == 3
    assert {(each["item_id"], each["format"]) for each in manifest["skipped"]} == {
        ("di_1", "preference"),
        ("di_2", "preference"),
        ("di_2", "fine-tuning"),
    }
