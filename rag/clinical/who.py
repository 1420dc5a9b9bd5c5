"""Who can have a disease: age, sex and pregnancy of a patient against the marks of the list.

A disease of pregnancy is out for those who are not pregnant, one of a man's organs for women. For
those who can have it, it is commoner than in the world, by which ``diseases_burden.tsv`` counts:
of 8 billion people half have a sex, and some 250 million are pregnant in a year (Bearak et al.,
Lancet Glob Health 2020;8:e1152-61, doi:10.1016/S2214-109X(20)30315-6: 121 million unintended
pregnancies a year are 48 % of all). So the prior of such a disease rises by 10^1.5, or by 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.clinical.diseases import Disease
from rag.clinical.relatives import patient_of
from rag.types import Experiencer, Finding, FindingTime

OF_THE_PREGNANT, OF_ONE_SEX = 1.5, 0.3
"""Powers of ten: how many times fewer people are pregnant, or of one sex, than there are."""
_FERTILE = (8.0, 60.0)
"""Years of age outside of which nobody is taken to be pregnant."""
_PREGNANCY = "Pregnancy"
_EXPECTING = re.compile(
    r"\bweeks?['’]? (?:of )?gestation\b|\b(?:first|second|third) trimester\b|\bpost-?partum\b"
    r"|\bgave birth\b(?!(?: \w+){1,3} years? ago)"
    r"|\b(?:after|since) (?:giving birth|(?:my|the|her) delivery)\b",
    re.IGNORECASE,
)
_NOT_EXPECTING = re.compile(r"\bpost-?menopausal\b|\bafter (?:the )?menopause\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:sister|wife|daughter|mother|friend|girlfriend|partner|neighbou?r)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Who:
    """What is told of a patient: ``pregnant`` is ``None`` where nothing tells it.

    ``age`` is in years, ``sex`` is ``female``, ``male`` or empty. Who gave birth a short time
    ago counts as pregnant.
    """

    age: float | None = None
    sex: str = ""
    pregnant: bool | None = None

    def can_have(self, disease: Disease) -> bool:
        """Return whether sex and pregnancy leave a disease possible, as far as they are known."""
        return not (
            (disease.only == "p" and self.pregnant is False)
            or (disease.only == "f" and self.sex == "male")
            or (disease.only == "m" and self.sex == "female")
        )

    def commoner(self, disease: Disease) -> float:
        """Return by which power of ten a disease is commoner in such a patient than in anyone."""
        if disease.only == "p" and self.pregnant:
            return OF_THE_PREGNANT
        if (disease.only in ("f", "p") and self.sex == "female") or (
            disease.only == "m" and self.sex == "male"
        ):
            return OF_ONE_SEX
        return 0.0


def read_who(text: str, findings: Sequence[Finding], age: float | None, sex: str) -> Who:
    """Return what a description tells of the patient, beside the age and sex read in it."""
    told = [f for f in findings if f.name == _PREGNANCY and f.experiencer is Experiencer.PATIENT]
    if any(f.holds and f.time is FindingTime.PRESENT for f in told) or _is_expecting(text):
        return Who(age, sex or "female", pregnant=True)
    too_young_or_old = age is not None and not _FERTILE[0] <= age <= _FERTILE[1]
    if (
        sex == "male"
        or too_young_or_old
        or any(f.negated for f in told)
        or _NOT_EXPECTING.search(text)
    ):
        return Who(age, sex, pregnant=False)
    return Who(age, sex)


def _is_expecting(text: str) -> bool:
    """True where words beside "pregnant" tell of it, and not of a relative."""
    found = _EXPECTING.search(text)
    if found is None:
        return False
    clause = re.split(r"[.;,!?\n]", text[: found.start()])[-1]
    return bool(patient_of(text).proxy) or _OTHERS.search(clause) is None
