"""What is read in a patient's record, and the diseases that the literature links with it.

Offsets are half open, into the text of the record as it was given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.types.answers import Reference, Statement


class FindingKind(StrEnum):
    """What a finding is."""

    SYMPTOM = "symptom"
    SIGN = "sign"
    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"
    DRUG = "drug"
    LAB = "lab"
    VITAL = "vital"


class FindingTime(StrEnum):
    """When a finding holds, as the record tells it."""

    PRESENT = "present"
    PAST = "past"
    CONDITIONAL = "conditional"
    """Not so yet: "return if fever occurs", "to rule out"."""


class Experiencer(StrEnum):
    """Whose a finding is (the term of ConText)."""

    PATIENT = "patient"
    FAMILY = "family"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of a laboratory test or vital sign, as written and as a number.

    ``abnormal`` is ``high``, ``low``, ``normal``, or empty where nothing tells it.
    """

    text: str
    value: float | None = None
    unit: str = ""
    abnormal: str = ""


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a drug is given, each part as written, empty where it is not told."""

    dose: str = ""
    route: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a record says of a person.

    Attributes:
        kind: what it is.
        name: the preferred name in the vocabulary it was found by.
        text: the words of the record: ``record[start:end]``.
        start: offset of its first character.
        end: offset after its last.
        code: ``HP:0001945``, ``mesh:D005334``, or empty.
        negated: the record denies it.
        uncertain: the record calls it possible or suspected.
        experiencer: whose it is.
        relative: the word for the relative, where it is the family's ("mother").
        time: when it holds.
        duration: how long or since when, as written ("for 3 days"), or empty.
        section: heading of the section, or empty.
        measured: of laboratory tests and vital signs.
        dosage: of drugs.
        synonyms: other names of the same thing, for looking it up in literature.
    """

    kind: FindingKind
    name: str
    text: str
    start: int
    end: int
    code: str = ""
    negated: bool = False
    uncertain: bool = False
    experiencer: Experiencer = Experiencer.PATIENT
    relative: str = ""
    time: FindingTime = FindingTime.PRESENT
    duration: str = ""
    section: str = ""
    measured: Measured | None = None
    dosage: Dosage | None = None
    synonyms: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the record says that the patient has it, or had it."""
        return (
            not self.negated
            and self.experiencer is Experiencer.PATIENT
            and self.time is not FindingTime.CONDITIONAL
        )


@dataclass(frozen=True, slots=True)
class RecordSection:
    """A section of a record: its heading and where it stands, heading included."""

    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What was read in a record.

    Attributes:
        id: of the note, or the name of its file.
        age: in years; below one year a fraction; ``None`` where it is not told.
        sex: ``female``, ``male`` or empty.
        sections: in order, without gaps between them.
        findings: in the order of the text.
        questions: what a clinician would ask of the literature, without identifiers.
        notices: emergencies that the record tells of: seek care first.
    """

    id: str
    age: float | None
    sex: str
    sections: tuple[RecordSection, ...]
    findings: tuple[Finding, ...]
    questions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingLink:
    """A finding beside a candidate: how far it moves it, and the statements that link the two.

    ``weight`` is the finding's part of the candidate's score, in the score's unit; below zero
    it speaks against. ``rank_without`` is the candidate's 1-based rank were the finding not
    there; ``None`` where it would not be a candidate.
    """

    finding: Finding
    weight: float
    statements: tuple[Statement, ...] = ()
    rank_without: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A disease that the literature of the index links with the findings.

    Attributes:
        rank: 1-based; by score, whatever is dangerous.
        name: its preferred name.
        code: ``mesh:…``, ``OMIM:…`` or empty.
        score: the sum of its parts; comparable within one differential only.
        log_odds: how much oftener the evidence names it than the corpus does (natural
            logarithm, shrunk); see ``rag.clinical.differential``.
        articles: how many articles of the evidence name it.
        links: the findings for and against, by weight.
        is_dangerous: missing it does harm: it is to be ruled out first.
        fit: sentences in which the literature tells of age or sex, where it does.
        tests: what the literature says to ask or to test next.
        uncertainty: in words.
    """

    rank: int
    name: str
    code: str
    score: float
    log_odds: float
    articles: int
    links: tuple[FindingLink, ...] = ()
    is_dangerous: bool = False
    fit: tuple[Statement, ...] = ()
    tests: tuple[Statement, ...] = ()
    uncertainty: str = ""


@dataclass(frozen=True, slots=True)
class Differential:
    """Possible diseases for a description, with their literature.

    Attributes:
        description: the text that was read.
        findings: what was read in it.
        candidates: by rank; empty where nothing in the index speaks to the findings.
        notices: emergencies that the description tells of: seek care first.
        reason: why there are no candidates, or empty.
        references: of all citations, by their numbers.
        index: where it was looked up.
        rule_out: the dangerous ones to be ruled out first, whatever their rank among all that
            were read: each with its rank and the cited links to findings that are present.
    """

    description: str
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    notices: tuple[str, ...] = ()
    reason: str = ""
    references: tuple[Reference, ...] = ()
    index: str = field(default="", compare=False)
    rule_out: tuple[Candidate, ...] = ()
