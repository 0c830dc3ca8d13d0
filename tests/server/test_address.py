"""Base URLs: what a key may be sent to, as it is written."""

import pytest

from atlas_desktop.server.scoring.address import AddressRefused, target_of


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "2852039166", "0.0", "127.0.0.1.1", "256.1.1.1", "1.2.3."]
)
def test_an_address_that_is_not_written_out_is_none(host: str) -> None:
    # aiohttp takes all digits and dots for an address: it would go there without the look-up that is checked.
    with pytest.raises(AddressRefused):
        target_of(f"https://{host}/v1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.7", "[::1]", "1password.example", "4.example", "localhost"]
)
def test_addresses_and_names_are_taken(host: str) -> None:
    assert target_of(f"https://{host}/v1").host == host.strip("[]")
