"""A key that cannot be shown, logged, dumped or pickled by accident."""

import hmac
import re
from typing import Any, Final, NoReturn

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_KIND = re.compile(r"[a-z]{2,4}[_-]")
_TAIL: Final = 4
_SHORT: Final = 16


class Secret:
    """Text whose every rendering is ``nm_…a1b2``; only :meth:`reveal` gives it back.

    Pydantic fields take a str or a Secret and dump the masked form, so a model can never write one out.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself: for the one line that sends it or hands it to the keyring."""
        return self.__text

    @property
    def masked(self) -> str:
        """What may be shown: the kind and the last four characters, less of a short one."""
        kind = _KIND.match(self.__text)
        tail = self.__text[-_TAIL:] if len(self.__text) >= _SHORT else ""
        return f"{kind.group() if kind and tail else ''}…{tail}"

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self.__text)

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="always"),
        )
