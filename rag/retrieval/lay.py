"""Everyday words and the words of the literature: what a query is searched by besides its own.

The names lie in ``rag.claims.lay_terms``; they are matched on stems, longest first and never within
each other, so that "heart attack" does not bring what "heart" alone would. What is added
weighs less than the user's own words, and a finding that the query denies brings nothing.
British and American spellings are a table of their own (``spelling.py``). This module knows no
context: a name with two everyday meanings does not belong into the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.claims.lay_terms import entries
from rag.index.lexical import analyser
from rag.retrieval.spelling import other_spelling
from rag.types import Added

LAY_WEIGHT = 0.3
SPELLING_WEIGHT = 0.5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOT = frozenset(("no", "not", "without", "denies", "never", "neither", "nor"))
_BUT = frozenset(("but", "however", "though", "only"))
_ARTICLES = frozenset(
    ("a", "an", "the", "my", "your", "his", "her", "our", "their", "this", "some", "any")
)
_REACH = 3  # words between a denial and what it denies: "without any high fever"


def expansion(text: str) -> tuple[Added, ...]:
    """Return what the literature calls the things that a query names, with weights.

    Spellings come for every word, names of ``lay_terms.tsv`` for the longest that are found.
    """
    words = [m.group() for m in _WORD.finditer(text.lower().replace("’", "'"))]
    named = [Added(name, LAY_WEIGHT) for found in _matches(words) for name in found]
    spelt = [Added(o, SPELLING_WEIGHT) for w in words if (o := other_spelling(w))]
    return tuple(dict.fromkeys(named + spelt))


def _matches(words: list[str]) -> Iterator[tuple[str, ...]]:
    table, longest = _table()
    at = [(i, stem) for i, word in enumerate(words) for stem in _stems(word)]
    start = 0
    while start < len(at):
        for length in range(min(longest, len(at) - start), 0, -1):
            span = at[start : start + length]
            names = table.get(tuple(stem for _, stem in span))
            if names:
                first = span[0][0]
                if not _denied(words[max(0, first - _REACH) : first]):
                    yield names
                start += length
                break
        else:
            start += 1


def _denied(before: list[str]) -> bool:
    denied = False
    for word in before:
        denied = (denied or word in _NOT) and word not in _BUT
    return denied


@lru_cache(maxsize=1)
def _table() -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """Return stems of a name → other names of the same thing, and the length of the longest."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for entry in entries():
        for name in entry.lay:
            key = tuple(stem for word in _WORD.findall(name) for stem in _stems(word))
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *entry.medical)))
    return table, max(map(len, table))


@lru_cache(maxsize=4096)
def _stems(word: str) -> tuple[str, ...]:
    """Return the stems of a word as the index has them; of a stop word itself, of an article none.

    Stop words count here: "no appetite" is not "appetite".
    """
    return () if word in _ARTICLES else tuple(_analyser().analyze(word)) or (word,)


_analyser = lru_cache(maxsize=1)(analyser)
