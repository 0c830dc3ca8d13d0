"""The provider table of a running server: reloaded, written, spoilt by hand; keys and where they go."""

import asyncio
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atlas_desktop.contract.providers import ProviderSpec
from atlas_desktop.server.config import ServerConfig
from atlas_desktop.server.gateway.providers.book import LOOK_SECONDS, ProviderBook
from atlas_desktop.server.gateway.providers.file import EMPTY, BusyError, ChangedError
from atlas_desktop.server.gateway.providers.health import DOWN_AFTER, DOWN_SECONDS
from atlas_desktop.server.gateway.providers.toml_file import read_table
from tests.server.talk import HandClock, config_for

TABLE = """\
[[provider]]
name = "one"
base_url = "https://one.example/v1"
key = {{ {} }}

[[provider.model]]
id = "meta-llama/llama"
quantization = "q8"
open_weight = true
vetted = true
"""
Make = Callable[..., ProviderBook]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "providers.toml"


@pytest.fixture
def make(path: Path, clock: HandClock) -> Make:
    def made(environment: dict[str, str] | None = None, **more: object) -> ProviderBook:
        config = replace(config_for(path.with_name("atlas.db"), clock=clock), executor="threaded", **more)  # type: ignore[arg-type]
        return ProviderBook(config, path, environment or {})

    return made


def put(path: Path, text: str) -> None:
    """As a person with an editor does."""
    path.write_text(text)


def text_of(path: Path) -> str:
    return path.read_text()


def remove(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.mkdir()


def link(path: Path, target: Path) -> None:
    path.symlink_to(target)


def is_link(path: Path) -> bool:
    return path.is_symlink()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


def lock_away(path: Path) -> None:
    path.chmod(0)
    os.utime(path, (1, 1))


async def taken_over(book: ProviderBook) -> None:
    """What was begun behind the requests is done."""
    await asyncio.gather(*book._tasks._running)


def ready(book: ProviderBook) -> list[bool]:
    return [variant.ready for variant in book.table.variants]


def specs(text: str) -> list[ProviderSpec]:
    return read_table(text.encode())


async def test_a_table_is_beside_its_database_or_where_it_is_named(tmp_path: Path) -> None:
    beside = ProviderBook.of(config_for(tmp_path / "a b%41?.db"))
    assert beside.path == tmp_path / "providers.toml"
    named = ProviderBook.of(config_for(tmp_path / "atlas.db", providers=tmp_path / "else.toml"))
    assert named.path == tmp_path / "else.toml"
    assert ProviderBook.of(ServerConfig("postgresql://h/db")).path is None


async def test_without_a_file_there_is_an_empty_table(make: Make) -> None:
    book = make()
    await book.start()
    assert (book.table.variants, book.in_force.revision, book.in_force.error) == ((), EMPTY, None)
    await book.close()


async def test_a_key_of_the_environment_is_used_and_shown_nowhere(make: Make, path: Path) -> None:
    put(path, TABLE.format('env = "ONE_KEY"'))
    book = make({"ONE_KEY": " sk-canary-11112222 \n"})
    await book.start()
    variant = book.table.variants[0]
    assert variant.ready
    assert book.endpoint(variant).key == "sk-canary-11112222"
    assert "canary" not in repr((book.in_force, book.endpoint(variant), book.table, book.__dict__))
    await book.close()


async def test_a_provider_without_its_key_is_not_asked(make: Make, path: Path) -> None:
    put(path, TABLE.format('env = "ONE_KEY"'))
    book = make({"ONE_KEY": ""})
    await book.start()
    assert ready(book) == [False]
    await book.give_key("one", "sk-given-33334444")
    assert ready(book) == [True]
    assert book.endpoint(book.table.variants[0]).key == "sk-given-33334444"
    await book.give_key("one", None)
    assert ready(book) == [False]
    await book.close()


async def test_the_keyring_is_asked_for_what_the_table_names_only(make: Make, path: Path) -> None:
    put(path, TABLE.format('keyring = "provider.one"'))
    asked = []

    def ring(entry: str) -> str | None:
        asked.append(entry)
        return "sk-kept-55556666"

    book = make(key_ring=ring)
    await book.start()
    assert (book.endpoint(book.table.variants[0]).key, asked) == ("sk-kept-55556666", ["provider.one"])
    await book.close()


async def test_a_key_given_for_one_address_does_not_go_to_another(make: Make, path: Path) -> None:
    """Whoever can write the file must not get the key that was typed for the address before."""
    put(path, TABLE.format('keyring = "provider.one"'))
    book = make(provider_keys={"one": "sk-canary-77778888"})
    await book.start()
    assert book.endpoint(book.table.variants[0]).key == "sk-canary-77778888"
    put(path, TABLE.format('keyring = "provider.one"').replace("one.example", "evil.example"))
    await book.check()
    assert book.endpoint(book.table.variants[0]).key is None
    assert not book.table.variants[0].ready
    put(path, TABLE.format('keyring = "provider.one"').replace("/v1", "/v2"))
    await book.check()
    assert book.endpoint(book.table.variants[0]).key is None
    await book.close()


async def test_a_draft_gets_the_key_of_the_table_at_the_same_address_only(make: Make, path: Path) -> None:
    put(path, TABLE.format('keyring = "provider.one"'))
    book = make(provider_keys={"one": "sk-canary-77778888"})
    await book.start()
    (draft,) = specs(text_of(path))
    assert book.key_for(draft) == "sk-canary-77778888"
    assert book.key_for(draft.model_copy(update={"base_url": "https://evil.example/v1"})) is None
    assert book.key_for(draft.model_copy(update={"name": "other"})) is None
    await book.close()


async def test_a_change_by_hand_is_taken_over(make: Make, path: Path, clock: HandClock) -> None:
    book = make()
    await book.start()
    put(path, TABLE.format('env = "A"'))
    clock.seconds += LOOK_SECONDS
    assert ready(book) == []
    await taken_over(book)
    assert ready(book) == [False]
    remove(path)
    clock.seconds += LOOK_SECONDS
    assert ready(book) == [False]
    await taken_over(book)
    assert ready(book) == []
    await book.close()


async def test_a_slip_by_hand_leaves_the_table_in_force(make: Make, path: Path, clock: HandClock) -> None:
    put(path, TABLE.format('env = "A"'))
    book = make({"A": "sk-aaaabbbbcccc"})
    await book.start()
    good = book.table
    put(path, TABLE.format('env = "A"') + "promt_usd = 1\n")
    await book.check()
    assert book.table.variants[0].ready
    assert book.table.variants[0].key == good.variants[0].key
    error = book.in_force.error
    assert error is not None
    assert (error.line, error.message) == (11, "promt_usd: there is no such field")
    put(path, TABLE.format('env = "A"') + "prompt_usd = 1\n")
    await book.check()
    assert book.in_force.error is None
    assert book.table.variants[0].prompt_nano == 10**9
    await book.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is unreadable here")
async def test_a_file_that_cannot_be_read_leaves_the_table_in_force(make: Make, path: Path) -> None:
    put(path, TABLE.format('env = "A"'))
    book = make()
    await book.start()
    lock_away(path)
    await book.check()
    assert len(book.table.variants) == 1
    assert book.in_force.error is not None
    await book.close()


async def test_a_folder_in_the_place_of_the_file_is_an_error_and_no_crash(make: Make, path: Path) -> None:
    folder(path)
    book = make()
    await book.start()
    assert book.in_force.error is not None
    assert "could not be read" in book.in_force.error.message
    await book.close()


async def test_what_is_written_is_in_force_and_for_our_eyes_only(make: Make, path: Path) -> None:
    book = make()
    await book.start()
    await book.write(specs(TABLE.format('env = "A"')), EMPTY)
    assert len(book.table.variants) == 1
    if os.name != "nt":
        assert mode_of(path) == 0o600
    left = names_in(path.parent) - {".providers.toml.lock"}
    assert left == {"providers.toml"}
    await book.close()


async def test_of_two_writers_the_second_is_told(make: Make, path: Path) -> None:
    """Also where the other is a person with an editor, or another server."""
    book, other = make(), make()
    await book.start()
    await other.start()
    first, second = specs(TABLE.format('env = "A"')), specs(TABLE.format('env = "B"'))
    done = await asyncio.gather(
        book.write(first, EMPTY),
        other.write(second, EMPTY),
        book.write(second, EMPTY),
        return_exceptions=True,
    )
    assert sum(each is None for each in done) == 1
    assert all(each is None or isinstance(each, ChangedError) for each in done)
    revision = book.in_force.revision
    put(path, text_of(path) + "# by hand\n")
    with pytest.raises(ChangedError):
        await book.write(second, revision)
    assert text_of(path).endswith("# by hand\n")
    await book.close()
    await other.close()


async def test_what_was_spoilt_by_hand_is_kept_when_it_is_written_over(make: Make, path: Path) -> None:
    put(path, "[[provider]]\nname = 'half a\n")
    book = make()
    await book.start()
    await book.write(specs(TABLE.format('env = "A"')), book.in_force.revision)
    assert text_of(path.with_name("providers.toml.before")) == "[[provider]]\nname = 'half a\n"
    assert book.in_force.error is None
    await book.close()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
async def test_a_link_stays_a_link(make: Make, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "atlas.toml"
    folder(target.parent)
    put(target, "# mine\n\n")
    link(path, target)
    book = make()
    await book.start()
    await book.write(specs(TABLE.format('env = "A"')), book.in_force.revision)
    assert is_link(path)
    assert text_of(target).startswith("# mine\n")
    assert len(book.table.variants) == 1
    await book.close()


async def test_a_writer_that_holds_the_lock_is_not_waited_for_forever(
    make: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    monkeypatch.setattr("atlas_desktop.server.gateway.providers.file._LOCK_SECONDS", 0.05)
    book = make()
    await book.start()
    with FileLock(path.with_name(".providers.toml.lock")), pytest.raises(BusyError):
        await book.write([], EMPTY)
    await book.close()


async def test_a_provider_that_cannot_be_reached_goes_last_for_a_while(
    make: Make, path: Path, clock: HandClock
) -> None:
    put(path, TABLE.format('env = "A"'))
    book = make({"A": "sk-aaaabbbbcccc"})
    await book.start()
    assert book.down == frozenset()
    for _ in range(DOWN_AFTER):
        book.failed("one", "could not be reached", unreachable=True)
    assert book.down == {"one"}
    clock.seconds += DOWN_SECONDS
    assert book.down == frozenset()
    book.failed("one", "could not be reached", unreachable=True)
    assert book.down == {"one"}
    book.worked("one")
    assert book.down == frozenset()
    for _ in range(DOWN_AFTER):
        book.failed("one", "answered with an error")
    assert book.down == frozenset()
    assert book.health.of("one").error == "answered with an error"
    await book.close()


@pytest.mark.parametrize("key", ["", " ", "two words", "a\r\nx-evil: 1", "gr\u00fcn", "\x00", "k" * 5000])
async def test_what_cannot_be_sent_is_no_key(make: Make, path: Path, key: str) -> None:
    put(path, TABLE.format('env = "A"'))
    book = make({"A": key}, provider_keys={"one": key})
    await book.start()
    assert ready(book) == [False]
    assert book.endpoint(book.table.variants[0]).key is None
    await book.close()
