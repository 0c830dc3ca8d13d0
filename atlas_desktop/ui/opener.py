"""The one place that hands an address to the system: after it was looked through, and after a yes."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from atlas_desktop.domain.links import inspect


def open_address(address: str) -> bool:
    """Open it in the browser. False: it is none that may be opened, or there is no browser."""
    target = inspect(address)
    if target.opens != address:
        return False
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() != "https" or url.userInfo():
        return False
    return QDesktopServices.openUrl(url)
