"""Drugs with dose, route and frequency; drugs by their stems; allergies to drugs.

Stems are those of the International Nonproprietary Names (WHO, "Stem Book"); a word that ends
in one is a drug only where the word is long enough and no other word of medicine ends so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.clinical.words import Token
from rag.types.clinical import Dosage

_STEMS = (
    "pril prilat sartan statin olol dipine mab mabs tinib ciclib parib zomib azole conazole cillin mycin micin floxacin cycline"
    " prazole gliptin gliflozin glutide glitazone triptan setron parin xaban gatran thiazide semide zosin oxetine azepam zolam"
    " caine tidine profen coxib dronate dronic lukast terol methasone nisolone buvir asvir vudine tegravir navir ciclovir vaptan"
    " fibrate barbital platin rubicin taxel poside trexed gramostim grastim poetin afil degrel tropium"
    " sulfan mustine lisib rafenib cept ridone apine perazine oxacin penem bactam cef"
).split()
_STEM = re.compile(rf"[a-z]{{3,}}(?:{'|'.join(_STEMS)})", re.IGNORECASE)
_NO_DRUG = re.compile(
    r"(?:cholesterol|cholestero|sterol|april|concept|precept|intercept|accept|except|receipt|percept|decoct|parin"
    r"|heparin|sparin|pain|cocaine|transept|incept|susceptib\w*|nystatin|somatostatin|angiostatin|metabolis\w+)$",
    re.IGNORECASE,
)
_SHORTEST = 7
_DOSE = re.compile(
    r"(?P<dose>\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:-|/|to)\s?\d+(?:\.\d+)?)?\s?(?:mg/kg|mcg/kg|mg/5\s?mL|mg|mcgs?|micrograms?|milligrams?|grams?"
    r"|gm?|units?|IU|mEq|mmol|mLs?|cc|puffs?|tabs?|tablets?|capsules?|caps?|drops?|sprays?|%|patch(?:es)?)(?:/(?:hr|h|mL|day|dose|kg|5\s?mL))?)(?!\w)",
    re.IGNORECASE,
)
_ROUTE = re.compile(
    r"(?<!\w)(?P<route>PO|p\.o\.|IV|i\.v\.|IM|SC|SQ|SubQ|subcut(?:aneous(?:ly)?)?|SL|sublingual(?:ly)?|PR|per rectum|rectally|inhaled|INH|IH|neb(?:ulized|s)?"
    r"|inhalation|intranasal(?:ly)?|nasal|topical(?:ly)?|transdermal|patch|by mouth|orally|oral|intravenous(?:ly)?|ophthalmic|eye drops|gtt|drip|cream"
    r"|ointment|po|iv|im|sc|sq|pr)(?!\w)"
)
_FREQUENCY = re.compile(
    r"(?<!\w)(?P<frequency>(?:once|twice|(?:two|three|four|\d)\stimes)\s(?:a|per|every|each)?\s?(?:day|daily|week|weekly)|q\.?\s?\d{1,2}\s?-?\s?\d{0,2}\s?h(?:rs?|ours?)?"
    r"|every\s(?:\d{1,2}|two|four|six|eight|twelve|other)\s?-?\s?\d{0,2}\s?(?:hours?|hrs?|days?|weeks?|day)|(?:once\s)?daily|weekly|monthly|nightly|BID|TID|QID|QHS|QAM"
    r"|QPM|QD|QOD|QWK|BD|TDS|QDS|OD|b\.i\.d\.|t\.i\.d\.|q\.i\.d\.|q\.d\.|HS|at bedtime|at night|in the morning|every (?:day|morning|evening|night|week)|PRN|as needed"
    r"|x\s?1|once|stat|continuous)(?!\w)",
    re.IGNORECASE,
)
_REACH = 110
_ALLERGIC = re.compile(
    r"\b(?:allergic\s(?:reaction\s)?to|allerg(?:y|ies)\s(?:to|:)|allergies\s?(?:include|are)?)\s*[:-]?\s*(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
NO_ALLERGY = re.compile(r"\b(?:NKDA|NKA|nkda)\b")
_ALLERGY_AFTER = re.compile(r"^\s*(?:drug\s)?allerg(?:y|ies|ic)\b", re.IGNORECASE)


def by_stem(words: Sequence[Token]) -> Iterator[Token]:
    """Yield the words that a stem tells for drugs."""
    return (word for word in words if is_stem(word.text))


def is_stem(word: str) -> bool:
    """True for a word that ends in the stem of a drug's name and is no other word."""
    return (
        len(word) >= _SHORTEST
        and _STEM.fullmatch(word) is not None
        and _NO_DRUG.search(word) is None
    )


def dosage_after(text: str, at: int, stop: int) -> Dosage | None:
    """Return what is said of the dose between a drug's name and the next, or ``None``.

    Args:
        text: the record.
        at: end of the drug's name.
        stop: start of the next drug, or the end of the line.
    """
    rest = text[at : min(stop, at + _REACH)]
    cut = re.search(r"\.\s+(?=[A-Z])(?!\s*Sig)|\n|;", rest)
    if cut is not None and "Sig:" not in rest:
        rest = rest[: cut.start()]
    dose, route, frequency = (form.search(rest) for form in (_DOSE, _ROUTE, _FREQUENCY))
    if dose is None and route is None and frequency is None:
        return None
    often = " ".join(dict.fromkeys(m["frequency"] for m in _FREQUENCY.finditer(rest)))
    return Dosage(
        " ".join(dose["dose"].split()) if dose else "",
        route["route"] if route else "",
        often if frequency else "",
    )


def allergy_start(text: str, unit_start: int, start: int, end: int) -> int | None:
    """Return where a mention of an allergy to the drug at ``text[start:end]`` begins."""
    found = _ALLERGIC.search(text[unit_start:start])
    if found is not None:
        return unit_start + found.start()
    return start if _ALLERGY_AFTER.match(text[end : end + 16]) else None
