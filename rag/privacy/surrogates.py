"""Identifiers of a note replaced: by tags such as ``[NAME-1]``, or by surrogates.

One ``Deidentifier`` serves all notes of one patient: a name keeps its tag or surrogate in all
its forms (full, surname alone, initials) and over all notes, and every date moves by one number
of days, so that intervals stay. Another patient needs another ``Deidentifier``. Text outside
the identifiers is not changed by a character, and what the detector does not find stays.
"""

from __future__ import annotations

import re
import secrets
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from rag.errors import UsageError
from rag.privacy.date_shift import shift_date
from rag.privacy.detect import find_identifiers
from rag.privacy.kinds import Identifier
from rag.privacy.people import People
from rag.privacy.stand_ins import StandIns
from rag.text import fold

Style = Literal["tags", "surrogates"]
STYLES: tuple[Style, ...] = ("tags", "surrogates")
_TAG = re.compile(r"\[([A-Z_]{2,20})-(\d{1,9})\]")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_TWO = re.compile(r"(\d{1,2})[/-](\d{1,2})(?:[/-]\d{2,4})?")
_SHORTEST, _LONGEST = 45, 320
"""Days of the shift: so many that every month changes, and that no year passes in full."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands for one identifier: ``deidentified.text[start:end] == text``."""

    identifier: Identifier
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A text without the identifiers that were found.

    Attributes:
        text: the new text.
        identifiers: what was found, with offsets into the original; sorted.
        replacements: one for each identifier, in the same order, with offsets into ``text``.
    """

    text: str
    identifiers: tuple[Identifier, ...]
    replacements: tuple[Replacement, ...]

    def to_original(self, offset: int) -> int:
        """Return the offset into the original; inside a replacement, the identifier's start."""
        at = bisect_right(self.replacements, offset, key=lambda r: r.start) - 1
        if at < 0:
            return offset
        one = self.replacements[at]
        return one.identifier.start if offset < one.end else offset - one.end + one.identifier.end

    def from_original(self, offset: int) -> int:
        """Return the offset into ``text``; inside an identifier, its replacement's start."""
        at = bisect_right(self.replacements, offset, key=lambda r: r.identifier.start) - 1
        if at < 0:
            return offset
        one = self.replacements[at]
        return one.start if offset < one.identifier.end else offset - one.identifier.end + one.end


class Deidentifier:
    """De-identifies the notes of one patient, each name and number the same way in all of them.

    Args:
        style: "tags" for ``[NAME-1]``, "surrogates" for plausible text of the same shape.
        key: determines the surrogates; the same key and notes give the same text. Random by
            default, and then nothing leads back. Whoever has the key can try names against the
            text, so keep it as you keep the notes.

    Raises:
        UsageError: no such style, or an empty key.
    """

    def __init__(self, style: Style = "tags", key: bytes | None = None) -> None:
        if style not in STYLES:
            raise UsageError(f"no style {style!r}; choose tags or surrogates")
        if key is not None and not key:
            raise UsageError("the key is empty; give a key of 16 bytes or more, or none")
        self._style = style
        self._made = StandIns(secrets.token_bytes(32) if key is None else key)
        self._people = People()
        self._tags: dict[tuple[str, str], int] = {}
        self._last: Counter[str] = Counter()
        days = [d for d in range(_SHORTEST, _LONGEST) if d % 7]
        self._days = -days[self._made.number("days", len(days))]

    def deidentify(self, text: str) -> Deidentified:
        """Return one note without the identifiers that are found in it."""
        found = find_identifiers(text)
        self._prepare(text, found)
        year, day_first = _reading(text, found)
        pieces: list[str] = []
        replacements: list[Replacement] = []
        at = length = 0
        for one in found:
            kept = text[at : one.start]
            new = self._replacement(one, year=year, day_first=day_first)
            start = length + len(kept)
            length = start + len(new)
            pieces += [kept, new]
            replacements.append(Replacement(one, start, length, new))
            at = one.end
        pieces.append(text[at:])
        return Deidentified("".join(pieces), tuple(found), tuple(replacements))

    def _prepare(self, text: str, found: list[Identifier]) -> None:
        for kind, number in _TAG.findall(text):  # tags that stand there already keep theirs
            self._last[kind] = max(self._last[kind], int(number))
        names = [one.text for one in found if one.kind == "name"]
        self._people.learn(names)
        if self._style == "surrogates":
            self._made.forbid({fold(m[0]) for m in _WORD.finditer(text)})
            for name in names:
                self._made.learn(name)

    def _tag(self, one: Identifier) -> str:
        kind = one.kind.upper()
        if one.kind == "name":
            same = self._people.who(one.text)
        else:
            same = "".join(c for c in fold(one.text) if c.isalnum())
        if (kind, same) not in self._tags:
            self._last[kind] += 1
            self._tags[kind, same] = self._last[kind]
        return f"[{kind}-{self._tags[kind, same]}]"

    def _replacement(self, one: Identifier, *, year: int, day_first: bool) -> str:
        """Return a tag or a surrogate; a tag too where no surrogate can be made.

        A date in words cannot be moved, and an address of general words alone ("North Road")
        would stay as it is.
        """
        if self._style == "surrogates":
            new = self._surrogate(one, year=year, day_first=day_first)
            if new is not None and new != one.text:
                return new
        return self._tag(one)

    def _surrogate(self, one: Identifier, *, year: int, day_first: bool) -> str | None:
        made = self._made
        match one.kind:
            case "name":
                return made.name(one.text)
            case "date":
                return shift_date(one.text, self._days, year=year, day_first=day_first)
            case "age":
                return "over 89" if one.rule == "age-decade" else "90+"
            case "address" | "facility":
                return made.place(one.text)
            case "profession":
                return made.profession(one.text)
            case "email":
                return made.email(one.text)
            case "url":
                return made.url(one.text)
            case "ip":
                return made.ip(one.text)
            case "other_id" if one.rule == "file-name":
                return made.file(one.text)
            case _:
                return made.shaped(one.text, one.kind)


def deidentify(text: str, style: Style = "tags", key: bytes | None = None) -> Deidentified:
    """Return a note without the identifiers that are found in it; see ``Deidentifier``."""
    return Deidentifier(style, key).deidentify(text)


def _reading(text: str, found: list[Identifier]) -> tuple[int, bool]:
    """Return the year that dates without one are of, and whether days come before months."""
    years: Counter[int] = Counter()
    first = second = 0
    for one in found:
        if one.kind == "date":
            years.update(int(y) for y in _YEAR.findall(one.text))
            if pair := _TWO.fullmatch(one.text):
                first += int(pair[1]) > 12
                second += int(pair[2]) > 12
    return (max(years, key=lambda y: (years[y], y)) if years else 2020), first > second
