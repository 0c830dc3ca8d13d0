"""Looking up providers' names, and not going where a provider's name should not lead."""

import ipaddress
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from atlas_desktop.server.scoring.address import is_this_computer


class ForbiddenAddressError(OSError):
    """The name leads to this computer or to an address that is no server's, though the table does not say so."""


class CheckedResolver(AbstractResolver):
    """Gives only addresses that whoever wrote the table can have meant (see server/scoring/address.py).

    The connection is made to what was checked here: there is no second look-up in between.
    """

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError."""
        found: list[Any] = await self._inner.resolve(host, port, family)
        allowed = [each for each in found if may_be_meant(host, each["host"])]
        if found and not allowed:
            raise ForbiddenAddressError(f"{host} leads to an address that is no server's")
        return allowed

    async def close(self) -> None:
        """Nothing is kept."""
        await self._inner.close()


def may_be_meant(host: str, address: str) -> bool:
    """Whether a provider of this name can be at this address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return is_this_computer(host)
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
