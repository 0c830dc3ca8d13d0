"""Where a key may be sent: https anywhere, http only to this computer."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from atlas_desktop.api.errors import BadAddress
from atlas_desktop.contract.limits import API_BASE


@dataclass(frozen=True, slots=True)
class Address:
    """A checked base URL, without a slash at its end. ``root`` is the same without its ``/v1``."""

    base: str
    root: str
    host: str
    loopback: bool
    secure: bool


def parse_address(url: str) -> Address:
    """Check a base URL. A bare origin gets the ``/v1`` every Atlas has. Raises BadAddress."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("This is not a URL") from None
    if parts.scheme not in {"http", "https"} or not host or not url.isascii() or not url.isprintable():
        raise BadAddress("The address must look like https://host/v1")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BadAddress("The address must hold no user name, password, query or fragment: only the server")
    loopback = is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise BadAddress(f"The key would cross the network in the clear: use https for {host}")
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")
    path = parts.path.rstrip("/") or API_BASE
    root = origin + path.removesuffix(API_BASE)
    return Address(origin + path, root, host, loopback, parts.scheme == "https")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this computer, by its text alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def fill(path: str, **values: str) -> str:
    """A route's path with its ``{names}`` replaced, each by exactly one path segment."""
    for name, value in values.items():
        if value in {"", ".", ".."}:
            raise ValueError(f"{value!r} cannot be part of a path")
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path
