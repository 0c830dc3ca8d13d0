"""One gateway for all real clients: a server process takes half a second."""

from collections.abc import Iterator

import pytest

from tests.clients.served import Served, served


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("gateway")) as found:
        yield found
