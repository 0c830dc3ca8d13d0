"""Whether a text is corrected as JSON or as prose: told at once, however long it is."""

import json
import time

import pytest

from atlas_desktop.app.text_checks import kind_of

SMALL = json.dumps([{"a": [1, None, "x"]}])
LARGE = json.dumps([{"number": each, "list": [1, 2.5, True, None, "x"]} for each in range(20_000)])


@pytest.mark.parametrize("text", [SMALL, LARGE, f"\n  {LARGE}\n"])
def test_what_parses_is_json_and_what_does_not_is_prose(text: str) -> None:
    assert kind_of(text, None) == "json"
    assert kind_of(text[:-4], None) == "prose"
    assert kind_of(f"{text} and words", None) == "prose"
    assert kind_of(text[:-4], {"type": "array"}) == "json"


def test_half_a_character_is_no_json_that_could_be_sent() -> None:
    assert kind_of(f'["{"x" * 30_000}\ud800"]', None) == "prose"


def test_a_megabyte_is_told_within_a_frame_or_two() -> None:
    assert len(LARGE) > 1_000_000
    took = []
    for _ in range(5):
        start = time.perf_counter()
        kind_of(LARGE, None)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05
