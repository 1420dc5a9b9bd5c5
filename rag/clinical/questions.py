"""What a clinician would ask of the literature about a patient: few questions, best first.

They are made of names of the vocabulary, a group of age and a sex, never of words of the record:
no question can carry an identifier. Nothing in them says what the patient has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.clinical.vocabulary import read_list, vocabulary
from rag.types.clinical import Experiencer, Finding, FindingKind, FindingTime

MOST = 5
_TOGETHER = 3
_PROBLEMS = (FindingKind.SYMPTOM, FindingKind.SIGN)
_VAGUE = frozenset(
    (
        "Pain",
        "Mass",
        "Lump",
        "Fall",
        "Bleeding",
        "Infection",
        "Fracture",
        "Cancer",
        "Tumor",
        "Trauma",
        "Cyst",
        "Weight gain",
    )
)
_NOT_MAIN = frozenset(
    (
        "Pregnancy",
        "Obesity",
        "Alcohol abuse",
        "Menopause",
        "Drug allergy",
        "Overdose",
        "Suicide attempt",
    )
)
_CLASSES = frozenset(
    (
        "antibiotics",
        "analgesics",
        "normal saline",
        "multivitamin",
        "dextrose",
        "iodine",
        "latex",
        "sulfa",
    )
)


def questions_for(findings: Sequence[Finding], age: float | None, sex: str) -> tuple[str, ...]:
    """Return at most five questions.

    Of the findings that the patient has now: which conditions go with them together; how the
    main diagnosis is treated at this age; whether a drug that is taken can be the cause of a
    finding (``lists/adverse.tsv``); what tells an uncertain diagnosis; the treatment of the main
    diagnosis beside another.
    """
    now = [f for f in findings if f.holds and f.time is FindingTime.PRESENT]
    certain = [f for f in now if not f.uncertain]
    problems = _names(f for f in certain if f.kind in _PROBLEMS and f.name not in _VAGUE)
    diagnoses = _names(
        f
        for f in certain
        if f.kind is FindingKind.DIAGNOSIS
        and not f.name.startswith("Allergy to")
        and f.name not in _VAGUE | _NOT_MAIN
    )
    suspected = _names(
        f for f in now if f.uncertain and f.kind is FindingKind.DIAGNOSIS and f.name not in _VAGUE
    )
    suspected += [
        f.name
        for f in findings
        if f.uncertain
        and f.time is FindingTime.CONDITIONAL
        and not f.negated
        and f.experiencer is Experiencer.PATIENT
        and f.kind is FindingKind.DIAGNOSIS
        and f.name not in suspected
        and f.name not in _VAGUE
    ]
    # a drug that only its stem told may be a word of the record, a name even
    drugs = [
        name
        for name in _names(f for f in certain if f.kind is FindingKind.DRUG)
        if name not in _CLASSES and vocabulary().names.get(name) is not None
    ]
    known = _names(
        f for f in findings
        if f.holds and f.kind is FindingKind.DIAGNOSIS and f.time is FindingTime.PAST
        and f.name not in _VAGUE | _NOT_MAIN
    )  # fmt: skip
    who = group_of(age, sex)
    asked: list[str] = []
    if problems:
        together = _and([_said(n) for n in problems[:_TOGETHER]])
        asked.append(f"Which conditions present with {together}?")
    if suspected:
        asked.append(f"How is {_said(suspected[0])} diagnosed{who}?")
    main = diagnoses[0] if diagnoses else ""
    if main:
        asked.append(f"What is the treatment of {_said(main)}{who}?")
    cause = _cause(drugs, [*problems, *diagnoses])
    if cause is not None:
        asked.append(f"Can {cause[0]} cause {_said(cause[1])}?")
    other = next((n for n in (*diagnoses[1:], *known) if n != main), "")
    if main and other:
        asked.append(f"How is {_said(main)} treated in patients with {_said(other)}?")
    elif not main and known and problems:
        asked.append(f"Which complications of {_said(known[0])} present with {_said(problems[0])}?")
    if cause is None and drugs:
        asked.append(f"What are the adverse effects of {drugs[0]}{who}?")
    return tuple(dict.fromkeys(asked))[:MOST]


@lru_cache(maxsize=1)
def _effects() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((line.cells[0], frozenset(line.synonyms)) for line in read_list("adverse"))


def _cause(drugs: Sequence[str], findings: Sequence[str]) -> tuple[str, str] | None:
    """Return the first drug and finding of which ``adverse.tsv`` says that one may be the other's cause."""
    for finding in findings:
        for drug in drugs:
            for name, effects in _effects():
                fits = drug.endswith(name[1:]) if name.startswith("-") else drug == name
                if fits and finding in effects:
                    return drug, finding
    return None


def group_of(age: float | None, sex: str) -> str:
    """Return " in elderly women" or the like; a group and no age, for an age can identify."""
    if age is None:
        return {"female": " in women", "male": " in men"}.get(sex, "")
    if age < 1:
        return " in infants"
    if age < 13:
        return " in children"
    if age < 18:
        return " in adolescents"
    people = {"female": "women", "male": "men"}.get(sex, "adults")
    return f" in older {people}" if age >= 65 else f" in {people}"


def _names(findings: Iterable[Finding]) -> list[str]:
    """Names, most often mentioned first, then in the order of the record."""
    found = [f.name for f in findings if f.experiencer is Experiencer.PATIENT]
    counts = Counter(found)
    order = {name: at for at, name in reversed(list(enumerate(found)))}
    return sorted(counts, key=lambda n: (-counts[n], order[n]))


def _said(name: str) -> str:
    """A preferred name within a sentence: lower case, but for abbreviations and eponyms."""
    head = name.split()[0]
    if re.search(r"[A-Z].*[A-Z]|\d", head) or head.endswith("'s") or len(head) == 1:
        return name
    return name[:1].lower() + name[1:]


def _and(names: Sequence[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
