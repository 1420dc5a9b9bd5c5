"""Typed reading of JSON objects: each value is what it should be, or one line says where not."""

from __future__ import annotations

from typing import Any, TypeVar

from rag.errors import ExportError
from rag.text import one_line

T = TypeVar("T", bound=str)


class Row:
    """A JSON object; a key that is missing or ``null`` reads as empty.

    Every method raises ``ExportError`` where the value is of another kind.
    """

    def __init__(self, value: Any, where: str) -> None:
        """Wrap ``value``; ``where`` names it in messages."""
        if not isinstance(value, dict):
            raise ExportError(
                f"{where} is JSON, but no object; give what `medlit ask --json` printed"
            )
        self._value: dict[str, Any] = value
        self.where = where

    def has(self, key: str) -> bool:
        """True where the key is there and not ``null``."""
        return self._value.get(key) is not None

    def text(self, key: str) -> str:
        """The text, cleaned; empty where there is none."""
        value = self._value.get(key)
        return "" if value is None else one_line(self._is(key, value, str, "a text"))

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list, cleaned, without empty ones."""
        found = (one_line(self._is(key, v, str, "a list of texts")) for v in self._list(key))
        return tuple(text for text in found if text)

    def number(self, key: str) -> int | None:
        """The whole number, or nothing."""
        value = self._value.get(key)
        if isinstance(value, bool):
            raise self._other(key, "a number")
        return None if value is None else int(self._is(key, value, int, "a whole number"))

    def numbers(self, key: str) -> tuple[int, ...]:
        """The whole numbers of a list."""
        found = [self._is(key, v, int, "a list of whole numbers") for v in self._list(key)]
        return tuple(found)

    def real(self, key: str) -> float:
        """The number, 0 where there is none."""
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
            raise self._other(key, "a number")
        return float(value or 0.0)

    def one_of(self, key: str, allowed: tuple[T, ...], default: T) -> T:
        """The value where it is one of ``allowed``; ``default`` where there is none."""
        text = self.text(key)
        if not text:
            return default
        for one in allowed:
            if text == one:
                return one
        raise self._other(key, f"one of {', '.join(allowed)}")

    def row(self, key: str) -> Row:
        """The object under the key; an empty one where there is none."""
        value = self._value.get(key)
        where = f"{self.where}: {key}"
        return Row({} if value is None else self._is(key, value, dict, "an object"), where)

    def rows(self, key: str) -> list[Row]:
        """The objects of a list."""
        return [
            Row(self._is(key, v, dict, "a list of objects"), f"{self.where}: {key} {n}")
            for n, v in enumerate(self._list(key), start=1)
        ]

    def _list(self, key: str) -> list[Any]:
        value = self._value.get(key)
        found: list[Any] = [] if value is None else self._is(key, value, list, "a list")
        return found

    def _is(self, key: str, value: Any, kind: type, said: str) -> Any:
        if not isinstance(value, kind):
            raise self._other(key, said)
        return value

    def _other(self, key: str, said: str) -> ExportError:
        return ExportError(f"{self.where}: {key!r} is not {said}; was the file changed by hand?")
