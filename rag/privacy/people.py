"""Which forms of a name are one person: "Ann B. Example", "Example, Ann", "Dr. Example", "AE"."""

from __future__ import annotations

import re

from rag.privacy.surrogate_words import KEPT_WORDS
from rag.text import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class People:
    """The persons of a patient's notes, known by the words of their names."""

    def __init__(self) -> None:
        self._persons: list[frozenset[str]] = []
        self._by_word: dict[str, set[int]] = {}
        self._by_initials: dict[frozenset[str], set[int]] = {}
        self._known: dict[frozenset[str], str] = {}

    def learn(self, names: list[str]) -> None:
        """Take in names, the fuller ones first, so that a surname alone finds its person."""
        forms = {_words(n) for n in names}
        for words in sorted(forms, key=lambda w: (-sum(len(x) > 1 for x in w), -len(w), sorted(w))):
            if words and len(self._persons_of(words)) != 1:
                for word in words:
                    self._by_word.setdefault(word, set()).add(len(self._persons))
                if len(words) > 1:
                    initials = frozenset(word[0] for word in words)
                    self._by_initials.setdefault(initials, set()).add(len(self._persons))
                self._persons.append(words)
        self._known.clear()  # a surname that was one person's may now be that of two

    def who(self, name: str) -> str:
        """Return a mark that all forms of one person's name share."""
        words = _words(name)
        if words not in self._known:  # a long note names the same people again and again
            self._known[words] = self._mark(words)
        return self._known[words]

    def _mark(self, words: frozenset[str]) -> str:
        persons = self._persons_of(words)
        if len(persons) == 1:
            return str(min(persons))
        exact = [n for n in persons if self._persons[n] == words]
        return str(exact[0]) if exact else "name " + " ".join(sorted(words))

    def _persons_of(self, words: frozenset[str]) -> set[int]:
        long = [w for w in words if len(w) > 1]
        if not long:
            return self._by_initials.get(words, set()) if len(words) > 1 else set()
        sets = [self._by_word.get(word, set()) for word in long]
        persons = set.intersection(*sets)
        initials = {w for w in words if len(w) == 1}
        return {n for n in persons if initials <= {w[0] for w in self._persons[n]}}


def _words(name: str) -> frozenset[str]:
    folded = (fold(m[0]) for m in _WORD.finditer(name))
    return frozenset(w for w in folded if len(w) == 1 or w not in KEPT_WORDS)
