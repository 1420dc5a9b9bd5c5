"""Words of clinical text with their offsets, their normal form, and a trie to look names up.

A name is found however its writer spelt it: American or British, one or several, hyphen, slash
or blank between its words. This module knows no vocabulary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s/–-]")
_PLAIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: ``text[start:end]``, and its normal form."""

    text: str
    start: int
    end: int
    normal: str


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words and marks of a stretch of text in order; hyphens and slashes are none."""
    stop = len(text) if end is None else end
    return [
        Token(m[0], m.start(), m.end(), normal(m[0])) for m in _TOKEN.finditer(text, start, stop)
    ]


@lru_cache(maxsize=65_536)
def normal(word: str) -> str:
    """Return the form that spellings and numbers of a word share; no dictionary form.

    ``Tumours`` and ``tumor`` are ``tumor``, ``Oedema`` is ``edema``, ``Crohn's`` is ``crohn``.
    """
    word = word.lower().replace("’", "'")
    if not word.isascii():
        split = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in split if not unicodedata.combining(c))
    word = word.removesuffix("'s")
    if len(word) < 4 or not _PLAIN.fullmatch(word):
        return word
    word = word.replace("ae", "e").replace("oe", "e").replace("sulph", "sulf")
    word = word.replace("our", "or") if word.endswith(("our", "ours")) else word
    word = word.replace("isation", "ization")
    if word.endswith("ised"):
        word = word[:-4] + "ized"
    if word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def key_of(name: str) -> str:
    """Return what the spellings of a name share."""
    return " ".join(map(normal, _TOKEN.findall(name)))


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """Something found by its name: tokens ``first`` to ``last``, the latter not included."""

    value: T
    first: int
    last: int


@dataclass(slots=True)
class _Node(Generic[T]):
    below: dict[str, _Node[T]] = field(default_factory=dict)
    any_case: T | None = None
    as_written: dict[str, T] = field(default_factory=dict)


class Names(Generic[T]):
    """A trie of names over normal forms. Where two values share a name, the first stays."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, name: str, value: T, *, exact: bool = False) -> None:
        """Add a name; an ``exact`` one is found only in the letters it is written in."""
        words = _TOKEN.findall(name)
        if not words:
            return
        node = self._root
        for word in words:
            form = normal(word)
            below = node.below.get(form)
            if below is None:
                below = node.below[form] = _Node()
            node = below
        if exact:
            node.as_written.setdefault(" ".join(words), value)
        elif node.any_case is None:
            node.any_case = value

    def get(self, name: str) -> T | None:
        """Return the value of a whole name, or ``None``."""
        words = tokens(name)
        found = self.longest(words, 0)
        return found.value if found is not None and found.last == len(words) else None

    def longest(self, words: Sequence[Token], at: int) -> Named[T] | None:
        """Return the longest name that begins at a token, or ``None``."""
        node: _Node[T] | None = self._root
        found: Named[T] | None = None
        for place in range(at, len(words)):
            node = node.below.get(words[place].normal) if node is not None else None
            if node is None:
                break
            value = node.any_case
            if node.as_written:
                written = " ".join(w.text for w in words[at : place + 1])
                value = node.as_written.get(written, value)
            if value is not None:
                found = Named(value, at, place + 1)
        return found

    def find(self, words: Sequence[Token]) -> Iterator[Named[T]]:
        """Yield the names in a row of tokens, leftmost and longest first, never overlapping."""
        at = 0
        while at < len(words):
            found = self.longest(words, at)
            if found is None:
                at += 1
            else:
                yield found
                at = found.last
