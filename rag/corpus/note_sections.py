"""The sections of a clinical note: split at its headings, one paragraph or entry a section.

A note is typed at a width of some seventy characters. Lines that were broken there are joined,
so that a sentence is whole; a line that ends well before the edge ends on purpose (an entry of
a list, a laboratory value), and stays apart, under the label of its heading. No word is lost:
labels and texts, in order, are the words of the note.
"""

from __future__ import annotations

import re

from rag.corpus.fields import one_line
from rag.types import Section

_EDGE = 60  # a line that could have held the next word up to here was not broken by its width
_MAX_HEADING = 60
_CAPITALS = re.compile(r"([A-Z][A-Z0-9 ,/&'()#.-]{3,58}):(?=\s|$)(.*)", re.DOTALL)
_ALONE = re.compile(r"([A-Z][\w ,/&'()#.-]{2,58}):", re.ASCII)
# headings in mixed case that are often followed by their text on the same line
_KNOWN = re.compile(
    r"((?:Admission Date|Discharge Date|Date of Birth|Sex|Service|Allergies|Attending"
    r"|Chief Complaint|Major Surgical or Invasive Procedure|History of Present Illness"
    r"|Past Medical History|Social History|Family History|Physical Exam(?:ination)?"
    r"|Pertinent Results|Brief Hospital Course|Hospital Course|Medications on Admission"
    r"|Discharge Medications|Discharge Disposition|Discharge Diagnos[ie]s"
    r"|Discharge Condition|Discharge Instructions|Follow-?up Instructions|Impression"
    r"|Findings|Indication|Comparison|Technique|Assessment(?: and Plan)?|Plan"
    r"|Reason for this examination)):(?=\s|$)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ENTRY = re.compile(r"(?:[-*•#+>]|\(?\d{1,2}[.)]|\[\*\*\d)")
_RULE = re.compile(r"[\s_=*-]*")


def note_sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a note, in order."""
    found: list[Section] = []
    label, is_used = "", True  # the heading, and whether a section carries it
    block: list[str] = []
    before = ""  # the line before this one, as it was typed
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        heading = heading_of(stripped)
        if heading is not None or not goes_on(before, stripped):
            words = one_line(" ".join(block))
            if words:
                found.append(Section(words, label))
                is_used = True
            block.clear()
        if heading is not None:
            if not is_used:  # a heading without a text is a text itself
                found.append(Section(label))
            label, is_used = heading[0], False
            stripped = heading[1]
        if stripped and not _RULE.fullmatch(stripped):
            block.append(stripped)
        before = line.rstrip() if block else ""
    if not is_used:
        found.append(Section(label))
    return tuple(found)


def goes_on(before: str, line: str) -> bool:
    """True where a line continues the one before it, which broke at the note's width."""
    if not line or not before or _RULE.fullmatch(line) or _ENTRY.match(line):
        return False
    return len(before) + 1 + len(line.split(maxsplit=1)[0]) > _EDGE


def heading_of(line: str) -> tuple[str, str] | None:
    """The label and the rest of the line."""
    if ":" not in line:
        return None
    match = _KNOWN.match(line) or (_CAPITALS.match(line) if line[:4].isupper() else None)
    if match is not None:
        return one_line(match[1]), match[2].strip()
    alone = _ALONE.fullmatch(line) if len(line) <= _MAX_HEADING else None
    if alone is not None and not _ENTRY.match(line):
        return one_line(alone[1]), ""
    return None
