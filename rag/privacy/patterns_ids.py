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
from rag.privacy.patterns_told import WORDS as TOLD
from rag.privacy.patterns_told import find_told
from rag.privacy.places import Places, first_words, words_of

_I = re.IGNORECASE
_NO = r"(?:\s{0,2}(?:no|nr|num|number|numbers|id|code|\#)\b\.?|\s?\#)"
_ENDS = r"(?![^\W\d_])"
"""A label is a whole word: "since 2019" holds no number of social insurance (SIN)."""
_FILL = rf"(?:{GAP}(?:\((?!\d)[^()\n]{{1,12}}\)))?(?:{GAP}(?:is|was|of|ending\sin|ends\sin|:|=|\#|-|–)){{0,2}}{GAP}"
_VALUE = r"(?P<v>[A-Z]{0,5}[-/ ]?\d(?:[-/. ]?[A-Z0-9]){0,24}|[A-Z0-9]{2,}(?:-[A-Z0-9]{1,8}){1,4})(?![^\W_])"

# kind, whether a word such as "no." or "#" must follow the label, least count of digits, labels
_LABELS: tuple[tuple[str, bool, int, str], ...] = (
    ("record", False, 3, "MRN|M.R.N.|M.R.N|medical record|med rec|med. rec|UHID|EMPI|hospital number"),
    ("record", False, 5, "URN|NHS|CHI"),
    ("record", True, 2, "record|chart|hosp|hospital|patient|pt|unit|encounter|visit|accession|acc|admission|specimen|sample|pathology|study|episode|referral|request|order|requisition|case|file|dossier|FIN|CSN|HAR"),
    ("record", False, 4, "accession|case|encounter|FIN|CSN|specimen|PID"),
    ("ssn", False, 4, "SSN|SS|social security|social sec"),
    ("ssn", False, 6, "national insurance|NIN|NINO|SIN|NIR|CPF|DNI|NIE|aadhaar|personnummer|codice fiscale|tax ID|TIN|BSN|PESEL|CPR"),
    ("plan", True, 3, "member|membership|policy|subscriber|group|insurance|insured|beneficiary|plan|payer|certificate of insurance|coverage|health card|medicare|medicaid"),
    ("plan", False, 5, "HIC|HICN|MBI|OHIP|medicare|medicaid|policy|health card|versichertennummer|KVNR"),
    ("account", True, 3, "account|acct.|acct|a/c|bank|billing|bill|invoice|claim|routing|sort|credit card|debit card|card|transaction|guarantor|payment"),
    ("account", False, 4, "acct.|acct|a/c|account|IBAN|BIC|SWIFT|routing|credit card|debit card|visa|mastercard|amex|invoice|HAR"),
    ("licence", False, 4, "DEA|NPI|GMC|NMC|UPIN|DL"),
    ("licence", True, 3, "license|licence|lic.|lic|passport|certificate|cert.|cert|registration|visa|green card|driver|drivers|driver's|tax|permit"),
    ("licence", False, 5, "passport|license|licence|driver lic.|driver lic|drivers lic|driver's lic"),
    ("vehicle", False, 2, "license plate|licence plate|number plate|registration plate|plate|plates|VIN|vehicle|vehicle identification|vehicle reg|vehicle registration|kennzeichen|reg"),
    ("device", True, 3, "serial|s/n|SN|UDI|IMEI|device|implant|pacemaker|generator|pump serial|MEID|model/serial"),
    ("device", False, 4, "serial|s/n|SN|UDI|IMEI"),
    ("other_id", True, 3, "employee|badge|student|staff|inmate|prisoner|military|service|veteran|customer|client|user|reference|ref|confirmation|ticket|booking|tracking|biometric|fingerprint|donor|graft|participant|subject|registry|extension|locker|room key|ID"),
    ("other_id", False, 5, "badge|ID|patient identifier|identifier"),
)  # fmt: skip
_NUMBER_WORDS = ("", "no", "nr", "num", "number", "numbers", "id", "code")
_NEVER = re.compile(
    r"(?:\d{1,2}|1?\d{2})\s?/\s?\d{2,3}|\d{1,2}:\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", _I
)


def _labelled_by(labels: str, *, must: bool) -> re.Pattern[str]:
    forms = (re.escape(one).replace(r"\ ", r"\s").replace("'", "[’']") for one in labels.split("|"))
    numbered = _NO if must else _NO + "{0,2}"
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(forms)}){numbered}{_ENDS}{_FILL}{_VALUE}", _I)


_SMALL = re.compile(r"(?:to|on|in|at|of|by|for|and|or|the|with|from|as|until)[ ]")


_LABELLED = tuple(
    # a word of a number may be written without a blank: "acctno 123"
    (kind, _labelled_by(labels, must=must), least, first_words(
        f"{word}{end}" for word in first_words(labels.split("|")) for end in _NUMBER_WORDS))
    for kind, must, least, labels in _LABELS
)  # fmt: skip
# those that begin with a digit
_PLAIN: tuple[tuple[str, str, str], ...] = (
    ("ssn", r"(?<![\w-])\d{3}[ ]?[-–.][ ]?\d{2}[ ]?[-–.][ ]?\d{4}(?![\w-])|(?<![\w-])\d{3} \d{2} \d{4}(?!\w)", "ssn"),
    ("ssn", r"(?<!\w)(?:\d{3}\.\d{3}\.\d{3}-\d{2}|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}|\d{6}[-+]\d{4}|(?:19|20)\d{6}-\d{4}|\d{17}[\dX]|\d{8}[A-HJ-NP-TV-Z])(?![\w-])", "national-number"),
    ("ssn", r"(?<![\w.,-])\d{4}[ -]\d{4}[ -]\d{4}(?![\w-]|[ -]\d{4})", "national-number"),
    ("record", r"(?<![\w.,-])\d{3}[ -]\d{3}[ -]\d{4}(?=\s?\(?NHS)", "nhs"),
    ("plan", r"(?<![\w-])[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\w-])", "mbi"),
)  # fmt: skip
# those that begin with something else, by which ``re`` finds where to look closer
_OTHERWISE: tuple[tuple[str, str, str], ...] = (
    ("ssn", r"[Xx*#](?<!\w.)[Xx*#]{2}-[Xx*#]{2}-\d{4}(?!\w)", "ssn"),
    ("device", r"\(01\)\s?\d{14}(?:\s?\(\d{2}\)\s?[\w-]{1,20}){0,4}", "udi"),
    ("other_id", r"[0-9a-fA-F](?<![\w-].)[0-9a-fA-F]{7}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])", "uuid"),
    ("other_id", r"(?:/home/|/Users/|\\Users\\)[\w.-]{1,40}", "home-folder"),
)  # fmt: skip
_PLAIN_RES = tuple((kind, re.compile(form), rule) for kind, form, rule in _PLAIN)
_OTHER_RES = tuple((kind, re.compile(form), rule) for kind, form, rule in _OTHERWISE)
_NATIONAL = re.compile(
    r"(?<!\w)(?:[A-CEGHJ-PR-TW-Z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]"
    r"|[XYZ]\d{7}[A-Z]|[A-Z]{5}\d{4}[A-Z])(?![\w-])"
)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}(?!\w)")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9](?<!\w.)[A-HJ-NPR-Z0-9]{16}(?!\w)")
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}[- ]?\d{1,4}[- ]?[A-Z]{0,3}|[A-Z]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}|\d[A-Z]{3}\d{3})(?![\w-])"
)
_VEHICLE = words_of(
    "car vehicle truck van motorcycle sedan SUV pickup plate plates driving driven parked"
)
_BARE = re.compile(r"(?<![\w.,/:;+-])\d{7,20}(?![\w]|[.,/:]\d)")
_LETTERED = re.compile(r"(?<![\w/.-])[A-Z]{1,4}[-/]?\d{6,12}[A-Z]?(?![\w]|[-./]\d)")
_DRUG_CODE = re.compile(
    r"(?:BMS|GSK|PF|LY|MK|RO|AZD|ABT|AMG|BAY|JNJ|INCB|TAK|SAR|BI|CHIR|NSC|SB|SCH|TMC|UK|VX|ZD|GS)-?\d"
)
_USERS = (
    "portal user|user names|username|usernames|user name|user id|userid|login|log-in|screen name|handle|skype"
    "|twitter|instagram|facebook|password|passwd|pwd|patient portal"
)
_USER_WORDS = first_words(_USERS.split("|"))
_USER = re.compile(
    rf"\b(?:{_USERS.replace(' ', '[ ]')})(?:\s(?:is|was|name|id))?\s?[:=]?\s{{1,2}}(?P<v>@?[\w.@+-]{{3,40}})",
    _I,
)
_USER_AT = re.compile(r"@(?<![\w.].)(?=[\w.]{0,30}[\d_])[A-Za-z]\w[\w.]{2,30}")
_ENDING = (
    r"\.(?:pdf|docx?|jpe?g|png|gif|dcm|dicom|tiff?|txt|xlsx?|csv|zip|rtf|hl7|xml|json|mp[34]|wav|mov|nii|gz"
    r"|odt|pptx?|msg|eml)\b"
)
_HAS_ENDING = re.compile(_ENDING, _I)
_FILE = re.compile(
    r"(?<![\w.-])[\w-]{2,80}(?:\.[\w-]{1,40}){0,3}" + _ENDING,
    _I,
)
WORDS = frozenset().union(*(words for _, _, _, words in _LABELLED), _VEHICLE, _USER_WORDS, TOLD)


def find_ids(places: Places) -> list[Identifier]:
    """Return numbers and names that stand for one person, in no order; they may overlap."""
    return [
        Identifier(start, end, kind, places.text[start:end], rule)
        for start, end, kind, rule in (
            *_labelled(places),
            *find_told(places),
            *_formed(places),
            *_loose(places),
        )
    ]


def _labelled(places: Places) -> Iterator[tuple[int, int, str, str]]:
    text = places.text
    for kind, pattern, least, words in _LABELLED:
        for match in places.matches(pattern, places.of(words)):
            start, end = match.span("v")
            end = start + len(_first_value(match["v"]))
            value = text[start:end]
            if sum(c.isdigit() for c in value) < least or _NEVER.fullmatch(value):
                continue
            if _SMALL.match(value):  # "linked to my credit card to 98 Sample Road"
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


def _formed(places: Places) -> Iterator[tuple[int, int, str, str]]:
    text = places.text
    forms = [(k, places.matches(p, places.numbers), rule) for k, p, rule in _PLAIN_RES]
    forms += [(k, p.finditer(text), rule) for k, p, rule in _OTHER_RES]
    forms.append(("ssn", places.matches(_NATIONAL, places.lettered), "national-number"))
    for kind, matches, rule in forms:
        for match in matches:
            if not UNIT_FOLLOWS.match(text, match.end()):
                yield (*match.span(), kind, rule)
    for match in places.matches(_CARD, places.numbers):
        if luhn(match[0]):
            yield (*match.span(), "account", "card")
    for match in places.matches(_IBAN, places.lettered):
        if iban(match[0]):
            yield (*match.span(), "account", "iban")
    for match in _VIN.finditer(text):
        if sum(c.isdigit() for c in match[0]) >= 5 and sum(c.isalpha() for c in match[0]) >= 3:
            yield (*match.span(), "vehicle", "vin")
    for plate in places.within(_PLATE, places.near(places.of(_VEHICLE), -3, 60)):
        if sum(c.isalnum() for c in plate[0]) >= 5:
            yield (*plate.span(), "vehicle", "plate")


def _loose(places: Places) -> Iterator[tuple[int, int, str, str]]:
    text = places.text
    for match in places.matches(_BARE, places.numbers):
        if not UNIT_FOLLOWS.match(text, match.end()):
            yield (*match.span(), "other_id", "bare-number")
    for match in places.matches(_LETTERED, places.lettered):
        if not _DRUG_CODE.match(match[0]):
            yield (*match.span(), "other_id", "bare-letters")
    for match in places.matches(_USER, places.of(_USER_WORDS)):
        value = match["v"].rstrip(".")
        if any(not c.isalpha() for c in value) or ":" in match[0] or "=" in match[0]:
            yield match.start("v"), match.start("v") + len(value), "other_id", "user-name"
    for match in _USER_AT.finditer(text):
        yield (*match.span(), "other_id", "user-name")
    endings = places.near((m.start() for m in _HAS_ENDING.finditer(text)), 210, 8)
    for match in places.within(_FILE, endings):
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
