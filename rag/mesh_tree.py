"""The MeSH tree: a heading and all that lie below it, as PubMed explodes ``Asthma[mh]``.

Reads the file that NLM publishes each year as ``mtreesYYYY.bin`` (one ``Heading;A01.001`` a
line; https://www.nlm.nih.gov/databases/download/mesh.html). A heading with several tree
numbers stands on as many lines. Entry terms (synonyms) and qualifiers are not in that file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path

from rag.errors import ConfigError
from rag.text import fold

_NUMBER = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{2,3})*")
_WHERE = "give NLM's mtreesYYYY.bin, one 'Heading;A01.001' a line"


class MeshTree:
    """Headings by tree number. Names are compared as ``rag.text.fold`` makes them."""

    def __init__(self, numbers: Mapping[str, Iterable[str]]) -> None:
        """Take heading → its tree numbers."""
        self._names: dict[str, str] = {}
        self._numbers: dict[str, list[str]] = {}
        places: list[tuple[str, str]] = []
        for name, own in numbers.items():
            key = fold(name)
            self._names[key] = name
            self._numbers.setdefault(key, []).extend(own)
            places.extend((number, key) for number in own)
        places.sort()
        self._places = places

    @classmethod
    def read(cls, file: Path | str) -> MeshTree:
        """Read a file in the form of ``mtreesYYYY.bin`` (UTF-8, with or without BOM and CRLF).

        Raises:
            ConfigError: the file cannot be read, holds no heading, or a line (its number is
                named) is no heading with a tree number.
        """
        path = Path(file)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            reason = error.strerror or error
            raise ConfigError(f"the MeSH tree {path} cannot be read: {reason}; {_WHERE}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"the MeSH tree {path} is not UTF-8 text; {_WHERE}") from error
        if text.lstrip().startswith("<"):
            raise ConfigError(f"the MeSH tree {path} is XML; {_WHERE}")
        numbers: dict[str, list[str]] = {}
        for at, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            name, _, number = (part.strip() for part in line.rpartition(";"))
            if not name or not _NUMBER.fullmatch(number):
                raise ConfigError(f"{path}, line {at}: {line.strip()[:60]!r} is no line; {_WHERE}")
            numbers.setdefault(name, []).append(number)
        if not numbers:
            raise ConfigError(f"the MeSH tree {path} is empty; {_WHERE}")
        return cls(numbers)

    def __len__(self) -> int:
        """Number of headings."""
        return len(self._numbers)

    def __contains__(self, name: str) -> bool:
        """True where the tree has the heading."""
        return fold(name) in self._numbers

    def names(self) -> list[str]:
        """Return the headings as the file writes them."""
        return list(self._names.values())

    def numbers(self, name: str) -> tuple[str, ...]:
        """Return the tree numbers of a heading; none where the tree lacks it."""
        return tuple(self._numbers.get(fold(name), ()))

    def explode(self, name: str) -> tuple[str, ...]:
        """Return a heading with all below it, at each of its tree numbers.

        Names are as the file writes them, sorted; a heading that the tree lacks is returned
        alone, as it was given.
        """
        own = self._numbers.get(fold(name))
        if own is None:
            return (name,)
        found = {fold(name)}
        for number in own:
            # "/" follows "." in ASCII: the numbers below A01 lie between "A01." and "A01/"
            first = bisect_left(self._places, (f"{number}.", ""))
            end = bisect_left(self._places, (f"{number}/", ""))
            found.update(key for _, key in self._places[first:end])
        return tuple(sorted(self._names[key] for key in found))
