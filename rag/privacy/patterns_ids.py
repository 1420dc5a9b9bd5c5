# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Numbers and words that stand for one person: records, plans, accounts, licences, devices.

Most need a label ("MRN", "Policy #"), some are known by their form or check digits (payment
cards, IBAN, VIN, national numbers). A bare run of seven digits or more is taken as some
number of a person unless a unit follows. Numbers of the literature and of code systems are
kept by ``patterns_kept``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.calendar import GAP, UNIT_FOLLOWS
from rag.privacy.kinds import Identifier
from rag.privacy.windows import near_digits

_I = re.IGNORECASE
_NO = r"(?:\s{0,2}(?:no|nr|num|number|numbers|id|code|\#)\b\.?|\s?\#)"
_ENDS = r"(?![^\W\d_])"
"""A label is a whole word: "since 2019" holds no number of social insurance (SIN)."""
_FILL = rf"(?:{GAP}(?:\((?!\d)[^()\n]{{1,12}}\)))?(?:{GAP}(?:is|was|of|ending\sin|ends\sin|:|=|\#|-|–)){{0,2}}{GAP}"
_VALUE = r"(?P<v>[A-Z]{0,5}[-/ ]?\d(?:[-/. ]?[A-Z0-9]){0,24}|[A-Z0-9]{2,}(?:-[A-Z0-9]{1,8}){1,4})(?![^\W_])"

# label, whether a word such as "no." or "#" must follow it, least count of digits
_LABELS: tuple[tuple[str, str, bool, int], ...] = (
    ("record", r"MRN|M\.R\.N\.?|medical\srecord|med\.?\srec|UHID|EMPI|URN|NHS|CHI|hospital\snumber", False, 3),
    ("record", r"record|chart|hosp(?:ital)?|patient|pt|unit|encounter|visit|accession|acc|admission|specimen|sample|pathology|study|episode|referral|request|order|requisition|case|file|dossier|FIN|CSN|HAR", True, 2),
    ("record", r"accession|case|encounter|FIN|CSN|specimen|PID", False, 4),
    ("ssn", r"SSN?|SS|social\s(?:security|sec)|national\sinsurance|NINO?|SIN|NIR|CPF|DNI|NIE|aadhaar|personnummer|codice\sfiscale|tax\sID|TIN|BSN|PESEL|CPR", False, 4),
    ("plan", r"member(?:ship)?|policy|subscriber|group|insurance|insured|beneficiary|plan|payer|certificate\sof\sinsurance|coverage|health\scard|medicare|medicaid", True, 3),
    ("plan", r"HICN?|MBI|OHIP|medicare|medicaid|policy|health\scard|versichertennummer|KVNR", False, 5),
    ("account", r"account|acct|a/c|bank|billing|bill|invoice|claim|routing|sort|credit\scard|debit\scard|card|transaction|guarantor|payment", True, 3),
    ("account", r"acct|a/c|account|IBAN|BIC|SWIFT|routing|credit\scard|debit\scard|visa|mastercard|amex|invoice|HAR", False, 4),
    ("licence", r"DEA|NPI|GMC|NMC|UPIN|DL", False, 4),
    ("licence", r"(?:driver[’']?s?\s|medical\s|state\s|nursing\s|pilot\s|professional\s)?licen[cs]e|lic|passport|certificate|cert|registration|visa|green\scard|driver[’']?s|(?:federal\s)?tax|permit", True, 3),
    ("licence", r"driver[’']?s?\slicen[cs]e|passport|license|licence", False, 5),
    ("vehicle", r"licen[cs]e\splate|number\splate|registration\splate|plates?|VIN|vehicle(?:\sidentification|\sreg(?:istration)?)?|kennzeichen|reg", False, 2),
    ("device", r"serial|s/n|SN|UDI|IMEI|device|implant|pacemaker|generator|ICD\sserial|pump\sserial|MEID|model/serial", True, 3),
    ("device", r"serial|s/n|SN|UDI|IMEI|pacemaker\sS/N", False, 4),
    ("other_id", r"employee|badge|student|staff|inmate|prisoner|military|service|veteran|customer|client|user|reference|ref|confirmation|ticket|booking|tracking|biometric|fingerprint|donor|graft|participant|subject|registry|extension|locker|room\skey|ID", True, 3),
    ("other_id", r"badge|ID|patient\sidentifier|identifier", False, 5),
)  # fmt: skip
_NEVER = re.compile(
    r"(?:\d{1,2}|1?\d{2})\s?/\s?\d{2,3}|\d{1,2}:\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", _I
)
_LABELLED = tuple(
    (
        kind,
        re.compile(
            rf"(?<![^\W_])(?:{label}){_NO if must else _NO + '{0,2}'}{_ENDS}{_FILL}{_VALUE}", _I
        ),
        least,
    )
    for kind, label, must, least in _LABELS
)
_PLAIN: tuple[tuple[str, str, str], ...] = (
    ("ssn", r"(?<![\w-])\d{3}[ ]?[-–.][ ]?\d{2}[ ]?[-–.][ ]?\d{4}(?![\w-])|(?<![\w-])\d{3} \d{2} \d{4}(?!\w)|(?<!\w)[Xx*#]{3}-[Xx*#]{2}-\d{4}(?!\w)", "ssn"),
    ("ssn", r"(?<!\w)(?:[A-CEGHJ-PR-TW-Z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|\d{3}\.\d{3}\.\d{3}-\d{2}|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}|\d{6}[-+]\d{4}|(?:19|20)\d{6}-\d{4}|\d{17}[\dX]|\d{8}[A-HJ-NP-TV-Z]|[XYZ]\d{7}[A-Z]|[A-Z]{5}\d{4}[A-Z])(?![\w-])", "national-number"),
    ("ssn", r"(?<![\w.,-])\d{4}[ -]\d{4}[ -]\d{4}(?![\w-]|[ -]\d{4})", "national-number"),
    ("record", r"(?<![\w.,-])\d{3}[ -]\d{3}[ -]\d{4}(?=\s?\(?NHS)", "nhs"),
    ("plan", r"(?<![\w-])[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\w-])", "mbi"),
    ("device", r"\(01\)\s?\d{14}(?:\s?\(\d{2}\)\s?[\w-]{1,20}){0,4}", "udi"),
    ("other_id", r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])", "uuid"),
    ("other_id", r"(?:/home/|/Users/|\\Users\\)[\w.-]{1,40}", "home-folder"),
)  # fmt: skip
_PLAIN_RES = tuple((kind, re.compile(form), rule) for kind, form, rule in _PLAIN)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}(?!\w)")
_VIN = re.compile(r"(?<!\w)[A-HJ-NPR-Z0-9]{17}(?!\w)")
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}[- ]?\d{1,4}[- ]?[A-Z]{0,3}|[A-Z]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}|\d[A-Z]{3}\d{3})(?![\w-])"
)
_VEHICLE = re.compile(
    r"\b(?:car|vehicle|truck|van|motorcycle|sedan|SUV|pickup|plates?|driving|driven|parked)\b", _I
)
_BARE = re.compile(r"(?<![\w.,/:;+-])\d{7,20}(?![\w]|[.,/:]\d)")
_LETTERED = re.compile(r"(?<![\w/.-])[A-Z]{1,4}[-/]?\d{6,12}[A-Z]?(?![\w]|[-./]\d)")
_DRUG_CODE = re.compile(
    r"(?:BMS|GSK|PF|LY|MK|RO|AZD|ABT|AMG|BAY|JNJ|INCB|TAK|SAR|BI|CHIR|NSC|SB|SCH|TMC|UK|VX|ZD|GS)-?\d"
)
_USER = re.compile(
    r"\b(?:user\s?names?|user\sid|userid|login|log-?in|screen\sname|handle|skype|twitter|instagram|facebook"
    r"|password|passwd|pwd|patient\sportal)(?:\s(?:is|was|name|id))?\s?[:=]?\s{1,2}(?P<v>@?[\w.@+-]{3,40})",
    _I,
)
_USER_AT = re.compile(r"(?<![\w.])@(?=[\w.]{0,30}[\d_])[A-Za-z]\w[\w.]{2,30}")
_FILE = re.compile(
    r"(?<![\w.-])[\w-]{2,80}(?:\.[\w-]{1,40}){0,3}\.(?:pdf|docx?|jpe?g|png|gif|dcm|dicom|tiff?|txt|xlsx?|csv"
    r"|zip|rtf|hl7|xml|json|mp[34]|wav|mov|nii|gz|odt|pptx?|msg|eml)\b",
    _I,
)


def find_ids(text: str) -> list[Identifier]:
    """Return numbers and names that stand for one person, in no order; they may overlap."""
    return [
        Identifier(start, end, kind, text[start:end], rule)
        for start, end, kind, rule in (*_labelled(text), *_formed(text), *_loose(text))
    ]


def _labelled(text: str) -> Iterator[tuple[int, int, str, str]]:
    near = near_digits(text)
    spans = ((k, p, n, a, b) for k, p, n in _LABELLED for a, b in near)
    for kind, pattern, least, first, last in spans:
        for match in pattern.finditer(text, first, last):
            start, end = match.span("v")
            end = start + len(_first_value(match["v"]))
            value = text[start:end]
            if sum(c.isdigit() for c in value) < least or _NEVER.fullmatch(value):
                continue
            if UNIT_FOLLOWS.match(text, end) or re.match(r"\.\d|/\d", text[end : end + 2]):
                continue
            yield start, end, kind, f"label-{kind}"


def _first_value(value: str) -> str:
    """Cut a value where words go on behind it: "12345 on the ward" is "12345"."""
    pieces = re.split(r"([ ])", value)
    out = pieces[0]
    for at in range(1, len(pieces) - 1, 2):
        piece = pieces[at + 1]
        if not any(c.isdigit() for c in piece) and any(c.isdigit() for c in out):
            break
        if piece.isalpha() and not piece.isupper():
            break
        out += pieces[at] + piece
    return out.rstrip(" .-/")


def _formed(text: str) -> Iterator[tuple[int, int, str, str]]:
    for kind, pattern, rule in _PLAIN_RES:
        for match in pattern.finditer(text):
            if not UNIT_FOLLOWS.match(text, match.end()):
                yield (*match.span(), kind, rule)
    for match in _CARD.finditer(text):
        if luhn(match[0]):
            yield (*match.span(), "account", "card")
    for match in _IBAN.finditer(text):
        if iban(match[0]):
            yield (*match.span(), "account", "iban")
    for match in _VIN.finditer(text):
        if sum(c.isdigit() for c in match[0]) >= 5 and sum(c.isalpha() for c in match[0]) >= 3:
            yield (*match.span(), "vehicle", "vin")
    for match in _VEHICLE.finditer(text):
        for plate in _PLATE.finditer(text, match.end(), match.end() + 50):
            if sum(c.isalnum() for c in plate[0]) >= 5:
                yield (*plate.span(), "vehicle", "plate")


def _loose(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _BARE.finditer(text):
        if not UNIT_FOLLOWS.match(text, match.end()):
            yield (*match.span(), "other_id", "bare-number")
    for match in _LETTERED.finditer(text):
        if not _DRUG_CODE.match(match[0]):
            yield (*match.span(), "other_id", "bare-letters")
    for match in _USER.finditer(text):
        value = match["v"].rstrip(".")
        if any(not c.isalpha() for c in value) or ":" in match[0] or "=" in match[0]:
            yield match.start("v"), match.start("v") + len(value), "other_id", "user-name"
    for match in _USER_AT.finditer(text):
        yield (*match.span(), "other_id", "user-name")
    for match in _FILE.finditer(text):
        stem = match[0].rsplit(".", 1)[0]
        if re.search(r"\d{3}|[^\W\d_]{2}[_.-][^\W\d_]{2}|[a-z][A-Z]", stem):
            yield (*match.span(), "other_id", "file-name")


def luhn(number: str) -> bool:
    """True where the check digit of a payment card is right (ISO/IEC 7812-1)."""
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    doubled = [d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(digits)]
    return len(digits) >= 13 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def iban(number: str) -> bool:
    """True where the check digits of an account number are right (ISO 13616, modulo 97)."""
    plain = number.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
