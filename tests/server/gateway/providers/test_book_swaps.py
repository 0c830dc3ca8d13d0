"""A table that is replaced while a call is decided by the one before: the call goes where it was decided to go."""

from pathlib import Path

import pytest

from atlas_desktop.server.gateway.providers.book import ProviderBook
from tests.server.talk import config_for


def table(base_url: str, served_by: str) -> str:
    lines = ["[[provider]]", 'name = "gpu"', f'base_url = "{base_url}"', f'served_by = "{served_by}"']
    return "\n".join([*lines, "[[provider.model]]", 'id = "meta/llama-3.3"', "open_weight = true\n"])


async def test_the_same_name_in_another_table_is_another_provider(tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    book = ProviderBook(config_for(tmp_path / "atlas.db"), path, {})
    path.write_text(table("https://ours.example/v1", "provider"))
    await book.start()
    (decided,) = book.table.variants

    path.write_text(table("https://network.example/v1", "atlas_network"))
    await book.check()
    (now,) = book.table.variants
    assert book.endpoint(now).base_url == "https://network.example/v1"
    assert book.endpoint(decided).base_url == "https://ours.example/v1"

    path.write_text("")
    await book.check()
    assert book.endpoint(now).base_url == "https://network.example/v1"
    with pytest.raises(KeyError):
        book.endpoint(decided)
    await book.close()
