"""JSON as text under the hands of a person: half finished most of the time, and each part has a place."""

from atlas_desktop.domain.json_text.completion import complete
from atlas_desktop.domain.json_text.layout import format_json
from atlas_desktop.domain.json_text.model import (
    Completion,
    Fault,
    Kind,
    Node,
    Option,
    Path,
    Problem,
    SchemaError,
    Span,
)
from atlas_desktop.domain.json_text.places import key_of, path_at, span_of
from atlas_desktop.domain.json_text.problems import problems
from atlas_desktop.domain.json_text.tree import Tree, forget, read


def fault(text: str) -> Fault | None:
    """The first reason why a text is no JSON, or None when it is."""
    return read(text).fault


__all__ = [
    "Completion",
    "Fault",
    "Kind",
    "Node",
    "Option",
    "Path",
    "Problem",
    "SchemaError",
    "Span",
    "Tree",
    "complete",
    "fault",
    "forget",
    "format_json",
    "key_of",
    "path_at",
    "problems",
    "read",
    "span_of",
]
