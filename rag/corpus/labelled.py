"""Abstracts of reference managers cut at their labels, whatever case those are written in.

PubMed's labels in capitals are known by their form. Labels in mixed case look like any word
before a colon, so only the words that journals use for them count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.corpus.medline_fields import abstract_sections
from rag.types import Section

_LABELS = """
abstract|aims?|aims? and (?:methods?|objectives?)|aims? of the study|authors?['’] conclusions?
background|background (?:and|&) (?:aims?|objectives?|purpose)|case (?:description|presentation)
case reports?|clinical (?:implications?|relevance|significance)|clinical trial registration
conclusions?|conclusions? and (?:implications?|relevance)|context|contribution|data collection
data collection and analysis|data extraction(?: and synthesis)?|data sources?|data synthesis
design|design,? setting,? and participants|discussion|eligibility criteria|exposures?|findings
evidence (?:acquisition|synthesis)|funding|hypothesis|implications?|importance|intended audience
interpretation|interventions?|introduction|key (?:findings|points|results)|level of evidence
limitations?|main (?:outcomes?|outcome measures?|outcomes and measures|results)|materials?
materials? (?:and|&) methods?|measurements?|measurements and main results|methodology|methods?
methods and (?:findings|materials|results)|methods/design|motivation|objectives?|observations?
outcomes?|outcome measures?|participants?|patients?|patients? (?:and|&) methods?
primary outcomes?|principal findings|prospero registration|purpose|purpose of (?:the )?review
rationale|recent findings|recommendations?|registration|relevance(?: to clinical practice)?
results?|results and (?:conclusions?|discussion)|review methods?|samples?|scope
search (?:methods?|strategy)|secondary outcomes?|selection criteria|setting
settings? and participants|significance|statistical analysis|study design|study populations?
study selection|subjects|subjects? and methods?|summary|systematic review registration
trial (?:design|registration)|trial registration number
""".strip().replace("\n", "|")
_MARK = re.compile(rf"(?:^|(?<=[.!?)\]\"”’%;] ))({_LABELS}): (?=\S)", re.IGNORECASE)
_NOTHING = {"no abstract available", "no abstract", "[no abstract available]", "not available"}


def labelled_sections(text: str) -> tuple[Section, ...]:
    """Split an abstract at its labels, or return it whole.

    Labels in capitals are cut as in MEDLINE text. Else two or more of the labels in use
    (``Introduction: … Results: …``), at the start or after the end of a sentence, are; what
    stands before the first is a section without a label. No character is lost:
    ``label: text`` of all sections, joined by spaces, is ``text``.

    Args:
        text: an abstract on one line, as ``one_line`` leaves it.
    """
    if text.casefold().rstrip(".") in _NOTHING:
        return ()
    sections = abstract_sections(text)
    if len(sections) != 1 or sections[0].label:
        return sections
    marks = list(_MARK.finditer(text))
    # a label right behind a label would leave a section without text
    marks = [m for i, m in enumerate(marks) if i == 0 or m.start() > marks[i - 1].end()]
    if len({m[1].casefold() for m in marks}) < 2:
        return sections
    lead = text[: marks[0].start()].rstrip()
    ends = [m.start() for m in marks[1:]] + [len(text)]
    found = [Section(lead)] if lead else []
    found.extend(
        Section(text[m.end() : end].strip(), m[1]) for m, end in zip(marks, ends, strict=True)
    )
    return tuple(found)


def all_sections(texts: Iterable[str]) -> tuple[Section, ...]:
    """The sections of several abstracts of a record; one that is repeated counts once."""
    return tuple(part for text in dict.fromkeys(texts) for part in labelled_sections(text))
