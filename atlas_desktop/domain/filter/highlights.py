"""Where a text says what the query looks for."""

from atlas_desktop.domain.query import Query

Span = tuple[int, int]


class Highlighter:
    """Finds the words and phrases of one query. Making one costs more than using it: keep it per query."""

    def __init__(self, query: Query) -> None:
        self._words = tuple(words for words in query.words if not words.negated)

    def spans(self, text: str) -> tuple[Span, ...]:
        """From where to where (code points), in order, without overlaps."""
        return ()


def highlights(text: str, query: Query) -> tuple[Span, ...]:
    """The spans of one text; for many texts keep a `Highlighter`."""
    return Highlighter(query).spans(text)
