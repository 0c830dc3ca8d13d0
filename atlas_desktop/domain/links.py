"""Where a link in recorded text leads, and whether it may be opened at all. Pure (sync.md, threat 4)."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

Refusal = Literal["hidden", "scheme", "not_https", "user", "host", "local", "long"]
"""Why a link cannot be opened here. hidden: characters a reader cannot see, or ones that programs read in
different ways. user: text before an @ that looks like the host. local: leads to this computer or its network."""

LONGEST: Final = 2_000
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAST: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_LOCAL: Final = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa"}
)
_PORT: Final = re.compile(r"[0-9]{1,5}")
_KEPT: Final = "/?#[]@!$&'()*+,;=-._~:%"

URL: Final = re.compile(r"(?:https?|ftp|file|javascript|data)://[^\s<>\"'`{}|^]+|https?:[^\s<>\"'`{}|^]{4,}")
"""What looks like an address in running text. Bounded by what no address holds."""


@dataclass(frozen=True, slots=True)
class Target:
    """``written`` is the link's own text. ``host`` is in ASCII, so that no letter passes for another one, with
    its port where it names one; None when there is none to trust. ``opens`` is the address that may be opened."""

    written: str
    host: str | None
    opens: str | None
    refusal: Refusal | None
    spelled: bool = False
    """Whether the host is written with letters that are not ASCII: they may look like others."""


def inspect(url: str) -> Target:
    """Where ``url`` leads. Only a plain https address of a public name can be opened."""
    if len(url) > LONGEST:
        return Target(url, None, None, "long")
    if not url.isprintable() or "\\" in url or " " in url:
        return Target(url, None, None, "hidden")
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in ("http", "https"):
        return Target(url, None, None, "scheme")
    rest = url[scheme.end() :]
    if not rest.startswith("//") or rest.startswith("///"):
        return Target(url, None, None, "host")
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    if "@" in authority:
        return Target(url, None, None, "user")
    return _judged(url, scheme[1].lower(), authority, rest[2 + len(authority) :])


def _judged(url: str, scheme: str, authority: str, path: str) -> Target:
    name, colon, port = authority.partition(":")
    host = _ascii(name)
    if host is None or (colon and not (_PORT.fullmatch(port) and 0 < int(port) < 65_536)):
        return Target(url, None, None, "host")
    labels = host.split(".")
    shown = f"{host}:{port}" if colon else host
    spelled = not name.isascii() or "xn--" in host
    if labels[-1] in _LOCAL or len(labels) < 2 or not _LAST.fullmatch(labels[-1]):
        return Target(url, shown, None, "local", spelled)
    if scheme != "https":
        return Target(url, shown, None, "not_https", spelled)
    return Target(url, shown, f"https://{shown}{quote(path, safe=_KEPT)}", None, spelled)


def _ascii(name: str) -> str | None:
    """The host as it is looked up; None when it is no host name."""
    try:
        host = name.encode("idna").decode().lower() if name else ""
    except UnicodeError:
        return None
    labels = host.split(".")
    return host if len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels) else None
