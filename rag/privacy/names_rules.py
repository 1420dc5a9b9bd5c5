"""Rules that find what the tagger may miss: titles, labels, streets, facilities, public offices.

Every pattern looks at a bounded stretch behind a word or number (``places``), so that the time is
linear in the text. The rules know
capitalised words only, but for streets; names in small letters are left to the tagger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.privacy.calendar import WEEKDAYS
from rag.privacy.kinds import Identifier
from rag.privacy.places import Places, first_words, words_of
from rag.privacy.tagger_features import Token, lexicon
from rag.privacy.vocabulary import COUNTRIES_EXTRA, EPONYMS, PUBLIC_OFFICES, RELATIVES, fold

_W = r"(?:[A-Z]\.|(?:[A-Z][’'])?[A-ZÀ-ÖØ-Þ][^\W\d_]{1,30}(?:-[A-Z][^\W\d_]{1,30})?)"
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Drs|Prof|Professor|Nurse|Rabbi|Rev)\b\.?[ ]{{1,2}}"
    rf"(?P<v>{_W}(?:[ ]{_W}){{0,3}})"
)
_LABELLED = re.compile(
    r"\b(?i:(?:patient|pt|physician|provider|attending|surgeon|mother|father|guardian|spouse"
    r"|next of kin|emergency contact)(?:[’']s)?(?:[ ]name)?|name|nok|pcp)[ ]?:[ ]{0,4}"
    rf"(?P<v>{_W}(?:,?[ ]{_W}){{0,3}})"
)
_STREET_END = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|boulevard|blvd|court|place|way|terrace|circle"
    r"|highway|hwy|parkway|pkwy|crescent|cres|close|square|trail|turnpike|mews|row)"
)
_STREET = re.compile(
    rf"\b(?P<v>\d{{1,5}}[A-Za-z]?,?[ ](?:[NSEW]\.?[ ])?(?:[A-Z0-9][\w’'.-]{{0,24}}[ ]){{1,3}}"
    rf"(?i:{_STREET_END})\b\.?"
    r"(?:,?[ ](?:(?i:apt|apartment|suite|ste|unit|flat|floor|rm|room)\b\.?[ ]?|#[ ]?)\w{1,5})?)"
)
_BOX = re.compile(r"\b(?P<v>(?i:P\.?[ ]?O\.?[ ]?Box)[ ]#?\d{1,6})\b")
_HOUSE = re.compile(
    r"\b(?P<v>(?:(?:St\.?|[A-Z][\w’'-]{1,24})[ ]){1,4}(?:(?:Medical|Health|Cancer|Heart|Surgery|Care)[ ]"
    r"Cent(?:er|re)|Hospital|Infirmary|Hospice|Nursing[ ]Home|Elementary[ ]School|High[ ]School"
    r"|Middle[ ]School|University|College|Pharmacy))\b"
)
_NO_HOUSE = re.compile(
    r"^(?:The|This|Our|Your|His|Her|General|Local|Outside|Community|Emergency|Day|Night|Home|Mental"
    r"|Skilled|Primary|Acute|Children[’']s|Regional|County|State|Current|Previous|Outpatient|In|At|To)$"
)
_OFFICE = re.compile(
    rf"\b(?i:{'|'.join(sorted(map(re.escape, RELATIVES), key=len, reverse=True))})\b"
    r"(?:[ ][A-Z][\w’'-]{1,24}){0,2},?[ ](?:(?:is|was|being|works[ ]as|worked[ ]as|serves[ ]as|served[ ]as"
    r"|became)[ ](?:now[ ]|currently[ ]|once[ ])?)?(?:a|an|the|our|former|retired)[ ](?:former[ ]|retired[ ]"
    rf"|current[ ]|local[ ])?(?P<v>(?i:{PUBLIC_OFFICES})\b(?:[ ](?:of|for|at)[ ](?:the[ ])?"
    r"[A-Z][\w’'-]{1,24}(?:[ ][A-Z][\w’'-]{1,24}){0,3})?)"
)
_RULES: tuple[tuple[re.Pattern[str], str, str, frozenset[str]], ...] = (
    (_TITLED, "name", "title", words_of("mr mrs ms miss dr drs prof professor nurse rabbi rev")),
    (_LABELLED, "name", "label-name", words_of("patient pt physician provider attending surgeon mother father guardian spouse next emergency"
        " name nok pcp")),
    (_BOX, "address", "po-box", frozenset({"p", "po"})),
    (_OFFICE, "profession", "public-office", first_words(RELATIVES)),
)  # fmt: skip
_LABEL_BEHIND = re.compile(r"[ ,]+(?:MRN|DOB|SSN|NPI|DEA|DOD|DOA)\b.*$")
"""A label that stands right behind a name: "Dr. Ann Example MRN 1234567"."""
_HOUSES = words_of(
    "medical health cancer heart surgery care hospital infirmary hospice nursing elementary high middle"
    " university college pharmacy"
)
WORDS = _HOUSES.union(*(words for _, _, _, words in _RULES))


def by_rules(places: Places) -> Iterator[Identifier]:
    """Yield what the patterns find, in no order; finds may overlap."""
    text = places.text
    for pattern, kind, rule, words in _RULES:
        for match in places.matches(pattern, places.of(words)):
            start, end = match.span("v")
            if kind == "name" and (label := _LABEL_BEHIND.search(match["v"])):
                end = start + label.start()
            yield Identifier(start, end, kind, text[start:end], rule)
    for match in places.matches(_STREET, places.numbers):
        yield Identifier(*match.span("v"), "address", match["v"], "street")
    for match in places.within(_HOUSE, places.near(places.of(_HOUSES), 110, 30)):
        start, end = match.span("v")
        called = match["v"].split()
        while len(called) > 1 and _NO_HOUSE.match(called[0]):
            start += len(called[0]) + 1
            called = called[1:]
        if not all(ordinary(w) for w in called[:-1]):
            yield Identifier(start, end, "facility", text[start:end], "facility-word")


@lru_cache(maxsize=50_000)
def ordinary(word: str) -> bool:
    """Say whether a word is an ordinary one and no first name, surname or town."""
    flags = set(lexicon().get(fold(word.strip(".,’'")), ""))
    return bool(flags & set("wWhdkt")) and not flags & set("flc")


@lru_cache(maxsize=50_000)
def _sort(word: str) -> str:
    """Say of a capitalised word: F only a first name, L only a surname, N unknown, or "" other."""
    if len(word) < 3 or not word[0].isupper() or not word[1:].islower():
        return ""
    folded = fold(word)
    flags = set(lexicon().get(folded, ""))
    if folded in WEEKDAYS or folded in COUNTRIES_EXTRA:  # some are names too
        return ""
    if not flags:
        return "N"
    if folded in EPONYMS or flags & set("wWcstruhkdm"):
        return ""
    return "F" if "f" in flags else "L"


def by_lists(parts: list[Token], modes: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, rule) of names that the lexicon knows as names and as nothing else.

    A first name with what follows it in capitals, or a first name or surname alone; only in lines
    of mixed case, where a capital says something.
    """
    i = 0
    while i < len(parts):
        if modes[i] == "m" and _sort(parts[i].text) in {"F", "L"}:
            j = i + 1
            while j < len(parts) and j < i + 3 and _sort(parts[j].text):
                j += 1
            yield parts[i].start, parts[j - 1].end, "listed-name"
            i = j
        else:
            i += 1
