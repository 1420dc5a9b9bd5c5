"""Chinese text to tokens: the split that leaves least uncovered, then has the fewest tokens.

Dictionary maximum matching, solved exactly by dynamic programming from the end: where greedy
longest match would leave a remainder that no term covers, another split is taken. At equal
cost the longer term stands first. Numbers with units, Latin words and pauses are candidates
beside the terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.languages.function_words import FILLERS, LINKS, NEGATIONS, PAUSES, QUESTIONS
from rag.languages.quantities import quantity_at
from rag.languages.terms import term_list

Kind = Literal[
    "term", "quantity", "latin", "filler", "question", "negation", "link", "pause", "unknown"
]

_LATIN = re.compile(r"[A-Za-zÀ-ɏͰ-Ͽ\d]+(?:[-.+/'’%][A-Za-zÀ-ɏͰ-Ͽ\d]+){0,16}[+%]?")


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the text; ``english`` is what it says, ``group`` that of a term."""

    text: str
    kind: Kind
    english: str = ""
    group: str = ""


@lru_cache(maxsize=1)
def _function_words() -> dict[str, Token]:
    words: dict[str, Token] = {word: Token(word, "filler") for word in FILLERS}
    words |= {word: Token(word, "question") for word in QUESTIONS}
    words |= {word: Token(word, "negation", "no") for word in NEGATIONS}
    words |= {word: Token(word, "link", english) for word, english in LINKS.items()}
    words |= {sign: Token(sign, "pause", english) for sign, english in PAUSES.items()}
    return words


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, (*term_list(), *_function_words())))


def segment(text: str) -> list[Token]:
    """Split a text in simplified characters; unknown characters in a row are one token."""
    size = len(text)
    # (characters that nothing covers, tokens) of the best split from each place on
    cost: list[tuple[int, int]] = [(0, 0)] * (size + 1)
    choice: list[Token] = [Token("", "unknown")] * size
    for at in range(size - 1, -1, -1):
        missed, tokens = cost[at + 1]
        if text[at].isspace() and text[at] not in PAUSES:
            cost[at], choice[at] = (missed, tokens), Token(text[at], "filler")
            continue
        cost[at], choice[at] = (missed + 1, tokens + 1), Token(text[at], "unknown")
        for token in _candidates(text, at):  # the longest last, so that it wins where costs tie
            missed, tokens = cost[at + len(token.text)]
            if (missed, tokens + 1) <= cost[at]:
                cost[at], choice[at] = (missed, tokens + 1), token
    return list(_joined(choice, size))


def _candidates(text: str, at: int) -> Iterator[Token]:
    terms, words = term_list(), _function_words()
    for end in range(at + 1, min(at + _longest(), len(text)) + 1):
        part = text[at:end]
        if part in words:
            yield words[part]
        if part in terms:
            term = terms[part]
            yield Token(part, "term", term.english, term.group)
    # not from the middle of a word
    inside = at and _LATIN.fullmatch(text[at - 1 : at + 1])
    latin = None if inside else _LATIN.match(text, at)
    if latin:
        yield Token(latin[0], "latin", latin[0])
    quantity = quantity_at(text, at)
    if quantity is not None:
        end, english = quantity
        yield Token(text[at:end], "quantity", english)


def _joined(choice: list[Token], size: int) -> Iterator[Token]:
    at, unknown = 0, ""
    while at < size:
        token = choice[at]
        at += len(token.text)
        if token.kind == "unknown":
            unknown += token.text
            continue
        if unknown:
            yield Token(unknown, "unknown")
            unknown = ""
        yield token
    if unknown:
        yield Token(unknown, "unknown")
