"""Sections of a record with their offsets, and what a heading says of what stands below it.

Headings are known as ``rag.corpus.note_sections`` knows them, and besides the short ones that
stand within a line ("PMH: HTN, DM2. FH: CAD in father."), titles alone on a line without a colon
("FAMILY HISTORY"), those of Markdown ("## Plan", "**Exam**"), and the letters S, O, A and P.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from rag.corpus.note_sections import heading_of
from rag.types.clinical import RecordSection

_INLINE = re.compile(
    r"(?:(?<=^)|(?<=[.;:!?]\s)|(?<=\s\s)|(?<=\n))"
    r"(?P<label>P(?:ast )?M(?:edical )?Hx?|PMHx|PSHx?|P(?:ast )?S(?:urgical )?Hx?|HPI|FHx?|FamHx|Fam(?:ily)? ?(?:hx|Hx|history|History)|SHx?"
    r"|Soc(?:ial)? ?(?:hx|Hx|history|History)|ROS|PE|Exam|O/E|OE|On examination|VS|Obs(?:ervations)?|Vitals?(?: signs)?|Labs?|Bloods|Results|Ix|Investigations|MSE|Interval|M(?:eds?|EDS?)|Medications|DHx?|SH|Allergies|A(?:ll|LL)|A/P|A&P|Assessment|Plan|Impression|Imp|Dx|Diagnos[ie]s|CC|Rx"
    r"|(?:Patient |Home |Follow-?up )?[Ii]nstructions|Return [Pp]recautions|(?:Patient )?[Ee]ducation|Counsell?ing|Indication|Reason|Findings|Imaging|HISTORY|History|Neuro|Resp|CV|GI|GU|Skin|Lungs|Ext|Abd|Heart|GENERAL|ABD|NEURO|EXT|COURSE|LABS|VITALS)"
    r"(?P<mark>(?:\s\([\w\s]{1,20}\))?:)(?=\s)",
)

_SOAP = re.compile(
    r"(?:^[^\S\n]*|(?<=[.;!?]\s))(?P<label>[SOAP])(?P<mark>:)(?=\s)(?!\s*\d)", re.MULTILINE
)
"""Subjective, objective, assessment, plan; "P: 88" is a pulse."""


_TITLE = (
    r"(?:chief|presenting) complaint|history of (?:the )?present(?:ing)? (?:illness|complaint)|HPI|(?:past )?(?:medical|surgical|psychiatric|obstetric|ob/?gyn) (?:and surgical )?history"
    r"|past history|PM[SH]?Hx?|PSHx?|family (?:medical )?history|FHx|social history|SHx|interval history|(?:home |current |admission |discharge )?(?:medications?|meds)(?: on (?:admission|discharge))?|drug history"
    r"|allergies|review of systems|ROS|physical exam(?:ination)?|exam(?:ination)?|vital signs|vitals|labs?|laboratory (?:data|results)|pertinent results|results|imaging|studies|investigations"
    r"|assessment(?: (?:and|&) plan)?|A/P|A&P|plan|impression|(?:final |discharge |admission )?diagnos[ie]s|(?:brief )?hospital course|(?:discharge )?disposition|discharge condition|(?:discharge |patient )?instructions|return precautions"
    r"|follow-?up(?: instructions)?|MDM|medical decision making|objective|subjective|indication|findings|comparison|technique|procedures?|recommendations?"
)
_ALONE = re.compile(rf"\s*(?P<label>{_TITLE})\s*$", re.IGNORECASE)
_MARKDOWN = re.compile(
    rf"\s*(?:#{{2,6}}\s*(?P<hash>[A-Za-z][^:#]{{0,58}}?)\s*#*\s*:?\s*$|#\s+(?P<one>{_TITLE})\s*:?\s*$|\*\*(?P<bold>[A-Za-z][^*:]{{1,58}}?):?\*\*\s*(?:[-–:](?=\s)|:|$))",
    re.IGNORECASE,
)
"""A single # stands in MIMIC before a problem ("# CHF"): with it only a known title is one."""


_PARAGRAPH = re.compile(r"[^\S\n]*\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*\n[^\S\n]*\n\s*")
"""Text that begins on the line of its heading, to the blank line behind it."""


class Role(StrEnum):
    """What a section is for."""

    FAMILY = "family"
    PAST = "past"
    ALLERGIES = "allergies"
    DRUGS = "drugs"
    OTHER = "other"


_ROLES = (
    (Role.FAMILY, re.compile(r"\b(?:famil\w*|fam\s?hx|fhx?)\b", re.IGNORECASE)),
    (
        Role.PAST,
        re.compile(
            r"\b(?:past|pmhx?|pmh|pshx?|previous|prior|surgical history|medical history)\b",
            re.IGNORECASE,
        ),
    ),
    (Role.ALLERGIES, re.compile(r"\b(?:allerg\w+|all|adverse reactions)\b", re.IGNORECASE)),
    (
        Role.DRUGS,
        re.compile(r"\b(?:med(?:ication)?s?|drugs?|dhx?|rx|prescriptions?)\b", re.IGNORECASE),
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A section, and where its own words begin."""

    section: RecordSection
    words: int

    @property
    def role(self) -> Role:
        """What its heading says it is for."""
        return role_of(self.section.heading)


def role_of(heading: str) -> Role:
    """Return what a section under a heading is for."""
    if re.search(r"present illness|chief", heading, re.IGNORECASE):
        return Role.OTHER
    return next((role for role, form in _ROLES if form.search(heading)), Role.OTHER)


def _title_of(line: str) -> re.Match[str] | None:
    """Return the title that a line is, or that stands before its text in Markdown."""
    plain = line.rstrip("\r\n")
    alone = _ALONE.match(plain)
    if alone is not None and alone["label"][:1].isupper():
        return alone
    return _MARKDOWN.match(plain)


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the sections of a record in order, without gaps; one where there is no heading."""
    marks: dict[int, tuple[int, str]] = {}  # start → where the words begin, heading
    at = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        heading = heading_of(stripped)
        if heading is not None and ":" in line:
            start = at + line.index(stripped[:1])
            marks[start] = (at + line.index(":") + 1, heading[0])
        elif (title := _title_of(line)) is not None:
            marks[at + title.start()] = (at + title.end(), title[title.lastgroup or 0].strip())
        at += len(line)
    letters = list(_SOAP.finditer(text))
    # one letter alone may be a blood group or a list's, unless it is an O among other headings
    told = {m["label"] for m in letters}
    if len(told) < 2 and not (told == {"O"} and _INLINE.search(text)):
        letters = []
    for match in chain(_INLINE.finditer(text), letters):
        marks.setdefault(match.start("label"), (match.end("mark"), match["label"]))
    for match in _INLINE.finditer(text):
        # "PMH: asthma" of a letter ends with its paragraph: what follows is not past
        paragraph = _PARAGRAPH.match(text, match.end("mark"))
        if paragraph is not None and role_of(match["label"]) is not Role.OTHER:
            marks.setdefault(paragraph.end(), (paragraph.end(), ""))
    starts = sorted(marks)
    if not starts or text[: starts[0]].strip():
        starts.insert(0, 0)
        marks.setdefault(0, (0, ""))
    elif starts[0] > 0:  # white space before the first heading belongs to it
        marks[0] = marks.pop(starts[0])
        starts[0] = 0
    ends = [*starts[1:], len(text)]
    return tuple(
        Part(RecordSection(marks[a][1], a, b), min(marks[a][0], b))
        for a, b in zip(starts, ends, strict=True)
    )
