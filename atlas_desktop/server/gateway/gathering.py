"""The message that a stream's deltas add up to."""

from typing import Any

import orjson

from atlas_desktop.contract.base import Json
from atlas_desktop.server.gateway.said import fits, reason_of

_OF_A_TOOL = 100
_TEXTS = ("content", "refusal", "reasoning_content", "reasoning")


class Gathering:
    """Takes chunk by chunk; at any moment it says what has come so far. Anything malformed in a chunk is passed over."""

    __slots__ = ("_fields", "_role", "_texts", "_tools", "finish_reason", "size", "usage")

    def __init__(self) -> None:
        self._role = "assistant"
        self._texts: dict[str, list[str]] = {}
        self._tools: dict[int, dict[str, Any]] = {}
        self._fields: dict[str, Json] = {}
        self.finish_reason: str | None = None
        self.usage: dict[str, Json] | None = None
        self.size = 0
        """About how many bytes it has added up to."""

    def add(self, chunk: dict[str, Json]) -> None:
        """The next chunk. Of several answers (``n``) the first is kept."""
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            self.usage = usage
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and choice.get("index", 0) == 0:
                self._take(choice)

    def message(self) -> dict[str, Json]:
        """The assistant's message so far."""
        said: dict[str, Json] = {"role": self._role, "content": None, **self._fields}
        said |= {name: "".join(parts) for name, parts in self._texts.items()}
        if self._tools:
            said["tool_calls"] = [self._tool(self._tools[index]) for index in sorted(self._tools)]
        return said

    @property
    def text(self) -> str:
        """All that was generated, for counting it."""
        written = [part for parts in self._texts.values() for part in parts]
        return "".join(written) + "".join("".join(tool["arguments"]) for tool in self._tools.values())

    def _take(self, choice: dict[str, Json]) -> None:
        self.finish_reason = reason_of(choice.get("finish_reason")) or self.finish_reason
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return
        for name, value in delta.items():
            if name == "tool_calls":
                self._take_tools(value)
            elif name == "role":
                self._role = value if isinstance(value, str) else self._role
            elif isinstance(value, str) and name in _TEXTS:
                self._texts.setdefault(name, []).append(value)
                self.size += _bytes_of(value)
            elif value is not None and fits(name, value):
                self._fields[name] = value
                self.size += len(name) + len(orjson.dumps(value))

    def _take_tools(self, parts: Json) -> None:
        for part in parts if isinstance(parts, list) else ():
            if not isinstance(part, dict) or not isinstance(index := part.get("index", 0), int):
                continue
            tool = self._tools.setdefault(
                index, {"id": None, "type": "function", "name": [], "arguments": []}
            )
            tool |= {name: part[name] for name in ("id", "type") if isinstance(part.get(name), str)}
            self.size += _OF_A_TOOL
            function = part.get("function")
            if isinstance(function, dict):
                for name in ("name", "arguments"):
                    if isinstance(function.get(name), str):
                        tool[name].append(function[name])
                        self.size += _bytes_of(function[name])

    @staticmethod
    def _tool(tool: dict[str, Any]) -> dict[str, Json]:
        function = {"name": "".join(tool["name"]), "arguments": "".join(tool["arguments"])}
        return {"id": tool["id"], "type": tool["type"], "function": function}


def _bytes_of(text: str) -> int:
    """At most so many."""
    return len(text) if text.isascii() else 4 * len(text)
