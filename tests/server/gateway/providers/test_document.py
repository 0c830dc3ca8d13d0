"""The table that the document shows is one that is taken."""

import re
from pathlib import Path

from atlas_desktop.server.gateway.providers.toml_file import read_table

DOCUMENT = Path(__file__).parents[4] / "resources" / "docs" / "gateway.md"


def test_the_documents_table_is_taken() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    providers = read_table(text.encode())
    assert [provider.name for provider in providers] == ["openrouter", "openai", "vllm"]
    assert [len(provider.models) for provider in providers] == [1, 1, 1]
