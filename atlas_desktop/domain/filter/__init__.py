"""The filter as people handle it: a line to type, facets to tick, words to see marked.

All pure. The line and the facets are two editors of one `Query`.
"""

from atlas_desktop.domain.filter.completion import Completion, Option, complete
from atlas_desktop.domain.filter.facets import Facets, FacetValue, exclude_only, is_chosen, set_only, toggle
from atlas_desktop.domain.filter.highlights import Highlighter, highlights
from atlas_desktop.domain.filter.hints import unknown_names
from atlas_desktop.domain.filter.language import Fault, Parsed, Token, parse, parse_query
from atlas_desktop.domain.filter.spelling import format_query, format_term

__all__ = [
    "Completion",
    "FacetValue",
    "Facets",
    "Fault",
    "Highlighter",
    "Option",
    "Parsed",
    "Token",
    "complete",
    "exclude_only",
    "format_query",
    "format_term",
    "highlights",
    "is_chosen",
    "parse",
    "parse_query",
    "set_only",
    "toggle",
    "unknown_names",
]
