"""Age and sex of a record's patient."""

from __future__ import annotations

import re

from rag.clinical.relatives import patient_of

_UNITS = {"y": 1.0, "m": 1 / 12, "w": 1 / 52.18, "d": 1 / 365.25}
_UNIT = r"(?P<u>years?|yrs?|y\.?\s?/?o\.?|y/o|yo|y|months?|mos?\.?|mo|m\.?/?o|weeks?|wks?|days?)"
_AGES = (
    re.compile(rf"\b(?P<n>\d{{1,3}}(?:\.\d)?)[\s-]*{_UNIT}[\s-]*(?:of\sage|old|o\b|-old)", re.I),
    re.compile(r"\b(?P<n>\d{1,3})\s?-?\s?(?P<u>y\.?\s?/?\s?o\.?|yrs?)(?=[\sMF,.]|$)", re.I),
    re.compile(r"\b(?P<n>\d{1,3})(?P<u>y)(?=[MF]\b)", re.I),
    re.compile(r"\b(?P<n>\d{1,2})[\s-](?P<u>month|week|day)(?=[:,])", re.I),
    re.compile(r"\bborn (?P<n>\d{1,2}) (?P<u>days|weeks|months) ago\b", re.I),
    re.compile(
        r"\b(?P<n>\d{1,2})[\s-]?(?P<u>wk|week|mo|month|day|d)s?\s(?:[MF]|male|female|boy|girl|infant)\b"
    ),
    re.compile(r"(?<![\d.])\b(?P<n>[1-8]?\d|9[0-3])\s(?P<u>)(?P<s>[MF])(?=[\s,.]|$)"),
    re.compile(r"(?<![\d.])\b(?P<n>\d{1,2}|10\d)(?P<u>)(?P<s>[MF])(?=[\s,.]|$)"),
    re.compile(r"\b(?:aged?|Age:)\s*(?P<n>\d{1,3})(?P<u>)\b(?!\s*(?:months?|weeks?|days?))", re.I),
    re.compile(r"\b(?:Mr|Mrs|Ms|Miss)\.?\s[^,.;\n]{1,40},\s(?P<n>\d{1,3})(?P<u>)(?=[,;).\n]|\s*$)"),
)
_NOT_HIS = re.compile(
    r"\s*(?:ago\b|(?:old\s)?(?:sib(?:ling)?|brother|sister|cousin|nephew|niece)\b)",
    re.IGNORECASE,
)
"""Behind a number of years: no age, or a relative's."""
_OVER_90 = re.compile(r"\[\*\*\s*Age over 90[^*]*\*\*\]", re.IGNORECASE)
_OLDEST = 120
_FEMALE = re.compile(
    r"\b(?:woman|female|lady|girl|mrs|ms|miss|gravida|G\d+P\d+|LMP|she/her)\b",
    re.I,
)
_MALE = re.compile(r"\b(?:man|male|gentleman|boy|mr|he/him)\b", re.I)
_STATED = re.compile(r"\b(?:Sex|Gender)\s*:\s*(?P<s>[MF]|male|female)\b", re.IGNORECASE)
_WITH_AGE = re.compile(
    r"(?<![\d.])\b\d{1,2}(?:[\s-]*(?:y\.?\s?/?\s?o\.?|yrs?|y|year[\s-]old|years[\s-]old)\s*|(?<=[0-8]\d)\s?|(?<=9[0-3])\s?)(?P<s>[MF])\b(?!\s?[,.]?\s?\d)"
)
_OLD = re.compile(r"Age over 90[^*]*\*\*\][\s-]*(?:year[\s-]old|y/?o)?\s*(?P<s>[MF])\b")
_SHE = re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|his|him)\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?P<whose>\b(?:my|his|her|by|with)\s+(?:\w+\s)?)(?:wife|husband|mother|father|daughter|son|girlfriend|boyfriend)\b",
    re.IGNORECASE,
)
_HEAD = 600
_FERTILE = (11.0, 56.0)
_NEAR = 40
_GESTATION = re.compile(
    r"\b(?:[4-9]|[1-3]\d|4[0-2])\s?\+\s?[0-6]\b|\b(?:[4-9]|[1-3]\d|4[0-2])/40\b|\b(?:[4-9]|[1-3]\d|4[0-2])\s?(?:weeks?|wks?|w)\s?(?:\d\s?d(?:ays?)?\s?)?"
    r"(?:pregnant|gestation|GA\b|EGA)|\bG\d+\s?P\d+\w*\s+(?:at|@)\s\d|\bpregnant\b|\bIUP at\b",
    re.IGNORECASE,
)
_NO_PREGNANCY = re.compile(
    r"\b(?:not|no|non|never|denies|born|delivered|delivery|birth|SVD|ex|if|was|were|prior|previous|first|last|mother|sister|wife|getting|become|becoming|when|while|since)\b[^.;\n]*$",
    re.IGNORECASE,
)


def read_age(text: str) -> float | None:
    """Return the patient's age in years (below one a fraction), or ``None``.

    The first age that the text states counts; "over 90", as MIMIC writes it, is 90.
    """
    found: list[tuple[int, float]] = []
    if (over := _OVER_90.search(text)) is not None:
        found.append((over.start(), 90.0))
    for form in _AGES:
        for match in form.finditer(text):
            if re.search(r"\b(?:at|since|until|age)\s+age\s*$|\bat\s*$", text[: match.start("n")]):
                continue  # "died at age 70" is somebody's, or an event's
            if _NOT_HIS.match(text, match.end()):
                continue
            unit = match["u"].lower()[:1]
            value = float(match["n"]) * _UNITS.get(unit, 1.0)
            if value <= _OLDEST and not _is_event(text, match.start("n")):
                found.append((match.start("n"), value))
                break
    return min(found)[1] if found else None


def _is_event(text: str, at: int) -> bool:
    """True where a number stands behind words for an event at an age."""
    return re.search(r"\b(?:at(?: the)? age(?: of)?|died at|when)\s*$", text[:at], re.I) is not None


def read_sex(text: str) -> str:
    """Return ``female``, ``male``, or empty where the text does not tell.

    A stated sex goes before a noun for the patient, that before pronouns.
    """
    stated = _STATED.search(text) or _WITH_AGE.search(text) or _OLD.search(text)
    if stated is not None:
        return "female" if stated["s"].lower().startswith("f") else "male"
    proxy = patient_of(text).proxy
    if proxy in ("daughter", "girl", "wife", "mother", "mom", "mum", "grandmother", "sister"):
        return "female"
    if proxy in ("son", "boy", "husband", "father", "dad", "grandfather", "brother"):
        return "male"
    own = _RELATIVE.sub(lambda m: m["whose"], text)
    first = (
        min(
            (m.start(), sex)
            for sex, form in (("female", _FEMALE), ("male", _MALE))
            if (m := form.search(own))
        )
        if _FEMALE.search(own) or _MALE.search(own)
        else None
    )
    if first is not None and first[0] < _HEAD:
        return first[1]
    if re.search(r"\b(?:pregnan(?:t|cy)|vaginal|menstrua\w+|uter(?:us|ine)|ovar\w+)\b", own, re.I):
        return "female"
    she, he = len(_SHE.findall(own)), len(_HE.findall(own))
    if she == he:
        return ""
    return "female" if she > he else "male"


def is_pregnant(text: str, age: float | None, sex: str) -> bool:
    """True where a record tells of a pregnancy of its patient now.

    "Ex 34-weeker", "born at 36+4" and "prior pregnancy" are none.
    """
    if sex == "male" or (age is not None and not _FERTILE[0] <= age <= _FERTILE[1]):
        return False
    return any(
        _NO_PREGNANCY.search(text[max(0, found.start() - _NEAR) : found.start()]) is None
        for found in _GESTATION.finditer(text)
    )
