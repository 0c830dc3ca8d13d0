"""Notifications of a Linux desktop, over its session bus (Desktop Notifications Specification 1.2).

Not Qt's tray icon: it needs a tray, and GNOME has none.
"""

import asyncio
import html
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from atlas_desktop.app.loop_thread import LoopThread
from atlas_desktop.tasks import Tasks

# jeepney takes 60 ms to load, and only a fall of a pass rate needs it. There is none besides Linux.
# ruff: noqa: PLC0415
if TYPE_CHECKING:
    from jeepney.io.asyncio import DBusRouter

_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_APP: Final = "Atlas Desktop"
_DESKTOP_FILE: Final = "atlas-desktop"
_SECONDS: Final = 3.0
_QUEUE: Final = 50
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown: plain texts of one line or a few. ``action`` is what a click does, in words."""

    title: str
    body: str
    action: str


class DesktopNotices:
    """Everything of the bus runs on the network's loop; ``clicked`` is called on the loop that showed the notice."""

    def __init__(self, network: LoopThread) -> None:
        self._network = network
        self._router: DBusRouter | None = None
        self._talking: asyncio.Task[None] | None = None
        self._tasks = Tasks(_log_bug)
        self._one = asyncio.Lock()
        self._markup = False
        self._clicked: dict[int, Callable[[], None]] = {}

    async def show(self, notice: Notice, clicked: Callable[[], None]) -> bool:
        """Show it. False where this desktop takes no notices over a bus, or none at all."""
        if sys.platform != "linux":
            return False
        loop = asyncio.get_running_loop()

        def here() -> None:
            # The program may have ended between the click and now.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(clicked)

        try:
            return await self._network.run(self._show(notice, here))
        except RuntimeError:
            return False  # the network's thread has ended: so does the program

    async def _show(self, notice: Notice, clicked: Callable[[], None]) -> bool:
        try:
            async with asyncio.timeout(_SECONDS), self._one:
                router = await self._connected()
                number = await self._notify(router, notice)
        except Exception as error:  # noqa: BLE001 - a bus that is not there or broken says so in many ways
            _log.info("the desktop takes no notice: %s", error)
            if self._talking is not None:
                self._talking.cancel()
            self._talking = None
            return False
        self._clicked[number] = clicked
        return True

    async def _connected(self) -> "DBusRouter":
        """The bus, connected to when it is not. Raises what can go wrong with that."""
        if self._router is None or self._talking is None or self._talking.done():
            ready: asyncio.Future[DBusRouter] = asyncio.get_running_loop().create_future()
            self._talking = self._tasks.spawn("desktop notices", self._talk(ready))
            self._router = await ready
        return self._router

    async def _talk(self, ready: "asyncio.Future[DBusRouter]") -> None:
        """As long as the bus is there: its connection is what a click comes back over."""
        from jeepney.io.asyncio import DBusRouter, open_dbus_connection

        try:
            connection = await open_dbus_connection()
            try:
                async with DBusRouter(connection) as router:
                    await self._listen(router, ready)
            finally:
                # Not jeepney's open_dbus_router: it leaves the socket open when its receiver ended before it.
                await connection.close()
        except Exception as error:  # noqa: BLE001 - told to who waits; who comes later connects anew
            if not ready.done():
                ready.set_exception(error)

    async def _listen(self, router: "DBusRouter", ready: "asyncio.Future[DBusRouter]") -> None:
        from jeepney import MatchRule, message_bus
        from jeepney.io.asyncio import Proxy

        rule = MatchRule(type="signal", interface=_NAME, path=_PATH)
        await Proxy(message_bus, router).AddMatch(rule)
        self._markup = "body-markup" in await _capabilities(router)
        with router.filter(rule, bufsize=_QUEUE) as heard:
            ready.set_result(router)
            while True:
                self._hear(await heard.get())

    def _hear(self, message: Any) -> None:
        from jeepney.low_level import HeaderFields

        member, (number, *_) = message.header.fields.get(HeaderFields.member), message.body
        if member == "ActionInvoked" and (clicked := self._clicked.get(number)) is not None:
            clicked()
        if member in ("ActionInvoked", "NotificationClosed"):
            self._clicked.pop(number, None)

    async def _notify(self, router: "DBusRouter", notice: Notice) -> int:
        body = html.escape(notice.body, quote=False) if self._markup else notice.body
        hints = {"desktop-entry": ("s", _DESKTOP_FILE), "urgency": ("y", 1)}
        arguments = (
            _APP, 0, _DESKTOP_FILE, notice.title, body, ["default", notice.action], hints, -1,
        )  # fmt: skip
        (number,) = await _ask(router, "Notify", "susssasa{sv}i", arguments)
        return int(number)


def _log_bug(name: str, error: BaseException) -> None:
    _log.error("%s failed", name, exc_info=error)


async def _capabilities(router: "DBusRouter") -> list[str]:
    (found,) = await _ask(router, "GetCapabilities")
    return list(found)


async def _ask(
    router: "DBusRouter", member: str, signature: str | None = None, arguments: tuple[Any, ...] = ()
) -> Any:
    """Raises DBusErrorResponse."""
    from jeepney import DBusAddress, new_method_call
    from jeepney.wrappers import unwrap_msg

    there = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
    return unwrap_msg(await router.send_and_get_reply(new_method_call(there, member, signature, arguments)))
