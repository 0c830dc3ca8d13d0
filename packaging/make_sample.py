"""Make ``resources/samples`` from the full set of recorded calls: ``python packaging/make_sample.py DATA_FOLDER``.

Lines are copied byte for byte. The choice depends on nothing but the data: within a part, calls are taken in the
order of the SHA-256 of their ``source_id``, one from each group in turn.
"""

import hashlib
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TARGET: Final = Path(__file__).resolve().parent.parent / "resources" / "samples"
ROOMY: Final = 9_000

Call = dict[str, Any]


def _everything(call: Call) -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """``count`` calls of one source: those that pass ``where``, spread evenly over ``group``."""

    file: str
    source: str
    count: int
    group: Callable[[Call], object]
    where: Callable[[Call], bool] = _everything
    most_bytes: int = ROOMY


def _operation(call: Call) -> object:
    return call["operation"]


def _is_matrix(call: Call) -> bool:
    """One of many recordings that differ in a setting only."""
    return any(name in call["source_id"] for name in ("multimodal_tool_return_matrix", "wire_contract"))


def _thumb(call: Call) -> object:
    return (call.get("rating") or {}).get("thumb")


PARTS: Final = (
    Part(
        "calls_classify_intent",
        "banking77-eval/regular/",
        24,
        lambda c: (c["model"], c["meta"]["source_match"]),
    ),
    Part(
        "calls_classify_intent",
        "banking77-eval/miprov2/",
        24,
        lambda c: (c["model"], c["meta"]["source_match"]),
    ),
    Part("calls_extract_revenue", "finrag/", 36, lambda c: c["model"], most_bytes=7_000),
    Part("calls_summarize_conversation", "summedits/", 60, lambda c: (c["customer"], _thumb(c))),
    Part("calls_corrected_answers", "expertqa/", 45, lambda c: c["customer"], lambda c: c["meta"]["edited"]),
    Part(
        "calls_judged_multimodel",
        "prometheus/",
        30,
        _operation,
        lambda c: "roleplay" not in c["operation"],
        7_000,
    ),
    Part(
        "calls_tool_use", "tau-bench/", 8, lambda c: (bool(c.get("tool_calls")), _thumb(c)), most_bytes=21_000
    ),
    Part("calls_tool_use", "pydantic-ai/", 30, _operation, lambda c: not _is_matrix(c)),
    Part(
        "calls_multilingual", "japanese-mt-bench/", 20, _operation, lambda c: "roleplay" not in c["operation"]
    ),
    Part("calls_multilingual", "openassistant/", 34, lambda c: c["meta"]["lang"]),
    Part("calls_multilingual", "arena-hard-v2/", 6, lambda c: str(c["meta"]["why"])),
    Part("calls_multilingual", "miqyas/", 14, _operation),
)

# Read, and kept out of a first start: grave or private subjects.
LEFT_OUT: Final = frozenset(
    {
        "arena-hard-v2/ccd3c6db5d634930",
        "arena-hard-v2/d4e34b025a264179",
        "expertqa/rand_test/0204/rr_sphere_gpt4",
        "expertqa/rand_val/0206/bing_chat",
        "openassistant/6ed7342d-a2d8-4d0e-a1c1-575019fe617d",
        "openassistant/74494e1d-facd-4c7c-8ef3-b40b2f48e57c",
        "openassistant/cf0b4077-3c38-48c9-bea9-314d1043deda",
        "openassistant/830fb0b7-d9c4-4b17-b5f0-cc66490fd71a",
    }
)


def choose(calls: list[tuple[Call, bytes]], part: Part) -> Iterator[bytes]:
    """The lines of one part, from its source file's calls."""
    groups: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for call, line in calls:
        fits = call["source_id"].startswith(part.source) and len(line) <= part.most_bytes
        if fits and call["source_id"] not in LEFT_OUT and part.where(call):
            order = hashlib.sha256(call["source_id"].encode()).hexdigest()
            groups[str(part.group(call))].append((order, line))
    queues = [sorted(groups[name]) for name in sorted(groups)]
    left = part.count
    while left and any(queues):
        for queue in queues:
            if queue and left:
                yield queue.pop(0)[1]
                left -= 1


def read(path: Path) -> list[tuple[Call, bytes]]:
    """Every call of a file with its line as it stands."""
    return [(json.loads(line), line) for line in path.read_bytes().splitlines(keepends=True)]


def main(data: Path) -> None:
    """Write the sample and the licence texts it needs."""
    files = {name: read(data / f"{name}.jsonl") for name in {part.file for part in PARTS}}
    lines = [line for part in PARTS for line in choose(files[part.file], part)]
    (TARGET / "calls.jsonl").write_bytes(b"".join(lines))
    shutil.copyfile(data / "LICENSES.txt", TARGET / "LICENSES.txt")
    print(f"{len(lines)} calls, {sum(map(len, lines)):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
