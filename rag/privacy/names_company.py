# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Names, places and firms known by the company they keep: "Dear X", "lives in X", "X is a firm".

The tagger learnt from notes; these are the turns of letters and of what people tell, in which a
word that no list knows is a name. Every rule needs words that say so; capitals alone say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.kinds import Identifier
from rag.privacy.names_rules import ordinary
from rag.privacy.places import Places, words_of
from rag.privacy.tagger_features import lexicon
from rag.privacy.vocabulary import fold

_UPPER = "A-ZÀ-ÖØ-ÞČĆĎĐĚŁŇŘŚŠŤŹŻŽΑ-ΩА-Я"
_TITLED = rf"[{_UPPER}][^\W\d_{_UPPER}]{{1,30}}(?:[-’'][{_UPPER}]?[^\W\d_]{{1,30}})?"
_PERSON = rf"(?P<v>{_TITLED}(?:[ ]{_TITLED}){{0,2}})"
_LOOSE = rf"[{_UPPER}][^\W\d_]{{2,30}}(?:[-’'][^\W\d_]{{1,30}})?"
_PLACE = rf"(?P<v>{_LOOSE}(?:[ ]{_LOOSE}){{0,2}})"
_FIRM = rf"(?P<v>{_LOOSE}(?:[ ](?:(?:&|and|of)[ ])?[{_UPPER}][^\W\d_]{{1,30}}){{0,3}})"
_A_FIRM = r"company|firm|bank|start-?up|non-?profit|501\(c\)3|brainchild|manufacturer|retailer|supplier|insurer"

_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("name", "greeting", r"\b(?:Dear|Hi|Hello|Hey),?[ ]" + _PERSON, "dear hi hello hey"),
    ("name", "closing", r"\b(?:Sincerely|Regards|Wishes|wishes|regards|Truly|truly|Respectfully|Cheers)"
     r"(?:[ ]yours)?,?\s{0,3}\n\s{0,3}" + _PERSON,
     "sincerely regards wishes truly respectfully cheers"),
    ("name", "said-by", r"\b(?<=[”\"’'][ ])(?:says|said|adds|added|explains|explained|recalls|recalled)[ ]"
     + _PERSON, "says said adds added explains explained recalls recalled"),
    ("name", "relation-of", r"\b(?:gender|birthday|wife|husband|widow|son|daughter|mother|father|brother|sister"
     r"|parents|family|signature|whereabouts)[ ]of[ ]" + _PERSON,
     "gender birthday wife husband widow son daughter mother father brother sister parents family"
     " signature whereabouts"),
    ("address", "home", r"\b(?:grew[ ]up[ ]in|live[sd]?[ ]in|living[ ]in|born[ ]in|raised[ ]in|resid(?:es?|ing)[ ]in"
     r"|flew[ ](?:to|from)|travel(?:s|l?ed|l?ing)?[ ]to|moved[ ](?:to|from)|visit(?:s|ed|ing)|native[ ]of"
     r"|resident[ ]of|emigrated[ ]from)[ ]" + _PLACE,
     "grew live lives lived living born raised resides reside residing flew travels traveled travelled"
     " traveling travelling moved visits visited visiting native resident emigrated"),
    ("facility", "firm-of", r"\b(?:address|headquarters|website|employees?|shareholders?|customers?|founders?|subsidiary)"
     r"[ ]of[ ]" + _FIRM, "address headquarters website employee employees shareholder shareholders"
     " customer customers founder founders subsidiary"),
    ("facility", "employer", r"\b(?:works?|worked|working|employed|job|career|internship)[ ](?:at|for|by|with)[ ]"
     + _FIRM, "work works worked working employed job career internship"),
    ("facility", "became", r"\bbecame[ ]" + _FIRM + r"(?=[ ]in[ ](?:19|20)\d\d\b)", "became"),
)  # fmt: skip
_BY_WORD = tuple((k, rule, re.compile(form), words_of(w)) for k, rule, form, w in _RULES)
_IS_A_FIRM = re.compile(
    rf"{_FIRM}[ ](?:is|was)[ ](?:a|an|the)[ ](?:[\w-]{{1,20}}[ ]){{0,3}}(?:{_A_FIRM})(?![^\W_])"
)
_FIRM_WORDS = words_of(
    "company firm bank startup start non nonprofit c brainchild manufacturer retailer supplier insurer"
)
_KEPT = frozenset("sWhktdm")
"""Flags of words that are no place by themselves: states, very ordinary words, wards, relatives."""
_NO_FIRM = words_of("the this that it he she we our my your his her their there which what who one")
WORDS = _FIRM_WORDS.union(*(words for _, _, _, words in _BY_WORD))


def by_company(places: Places) -> Iterator[Identifier]:
    """Yield what the turns of phrase introduce, in no order; finds may overlap."""
    for kind, rule, pattern, words in _BY_WORD:
        for match in places.matches(pattern, places.of(words)):
            if rule == "became" or _fits(kind, match["v"]):
                yield Identifier(*match.span("v"), kind, match["v"], rule)
    for match in places.within(_IS_A_FIRM, places.near(places.of(_FIRM_WORDS), 190, 14)):
        if fold(match["v"].split()[0]) not in _NO_FIRM:
            yield Identifier(*match.span("v"), "facility", match["v"], "is-a-firm")


def _fits(kind: str, value: str) -> bool:
    words = value.split()
    if kind == "address":
        short = any(word.isupper() and len(word) < 4 for word in words)  # "moved to ICU"
        return not short and not any(_KEPT & set(lexicon().get(fold(w), "")) for w in words)
    if kind == "name":
        return not all(ordinary(word) for word in words)
    # "works at Night", "employees of Radiology"
    return fold(words[0]) not in _NO_FIRM and (len(words) > 1 or not ordinary(value))
