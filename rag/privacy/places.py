"""Where in a text an expression can begin at all, so that it is tried nowhere else.

A note is read once for its words, digits and the few signs that matter; a hundred expressions
are then tried at some of these places each, not at every character. That is what makes a long
note quick: an expression that begins with a look behind, or reads any case, is tried by ``re``
at every character otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LETTERED = re.compile(r"[A-Z](?<![A-Z].)[A-Z]{0,5}[-/ ]?(?=\d)")

Span = tuple[int, int]


class Places:
    """The places of one text.

    Args:
        text: a note of any length; the time is linear in it.
        words: words in small letters whose places will be asked for; no others are kept.

    Attributes:
        numbers: starts of runs of digits.
        openings: the same, and the brackets and plus signs right before them.
        lettered: starts of runs of up to six capitals that a digit follows, one sign between at
            most.
    """

    def __init__(self, text: str, words: frozenset[str]) -> None:
        self.text = text
        self.numbers = [m.start() for m in _DIGITS.finditer(text)]
        self.openings = list(_with_signs(text, self.numbers))
        self.lettered = [m.start() for m in _LETTERED.finditer(text)]
        self._words: dict[str, list[int]] = {}
        for match in _LETTERS.finditer(text):
            word = match[0].lower()
            if word in words:
                self._words.setdefault(word, []).append(match.start())

    def of(self, words: frozenset[str]) -> list[int]:
        """Return where one of ``words`` begins, in order."""
        return sorted(at for word in self._words.keys() & words for at in self._words[word])

    def near(self, starts: Iterable[int], before: int, after: int) -> list[Span]:
        """Return stretches around ``starts``, which are in order; they come in order and apart."""
        out: list[Span] = []
        for at in starts:
            start, end = max(0, at - before), min(len(self.text), at + after)
            if out and start <= out[-1][1]:
                out[-1] = (out[-1][0], max(end, out[-1][1]))
            else:
                out.append((start, end))
        return out

    def matches(self, pattern: re.Pattern[str], starts: Iterable[int]) -> Iterator[re.Match[str]]:
        """Yield what begins at one of ``starts``, which are in order; matches do not overlap."""
        end = 0
        for start in starts:
            if start >= end and (match := pattern.match(self.text, start)):
                yield match
                end = match.end()

    def within(self, pattern: re.Pattern[str], spans: Iterable[Span]) -> Iterator[re.Match[str]]:
        """Yield what lies in one of ``spans``."""
        for start, end in spans:
            yield from pattern.finditer(self.text, start, end)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text, in small letters."""
    return frozenset(text.lower().split())


def first_words(forms: Iterable[str]) -> frozenset[str]:
    """Return the letters that each form begins with, in small letters: of "M.R.N." it is "m"."""
    firsts = (_LETTERS.match(form) for form in forms)
    return frozenset(first[0].lower() for first in firsts if first)


def _with_signs(text: str, numbers: list[int]) -> Iterator[int]:
    for at in numbers:
        first = at
        while first and at - first < 2 and text[first - 1] in "(+":
            first -= 1
        yield from range(first, at + 1)
