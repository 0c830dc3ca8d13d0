"""The table of endpoints is whole and unambiguous."""

import re
from typing import get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from atlas_desktop.contract.base import Request
from atlas_desktop.contract.capabilities import PUBLISHED_ONLY, Capabilities, Feature
from atlas_desktop.contract.route import Route
from atlas_desktop.contract.routes import BY_NAME, ROUTES


def test_names_and_places_are_unique() -> None:
    assert len(BY_NAME) == len(ROUTES)
    assert len({(route.method, re.sub(r"{\w+}", "{}", route.path)) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_is_whole(route: Route) -> None:
    assert route.path.startswith("/")
    assert route.summary
    assert (route.body is None) or route.method != "GET"
    for model in (route.query, route.body):
        assert model is None or issubclass(model, Request)
    assert issubclass(route.answer, BaseModel) == (route.answers == "application/json")
    assert not route.lenient_body or route.body is not None
    if route.lenient_body and route.body is not None:
        route.body.model_validate({})
    assert TypeAdapter(route.answer).json_schema(mode="serialization")
    assert route.feature is None or route.feature in get_args(Feature)


def test_a_server_may_have_features_we_do_not_know() -> None:
    said = Capabilities.model_validate(
        {"server": "atlas/9", "features": ["calls", "telepathy"], "region": "eu"}
    )
    assert said.has("calls")
    assert not said.has("gateway")
    assert not PUBLISHED_ONLY.has("calls")
