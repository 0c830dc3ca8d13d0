"""A provider as it is typed, and the table's entry that it makes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.app.language import Language, speak_language
from atlas_desktop.app.provider_draft import (
    ModelDraft,
    ProviderDraft,
    draft_from,
    draft_of,
    faults_of,
    price_of,
    spec_again,
    spec_of,
)
from atlas_desktop.contract.providers import Provider, ProviderSpec, ProviderStatus

STATUS = ProviderStatus(key="present", usable=True)
WORD = st.text("abcz019-._", min_size=1, max_size=8)
MODELS = st.fixed_dictionaries(
    {"id": WORD, "prompt_usd": st.floats(0, 100).map(lambda x: round(x, 4))},
    optional={
        "model": WORD, "quantization": st.sampled_from(["full", "q8", "q4", "undisclosed", "fp6"]), "title": WORD,
        "open_weight": st.booleans(), "frontier": st.booleans(), "vetted": st.booleans(),
        "kind": st.sampled_from(["chat", "embedding"]), "cached_usd": st.none() | st.just(0.125),
        "tiers": st.none() | st.lists(st.sampled_from(["realtime", "standard", "batch"]), min_size=1, unique=True),
        "lacks": st.lists(st.sampled_from(["tools", "images"]), unique=True), "via": st.just("deepinfra/fp8"),
        "send": st.just({"service_tier": "flex"}),
    },
)  # fmt: skip
PROVIDERS = st.fixed_dictionaries(
    {"name": st.just("p-1"), "base_url": st.just("https://one.example/v1"), "models": st.lists(MODELS, min_size=1, max_size=4)},
    optional={
        "title": WORD, "preset": st.just("openai"), "pins": st.just("openrouter"), "enabled": st.booleans(),
        "served_by": st.just("atlas_network"), "total_seconds": st.just(30.0),
        "key": st.sampled_from([{"env": "OPENAI_API_KEY"}, {"keyring": "provider.other"}]),
    },
)  # fmt: skip


def listed(spec: ProviderSpec) -> Provider:
    """As the server lists it: everything said, also what was left out."""
    return Provider.model_validate({**spec.model_dump(mode="json"), "status": STATUS, "object": "provider"})


@given(PROVIDERS)
def test_what_is_not_touched_is_written_back_as_it_was(fields: dict[str, Any]) -> None:
    spec = ProviderSpec.model_validate(fields)
    assert spec_again(listed(spec)).model_dump() == spec.model_dump()


@given(PROVIDERS)
def test_the_form_loses_nothing_it_does_not_show(fields: dict[str, Any]) -> None:
    spec = ProviderSpec.model_validate(fields)
    draft = draft_of(listed(spec))
    assert not faults_of(draft)
    again = spec_of(draft)
    order = ("realtime", "standard", "batch")
    for model, other in zip(spec.models, again.models, strict=True):
        if model.tiers:
            assert other.tiers == [tier for tier in order if tier in model.tiers]
        assert other.model_dump(exclude={"tiers"}) == model.model_dump(exclude={"tiers"})
    assert again.model_dump(exclude={"models"}) == spec.model_dump(exclude={"models"})
    assert draft_from(draft.model_dump_json()) == draft


TYPED = st.text(max_size=12) | WORD
DRAFTS = st.builds(
    ProviderDraft,
    name=TYPED,
    title=TYPED,
    base_url=TYPED | st.just("https://one.example/v1"),
    key_way=st.sampled_from(["keyring", "env", "none"]),
    variable=TYPED,
    models=st.lists(
        st.builds(ModelDraft, id=TYPED, model=TYPED, quantization=TYPED, prompt=TYPED, completion=TYPED),
        max_size=2,
    ).map(tuple),
)


@given(DRAFTS)
def test_where_nothing_is_wrong_there_is_an_entry(draft: ProviderDraft) -> None:
    if not faults_of(draft):
        assert spec_of(draft).name == draft.name


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("", 0.0), ("0.15", 0.15), ("0,15", 0.15), ("$3", 3.0), (" 2 ", 2.0), ("a lot", None), ("-1", None),
        ("nan", None), ("inf", None), ("1e9", None), ("1_0", 10.0),
    ],
)  # fmt: skip
def test_a_price_as_people_write_it(typed: str, price: float | None) -> None:
    assert price_of(typed) == price


@pytest.mark.parametrize(
    "address",
    ["", "one.example", "ftp://one.example/v1", "https://", "https://me:secret@one.example/v1",
     "https://one.example/v1?key=1", "https://one.example/v1#x", "https://[::1/v1", "https://one example/v1",
     "https://one.example:99999/v1"],
)  # fmt: skip
def test_what_is_no_address_is_said(address: str) -> None:
    model = ModelDraft(id="m")
    assert set(faults_of(ProviderDraft(name="p", base_url=address, models=(model,)))) == {"base_url"}


def test_a_name_that_is_taken_is_said() -> None:
    draft = ProviderDraft(name="p", base_url="http://127.0.0.1:1/v1", models=(ModelDraft(id="m"),))
    assert not faults_of(draft, ["q"])
    assert faults_of(draft, ["p"])["name"] == "Another provider has this name."


@pytest.mark.parametrize(("language", "shown"), [("en", "0.15"), ("de", "0,15"), ("ar", "0.15")])
@given(dollars=st.floats(0, 9_999).map(lambda x: round(x, 6)))
def test_a_price_is_shown_as_the_language_writes_it_and_read_back(
    language: Language, shown: str, dollars: float
) -> None:
    speak_language(language)
    try:
        price = {"id": "m", "prompt_usd": 0.15, "completion_usd": dollars}
        spec = ProviderSpec.model_validate(
            {"name": "p", "base_url": "https://one.example/v1", "models": [price]}
        )
        draft = draft_of(listed(spec))
        assert draft.models[0].prompt == shown
        assert spec_of(draft).models[0].completion_usd == dollars
    finally:
        speak_language("en")
