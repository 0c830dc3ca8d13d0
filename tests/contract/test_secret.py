"""A key does not get out by accident."""

import copy
import io
import pickle
import traceback

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from atlas_desktop.contract.secret import Secret

KEY = "nm_live_k3y9xq_0123456789abcdefghijklmna1b2"


class Holder(BaseModel):
    key: Secret


def renderings(secret: Secret) -> list[str]:
    holder = Holder(key=secret)
    return [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - this way of formatting is what is tested
        str([secret]),
        repr(holder),
        str(holder.model_dump()),
        holder.model_dump_json(),
        str(holder.model_dump(mode="json")),
    ]


def test_it_shows_its_kind_and_its_end() -> None:
    assert f"{Secret(KEY)}" == str(Secret(KEY)) == "nm_…a1b2"
    assert repr(Secret(KEY)) == "Secret(nm_…a1b2)"
    assert Secret(KEY).reveal() == KEY


@given(st.text("abcdefgh0123456789_-", min_size=5))
def test_no_rendering_holds_more_than_four_characters_of_it(text: str) -> None:
    body = text[3:]
    assume(len(body) >= 5)
    for shown in renderings(Secret(text)):
        assert not any(body[at : at + 5] in shown.removeprefix("Secret(") for at in range(len(body) - 4))


@pytest.mark.parametrize("text", ["", "a", "hunter2", "nm_live_short12"])
def test_a_short_one_shows_nothing(text: str) -> None:
    assert str(Secret(text)) == "…"


def test_it_cannot_be_pickled_and_copies_are_itself() -> None:
    secret = Secret(KEY)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="pickled"):
        pickle.Pickler(io.BytesIO()).dump([secret])
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    assert not hasattr(secret, "__dict__")


def test_models_take_text_and_secrets_and_nothing_else() -> None:
    assert (
        Holder(key=Secret(KEY))
        == Holder.model_validate({"key": KEY})
        == Holder.model_validate_json(f'{{"key":"{KEY}"}}')
    )
    with pytest.raises(ValidationError):
        Holder.model_validate({"key": 3})


def test_equality_and_truth() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret(KEY + "x")
    assert Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY)}) == 1
    assert Secret(KEY)
    assert not Secret("")
    assert Secret("é") == Secret("é")


def test_a_traceback_with_locals_does_not_hold_it() -> None:
    def fails(key: Secret) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError) as raised:
        fails(Secret(KEY))
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert "fails" in shown
    assert "0123456789" not in shown.replace(f"KEY = {KEY!r}", "")
