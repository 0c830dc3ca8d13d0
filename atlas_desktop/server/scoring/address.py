"""Where the server itself may connect to: the judge's address, checked, and pinned once it was looked up."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_LOOPBACK_NAMES: Final = frozenset({"localhost", "ip6-localhost"})


class AddressRefused(ValueError):  # noqa: N818 - said to whoever configured it
    """This is no address to send a key to, with the reason."""


@dataclass(frozen=True, slots=True)
class Target:
    """``path`` is what comes before ``/chat/completions``."""

    host: str
    port: int
    path: str
    secure: bool


def target_of(base_url: str) -> Target:
    """The parts of a base URL. Only https, or http to this computer. Raises AddressRefused."""
    try:
        url = urlsplit(base_url)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise AddressRefused("this is no URL") from None
    if not host or not base_url.isascii() or not base_url.isprintable() or " " in base_url:
        raise AddressRefused("this is no URL")
    if host.replace(".", "").isdigit() and not _is_address(host):
        # 127.1 and 2130706433 are addresses to the system, and to some clients no names to look up and check.
        raise AddressRefused("write the address as four numbers")
    if url.username is not None or url.query or url.fragment:
        raise AddressRefused("a base URL has no user, no query and no fragment")
    if url.scheme == "http" and not is_this_computer(host):
        raise AddressRefused("http is for this computer only: use https")
    if url.scheme not in ("http", "https"):
        raise AddressRefused("a base URL begins with https://")
    secure = url.scheme == "https"
    return Target(host, port or (443 if secure else 80), url.path.rstrip("/"), secure)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_this_computer(host: str) -> bool:
    """Whether the name itself says loopback; what it resolves to is not asked."""
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def resolved(target: Target) -> str:
    """The one address to connect to. Raises AddressRefused, and OSError when there is none.

    A name that leads to this computer or to a link-local address (where clouds keep their secrets) was not
    meant so by whoever configured it; private networks are theirs.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback and not is_this_computer(target.host):
        raise AddressRefused(f"{target.host} leads to this computer")
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        raise AddressRefused(f"{target.host} leads to an address that is no server's")
    return address
