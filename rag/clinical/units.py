"""The stretches of a record in which context holds: sentences and entries of lists.

Lines that were broken by the width of the note are read on; no offset changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.clinical.sections import Part, Role
from rag.clinical.words import Token, tokens
from rag.corpus.note_sections import goes_on, heading_of
from rag.text import sentences

LONGEST = 1500
"""Characters of a unit; no sentence is longer, and what is compared within one stays bounded."""
_BULLET = re.compile(r"\s*(?:[-*•#+>]\s|\(?\d{1,2}[.)]\s)\s*")
_ABBREVIATION = re.compile(
    r"\b(?:y\.o|yrs?|pt|pts|hx|dx|s/p|w|approx|wk|wks|hr|hrs|mos?|No|Mr|Mrs|Ms|Dr)\.$"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or an entry: ``text[start:end]`` of the record, its words and its section.

    ``flat`` is the record with the line breaks that mean nothing as blanks. ``lead`` is the
    sentence ("return if you have:") that an entry of a list stands under.
    """

    flat: str
    start: int
    end: int
    words: tuple[Token, ...]
    part: Part
    lead: str = ""

    @property
    def text(self) -> str:
        """Its words as they are read."""
        return self.flat[self.start : self.end]

    @property
    def role(self) -> Role:
        """What its section is for."""
        return self.part.role


def flattened(text: str) -> str:
    """Return the text with each line break that its width made as a blank; same length."""
    out: list[str] = []
    before = ""
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        joins = bool(out) and heading_of(stripped) is None and goes_on(before, stripped)
        if joins:
            out[-1] = out[-1].rstrip("\r\n") + " " * (len(out[-1]) - len(out[-1].rstrip("\r\n")))
        out.append(line)
        before = line.rstrip()
    # every other kind of line end becomes one that the splitter of sentences knows
    return re.sub(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", "".join(out))


def units_of(text: str, parts: tuple[Part, ...]) -> list[Unit]:
    """Return the units of a record in order."""
    flat = flattened(text)
    found: list[Unit] = []
    for part in parts:
        lead, ended = "", 0
        base = part.words
        for a, b in _joined(flat[base : part.section.end]):
            start, end = base + a, base + b
            bullet = _BULLET.match(flat, start, end)
            if lead and (flat.count("\n", ended, start) > 1 or bullet is None):
                lead = ""
            words = tuple(tokens(flat, bullet.end() if bullet else start, end))
            found.append(Unit(flat, start, end, words, part, lead))
            if flat[start:end].rstrip().endswith(":"):
                lead = flat[start:end]
            ended = end
    return found


_CUT = re.compile(r"(?<=/[A-Za-z])\.\s+(?=[A-Z])")
"""A stop that the splitter takes for one of an initial: "NO N/V. LARGE MELENA STOOL"."""


def _joined(text: str) -> list[tuple[int, int]]:
    """Sentences, without the breaks after abbreviations of notes."""
    out: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if out and "\n" not in text[out[-1][1] : start]:
            before = text[out[-1][0] : out[-1][1]]
            if _ABBREVIATION.search(before):
                out[-1] = (out[-1][0], end)
                continue
        out.append((start, end))
    cut = [span for start, end in out for span in _cut(text, start, end)]
    return [piece for start, end in cut for piece in _pieces(text, start, end)]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _CUT.finditer(text, start, end):
        yield start, match.start() + 1
        start = match.end()
    yield start, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch without a stop, as of a table in one line, in pieces that end at a blank."""
    while end - start > LONGEST:
        cut = max(
            text.rfind(" ", start + 1, start + LONGEST),
            text.rfind("\t", start + 1, start + LONGEST),
        )
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut
    yield start, end
