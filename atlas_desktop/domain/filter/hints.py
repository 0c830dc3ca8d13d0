"""What a line asks for that no call has, with what was perhaps meant."""

from collections.abc import Iterator

from atlas_desktop.domain.filter.facets import Facets
from atlas_desktop.domain.filter.fields import SHAPES
from atlas_desktop.domain.filter.language import Fault, Parsed, Token
from atlas_desktop.domain.filter.reading import nearest
from atlas_desktop.domain.filter.spelling import format_value
from atlas_desktop.domain.query import Term
from atlas_desktop.wording import tr


def unknown_names(parsed: Parsed, vocabulary: Facets) -> tuple[Fault, ...]:
    """Names nothing in the store has or begins with. They filter all the same: new calls may have them."""
    if not vocabulary.total:
        return ()
    return tuple(
        fault for token in parsed.tokens for term in token.terms for fault in _of(token, term, vocabulary)
    )


def _of(token: Token, term: Term, vocabulary: Facets) -> Iterator[Fault]:
    if SHAPES[term.field].kind != "name" or term.op == "none" or token.colon is None:
        return
    known = [value.term.value for value in vocabulary.of(term.field) if value.term.op == "is"]
    wanted = term.value.lower()
    if any(name.lower().startswith(wanted) for name in known):
        return
    near = nearest(wanted, {name.lower() for name in known})
    meant = next((name for name in known if name.lower() == near), None)
    yield Fault(
        token.colon,
        token.end,
        tr("No call has the {field} {name}.", field=term.field, name=term.value),
        None if meant is None else format_value(Term(term.field, meant)),
    )
