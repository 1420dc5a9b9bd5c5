# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Ways to reach somebody: telephone, fax, e-mail, web and network addresses, postcodes.

A number without a label is a telephone number only in a written form of one; labelled numbers
need five digits. Doses, laboratory values, ranges and page numbers stay.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from rag.privacy.calendar import UNIT_FOLLOWS
from rag.privacy.kinds import Identifier
from rag.privacy.places import Places, first_words, words_of

_I = re.IGNORECASE
_J = r"[ \t\u00a0]{0,2}(?:\r?\n)?[-.–—/ \t\u00a0]{0,3}"
_EXT = r"(?:[ ,]{0,2}(?:x|ext\.?|extn\.?|extension|durchwahl)[ :#]{0,2}\d{1,6})?"
_FREE = r"(?<![^\W_])(?<!\d[.,/:-])(?<![;:]\d)"
_PHONES = (
    (rf"{_FREE}(?:\+?1[-. /]{{0,2}})?(?:\(\d{{3}}\)|\d{{3}}){_J}\d{{3}}[ ]?[-.– ][ ]?\d{{4}}{_EXT}", "phone-us"),
    (r"\(\d{2,5}\)[ ]?\d{2,4}(?:[ -]?\d{2,4}){1,3}", "phone-area"),
    (rf"(?<![\w+])(?:\+|00)[1-9]\d{{0,2}}(?:[ \t]?[-./()]?[ \t]?\(?\d\)?){{6,13}}{_EXT}", "phone-international"),
    (rf"{_FREE}\(?0\d{{1,5}}\)?(?:[ ]?[-/. ][ ]?\d{{2,8}}){{1,5}}{_EXT}", "phone-trunk"),
    (rf"(?<![^\W_])(?<![\d.,/:;-])[2-9]\d{{2}}[ ]?[-–][ ]?\d{{4}}{_EXT}", "phone-local"),
    (r"(?<![^\W_])[2-9]\d{2}[ ]?[-–][ ]?\d{2}[ ]\d{2}", "phone-ocr"),
    (r"(?<![\w-])\d[ ]\d[ ]\d[ ]?[-–.][ ]?(?:\d[ ]?){2,3}[-–. ]?[ ]?\d[ ]\d[ ]\d[ ]\d", "phone-ocr"),
    (r"(?<![\w-])1?[ -]?8(?:00|33|44|55|66|77|88)-[A-Z0-9]{3,4}-?[A-Z0-9]{3,7}", "phone-letters"),
)  # fmt: skip
_PHONE_RES = tuple((re.compile(form + r"(?![^\W_])(?![.,/:]\d)"), rule) for form, rule in _PHONES)
_LABELS = (
    "telefax|fax|facsimile|telephone|phone|tel|ph|mobile|mob|cell phone|cell|landline|contact|callback|call"
    "|pager|beeper|page|telefon|handy|téléphone|tél|teléfono|móvil|whatsapp|text|reached at|reach at"
    "|extension|ext"
)
_LABELLED = re.compile(
    rf"\b(?P<label>{_LABELS.replace(' ', '[ ]')})(?:\s?(?:no|nr|number|num|#|\(?[hwcm]\)?|home|work|is|at|him|her|me|us))?[.\s:#=)]{{1,4}}"
    rf"(?P<v>\+?\(?\d(?:[ \t]?[-./()–]{{0,2}}[ \t]?\d){{3,14}}{_EXT})(?![^\W_])",
    _I,
)
_SAID = re.compile(
    r"\b(?:call(?:ed|ing)?|text(?:ed|ing)?|messages?|sms|dial(?:l?ed)?|ring|rang|answer(?:s|ed|ing)?|reach(?:ed|able)?"
    r"|(?:my|his|her|their|your|phone|mobile|contact)[ ](?:new[ ])?number|registered|hotline|whatsapp|voicemail)"
    r"\b[^\d\n.]{1,25}(?P<v>\d{2,4}(?:[ .-]?\d{2,4}){1,4})(?![^\W_]|[.,/:]\d)",
    _I,
)
_SAID_WORDS = words_of(
    "call called calling text texted texting message messages sms dial dialed dialled ring rang answer answers"
    " answered answering reach reached reachable my his her their your phone mobile contact registered hotline"
    " whatsapp voicemail"
)
_NAMED_AFTER = re.compile(
    r"(?<![^\W_])(?<!\d[.,/:-])(?P<v>\d{2,4}(?:[ .-]\d{2,4}){1,4})[ ]?\(?(?:office|fax|mobile|cell|home[ ]phone|voicemail)\b",
    _I,
)
_LABEL_ENDS = words_of("no nr number num home work is at him her me us") | {""}
_RANGE = re.compile(
    r"(?:\bref(?:erence)?|range|normal|between|pages?|pp?\.|\d{4};\d{1,4})\W{0,3}\(?$", _I
)

_WORD = r"[\w+%'-]{1,40}"
_MAIL = re.compile(
    rf"(?<![\w.+%'-]){_WORD}(?:[ ]?\.[ ]?{_WORD}){{0,4}}[ ]?@\s{{0,2}}[\w-]{{1,63}}(?:[ ]?\.[ ]?[\w-]{{2,63}}){{1,4}}"
)
_MAIL_WORDS = re.compile(
    r"(?<![\w.-])[\w-]{1,40}(?:(?:\sdot\s|\.)[\w-]{1,40}){0,3}\s?(?:\s(?:at|AT)\s|[\[({]\s?at\s?[\])}])\s?[\w-]{1,63}"
    r"(?:(?:\s(?:dot|DOT)\s|\s?[\[({]\s?dot\s?[\])}]\s?|\.)[\w-]{2,40}){1,3}(?![^\W_])",
)
_TLD = (
    "com|org|net|edu|gov|mil|info|biz|health|care|clinic|hospital|app|dev|me|ai|io|eu|us|uk|de|fr|it|es"
    "|nl|ch|at|be|ca|au|nz|ie|se|no|dk|fi|pl|pt|br|in|jp|cn|ru"
)
_URL = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"')\]]{1,300}|\bwww\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:[/?#][^\s<>\"')\]]{0,200})?",
    _I,
)
_DOMAIN = re.compile(
    rf"(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?P<tld>{_TLD})(?![\w-])(?:[/?#][^\s<>\"')\]]{{0,200}})?",
    _I,
)
_SURE_TLD = frozenset(["com", "org", "net", "edu", "gov", "mil", "info", "biz", "health", "clinic"])
_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", _I)
_MAC = re.compile(
    r"[0-9a-fA-F](?<![\w:-].)[0-9a-fA-F]([:-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}(?![\w:-])"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC"
    "|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR"
)
_UK_AREA = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH"
    "|EN|EX|FK|FY|G|GL|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML"
    "|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA"
    "|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_ZIPS = (
    (re.compile(rf"\b(?:{_STATES})\b[,.]?\s{{1,3}}(?P<v>\d{{5}}(?:[ ]?[-–][ ]?\d{{4}})?)(?![\w-])"), "zip-state"),
    (re.compile(r"\b(?:zip(?:\s?code)?|post(?:al)?\s?code|plz|cep|pin\s?code)\W{1,3}(?P<v>[A-Z]{0,2}\d[\w-]{2,8}(?:[ ]\d[A-Z]{2})?)\b", _I), "zip-label"),
    (re.compile(r"(?<![\w.,-])(?P<v>\d{5}-\d{4})(?![\w-])"), "zip-plus-four"),
    (re.compile(rf"(?<![\w.-])(?P<v>(?:{_UK_AREA})\d[A-Z\d]?[ ]\d[ABD-HJLNP-UW-Z]{{2}})(?![\w-])"), "postcode-uk"),
    (re.compile(r"(?<![\w.-])(?P<v>[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]\d[A-Z]\d)(?![\w-])"), "postcode-ca"),
    (re.compile(r"\b(?P<v>P\.?\s?O\.?\s?Box\s\d{1,6})\b", _I), "po-box"),
)  # fmt: skip

_LABEL_WORDS = first_words(f"{label}{end}" for label in _LABELS.split("|") for end in _LABEL_ENDS)
_AT = re.compile("@")
_DOT_WORDS = frozenset({"dot"})
_AT_IN_BRACKETS = re.compile(r"[\[({]\s?at\b", _I)
_URL_WORDS = frozenset({"http", "https", "ftp", "www"})
_DOT_TLD = re.compile(rf"\.(?:{_TLD})(?![\w-])", _I)
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_STATE_WORDS = first_words(_STATES.split("|"))
_ZIP_WORDS = words_of("zip zipcode post postal postcode postalcode plz cep pin pincode p po")
WORDS = _LABEL_WORDS | _SAID_WORDS | _DOT_WORDS | _URL_WORDS | _STATE_WORDS | _ZIP_WORDS


def find_contacts(places: Places) -> list[Identifier]:
    """Return ways to reach somebody, in no order; they may overlap."""
    return [
        Identifier(start, end, kind, places.text[start:end], rule)
        for start, end, kind, rule in (*_phones(places), *_addresses(places), *_postcodes(places))
    ]


def _phones(places: Places) -> Iterator[tuple[int, int, str, str]]:
    text = places.text
    for pattern, rule in _PHONE_RES:
        last = 0
        for opening in places.openings:
            match = pattern.match(text, opening) if opening >= last else None
            if match is None:
                continue
            start, end = match.span()
            digits = sum(c.isdigit() for c in match[0])
            if digits > 16 or UNIT_FOLLOWS.match(text, end):
                continue
            if rule in {"phone-trunk", "phone-area"} and not 8 <= digits <= 13:
                continue
            if _RANGE.search(text[max(0, start - 14) : start]):
                continue
            fax = re.search(r"\bfax\b.{0,8}$", text[max(0, start - 14) : start], _I)
            yield start, end, "fax" if fax else "phone", rule
            last = end  # what is refused hides no other that begins in it
    for match in places.matches(_LABELLED, places.of(_LABEL_WORDS)):
        label = match["label"].lower()
        digits = sum(c.isdigit() for c in match["v"])
        least = 4 if label in {"pager", "beeper", "ext", "extension"} else 5
        least = 7 if label in {"page", "ph", "text", "contact", "call", "cell"} else least
        if label == "ph" and re.match(r"[678]\.", match["v"]):
            continue  # a pH, and what follows it
        if digits >= least and not UNIT_FOLLOWS.match(text, match.end("v")):
            kind = "fax" if "fax" in label or label == "facsimile" else "phone"
            yield (*match.span("v"), kind, "phone-label")
    said = (
        *places.matches(_SAID, places.of(_SAID_WORDS)),
        *places.matches(_NAMED_AFTER, places.numbers),
    )
    for match in said:
        digits = sum(c.isdigit() for c in match["v"])
        if 7 <= digits <= 12 and not UNIT_FOLLOWS.match(text, match.end("v")):
            kind = "fax" if match[0].lower().endswith("fax") else "phone"
            yield (*match.span("v"), kind, "phone-said")


def _addresses(places: Places) -> Iterator[tuple[int, int, str, str]]:
    text = places.text
    ats = places.near((m.start() for m in _AT.finditer(text)), 220, 330)
    words = sorted([*places.of(_DOT_WORDS), *(m.start() for m in _AT_IN_BRACKETS.finditer(text))])
    dots = places.near(words, 280, 280)
    for pattern, rule, spans in ((_MAIL, "email", ats), (_MAIL_WORDS, "email-words", dots)):
        for match in places.within(pattern, spans):
            if rule == "email" or re.search(r"dot|[\[({]\s?at", match[0], _I):
                yield (*match.span(), "email", rule)
    for match in places.matches(_URL, places.of(_URL_WORDS)):
        yield match.start(), match.start() + len(match[0].rstrip(".,;:")), "url", "url"
    domains = places.near((m.start() for m in _DOT_TLD.finditer(text)), 260, 220)
    for match in places.within(_DOMAIN, domains):
        tld, host = match["tld"], match[0].split("/")[0].split(".")
        known = tld.lower() in _SURE_TLD or len(host) > 2 or "/" in match[0]
        # "home.in the morning" is two sentences, "o.d." an abbreviation
        if known and tld == tld.lower() and len(host[-2]) > 1 and any(len(h) > 3 for h in host):
            yield match.start(), match.start() + len(match[0].rstrip(".,;:")), "url", "domain"
    colons = places.near((m.start() for m in _COLONS.finditer(text)), 6, 50)
    for match in (*places.matches(_V4, places.numbers), *places.within(_V6, colons)):
        if _is_ip(match[0]):
            yield (*match.span(), "ip", "ip")
    for match in _MAC.finditer(text):
        yield (*match.span(), "ip", "mac")


def _postcodes(places: Places) -> Iterator[tuple[int, int, str, str]]:
    for pattern, rule in _ZIPS:
        match rule:
            case "zip-state":
                starts = places.of(_STATE_WORDS)
            case "zip-label" | "po-box":
                starts = places.of(_ZIP_WORDS)
            case "zip-plus-four":
                starts = places.numbers
            case _:
                starts = places.lettered
        for match in places.matches(pattern, starts):
            yield (*match.span("v"), "address", rule)


def _is_ip(value: str) -> bool:
    if sum(c.isalnum() for c in value) < 4:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
