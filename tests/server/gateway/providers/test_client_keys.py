"""A key for a program, made by the app that runs the server."""

from pathlib import Path

from atlas_desktop.server.config import StaticKey, sqlite_url
from atlas_desktop.server.keys import list_keys, revoke_key
from tests.app.test_local_server import assert_in_no_file
from tests.server.gateway.providers.desk import OPERATOR, code_of, opened
from tests.server.talk import ALICE, NARROW, OTHER


async def test_a_key_that_was_made_asks_the_gateway_and_is_no_operator(tmp_path: Path) -> None:
    async with opened(tmp_path) as desk:
        await desk.put(desk.spec())
        answered = await desk.ask("POST", "/keys", {"name": " my-app "})
        assert answered.status_code == 200, answered.text
        made = answered.json()
        assert made["name"] == "my-app"
        assert made["key"].startswith(f"nm_live_{made['prefix']}_")
        program = StaticKey(made["key"])
        body = {"model": "atlas-1", "messages": [{"role": "user", "content": "hello"}]}
        assert (await desk.ask("POST", "/chat/completions", body, program)).status_code == 200
        assert (await desk.ask("GET", "/capabilities", key=program)).json()["reviewer"] == "my-app"
        assert code_of(await desk.ask("POST", "/keys", {"name": "another"}, program)) == (
            403,
            "operator_required",
        )
        # It is of the operator's organization, and the text of it is in none of the server's files.
        assert len((await desk.ask("GET", "/calls", key=program)).json()["data"]) == 1
        assert_in_no_file(made["key"].rpartition("_")[2], tmp_path)


async def test_the_command_line_lists_it_and_takes_it_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as desk:
        made = (await desk.ask("POST", "/keys", {"name": "my-app", "customer": "acme"})).json()
    url = sqlite_url(tmp_path / "atlas.db")
    (listed,) = list_keys(url)
    assert (listed.prefix, listed.name, listed.organization, listed.customer) == (
        made["prefix"], "my-app", "north", "acme",
    )  # fmt: skip
    assert revoke_key(url, made["prefix"])
    async with opened(tmp_path) as desk:
        assert (await desk.ask("GET", "/calls", key=StaticKey(made["key"]))).status_code == 401


async def test_nobody_else_makes_one_and_it_has_a_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as desk:
        for key in (ALICE, NARROW, OTHER):
            assert code_of(await desk.ask("POST", "/keys", {"name": "x"}, key)) == (403, "operator_required")
        for name in ("", "  ", "x" * 101, None):
            assert (await desk.ask("POST", "/keys", {"name": name})).status_code == 422, name


async def test_asked_twice_there_are_two(tmp_path: Path) -> None:
    """A repeat cannot be given the same answer: nobody has it any more."""
    async with opened(tmp_path) as desk:
        token = {"idempotency-key": "one"}
        first, second = [
            (await desk.ask("POST", "/keys", {"name": "x"}, OPERATOR, **token)).json()["key"]
            for _ in range(2)
        ]
        assert first != second
