"""Find the identifiers of a note: what has a form, what is named, and both wherever they recur."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.privacy.kinds import Identifier, merged
from rag.privacy.names import named
from rag.privacy.patterns import structured

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLES = {
    "van", "von", "der", "den", "de", "la", "le", "el", "al", "bin", "ibn", "di", "da", "del", "dos", "du", "mac",
    "st", "saint", "jr", "sr", "md", "phd", "rn", "np", "pa", "do", "dds", "mr", "mrs", "ms", "miss", "dr", "prof",
    "the", "and", "of", "mother", "father", "son", "daughter", "wife", "husband", "brother", "sister", "baby",
}  # fmt: skip


def find_identifiers(text: str) -> list[Identifier]:
    """Return the identifiers of a text, sorted, none overlapping.

    Precedence where two overlap: what has a form (``rag.privacy.patterns.structured``), then names
    and places, then further mentions of a name found once. What the weaker covers beyond the
    stronger is marked too. Takes time linear in the text's length.

    It does not find everything: `docs/privacy.md` says what is measured and what is missed.
    """
    if not text:
        return []
    first = merged((*structured(text), *named(text)), text)
    return merged((*first, *again(text, first)), text)


def again(text: str, found: Iterable[Identifier]) -> Iterator[Identifier]:
    """Yield further mentions of the words of names that were found, in the same or upper case.

    A part of a name that is an ordinary word counts only where it begins with a capital inside a
    sentence. Names of one or two letters are not followed.
    """
    words: set[str] = set()
    for one in found:
        if one.kind == "name":
            words.update(
                word
                for word in _WORD.findall(one.text)
                if len(word) > 2 and word.lower() not in _PARTICLES and word[:1].isupper()
            )
    if not words:
        return
    plain = {word.title() for word in words} | {word.upper() for word in words} | words
    folded = {word.lower() for word in words}
    common = {word for word in _lower_words(text) if word in folded}
    for match in _WORD.finditer(text):
        word = match.group().removesuffix("'s").removesuffix("’s")
        if word in plain and not (word.lower() in common and _opens(text, match.start())):
            yield Identifier(match.start(), match.start() + len(word), "name", word, "again")


def _lower_words(text: str) -> Iterator[str]:
    return (m.group() for m in _WORD.finditer(text) if m.group().islower())


def _opens(text: str, start: int) -> bool:
    """True where a sentence begins at ``start``: a capital tells nothing there."""
    before = text[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in ".!?:"
