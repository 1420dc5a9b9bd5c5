"""Numbers that stand for a person in notes, by rules: records, plans, accounts, licences, plates, devices.

A number is marked for its label ("MRN: A12-345"), for a form that only such numbers have (IBAN and
payment cards by their check digits, social security numbers), or for being longer than measured
values are. Numbers of the literature and of classifications (PMID, DOI, NCT, ICD-10, CPT, dbSNP)
stay: ``kept`` says where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.kinds import Identifier

_I = re.IGNORECASE
_NO = r"(?:[\s/-]{0,2}(?:identification|identifier|id|numbers?|num|nbr|nr|no|code|#)\b\.?|\s?#)"
# groups of digits apart, or one word of letters and digits, or letters before it
_VALUE = (
    r"(?:\d{1,4}(?: \d{1,4}){1,6}(?![\w./-])|(?=[\w./ -]{0,12}\d)(?:[A-Za-z]{1,4} (?=\d))?"
    r"[A-Za-z0-9](?:[A-Za-z0-9]|[-./_](?=[A-Za-z0-9])){1,29})"
)
# label, whether it needs "number", "#" or a colon after it to be one
_LABELS: tuple[tuple[str, str, bool], ...] = (
    ("ssn", r"ssn|soc(?:ial)?\.?\s?sec(?:urity)?", False),
    ("record", r"m\.?r\.?n\.?|med(?:ical)?\.?\s?rec(?:ord)?s?|hosp(?:ital)?\s?(?:no|num|number|#)|nhs|urn|crn|epic\s?id|empi|chi", False),
    ("record", r"records?|chart|patient|pt|unit|file|hospital|admission|visit|encounter|accession|acc|case|specimen|"
               r"sample|episode|csn|study|subject|report|order|requisition|ref(?:erence)?|exam|lab|slide|path(?:ology)?|ticket|claim", True),
    ("plan", r"member|subscriber|policy|insurance|health\s?plan|plan|group|medicare|medicaid|beneficiary|payer|hicn|mbi|insured", True),
    ("account", r"acct|account|a/c|iban|(?:credit|debit|bank|payment)?\s?card|visa|mastercard|amex|routing|sort\s?code|bill(?:ing)?|invoice|hcn|bic|swift", True),
    ("licence", r"dea|npi|upin|(?:driver'?s?\s?)?licen[cs]e|dl|passport|certificate|cert|gmc|nmc|registration|medical\s?lic", True),
    ("vehicle", r"vin|(?:licen[cs]e|number|registration|reg)?\s?plates?(?:\s?reg)?|vehicle|vrm|tag", True),
    ("device", r"s/n|sn|serial|udi|device|model|lot|implant|pacemaker|pump|generator|lead", True),
    ("other_id", r"employee|emp|staff|student|badge|user|username|login|userid|account\s?name|national|id(?:entity|entification)?(?:\s?card)?|"
                 r"tax|tin|ein|military|service|voter|locker|participant|donor|fingerprint|biometric", True),
)  # fmt: skip
_LABELLED = tuple(
    (
        kind,
        re.compile(
            rf"(?<![\w-])(?:{label})(?:{_NO}{{1,2}}(?:\s(?:is|was|of|:))?|\s?(?:is)?(?=\s?[:=]))"
            rf"[\s:#=.(-]{{0,4}}({_VALUE})(?!\w)"
            if strict
            else rf"(?<![\w-])(?:{label})(?:{_NO}{{0,2}})(?:\s(?:is|was))?[\s:#=.(-]{{0,4}}({_VALUE})(?!\w)",
            _I,
        ),
    )
    for kind, label, strict in _LABELS
)
_NUMBERED = re.compile(
    r"#|\b(?:no|num|numbers?|nbr|nr|id|identifi\w+|code|m\.?r\.?n\.?|ssn|nhs|records?|plates?|vin|badge|passport)\b",
    _I,
)
_MEASURE = re.compile(
    r"-?\s?(?:years?|yrs?|y/?o|days?|weeks?|months?|hours?|mg|ml|mcg|mmol|mm|cm|kg|g/|%|units?)\b",
    _I,
)
_USER = re.compile(
    r"\b(?:user\s?name|user\s?id|login|logon|handle)(?:\s(?:is|was))?[\s:=]{1,3}([\w.-]{3,40})", _I
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{2,29}(?!\w)")
_SSN = re.compile(r"(?<![\w./-])(?:\d{3}|[xX*]{3})([- .])(?:\d{2}|[xX*]{2})\1\d{4}(?![\w-]|\.\d)")
_SSN_END = re.compile(
    r"\b(?:ssn|social)\b[^.\n]{0,24}?\b(?:ending|ends|last (?:four|4))\b[^.\d\n]{0,16}(\d{4})(?!\d)",
    _I,
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_VIN = re.compile(r"(?<!\w)(?=[A-Z0-9]{0,16}\d)(?=\d{0,16}[A-Z])[A-HJ-NPR-Z0-9]{17}(?!\w)")
_DEA = re.compile(r"(?<!\w)[ABFGMPR][A-Z9]\d{7}(?!\w)")
_UDI = re.compile(r"\(01\)\s?\d{14}(?:\s?\(\d{2}\)\s?[\w./-]{1,20}){0,4}")
_LONG = re.compile(
    r"(?<![\w.,/-])\d{7,12}(?![\w%/]|[.,]\d)(?!\s?(?:cells|copies|iu|units?|cfu|/|per\b))", _I
)
_MIXED = re.compile(
    r"(?<![\w./-])(?=[A-Z]{1,4}[-/ ]?\d|\d{2,}[-/]?[A-Z])(?:[A-Z]{1,4}[-/]?\d{5,12}|\d{2}[-/]?[A-Z]{1,4}[-/]?\d{4,10}|[A-Z]{1,4}-?\d{2,4}-\d{3,8}|\d{5,10}[A-Z]{1,2})(?![\w]|[.]\d)"
)
_GROUPED = re.compile(
    r"(?<![\w.,/-])\d{2,4}-\d{2,4}-\d{2,6}(?![\w/-]|[.,]\d)(?!\s?(?:mg|ml|mcg|g)\b)"
)
_FILE = re.compile(
    r"(?<![\w/.-])([\w-]{1,120})\.(?:pdf|jpe?g|png|dcm|docx?|txt|tiff?|xml|csv|xlsx?|rtf|mp[34]|wav|nii|zip|edf|hl7|json|html?)(?!\w)"
)
_TELLING_FILE = re.compile(r"\d{3}|[A-Z][a-z]+[_-][A-Z]")

_KEPT = re.compile(
    r"\b(?:pmid|pubmed(?:\s?id)?|pmc|nct|isrctn|eudract|doi|icd(?:-?(?:9|10|11))?(?:-?(?:cm|pcs))?|cpt|hcpcs|loinc|snomed(?:[\s-]?ct)?|rxnorm|"
    r"ndc|cas|omim|orphanet|orpha|drg|atc|hpo?|hp|cui|umls|mesh)(?:\s?(?:id|no|number|codes?|#))?[\s:#.=(]{0,3}[A-Za-z]{0,4}[\d][\w./-]{0,40}"
    r"|\b10\.\d{4,9}/[^\s\"'<>]{1,200}|\b(?:NCT|PMC|ISRCTN|EUCTR)\s?\d{6,12}\b|\brs\d{3,12}\b|\b(?:NM|NP|NC|NG|XM)_\d{6,9}(?:\.\d+)?\b"
    r"|\bHP:\d{7}\b|\b[A-TV-Z]\d[0-9AB]\.\d{1,4}\b",
    _I,
)


def kept(text: str) -> list[tuple[int, int]]:
    """Return the stretches of numbers that name no person, in order."""
    return [match.span() for match in _KEPT.finditer(text)]


def numbers(text: str) -> Iterator[Identifier]:
    """Yield numbers of persons, the surest first; some overlap."""
    for match in _SSN.finditer(text):
        yield _found(text, *match.span(), "ssn", "social security number")
    for match in _SSN_END.finditer(text):
        yield _found(text, *match.span(1), "ssn", "social security number")
    for pattern, kind, rule, right in (
        (_IBAN, "account", "IBAN", _iban),
        (_CARD, "account", "payment card", _luhn),
        (_VIN, "vehicle", "VIN", None),
        (_DEA, "licence", "DEA number", _dea),
        (_UDI, "device", "UDI", None),
    ):
        for match in pattern.finditer(text):
            if right is None or right(match.group()):
                yield _found(text, *match.span(), kind, rule)
    for kind, pattern in _LABELLED:
        for match in pattern.finditer(text):
            if _telling(match):
                yield _found(text, *match.span(1), kind, "labelled number")
    for match in _USER.finditer(text):
        yield _found(text, *match.span(1), "other_id", "user name")
    for match in _FILE.finditer(text):
        if _TELLING_FILE.search(match[1]):
            yield _found(text, *match.span(), "other_id", "file name")
    for pattern, rule in (
        (_HANDLE, "handle"),
        (_LONG, "long number"),
        (_MIXED, "letters and digits"),
        (_GROUPED, "grouped number"),
    ):
        for match in pattern.finditer(text):
            yield _found(text, *match.span(), "other_id", rule)


def _telling(match: re.Match[str]) -> bool:
    """True where label and value together number something: "lab: 12.5" does not."""
    value, digits = match[1], sum(c.isdigit() for c in match[1])
    label = match.group()[: match.start(1) - match.start()]
    if _MEASURE.search(value) or _MEASURE.match(match.string, match.end(1)):
        return False
    return digits >= (2 if _NUMBERED.search(label) else 4 if value.isdigit() else 3)


def _luhn(said: str) -> bool:
    """True where the check digit is right (ISO/IEC 7812-1, annex B)."""
    digits = [int(c) for c in said if c.isdigit()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1


def _iban(said: str) -> bool:
    """True where the remainder by 97 is 1 (ISO 13616)."""
    plain = said.replace(" ", "")
    turned = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return 15 <= len(plain) <= 34 and int(turned) % 97 == 1


def _dea(said: str) -> bool:
    """True where the last digit checks the six before it."""
    d = [int(c) for c in said[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def _found(text: str, start: int, end: int, kind: str, rule: str) -> Identifier:
    said = text[start:end].rstrip(" .,;:-/\n\t")
    return Identifier(start, start + len(said), kind, said, rule)
