"""Catalogs of words: found in the source, kept as .po, compiled to .mo.

``python packaging/translations.py update`` finds every sentence, adds it to each catalog, and compiles them.
``… missing LANGUAGE`` shows what a catalog lacks.
"""

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from atlas_desktop.app.commands import COMMANDS  # noqa: E402 - found there

PLACE = ROOT / "resources" / "translations"
LANGUAGES = ("de", "ar")
Message = str | tuple[str, str]
# Which arguments of a call are sentences; by position, and by name.
_CALLS: dict[str, tuple[int, ...]] = {"tr": (0,), "mark": (0,), "trn": (0, 1), "Command": (1,)}
_SETTINGS = ROOT / "atlas_desktop" / "app" / "settings.py"


def messages() -> list[Message]:
    """Every sentence of the program, sorted; a pair is singular and plural."""
    # Some titles are made of parts: the table itself knows them all.
    found: set[Message] = {each.title for each in COMMANDS}
    for path in sorted((ROOT / "atlas_desktop").rglob("*.py")):
        if "server" not in path.parts:
            settings = path == _SETTINGS
            found |= set(messages_in(path.read_text("utf-8"), fields=settings))
    return sorted(found, key=lambda each: each if isinstance(each, str) else each[0])


def messages_in(source: str, *, fields: bool = False) -> Iterator[Message]:
    """The sentences of one file; ``fields`` are those of a model that is shown."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
            yield from _of_field(node) if fields else ()
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "Menu":
            yield from filter(None, map(_words, ast.walk(node.value)))


def _of_call(node: ast.Call) -> Iterator[Message]:
    places = _CALLS.get(_name(node.func), ())
    words = [found for at in places if at < len(node.args) and (found := _words(node.args[at]))]
    if words and len(words) == len(places):
        yield words[0] if len(words) == 1 else (words[0], words[1])


def _of_field(node: ast.Call) -> Iterator[Message]:
    if _name(node.func) == "Field":
        for keyword in node.keywords:
            if keyword.arg in ("title", "description") and (found := _words(keyword.value)):
                yield found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _words(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def catalog(language: str) -> Catalog:
    """A language's catalog as it is in its file."""
    path = PLACE / language / "atlas.po"
    if not path.exists():
        return Catalog(locale=language, project="Atlas Desktop", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalog with every sentence of the program, and no other."""
    old = catalog(language)
    new = Catalog(locale=language, project="Atlas Desktop", charset="utf-8", fuzzy=False)
    new.header_comment = f"# Atlas Desktop: {language}. Made by packaging/translations.py update."
    for each in messages():
        kept = old.get(each if isinstance(each, str) else each[0])
        new.add(each, kept.string if kept is not None and _same_kind(kept.id, each) else None)
    return new


def _same_kind(one: object, other: Message) -> bool:
    return isinstance(one, str) == isinstance(other, str)


def missing(language: str) -> list[Message]:
    """What has no translation yet."""
    return [_message(each.id) for each in updated(language) if each.id and not all(strings(each.string))]


def _message(found: object) -> Message:
    one, *many = strings(found)
    return (one, many[0]) if many else one


def strings(value: object) -> tuple[str, ...]:
    """A sentence, or all its forms, as a tuple."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def po_bytes(made: Catalog) -> bytes:
    """The text of a catalog: the same for the same words, whenever it is made."""
    file = io.BytesIO()
    write_po(file, made, width=110, no_location=True, omit_header=False)
    kept = [line for line in file.getvalue().splitlines() if not line.startswith(_CHANGING)]
    return b"\n".join(kept) + b"\n"


_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of every catalog: the same words are to make the same file."""
_CHANGING = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Report-Msgid', b'"Last-Translator',
             b'"Language-Team', b'"Project-Id-Version')  # fmt: skip


def mo_bytes(language: str) -> bytes:
    """The compiled catalog of a language as its .po stands."""
    file, made = io.BytesIO(), catalog(language)
    made.creation_date = made.revision_date = _ALWAYS
    write_mo(file, made)
    return file.getvalue()


def update() -> None:
    """Find, add, compile."""
    for language in LANGUAGES:
        folder = PLACE / language
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "atlas.po").write_bytes(po_bytes(updated(language)))
        (folder / "atlas.mo").write_bytes(mo_bytes(language))
        print(f"{language}: {len(messages())} sentences, {len(missing(language))} not translated")


def main(arguments: list[str]) -> int:
    """Run one command."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments[:1] == ["missing"] and arguments[1:]:
        for each in missing(arguments[1]):
            print(each)
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
