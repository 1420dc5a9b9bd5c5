"""A text as a reader sees it, for the detector: one sort of blanks, hyphens and quotes.

Text out of word processors, PDF and web pages holds hyphens that do not break a line, thin blanks,
letters of full width, soft hyphens and accents written as signs of their own. A reader sees none of
this, and no expression should have to know it. Every place of the readable text leads back to
the place in the original.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

_HYPHENS = "\u2010\u2011\u2012\ufe63"
_QUOTES = "\u2018\u201b\u02bc"
_SLASHES = "\u2044\u2215"
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_HIDDEN = (
    r"\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    r"\uffa0\U000e0001\U000e0020-\U000e007f"
)
"""Soft hyphens, zero width, marks of direction, fillers, variants: what shows nothing."""
_ODD = re.compile(rf"(?P<hidden>[{_HIDDEN}]+)|[^\W\d_][\u0300-\u036f]+")
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_LONE = re.compile(r"\r(?!\n)")


class Readable:
    """A text to look at, and the way back to the original.

    Attributes:
        text: what to look at; as long as the original, but for hidden characters and accents.
    """

    def __init__(self, original: str) -> None:
        text = _LONE.sub("\n", original)
        if text.isascii() and "\x0b" not in text and "\x0c" not in text:
            self.text, self._index = text, None
            return
        text = text.translate(_signs())
        self.text, self._index = _without_hidden(text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of ``text[start:end]``."""
        if self._index is None:
            return start, end
        return self._index[start], self._index[end]


def _without_hidden(text: str) -> tuple[str, array[int] | None]:
    """Drop what shows nothing and join accents to their letters; offsets of each character."""
    pieces: list[str] = []
    index: array[int] = array("q")
    at = 0
    for match in _ODD.finditer(text):
        pieces.append(text[at : match.start()])
        index.extend(range(at, match.start()))
        joined = "" if match["hidden"] else unicodedata.normalize("NFC", match[0])
        pieces.append(joined)
        last = match.end() - 1
        index.extend(min(match.start() + k, last) for k in range(len(joined)))
        at = match.end()
    if not pieces:
        return text, None
    pieces.append(text[at:])
    index.extend(range(at, len(text) + 1))
    return "".join(pieces), index


@lru_cache(maxsize=1)
def _signs() -> dict[int, str]:
    """One character for each of a kind: what is replaced keeps its place."""
    blanks = (c for c in map(chr, range(0x80, 0x3001)) if unicodedata.category(c) == "Zs")
    table = dict.fromkeys(map(ord, blanks), " ")
    table |= {code: chr(code - 0xFEE0) for code in _FULL_WIDTH}
    for signs, plain in ((_HYPHENS, "-"), (_QUOTES, "’"), (_SLASHES, "/"), (_BREAKS, "\n")):
        table |= dict.fromkeys(map(ord, signs), plain)
    return table
