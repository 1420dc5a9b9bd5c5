"""The findings of a text: what, where, and what the words around say of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.answering.redflags import When, when_of
from rag.clinical.bare_values import Reading
from rag.clinical.context import UnitContext
from rag.clinical.drugs import NO_ALLERGY, allergy_start, by_stem, dosage_after
from rag.clinical.durations import duration_of, durations_in
from rag.clinical.measures import find_readings
from rag.clinical.people import read_age, read_sex
from rag.clinical.phrases import find_phrases
from rag.clinical.relatives import Whose, patient_of
from rag.clinical.sections import Part, Role, parts_of
from rag.clinical.senses import is_other_word
from rag.clinical.tables import table_readings
from rag.clinical.units import Unit, units_of
from rag.clinical.vocabulary import Concept, Vocabulary, vocabulary
from rag.clinical.words import Token
from rag.types.clinical import Finding, FindingKind, FindingTime, Measured

_DENYING = {
    "afebrile": "Fever", "anicteric": "Jaundice", "nontender": "Tenderness", "non-tender": "Tenderness",
    "nondistended": "Abdominal distension", "non-distended": "Abdominal distension", "acyanotic": "Cyanosis",
    "apyrexial": "Fever", "normotensive": "Hypertension",
}  # fmt: skip
"""Words that deny a finding by themselves."""
_DENIES = re.compile(rf"\b(?:{'|'.join(_DENYING)})\b", re.IGNORECASE)
_FELT = (FindingKind.SYMPTOM, FindingKind.SIGN)
_INDICATION = re.compile(r"\bfor\s+(?:\w+\s+){0,2}$")
"""In a list of drugs: what one is to be taken for, should it come."""
_PEOPLE = frozenset(("Amelia", "Alexia", "Graves"))
_FORENAME = re.compile(r"\b[A-Z][a-z]+\s+$")
_MARKER = re.compile(r"-[A-Z0-9]")
_DAY = re.compile(r"\s?#?\d{1,2}\b")
_COMPLAINS = re.compile(r"/o\b", re.IGNORECASE)
_BEFORE = 40


@dataclass(frozen=True, slots=True)
class _Mention:
    """What may become a finding: a longer one goes before those that it overlaps."""

    start: int
    end: int
    concept: Concept
    measured: Measured | None = None
    denied: bool = False


def find_findings(text: str, extra: Vocabulary | None = None) -> tuple[Finding, ...]:
    """Find what a record, a note or a description says of a person's state.

    Args:
        text: as it was given; offsets count in it.
        extra: names besides those that come with medlit, as of an index's MeSH headings.

    Returns:
        The findings in the order of their offsets, none within another;
        ``text[f.start:f.end] == f.text``.

    Raises:
        ModelError: the Human Phenotype Ontology is not installed.
    """
    age, sex, whose = read_age(text), read_sex(text), patient_of(text)
    cells = list(table_readings(text, age, sex))
    found: list[Finding] = []
    for unit in units_of(text, parts_of(text)):
        if unit.words:
            inside = _between(cells, unit.start, unit.end)
            found.extend(_of_unit(text, unit, age, sex, whose, extra, inside))
    return tuple(found)


def _between(readings: Sequence[Reading], start: int, end: int) -> Sequence[Reading]:
    """Return of readings in order those that begin in ``text[start:end]``."""
    first = bisect_left(readings, start, key=lambda r: r.start)
    return readings[first : bisect_left(readings, end, key=lambda r: r.start)]


def _of_unit(
    text: str,
    unit: Unit,
    age: float | None,
    sex: str,
    whose: Whose,
    extra: Vocabulary | None,
    cells: Sequence[Reading],
) -> Iterator[Finding]:
    in_table = (_Mention(c.start, c.end, c.concept, c.measured) for c in cells)
    mentions = _longest(chain(in_table, _mentions(unit, age, sex, extra)))
    spans = [(m.start, m.end) for m in mentions]
    results = [(m.start, m.end) for m in mentions if m.measured is not None]
    context = UnitContext(unit, spans, whose, results)
    lasting = durations_in(unit.flat, unit.start, unit.end)
    # the next drug or result ends what is said of a dose: "levophed 12, SpO2 98%"
    drugs = [
        m.start for m in mentions if m.concept.kind is FindingKind.DRUG or m.measured is not None
    ]
    for mention in mentions:
        said = context.of(mention.start, mention.end)
        concept = mention.concept
        finding = Finding(
            kind=concept.kind,
            name=concept.name,
            text=text[mention.start : mention.end],
            start=mention.start,
            end=mention.end,
            code=concept.code,
            negated=said.negated or mention.denied,
            uncertain=said.uncertain,
            experiencer=said.experiencer,
            relative=said.relative,
            time=said.time,
            section=unit.part.section.heading,
            measured=mention.measured,
            synonyms=concept.synonyms,
        )
        if mention.measured is not None:
            # a result is a fact: "no fever, T 37.0" does not deny the temperature
            is_old = (
                unit.role is Role.PAST
                or when_of(unit.flat, mention.start, mention.end) is When.LONG_AGO
            )
            time = FindingTime.PAST if is_old else FindingTime.PRESENT
            finding = replace(finding, negated=False, uncertain=False, time=time)
        elif concept.kind is FindingKind.DRUG:
            stop = min((d for d in drugs if d > mention.start), default=unit.part.section.end)
            finding = replace(finding, dosage=dosage_after(unit.flat, mention.end, stop))
        elif concept.kind in (FindingKind.SYMPTOM, FindingKind.SIGN, FindingKind.DIAGNOSIS):
            ends = [e for _, e in spans]
            lasted = duration_of(unit.flat, lasting, mention.start, mention.end, ends)
            finding = replace(finding, duration=lasted)
        if (
            unit.role is Role.DRUGS
            and concept.kind in _FELT
            and _INDICATION.search(text, max(unit.start, mention.start - _BEFORE), mention.start)
        ):
            finding = replace(finding, time=FindingTime.CONDITIONAL)
        yield _as_allergy(text, unit, finding)


def _mentions(
    unit: Unit, age: float | None, sex: str, extra: Vocabulary | None
) -> Iterator[_Mention]:
    flat, words = unit.flat, unit.words
    own = vocabulary()
    for reading in find_readings(flat, words, unit.end, age, sex):
        yield _Mention(reading.start, reading.end, reading.concept, reading.measured)
    for named in own.names.find(words):
        first, last = words[named.first], words[named.last - 1]
        if not is_other_word(unit, first, named.last - named.first) and not _is_part(
            flat, first, last
        ):
            yield _Mention(words[named.first].start, words[named.last - 1].end, named.value)
    for phrase in find_phrases(flat, words[0].start, unit.end, own):
        yield _Mention(phrase.start, phrase.end, phrase.concept)
    for word in by_stem(words):
        yield _Mention(word.start, word.end, Concept(FindingKind.DRUG, word.text.lower()))
    if extra is not None:
        for named in extra.names.find(words):
            yield _Mention(words[named.first].start, words[named.last - 1].end, named.value)
    for match in _DENIES.finditer(flat, unit.start, unit.end):
        concept = own.names.get(_DENYING[match[0].lower()])
        if concept is not None:
            yield _Mention(match.start(), match.end(), concept, denied=True)
    for match in NO_ALLERGY.finditer(flat, unit.start, unit.end):
        concept = Concept(FindingKind.DIAGNOSIS, "Drug allergy")
        yield _Mention(match.start(), match.end(), concept, denied=True)


def _is_part(flat: str, first: Token, last: Token) -> bool:
    """True for what only looks like a name of the vocabulary.

    Letters that a marker begins with ("PD-L1"), a day in hospital ("HD 4"), and people: no
    question that is made of findings may carry their names. "67yo F c/o pain" holds no "F/C".
    """
    if last.normal == "c" and _COMPLAINS.match(flat, last.end) is not None:
        return True
    if first is last and first.text in _PEOPLE:
        return first.text != "Graves" or _FORENAME.search(flat, 0, first.start) is not None
    if not last.text.isupper():
        return False
    day = first.text == "HD" and _DAY.match(flat, last.end) is not None
    return day or _MARKER.match(flat, last.end) is not None


def _longest(mentions: Iterator[_Mention]) -> list[_Mention]:
    """Keep of mentions that overlap results first, then the longest, then the first."""
    kept: list[_Mention] = []
    order = sorted(
        enumerate(mentions), key=lambda n: (n[1].measured is None, n[1].start - n[1].end, n[0])
    )
    for _, one in order:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda m: m.start)


def _as_allergy(text: str, unit: Unit, finding: Finding) -> Finding:
    """A drug that a patient is allergic to is no drug that the patient takes."""
    if finding.kind is not FindingKind.DRUG:
        return finding
    begins = allergy_start(unit.flat, unit.start, finding.start, finding.end)
    if begins is None and unit.role is not Role.ALLERGIES:
        return finding
    return replace(
        finding,
        kind=FindingKind.DIAGNOSIS,
        name=f"Allergy to {finding.name}",
        code="",
        time=FindingTime.PRESENT,
        dosage=None,
    )


def sections_of(text: str) -> tuple[Part, ...]:
    """Return the sections of a record, as ``find_findings`` reads it."""
    return parts_of(text)
