"""All identifiers of a text: rules for structured ones, and names, places and facilities, merged.

Precedence where two overlap: a bare number or a plain word gives way to anything else; of the
others the longer one stands, then the one that begins first, then the kind that ``KINDS``
names first. What the loser covers beyond the winner is no less an identifier: it stays as a
span of its own where it holds a letter or a digit, so that merging uncovers nothing.

A name that was found once is found wherever it stands in the text again, by each of its words.
This module finds no name that is not introduced anywhere in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from rag.privacy.kinds import KINDS, Identifier, merged
from rag.privacy.names_eponyms import is_term
from rag.privacy.patterns import WORDS as STRUCTURED
from rag.privacy.patterns import structured
from rag.privacy.places import Places
from rag.privacy.readable import Readable
from rag.text import fold

_RANK = {kind: n for n, kind in enumerate(KINDS)}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COMMON_WORDS = """
    will may mark rose grant page young long short black white brown green gray grey rich ray
    art bill pat sue frank major day night cook hope faith joy grace summer april june august
    march angel baker bell bishop branch bush case chance church cross dean drew early field
    fields fish flowers ford forest fox gene hall hand hardy head hill holiday home house hunter
    iris ivy jack king knight lake lane law little love mason miles mills moon moss noble north
    olive park parks pearl penny pierce pool pope porter power price reed rivers rob robin rock
    rush sage sands shore small smart speed spring stark steel stone storm street strong sweet
    temple trip turner violet wade wall ward warden waters weeks wells west wise wolf wood woods
    victor dawn eve down graves foley the and for with from was has her his she not who son
    daughter wife husband mother father patient nurse doctor left right seen note new old von
    van der den del las los san santa saint
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Names that are words too, or words that a name may hold: alone they are a name only where
they are written as one and stand inside a sentence."""
_SELDOM_WORDS = """
    baker bishop cook hunter mason king knight porter turner jack rob robin ray gene drew victor sue frank pat
    art bill rich grace hope faith joy dawn eve iris ivy olive pearl violet rose angel penny miles pierce reed
    ford fox wolf noble dean page bell lane
"""
_SELDOM = frozenset(_SELDOM_WORDS.split())
"""Those of them that seldom begin a sentence of a note, unless as the name."""
_TITLE_WORDS = "mr mrs ms miss mx dr prof sir md rn np pa phd do jr sr ii iii iv esq dds"
_TITLES = frozenset(_TITLE_WORDS.split())


def find_identifiers(text: str) -> list[Identifier]:
    """Return the identifiers of a text, sorted by offset and apart from each other.

    Args:
        text: a note of any length; the time is linear in it.

    Returns:
        identifiers with ``text[i.start:i.end] == i.text``.
    """
    from rag.privacy.names import WORDS, named

    seen = Readable(text)
    places = Places(seen.text, STRUCTURED | WORDS)
    found = merge(seen.text, [*structured(seen.text, places), *named(seen.text, places)])
    if again := _again(seen.text, found):
        found = merge(seen.text, [*found, *again])
    spans = ((one, *seen.original(one.start, one.end)) for one in found)
    return [
        Identifier(start, end, one.kind, text[start:end], one.rule) for one, start, end in spans
    ]


def merge(text: str, found: Iterable[Identifier]) -> list[Identifier]:
    """Return spans that do not overlap and cover every letter and digit that ``found`` covers."""
    ordered = sorted(
        {one for one in found if one.start < one.end},
        key=lambda i: (
            i.rule.startswith("bare-"),
            i.start - i.end,
            i.start,
            not i.rule.startswith("label-"),
            i.kind != "ssn",  # some are written like a phone; nothing is dearer
            _RANK[i.kind],
            i.rule,
        ),
    )
    return merged(ordered, text)


def _again(text: str, found: list[Identifier]) -> list[Identifier]:
    """Return further places of the words of the names that were found."""
    written: dict[str, bool] = {}  # folded word: whether it was found in small letters
    for one in found:
        if one.kind == "name":
            for match in _WORD.finditer(one.text):
                word = fold(match[0])
                if len(word) > 1 and word not in _TITLES:
                    written[word] = written.get(word, False) or match[0].islower()
    if not written:
        return []
    starts = [i.start for i in found]
    shouting = sum(map(str.isupper, text)) * 2 > sum(map(str.isalpha, text))
    out = []
    folded: dict[str, str] = {}
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = folded.get(match[0], "")
        if not word:
            word = folded[match[0]] = fold(match[0])
        if word not in written:
            if "'" not in word and "’" not in word:
                continue
            cut = re.split(r"[’']s?$", match[0])[0]
            word, end = fold(cut), start + len(cut)
            if word not in written:
                continue
        at = bisect_right(starts, start) - 1
        if at >= 0 and found[at].end > start:
            continue
        if _is_name_again(text, start, end, word, small=written[word], shouting=shouting):
            out.append(Identifier(start, end, "name", text[start:end], "name-again"))
    return out


def _is_name_again(
    text: str, start: int, end: int, word: str, *, small: bool, shouting: bool
) -> bool:
    value = text[start:end]
    if is_term(text, start, end, alone=False):
        return False
    if word in _COMMON:
        inside = re.search(r"[\w,;)]\s$", text[max(0, start - 2) : start])
        begins = word in _SELDOM and value.istitle()
        return value[:1].isupper() and not shouting and (bool(inside) or begins)
    if len(word) == 2:
        return value.istitle() and not shouting
    return value[:1].isupper() or small or len(word) > 3
