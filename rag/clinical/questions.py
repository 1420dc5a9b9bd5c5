"""What a clinician would ask of the literature about a patient: few questions, best first.

They are made of names of the vocabulary and a group of age, never of words of the record: no
question can carry an identifier. Nothing in them says what the patient has.

What the assessment names goes before what stands elsewhere, and that before the diseases that one
lives with: with a suspected pyelonephritis nobody asks how to treat the diabetes beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
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
_LASTING = frozenset(
    (
        "Hypertension", "Hyperlipidemia", "Diabetes mellitus", "Type 1 diabetes mellitus", "Type 2 diabetes mellitus",
        "Coronary artery disease", "Congestive heart failure", "Atrial fibrillation", "Atrial flutter",
        "Peripheral vascular disease", "Chronic obstructive pulmonary disease", "Asthma", "Obstructive sleep apnea",
        "Gastroesophageal reflux disease", "Chronic kidney disease", "End-stage renal disease", "Hypothyroidism",
        "Benign prostatic hyperplasia", "Epilepsy", "Dementia", "Depression", "Anxiety disorder", "Bipolar disorder",
        "Schizophrenia", "Osteoarthritis", "Gout", "Osteoporosis", "Osteopenia", "Alcohol abuse", "Parkinson's disease",
    )
)  # fmt: skip
"""Diseases that one lives with: the matter of a visit only where nothing else is."""
_JUDGED = re.compile(
    r"^[AP]$|assess|impression|\bimp\b|diagnos|\bdx\b|\ba\s?[/&]\s?p\b|\bplan\b|problem|conclusion|MDM|decision",
    re.IGNORECASE,
)
"""Headings under which a record says what it takes the matter to be."""
_AS_PROBLEM = {
    ("Potassium", "high"): "Hyperkalemia", ("Potassium", "low"): "Hypokalemia", ("Sodium", "low"): "Hyponatremia",
    ("Sodium", "high"): "Hypernatremia", ("Calcium", "high"): "Hypercalcemia", ("Calcium", "low"): "Hypocalcemia",
    ("Platelets", "low"): "Thrombocytopenia", ("Glucose", "low"): "Hypoglycemia", ("Heart rate", "low"): "Bradycardia",
}  # fmt: skip
"""Results that have a name as a problem: which drug can be their cause is asked of them too."""
_TO_TREAT = {
    "sepsis": "sepsis", "neutropenic fever": "febrile neutropenia", "ketoacidosis": "diabetic ketoacidosis",
    "pre-eclampsia": "preeclampsia", "low blood sugar": "severe hypoglycemia",
    "very high blood sugar": "hyperosmolar hyperglycemic state", "high potassium": "severe hyperkalemia",
    "low potassium": "severe hypokalemia", "low sodium": "severe hyponatremia", "high calcium": "severe hypercalcemia",
    "hypertensive emergency": "hypertensive emergency", "hypothermia": "accidental hypothermia",
    "severe anaemia": "severe anemia", "high INR": "excessive anticoagulation with warfarin",
    "lithium poisoning": "lithium poisoning", "gastrointestinal bleeding": "acute gastrointestinal bleeding",
}  # fmt: skip
"""Emergencies that values tell, as the literature calls them."""
_EMERGENCIES = 2
_SEPSIS = frozenset(("Sepsis", "Septic shock", "Bacteremia"))
_OF_PREGNANCY = re.compile(
    r"eclampsia|pregnan|gestation|placent|HELLP|labor|abortion|miscarr", re.IGNORECASE
)
_SMALL = frozenset(("and", "of", "with", "acute", "chronic", "mellitus", "type", "1", "2"))
_MINDS = frozenset(("Schizophrenia", "Bipolar disorder"))
_BESIDE_NOTHING = frozenset(
    (
        "Hypertension", "Hyperlipidemia", "Gastroesophageal reflux disease", "Osteoarthritis", "Osteopenia",
        "Hypothyroidism", "Benign prostatic hyperplasia", "Anxiety disorder", "Depression", "Osteoporosis",
    )
)  # fmt: skip
"""Common diseases beside which hardly another is treated in another way."""
_BELLY_PAIN = re.compile(
    r"(?:quadrant|Epigastric|Flank|Pelvic|Suprapubic|Groin)\b.* pain|Epigastric pain"
)


def questions_for(
    findings: Sequence[Finding],
    age: float | None,
    *,
    is_pregnant: bool = False,
    emergencies: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return at most five questions.

    How an emergency is treated that measured values tell; of the findings that the patient has
    now, which conditions go with them together; what tells an uncertain diagnosis; how the main
    diagnosis is treated at this age; whether a drug that is taken can be the cause of a finding
    or a result (``lists/adverse.tsv``); the main diagnosis beside another.

    Args:
        findings: of the record.
        age: in years, or ``None``.
        is_pregnant: the record tells of a pregnancy now.
        emergencies: names of the red flags that the record raises.
    """
    now = [f for f in findings if f.holds and f.time is FindingTime.PRESENT]
    certain = [f for f in now if not f.uncertain]
    problems = _specific(_names(f for f in certain if f.kind in _PROBLEMS and f.name not in _VAGUE))
    diagnoses = _names(f for f in certain if _is_matter(f))
    suspected = [n for n in _names(_suspected(findings)) if n not in diagnoses]
    judged = {f.name for f in findings if _JUDGED.search(f.section)}
    diagnoses.sort(key=lambda name: (name not in judged, name in _LASTING))
    suspected.sort(key=lambda name: name not in judged)
    known = _names(
        f for f in findings if f.holds and f.time is FindingTime.PAST and _is_matter(f)
    )  # fmt: skip
    # a drug that only its stem told may be a word of the record, a name even
    drugs = [
        name
        for name in _names(f for f in now if f.kind is FindingKind.DRUG)
        if name not in _CLASSES and vocabulary().names.get(name) is not None
    ]
    results = [_AS_PROBLEM.get((f.name, f.measured.abnormal), "") for f in certain if f.measured]
    who = group_of(age, is_pregnant=is_pregnant)
    main = _main(diagnoses, suspected, judged)
    treated = [
        _TO_TREAT[name]
        for name in emergencies
        if name in _TO_TREAT and not (name == "sepsis" and main in _SEPSIS)
    ][:_EMERGENCIES]
    asked = [f"What is the treatment of {name}{_in(name, who)}?" for name in treated]
    if len(problems) > 1 or (problems and main not in diagnoses):
        together = _and([_said(n) for n in problems[:_TOGETHER]])
        asked.append(f"Which conditions present with {together}?")
    if suspected:
        asked.append(f"How is {_said(suspected[0])} diagnosed{_in(suspected[0], who)}?")
    if main and not any(_said(main) in name for name in treated):
        asked.append(f"What is the treatment of {_said(main)}{_in(main, who)}?")
    cause = _cause(drugs, [*problems, *diagnoses, *filter(None, results)])
    if cause is not None:
        asked.append(f"Can {cause[0]} cause {_said(cause[1])}?")
    other = next((n for n in (*diagnoses, *known) if n != main and _matters(n, main)), "")
    if main and other:
        asked.append(f"How is {_said(main)} treated in patients with {_said(other)}?")
    elif not main and known and problems:
        asked.append(f"Which complications of {_said(known[0])} present with {_said(problems[0])}?")
    return tuple(dict.fromkeys(asked))[:MOST]


def _in(name: str, who: str) -> str:
    """Return the group, but for a disease that no one else has."""
    return "" if who == " in pregnancy" and _OF_PREGNANCY.search(name) else who


def _is_matter(finding: Finding) -> bool:
    """True for a diagnosis that may be the matter, or stand beside it."""
    return (
        finding.kind is FindingKind.DIAGNOSIS
        and not finding.name.startswith("Allergy to")
        and finding.name not in _VAGUE | _NOT_MAIN
    )


def _suspected(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the diagnoses that are possible, to be ruled out included."""
    for finding in findings:
        if (
            finding.uncertain
            and not finding.negated
            and finding.experiencer is Experiencer.PATIENT
            and finding.time is not FindingTime.PAST
            and finding.kind is FindingKind.DIAGNOSIS
            and finding.name not in _VAGUE
        ):
            yield finding


def _main(diagnoses: Sequence[str], suspected: Sequence[str], judged: Set[str]) -> str:
    """Return what the record is about: what the assessment names, acute before lasting."""
    tiers = (
        (n for n in diagnoses if n in judged and n not in _LASTING),
        (n for n in suspected if n in judged),
        (n for n in diagnoses if n in judged),
        (n for n in diagnoses if n not in _LASTING),
        suspected,
        diagnoses,
    )
    return next((name for tier in tiers for name in tier), "")


def _matters(other: str, main: str) -> bool:
    """True for a disease that may change how another is treated."""
    if other in _BESIDE_NOTHING or (main == "Psychosis" and other in _MINDS):
        return False
    if main in _SEPSIS and other in _SEPSIS:
        return False
    return not _is_within(other, main)  # "iron deficiency anemia in patients with anemia"


def _is_within(one: str, other: str) -> bool:
    """True where the words of one name are all of the other's."""
    a, b = (set(name.lower().split()) - _SMALL for name in (one, other))
    return a <= b or b <= a


def _specific(names: list[str]) -> list[str]:
    """Leave out what another name says more closely: a pain of the belly, a tenderness of a pain."""
    in_part = any(_BELLY_PAIN.search(name) for name in names)
    kept: list[str] = []
    for name in names:
        if name == "Abdominal pain" and in_part:
            continue
        if name.endswith(" tenderness") and name.replace("tenderness", "pain") in names:
            continue
        if not any(_is_within(name, other) for other in kept):
            kept.append(name)
    return kept


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


def group_of(age: float | None, *, is_pregnant: bool = False) -> str:
    """Return " in children" or the like; a group and no age, for an age can identify.

    Adults below 65 are no group: that is whom the literature is about.
    """
    if is_pregnant:
        return " in pregnancy"
    for below, group in ((1, "infants"), (13, "children"), (18, "adolescents")):
        if age is not None and age < below:
            return f" in {group}"
    return " in older adults" if age is not None and age >= 65 else ""


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
