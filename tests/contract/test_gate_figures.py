"""What a gate depends on is a number."""

import json

import pytest
from pydantic import ValidationError

from atlas_desktop.contract.evaluations import Evaluation
from atlas_desktop.contract.promotions import GateStanding
from tests.cli.test_gate_lies import GATE, RUN


@pytest.mark.parametrize("figure", ["1e999", "NaN", "Infinity"])
def test_what_is_beyond_all_numbers_is_none(figure: str) -> None:
    for name in ("score", "min_score"):
        wire = json.dumps(GATE | {name: "here"}).replace('"here"', figure)
        with pytest.raises(ValidationError, match="finite"):
            GateStanding.model_validate_json(wire)
    wire = json.dumps(RUN | {"summaryScores": {"ev_a": "here"}}).replace('"here"', figure)
    with pytest.raises(ValidationError, match="finite"):
        Evaluation.model_validate_json(wire)
