"""Providers' keys from the keyring of this computer, for a server that may not know of keyrings itself."""

import threading
from typing import Final

from atlas_desktop.app.provider_keys import PREFIX
from atlas_desktop.app.secrets import LIMIT_SECONDS, SERVICE, system_ring, trusted
from atlas_desktop.logs import register_secret

_ALLOWED_SECONDS: Final = LIMIT_SECONDS


def provider_key(entry: str) -> str | None:
    """The key kept under this entry; None where there is none, or no keyring that answers within 3 seconds.

    Only what was kept as a provider's key: the other entries are the keys of connections and of the judge.
    """
    if not entry.startswith(PREFIX):
        return None
    found: list[str] = []

    def ask() -> None:
        try:
            key = trusted(system_ring()).get_password(SERVICE, entry)
        except Exception:  # noqa: BLE001 - D-Bus, ctypes and COM each bring their own
            return
        if key:
            register_secret(key)
            found.append(key)

    # A daemon thread: a keyring that waits for a password nobody sees must not keep the server from ending.
    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    asking.join(_ALLOWED_SECONDS)
    return found[0] if found else None
