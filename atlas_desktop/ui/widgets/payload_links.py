"""Links in recorded text: they lead nowhere by themselves. They can be copied, or opened after a word."""

import html
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QMenu

from atlas_desktop.domain.links import URL, Refusal, inspect
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.widgets.payload_formats import TARGET
from atlas_desktop.wording import mark, tr

if TYPE_CHECKING:
    from atlas_desktop.ui.widgets.payload_view import PayloadView

WHY: Final[dict[Refusal, str]] = {
    "hidden": mark("the link holds characters that hide where it leads"),
    "scheme": mark("only https links are opened, and this is none"),
    "not_https": mark("the link is not encrypted: only https is opened"),
    "user": mark("the link shows a name that is not where it leads"),
    "host": mark("the link names no host that can be trusted"),
    "local": mark("the link leads to this computer or its network"),
    "long": mark("the link is too long to be looked through"),
}
_LONGEST: Final = 300


def link_at(view: "PayloadView", position: int) -> str | None:
    """The address at this position of the display, as it is written."""
    text_format = view.format_at(position)
    if text_format.hasProperty(TARGET):
        return text_format.stringProperty(TARGET)
    block = view.document().findBlock(position)
    text = view.feed.shown.original(block.position(), block.position() + block.length() - 1)
    at = view.feed.shown.offset_at(position) - view.feed.shown.offset_at(block.position())
    found = next((each for each in URL.finditer(text) if each.start() <= at <= each.end()), None)
    return found[0] if found is not None else None


def next_link(view: "PayloadView") -> str | None:
    """Put the caret on the next link of the text, from the start again after the last; the link."""
    document, from_here = view.document(), view.textCursor().selectionEnd()
    for begin, end in ((from_here, document.characterCount()), (0, from_here)):
        block = document.findBlock(begin)
        while block.isValid() and block.position() < end:
            pieces = block.begin()
            while not pieces.atEnd():
                fragment = pieces.fragment()
                if fragment.charFormat().hasProperty(TARGET) and begin <= fragment.position() < end:
                    cursor = QTextCursor(document)
                    cursor.setPosition(fragment.position())
                    cursor.setPosition(
                        fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor
                    )
                    view.setTextCursor(cursor)
                    view.ensureCursorVisible()
                    return fragment.charFormat().stringProperty(TARGET)
                pieces += 1
            block = block.next()
    return None


def link_hint(url: str) -> str:
    """The tool tip of a link, as HTML that is only an escaped text."""
    target = inspect(url)
    words = tr("leads to {host}", host=target.host) if target.host else tr(WHY[target.refusal or "host"])
    # A tag, or Qt would take it for HTML only where something in it was escaped.
    return f"<p>{html.escape(one_line(url[:_LONGEST]))}<br>{html.escape(words)}</p>"


def links_menu(view: "PayloadView", url: str | None) -> QMenu:
    """What can be done at a place of the text."""
    menu = QMenu(view)
    menu.setAccessibleName(tr("Text"))
    menu.aboutToHide.connect(menu.deleteLater)
    copy = menu.addAction(tr("Copy"), view.copy)
    copy.setEnabled(view.textCursor().hasSelection())
    menu.addAction(tr("Select all"), view.selectAll)
    if url is not None:
        menu.addSeparator()
        menu.addAction(tr("Copy link"), lambda: copy_link(view, url))
        target = inspect(url)
        if target.opens is not None:
            menu.addAction(tr("Open {host}…", host=target.host), lambda: view.open_wanted.emit(url))
        else:
            menu.addAction(tr("Not to be opened: {why}", why=tr(WHY[target.refusal or "host"]))).setEnabled(
                False
            )
    return menu


def copy_link(view: "PayloadView", url: str) -> None:
    """The address to the clipboard, exactly as it is written."""
    QGuiApplication.clipboard().setText(url)
    view.copied.emit(tr("link"))
