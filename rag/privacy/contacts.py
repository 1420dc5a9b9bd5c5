"""Ways to reach someone in notes, by rules: phones, faxes, e-mail, web and machine addresses, postcodes.

Telephone numbers have no common form, so what is marked is any run of digits that is written like
one: by its label, its plus sign, its brackets, or its groups. Doses, counts and laboratory
values are not written so.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from rag.privacy.kinds import Identifier

_I = re.IGNORECASE
_EXT = r"(?:[\s,;]{0,2}(?:ext?n?\.?|extension|x|#)[\s.:]{0,2}\d{1,6})?"
_TLDS = (
    "com|org|net|edu|gov|mil|int|info|biz|io|co|us|uk|ca|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|pt|cz|hu|gr|ie|"
    "ru|ua|tr|il|in|cn|jp|kr|tw|hk|sg|au|nz|za|br|mx|ar|cl|eu|health|hospital|clinic|care|app|dev|example|test"
)
_EMAILS = (
    re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}\b"),
    re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:\(at\)|\[at\]|\sat\s)\s?(?:[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|\sdot\s)\s?){1,4}"
        r"(?:com|org|net|edu|gov|example)\b",
        _I,
    ),
)
_URLS = (
    re.compile(r"\b(?:https?|ftp|sftp)://[^\s<>\"'）)\]]{2,2000}", _I),
    re.compile(r"\bwww\.[^\s<>\"')\]]{3,2000}", _I),
    re.compile(rf"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_TLDS})(?![\w-]|\.\w)(?:/[^\s<>\"')\]]{{0,2000}})?", _I),
)  # fmt: skip
_PUBLIC = re.compile(
    r"(?:https?://)?(?:www\.|dx\.)?(?:doi\.org|(?:pubmed\.|www\.)?ncbi\.nlm\.nih\.gov|clinicaltrials\.gov)/",
    _I,
)
# "fever.no cough" is a missing space; Norway's domains are marked with a path or "www" only
_RUN_ON = re.compile(r"\A[a-z0-9-]+\.(?:no|in|it|at|be|us|so|co|care)\Z")
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)(?:/\d{1,2}\b)?")
_IP6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_MAC = re.compile(
    r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])"
)

_LABEL = (
    r"tele?(?:phone)?|ph(?:one)?|cell(?:ular)?|mobile|mob|contact|call(?:ed|back)?|reach(?:ed|able)?|pager|pgr?|"
    r"beeper|bleep|home|work|office|whats ?app|sms|text|dial|extension|ext|hotline"
)
_DIGITS = r"(?:\+|\(|00)?\d[\d()\s./–-]{4,20}\d"
_LABELLED = re.compile(
    rf"\b(?P<label>{_LABEL}|fax|facsimile)(?:\s?(?:no|number|num|#|me|us|him|her|is|at|on|to|directly|phone|line)\b\.?){{0,3}}"
    rf"[\s:.#=-]{{0,4}}(?P<number>{_DIGITS}{_EXT})(?![\w%])",
    _I,
)
_SHORT_LABELLED = re.compile(
    r"\b(?:pager|pgr|beeper|bleep|ext|extn|extension)(?:\s?(?:no|number|#)\b\.?)?[\s:.#=]{1,3}(#?\d{3,6})(?![\w%.])",
    _I,
)
_INTERNATIONAL = re.compile(
    rf"(?<![\w+])\+\s?\d{{1,3}}[\s.()/-]{{0,2}}(?:\d[\s.()/-]{{0,2}}){{5,13}}\d{_EXT}(?!\w)"
)
_GROUPS = (
    # (617) 555-0123, 617-555-0123, 617.555.0123 x12, 1-617-555-0123, 555 - 12 34
    re.compile(rf"(?<![\w+.,/-])(?:(?:\+?1|001)[\s.-]{{0,2}})?(?:\(\s?\d{{3}}\s?\)|\d{{3}})\s?[\s.–-]\s?\d{{3}}\s?[\s.–-]\s?\d{{2}}\s?\d{{2}}{_EXT}(?![\w/]|[.,]\d)", _I),
    re.compile(rf"(?<![\w+.,/-])\d{{3}}[\s]?[-–][\s]?\d{{2}}\s?\d{{2}}{_EXT}(?![\w/-]|[.,]\d)(?!\s?(?:mg|ml|kcal|mmol|units?|cells|ng|pg)\b)", _I),
    re.compile(rf"(?<![\w+.,/-])(?:00|0)\d{{0,4}}(?:[\s./–-]{{0,2}}(?:\(\d{{1,5}}\)|\d{{1,8}})){{1,6}}{_EXT}(?![\w%]|[.,]\d)", _I),
    re.compile(rf"(?<![\w+.,/-])\(\d{{2,5}}\)[\s/-]?\d{{2,5}}(?:[\s-]?\d{{2,5}}){{0,3}}{_EXT}(?![\w%/]|[.,]\d)", _I),
    # 79 123 45 67 or 123.456.7890x12: three groups or more, one kind of join
    re.compile(rf"(?<![\w+.,/-])\d{{2,5}}(?:(?P<j>[-.])\d{{2,5}})(?:(?P=j)\d{{2,5}}){{1,3}}{_EXT}(?![\w%/-]|[.,]\d)", _I),
    re.compile(rf"(?<![\w+.,/-])(?:1|7|8)[-.]?\d{{3}}[-.]\d{{3}}[-.]\d{{4}}{_EXT}(?!\w)", _I),
)  # fmt: skip

_POSTCODES = (
    re.compile(r"\b(?:zip|post(?:al)?)\s?(?:code)?(?:\s?(?:is|no|number))?[\s:#.]{1,3}(\d{3,6}(?:-\d{4})?|[A-Z0-9]{2,4} ?[A-Z0-9]{3})\b", _I),
    re.compile(r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),?\s{1,3}(\d{5}(?:-\d{4})?)(?!\d)"),
    re.compile(r"\b([A-PR-UWYZ]\d{1,2} \d[ABD-HJLNP-UW-Z]{2}|[A-PR-UWYZ][A-HK-Y]\d[0-9A-Z]? \d[ABD-HJLNP-UW-Z]{2})\b"),
    re.compile(r"\b([ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)\b"),
)  # fmt: skip


def contacts(text: str) -> Iterator[Identifier]:
    """Yield phones, faxes, e-mail, web and machine addresses and postcodes; some overlap."""
    for pattern in _EMAILS:
        for match in pattern.finditer(text):
            yield _found(text, match.start(), match.end(), "email", "e-mail")
    for pattern in _URLS:
        for match in pattern.finditer(text):
            if not _PUBLIC.match(match.group()) and not _RUN_ON.search(match.group()):
                yield _found(text, match.start(), match.end(), "url", "web address")
    yield from _machines(text)
    for match in _LABELLED.finditer(text):
        kind = "fax" if match["label"].lower().startswith("f") else "phone"
        if _count(match["number"]) >= 7 and not _a_range(match["number"]):
            yield _found(text, match.start("number"), match.end("number"), kind, "labelled phone")
    for match in _SHORT_LABELLED.finditer(text):
        yield _found(text, match.start(1), match.end(1), "phone", "labelled phone")
    for match in _INTERNATIONAL.finditer(text):
        yield _found(text, match.start(), match.end(), "phone", "international phone")
    for pattern in _GROUPS:
        for match in pattern.finditer(text):
            if 7 <= _count(match.group()) <= 20 and not _a_range(match.group()):
                yield _found(text, match.start(), match.end(), "phone", "grouped phone")
    for pattern in _POSTCODES:
        for match in pattern.finditer(text):
            yield _found(text, match.start(1), match.end(1), "address", "postcode")


def _machines(text: str) -> Iterator[Identifier]:
    for match in _IP4.finditer(text):
        if _address(match.group()):
            yield _found(text, match.start(), match.end(), "ip", "IPv4")
    for match in _IP6.finditer(text):
        if match.group().count(":") > 2 or "::" in match.group():
            # 10:30:15 is a time of day, a trace of colons no address
            if _address(match.group()) and len(match.group()) > 4:
                yield _found(text, match.start(), match.end(), "ip", "IPv6")
    for match in _MAC.finditer(text):
        yield _found(text, match.start(), match.end(), "ip", "MAC")


def _address(said: str) -> bool:
    try:
        ipaddress.ip_interface(said)
    except ValueError:
        return False
    return True


def _count(said: str) -> int:
    return sum(c.isdigit() for c in said)


def _a_range(said: str) -> bool:
    """True for ranges of numbers of one size ("100-200", "1.5-2.5", "1999-2004")."""
    years = re.fullmatch(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d", said.strip())
    return bool(years) or bool(re.fullmatch(r"0\.\d+(?:\s?[-–]\s?\d+\.\d+)?", said.strip()))


def _found(text: str, start: int, end: int, kind: str, rule: str) -> Identifier:
    said = text[start:end].rstrip(" .,;:-/?!\n\t")
    if said.count("(") > said.count(")"):
        said = said.rstrip("(").rstrip()
    return Identifier(start, start + len(said), kind, said, rule)
