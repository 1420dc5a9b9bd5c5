"""The parts of an author's name that reference managers keep apart."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Author

_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "2nd", "3rd", "4th", "5th"}


@dataclass(frozen=True, slots=True)
class PersonalName:
    """``last`` with its particles (van der Berg), ``given`` names or initials, ``suffix`` (Jr)."""

    last: str
    given: str
    suffix: str = ""


def personal(author: Author) -> PersonalName | None:
    """Return the parts of a person's name, or nothing for a name that must stay whole.

    Whole are groups, and names of several words without a given name: programs would take the
    last of the words for the surname. Initials alone become ``J. A.``.
    """
    if author.collective:
        return None
    words = author.last.replace(",", " ").split()
    suffix = words.pop() if len(words) > 1 and words[-1].lower() in _SUFFIXES else ""
    given = author.fore.replace(",", " ").strip() or _spelt(author.initials)
    if not given and len(words) + bool(suffix) != 1:
        return None
    if not words:
        return None
    return PersonalName(" ".join(words), given, suffix)


def _spelt(initials: str) -> str:
    """``J. A.`` for ``JA``; what holds more than capital letters and hyphens stays."""
    letters = initials.replace("-", "")
    if not (letters.isalpha() and letters == letters.upper()):
        return initials
    return " ".join(f"{letter}." for letter in letters)
