"""Emphasis, code, links and pictures inside a paragraph, each led back to its place in the source. Pure.

markdown-it's inline tokens carry no positions. They are found by walking the source beside the tokens; where the two
do not agree the paragraph is shown as it is written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from atlas_desktop.domain.links import URL, Target, inspect
from atlas_desktop.ui.hostile_text import one_line
from atlas_desktop.ui.rendering.runs import Look, Run, between
from atlas_desktop.wording import tr

if TYPE_CHECKING:
    from markdown_it.token import Token

_LOOKS: Final = {"strong": Look.BOLD, "em": Look.ITALIC, "s": Look.STRIKE}
_SPACE: Final = re.compile(r"[ \t]*")
_BREAK: Final = re.compile(r"[ \t]*\\?\n")
_GAP: Final = re.compile(r"\s*")
_LONGEST: Final = 120


class Astray(Exception):  # noqa: N818 - not an error: the text is shown as it is written
    """The tokens are not what the source says."""


def inline_runs(source: str, tokens: "Sequence[Token]", look: int = 0) -> list[Run]:
    """The runs of a paragraph's source. Raises Astray."""
    walk = _Walk(source, look)
    for token in tokens:
        walk.take(token)
    walk.finish()
    return walk.runs


def plain_runs(source: str, look: int = 0) -> list[Run]:
    """Text without markup: addresses in it are still told apart."""
    walk = _Walk(source, look)
    walk.text(len(source))
    return walk.runs


@dataclass(slots=True)
class _Open:
    """A link that was begun: where its text starts."""

    at: int
    runs: int
    auto: bool


class _Walk:
    def __init__(self, source: str, look: int) -> None:
        self.runs: list[Run] = []
        self._source = source
        self._at = 0
        self._looks = [look]
        self._open: _Open | None = None

    def take(self, token: "Token") -> None:
        name, _, side = token.type.rpartition("_")
        if token.type in ("text", "text_special"):
            self._literal(token)
        elif token.type in ("softbreak", "hardbreak"):
            self._hide(self._match(_BREAK))
            self._add(self._match(_SPACE))
        elif token.type == "code_inline":
            self._code(token)
        elif token.type == "image":
            self._image(token)
        elif name == "link":
            self._link(token) if side == "open" else self._link_end()
        elif name in _LOOKS:
            self._mark(token.markup, _LOOKS[name], opens=side == "open")
        else:
            raise Astray(token.type)

    def finish(self) -> None:
        self._hide(self._match(_GAP))
        if self._at != len(self._source):
            raise Astray("rest")

    def text(self, end: int) -> None:
        """As written up to here; addresses in it are links."""
        for found in URL.finditer(self._source, self._at, end):
            written = found[0].rstrip(".,;:!?)]'*_")
            self._add(found.start())
            self._add(found.start() + len(written), Look.LINK, written)
            self._warn(inspect(written))
        self._add(end)

    def _literal(self, token: "Token") -> None:
        if token.type == "text_special":
            if not token.content or not self._source.startswith(token.markup, self._at):
                raise Astray("escape")
            self._hide(self._at + len(token.markup) - len(token.content))
            self._add(self._at + len(token.content))
            return
        if not self._source.startswith(token.content, self._at):
            raise Astray("text")
        end = self._at + len(token.content)
        if self._open is not None:
            self._add(end)
        else:
            self.text(end)

    def _mark(self, markup: str, look: int, *, opens: bool) -> None:
        if not self._source.startswith(markup, self._at):
            raise Astray("mark")
        self._hide(self._at + len(markup))
        if opens:
            self._looks.append(self._looks[-1] | look)
        else:
            self._looks.pop()

    def _code(self, token: "Token") -> None:
        markup = token.markup
        first = self._at + len(markup)
        for gap in (0, 1):
            start, end = first + gap, first + gap + len(token.content)
            written = self._source[start:end].replace("\n", " ")
            if written == token.content and self._source.startswith(markup, end + gap):
                self._expect(markup)
                self._hide(start)
                self._add(end, Look.CODE)
                self._hide(end + gap + len(markup))
                return
        raise Astray("code")

    def _image(self, token: "Token") -> None:
        start, words = self._at, token.content
        self._expect("![")
        label_end = start + 2 + len(words)
        if self._source[start + 2 : label_end] != words:
            raise Astray("image")
        end, url = self._destination(label_end)
        shown = tr("image: {words}  {target}", words=_short(words) or tr("no words"), target=_short(url))
        self.runs.append(Run(start, end, f" {shown} ", self._looks[-1] | Look.IMAGE, url))
        self._at = end

    def _link(self, token: "Token") -> None:
        auto = token.markup == "autolink"
        self._expect("<" if auto else "[")
        self._hide(self._at + 1)
        self._open = _Open(self._at, len(self.runs), auto)
        self._looks.append(self._looks[-1] | Look.LINK)

    def _link_end(self) -> None:
        opened, self._open = self._open, None
        self._looks.pop()
        if opened is None:
            raise Astray("link")
        words = self._source[opened.at : self._at]
        if opened.auto:
            url = words
            self._expect(">")
            self._hide(self._at + 1)
        else:
            end, url = self._destination(self._at)
            self._hide(end)
        for at in range(opened.runs, len(self.runs)):
            run = self.runs[at]
            if run.look & Look.LINK and run.detail is None:
                self.runs[at] = Run(run.start, run.end, run.shown, run.look, url)
        self._lead(url, words)

    def _lead(self, url: str, written: str) -> None:
        """After the words of a link, where it leads: they say what they like."""
        target = inspect(url)
        if target.written == written:
            self._warn(target)
            return
        self._beside(target.host if target.host is not None else _short(url), Look.MUTED)

    def _warn(self, target: Target) -> None:
        """An address that shows its host needs no word, unless it is not what it looks like."""
        if target.refusal in ("user", "hidden", "host"):
            self._beside(tr("not what it looks like"), Look.WARN)
        elif target.spelled and target.host is not None:
            self._beside(target.host, Look.WARN)

    def _beside(self, words: str, look: int) -> None:
        # Isolated, so that an address in a right-to-left line does not mix with its neighbours.
        self.runs.append(between(self._at, f" \u2068‹{words}›\u2069", self._looks[-1] & ~Look.LINK | look))

    def _destination(self, at: int) -> tuple[int, str]:
        """The end of ``](address "title")`` at this place, and the address."""
        from markdown_it.helpers import parseLinkDestination, parseLinkTitle  # noqa: PLC0415 - see blocks._markdown

        source, most = self._source, len(self._source)
        if not source.startswith("](", at):
            raise Astray("target")
        at = _end(_GAP, source, at + 2)
        url, found = "", parseLinkDestination(source, at, most)
        if found.ok:
            url, at = source[at : found.pos].strip("<>"), found.pos
        gap = _end(_GAP, source, at)
        title = parseLinkTitle(source, gap, most)
        at = _end(_GAP, source, title.pos) if gap != at and title.ok else gap
        if not source.startswith(")", at):
            raise Astray("target")
        return at + 1, url

    def _expect(self, text: str) -> None:
        if not self._source.startswith(text, self._at):
            raise Astray(text)

    def _match(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._source, self._at)
        if found is None:
            raise Astray("break")
        return found.end()

    def _add(self, end: int, look: int = Look.PLAIN, detail: str | None = None) -> None:
        if end > self._at:
            self.runs.append(Run(self._at, end, None, self._looks[-1] | look, detail))
            self._at = end

    def _hide(self, end: int) -> None:
        if end > self._at:
            self.runs.append(Run(self._at, end, "", self._looks[-1]))
            self._at = end


def _end(pattern: re.Pattern[str], source: str, at: int) -> int:
    found = pattern.match(source, at)
    return found.end() if found is not None else at


def _short(text: str) -> str:
    return one_line(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
