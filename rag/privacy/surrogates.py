"""Replace the identifiers of notes by tags or by surrogates.

*Tags* (``[NAME-1]``) say the kind and which of them it is; *surrogates* are stand-ins of the same
form: the same name gets the same surrogate in all its forms, all dates shift by one offset,
a whole number of weeks, so that intervals and days of the week stay. What ties a surrogate to
its original is the key alone: it is random unless given, and nobody keeps it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from rag.errors import UsageError
from rag.privacy.detect import find_identifiers
from rag.privacy.invented import NAMES, Draw
from rag.privacy.kinds import Identifier
from rag.privacy.shifting import shifted

Style = Literal["tags", "surrogates"]
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "drs", "prof", "professor", "sir", "madam", "md", "phd", "rn", "np", "pa",
    "do", "dds", "jr", "sr", "ii", "iii", "iv", "and", "or", "of", "the", "sister", "nurse", "rev", "father", "fr",
}  # fmt: skip
_LEAST_WEEKS, _WEEKS = 8, 180


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands for an identifier: ``[start, end)`` of the note became ``[new_start, new_end)``."""

    start: int
    end: int
    new_start: int
    new_end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A note without the identifiers that were found; outside them it is unchanged.

    ``identifiers`` hold the originals: they are as secret as the note.
    """

    text: str
    identifiers: tuple[Identifier, ...]
    replacements: tuple[Replacement, ...]


def deidentify(text: str, style: str = "tags", key: bytes | None = None) -> Deidentified:
    """Replace the identifiers of one note.

    Args:
        text: the note.
        style: ``tags`` or ``surrogates``.
        key: decides on surrogates; the same key gives the same ones. Random by default.

    Raises:
        UsageError: an unknown style.
    """
    return Deidentifier(style, key)(text)


class Deidentifier:
    """Replaces identifiers over several notes of one patient alike: tags, names and dates agree."""

    def __init__(self, style: str = "tags", key: bytes | None = None) -> None:
        """Choose the style and the key, see ``deidentify``."""
        if style not in get_args(Style):
            raise UsageError(f"unknown style {style!r}; use tags or surrogates")
        self._style = style
        self._draw = Draw(secrets.token_bytes(32) if key is None else key)
        weeks = self._draw.number("weeks", "") % (_WEEKS - _LEAST_WEEKS) + _LEAST_WEEKS
        self._days = -7 * weeks
        self._people: list[set[str]] = []
        self._words: dict[str, str] = {}
        self._seen: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def __call__(self, text: str) -> Deidentified:
        """Replace the identifiers of one more note."""
        found = find_identifiers(text)
        # a surrogate that the note holds anyway would look like a name that was left
        self._taken.update(word for word in _WORD.findall(text) if word in _NAME_SET)
        pieces: list[str] = []
        replacements: list[Replacement] = []
        at = length = 0
        for one in found:
            new = self._tag(one) if self._style == "tags" else self._surrogate(one)
            pieces += text[at : one.start], new
            begins = length + one.start - at
            length = begins + len(new)
            replacements.append(Replacement(one.start, one.end, begins, length, one.kind, new))
            at = one.end
        pieces.append(text[at:])
        return Deidentified("".join(pieces), tuple(found), tuple(replacements))

    def _tag(self, one: Identifier) -> str:
        if one.kind == "name":
            return f"[NAME-{self._person(one.text)}]"
        same = (one.kind, "".join(c for c in one.text.lower() if c.isalnum()))
        if same not in self._seen:
            self._counts[one.kind] = self._counts.get(one.kind, 0) + 1
            self._seen[same] = f"[{one.kind.upper()}-{self._counts[one.kind]}]"
        return self._seen[same]

    def _person(self, name: str) -> int:
        """Return the number of a person: one whose name holds all these words, or is held by them."""
        words = {w.lower() for w in _WORD.findall(name)} - _TITLES or {name.lower()}
        for i, known in enumerate(self._people):
            if words <= known or (len(known) == 1 and known <= words):
                known |= words
                return i + 1
        self._people.append(words)
        return len(self._people)

    def _surrogate(self, one: Identifier) -> str:
        if one.kind == "name":
            return self._name(one.text)
        same = (one.kind, one.text)
        if same not in self._seen:
            if one.kind == "date":
                new = shifted(one.text, self._days) or self._unread_date(one.text)
            else:
                new = self._draw.stand_in(one.kind, one.text, self._taken)
                if one.kind in ("facility", "address"):
                    self._taken.add(new)
            self._seen[same] = new
        return self._seen[same]

    def _name(self, name: str) -> str:
        """Replace a name word by word; an initial becomes that of the surrogate it abbreviates."""
        return _WORD.sub(lambda match: self._word(match.group()), name)

    def _word(self, word: str) -> str:
        plain = word.lower()
        if plain in _TITLES:
            return word
        if len(word) == 1:
            full = next((w for w in self._words if w.startswith(plain)), None)
            drawn = self._words[full][0] if full else self._draw.shape("initial", word)
            return drawn.upper() if word.isupper() else drawn.lower()
        if plain not in self._words:
            taken = {*self._taken, *self._words.values(), word.capitalize()}
            self._words[plain] = self._draw.one_of("name", plain, NAMES, taken)
        new = self._words[plain]
        return new.upper() if word.isupper() else new.lower() if word.islower() else new

    def _unread_date(self, said: str) -> str:
        """A date that cannot be shifted keeps its year at most, which Safe Harbor lets stand."""
        year = re.search(r"\d{4}", said)
        return f"a day of {year.group()}" if year and "1850" < year.group() < "2150" else "that day"


_NAME_SET = frozenset(NAMES)
