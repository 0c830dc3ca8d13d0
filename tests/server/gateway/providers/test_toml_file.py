"""The provider table as a file: errors at their line, comments kept, bombs refused."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_desktop.contract.providers import KeySource, ModelSpec, ProviderSpec
from atlas_desktop.server.gateway.providers.file import MOST_BYTES
from atlas_desktop.server.gateway.providers.presets import PRESETS
from atlas_desktop.server.gateway.providers.rules import TableError, faults
from atlas_desktop.server.gateway.providers.toml_file import HEADER, LONGEST_LINE, read_table, write_table

GOOD = """\
# Ours.
# Ask Kim before changing.

# the big one
[[provider]]
name = "openai"  # never rename: history
base_url = "https://api.openai.com/v1"
# from the vault
key = { env = "OPENAI_API_KEY" }

[[provider.model]]
id = "gpt-5.5"
quantization = "full"
prompt_usd = 5.0  # since June
completion_usd = 30

# cheap
[[provider.model]]
id = "gpt-5.4-mini"
prompt_usd = 0.75
completion_usd = 4.5
send = { service_tier = "flex" }

[[provider]]
name = "here"
base_url = "http://localhost:11434/v1"

# the end
"""


def error_of(text: str | bytes) -> tuple[int | None, str]:
    with pytest.raises(TableError) as refused:
        read_table(text.encode() if isinstance(text, str) else text)
    return refused.value.line, refused.value.message


def lines_of(data: bytes) -> list[str]:
    return [line for line in data.decode().split("\n") if line]


def test_a_table_is_read() -> None:
    openai, here = read_table(GOOD.encode())
    assert (openai.name, openai.key, len(openai.models)) == ("openai", KeySource(env="OPENAI_API_KEY"), 2)
    assert (openai.models[0].completion_usd, openai.models[1].send) == (30, {"service_tier": "flex"})
    assert (here.base_url, here.models) == ("http://localhost:11434/v1", [])
    assert read_table(b"") == read_table(b"# nothing yet\n") == []


def test_comments_stay_where_they_were() -> None:
    openai, here = read_table(GOOD.encode())
    first = openai.models[0].model_copy(update={"prompt_usd": 6.0})
    new = ModelSpec(id="gpt-6", prompt_usd=9, completion_usd=9)
    changed = [here, openai.model_copy(update={"models": [new, openai.models[1], first]})]
    written = write_table(changed, GOOD.encode())
    assert read_table(written) == changed
    text = written.decode()
    assert text.startswith("# Ours.\n# Ask Kim before changing.\n\n")
    assert '# the big one\n[[provider]]\nname = "openai"  # never rename: history\n' in text
    assert '# from the vault\nkey = { env = "OPENAI_API_KEY" }\n' in text
    assert "prompt_usd = 6.0  # since June\n" in text
    assert '# cheap\n[[provider.model]]\nid = "gpt-5.4-mini"\n' in text
    assert text.endswith("# the end\n")
    assert text.count("#") == GOOD.count("#")


def test_writing_again_changes_nothing() -> None:
    providers = read_table(GOOD.encode())
    once = write_table(providers, GOOD.encode())
    assert write_table(read_table(once), once) == once


def test_a_new_file_says_what_it_is() -> None:
    assert write_table([]).decode().split("\n")[0] == HEADER[0]


BASE = '[[provider]]\nname = "a"\nbase_url = "https://a.example/v1"\n'
MODEL = BASE + '\n[[provider.model]]\nid = "m"\n'


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (BASE + "name = 'b'\n", 4, "overwrite"),
        ("[[provider]\n", 1, "']]'"),
        (BASE + 'key = "sk-123"\n', 4, "key"),
        (BASE + "kye = { env = 'A' }\n", 4, "there is no such field"),
        (BASE + "api_key = 'sk-1'\n", 4, "there is no such field"),
        (BASE + "enabled = 'yes'\n", 4, "boolean"),
        (BASE.replace("https", "http"), 3, "this computer only"),
        (BASE.replace("https", "file"), 3, "https://"),
        (BASE.replace("a.example", "u:p@a.example"), 3, "no user"),
        (BASE.replace("a.example", "169.254.169.254"), 3, "no server"),
        (BASE.replace("a.example", "[fe80::1]"), 3, "no server"),
        (BASE.replace("a.example", "[::ffff:169.254.169.254]"), 3, "no server"),
        (BASE.replace("a.example", "0.0.0.0"), 3, "no server"),
        (BASE + "key = {}\n", 4, "one of the two"),
        (BASE + "key = { env = 'A', keyring = 'provider.a' }\n", 4, "one of the two"),
        (BASE + "key = { keyring = 'local.judge' }\n", 4, "key"),
        (BASE + BASE, 5, "already"),
        (MODEL + 'prompt_usd = "1"\n', 7, "number"),
        (MODEL + "prompt_usd = -1\n", 7, "greater"),
        (MODEL + "prompt_usd = nan\n", 7, "finite"),
        (MODEL + "prompt_usd = inf\n", 7, "finite"),
        (MODEL + 'tiers = ["gold"]\n', 7, "realtime"),
        (MODEL + 'quantization = "q8"\n# why\ntiers = ["realtime"]\n', 9, "full precision"),
        (MODEL + "frontier = true\n", 7, "full precision"),
        (MODEL + 'via = "x"\n', 7, "broker"),
        (MODEL + 'model = "atlas-1"\n', 7, "Atlas's own"),
        (MODEL + 'model = "a@q8"\n', 7, "@"),
        (MODEL + "send = { messages = [] }\n", 7, "caller's"),
        (MODEL + "\n[provider.model.send]\nstream = true\n", 8, "caller's"),
        (MODEL + "send = { a = 1979-05-27 }\n", 7, "text, numbers"),
        (MODEL + "send = { a = nan }\n", 7, "text, numbers"),
        (MODEL + "send = { a = [-inf] }\n", 7, "text, numbers"),
        (MODEL + MODEL.split("\n\n")[1], 8, "twice"),
        (MODEL.replace("id = ", 'served_by = "provider"\nid = '), 6, "no such field"),
        (MODEL.replace('v1"\n', 'v1"\nserved_by = "atlas_network"\n'), 7, "open weights only"),
        (MODEL.replace('v1"\n', 'v1"\nserved_by = "atlas_network"\n') + "open_weight = true\n", 7, "Llama, Qwen"),
        (BASE + "models = []\n", 4, "[[provider.model]]"),
        ("x = 1\n" + BASE, 1, "not known here"),
        ("provider = 1\n", 1, "[[provider]]"),
        ("[provider]\nname = 'a'\n", 1, "[[provider]]"),
        (BASE + "[provider.model]\nid = 'm'\n", 1, "[[provider.model]]"),
        (BASE + 'title = "a\\u0000b"\n', 4, "NUL"),
        (BASE.replace("name", "\\ud800", 1), 2, ""),
        ("# fine\n\n" + BASE[:-2] + "\n", 5, ""),
    ],
)  # fmt: skip
def test_an_error_is_at_its_line(text: str, line: int, word: str) -> None:
    at, message = error_of(text)
    assert (at, word.lower() in message.lower()) == (line, True), message


def test_a_text_of_several_lines_does_not_move_the_lines() -> None:
    text = BASE + 'title = """\n[[provider]]\nname = "x"\n"""\nenabled = 3\n'
    assert error_of(text)[0] == 8


def test_what_is_no_text_is_refused_at_its_line() -> None:
    assert error_of(b"# a\n# b\nname = '\xff'\n") == (3, "this is not UTF-8")


@pytest.mark.parametrize(
    "data",
    [
        b"a = " + b"[" * 100_000 + b"]" * 100_000,
        b"a = " + b"[\n" * 50_000 + b"]\n" * 50_000,
        b"a = " + b"{a=" * 50_000 + b"1" + b"}" * 50_000,
        b".".join([b"a"] * 200_000) + b" = 1",
        b"[" + b".".join([b"a"] * 200_000) + b"]",
        b"\n".join(b"[a" + b".a" * 39 + b".b%d]" % n for n in range(20_000)),
        b"x = " + b"9" * 1_000_000,
        b'x = "' + b"\\u0041" * 500_000 + b'"',
        b"#" * MOST_BYTES + b"#",
        b"[[provider]]\n" * 300_000,
        b"\n".join(b"k%d = 1" % n for n in range(300_000)),
        b"x = '''" + b"\n" * 1_000_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_a_bomb_is_refused_in_seconds(data: bytes) -> None:
    began = time.perf_counter()
    _, message = error_of(data)
    assert time.perf_counter() - began < 10
    assert len(message) < 300


def test_a_line_may_be_long_but_not_endless() -> None:
    assert error_of("# " + "x" * LONGEST_LINE + "\n")[0] == 1


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    for text in (
        BASE + 'key = "sk-canary-1"\n',
        BASE + 'key = { env = "sk-canary-1" }\n',
        BASE + "key = sk-canary-1\n",
    ):
        line, message = error_of(text)
        assert line == 4
        assert "canary" not in message


def test_presets_are_good_tables() -> None:
    for preset in PRESETS:
        fields = preset.provider.model_dump(mode="json")
        spec = ProviderSpec.model_validate(fields, strict=True)
        assert list(faults([spec])) == []
        assert read_table(write_table([spec])) == [spec]


PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
)
SENT = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PRINTABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PRINTABLE, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
USD = st.floats(0, 1000)


@st.composite
def models(draw: st.DrawFn) -> ModelSpec:
    given: dict[str, Any] = {
        "id": draw(st.from_regex(r"[a-z]{1,4}/[!-?A-~]{1,9}", fullmatch=True)),
        "prompt_usd": draw(USD),
        "completion_usd": draw(USD),
        "send": draw(
            st.dictionaries(st.sampled_from(("a", "b c", 'd"', "é", "service_tier")), SENT, max_size=2)
        ),
        "vetted": draw(st.booleans()),
    }
    if draw(st.booleans()):
        given |= {"title": draw(PRINTABLE), "lacks": ["tools"], "cached_usd": draw(USD)}
    return ModelSpec(**given)


@st.composite
def providers(draw: st.DrawFn) -> list[ProviderSpec]:
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    return [
        ProviderSpec(
            name=name,
            base_url="https://a.example/v1",
            title=draw(st.none() | PRINTABLE),
            key=draw(st.none() | st.just(KeySource(env="A")) | st.just(KeySource(keyring="provider.a"))),
            enabled=draw(st.booleans()),
            total_seconds=draw(st.none() | st.floats(1, 600)),
            models=draw(st.lists(models(), max_size=3, unique_by=lambda model: model.id)),
        )
        for name in names
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(providers(), providers())
def test_what_is_written_is_read_again(before: list[ProviderSpec], after: list[ProviderSpec]) -> None:
    """Whatever the file said before."""
    if any(faults(before)) or any(faults(after)):
        return
    old = write_table(before)
    assert read_table(old) == before
    assert read_table(write_table(after, old)) == after
    assert write_table(after, write_table(after, old)) == write_table(after, old)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_file_cut_or_spoilt_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """Nothing else than a TableError, with a line that is there."""
    text = GOOD.encode()
    at = data.draw(st.integers(0, len(text)))
    spoilt = data.draw(
        st.sampled_from((text[:at], text[:at] + b"\x00" + text[at:], text[:at] + b"]]\n" + text[at:]))
    )
    line = 1
    try:
        read_table(spoilt)
    except TableError as error:
        line = error.line or 1
    assert 1 <= line <= spoilt.count(b"\n") + 1
    write_table([], spoilt)
