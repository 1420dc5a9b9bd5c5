"""Which sentences of an abstract can be said by themselves, and what they are good for.

Patterns, not models: each names a kind of sentence that misleads or says nothing when it is
lifted out of its abstract. Order of checks does not matter; any hit makes a sentence unfit.
"""

from __future__ import annotations

import re

from rag.answering.draft import MARKER
from rag.answering.hostile import unsayable
from rag.text import is_complete

_STUDY = r"(?:study|trial|review|meta-analysis|analysis|report|paper|article|survey|case|guideline)"
_OPENER = re.compile(
    rf"""^(?:
      (?:this|these|those|such)\b(?!\s+(?:present\s+)?{_STUDY}\b)
    | that\b
    | it\b(?!\s+(?:is|was|has\s+been)\s+(?:\w+\s+)?(?:known|shown|established|recommended|important
        |estimated|believed|found|thought|accepted|recognized|recognised|possible|likely)\b)
    | (?:they|he|she|its|their|his|her|them|we\s+also|both|here|and|but|or|so|yet)\b
    | (?:however|moreover|furthermore|therefore|thus|hence|also|instead|conversely|consequently
        |nevertheless|nonetheless|similarly|likewise|additionally|besides|accordingly|meanwhile
        |finally|lastly|second|secondly|third|thirdly|then|otherwise|interestingly|notably
        |subsequently|afterwards?|in\ (?:contrast|addition|turn|particular)|as\ a\ result
        |by\ contrast|on\ the\ (?:other\ hand|contrary)|for\ (?:example|instance|this\ reason)
        |of\ (?:these|those|note|them|the\ \w+)|among\ (?:these|those|them)
        |(?:more|most)\ recently,?\ (?:it|they|we)
        |in\ (?:these|those|both|such|this\ (?!study|trial|review|report|paper|article|analysis)))\b
    | the\s+(?:former|latter|other|others|same|above|two|three|four|remaining|second|third)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_CONTENT = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|all rights reserved|\b(?:NCT|ISRCTN|PROSPERO|CRD|ChiCTR)\s?\d"
    r"|clinicaltrials\.gov|trial registration|https?://|www\.|published by|\belsevier\b|john wiley"
    r"|springer|supplementary|level of evidence"
    r"|(?:further|more) (?:information|data|evidence|research|studies|study|trials?|work)"
    r"|(?:additional|future|larger) (?:research|studies|trials?) (?:is|are|will|should)"
    r"|abstract truncated|funded by|conflicts? of interest|\bdoi:",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"""\b(?:is|are|was|were|be|been|has|have|had|can|could|may|might|must|will|would|should|does|did
    |do|cannot|shows?|showed|suggests?|suggested|indicates?|indicated|demonstrates?|demonstrated
    |reveal(?:s|ed)?|reduces?|reduced|increase[sd]?|improve[sd]?|decrease[sd]?|cause[sd]?
    |prevent(?:s|ed)?|induce[sd]?|inhibit(?:s|ed)?|lead(?:s)?|led|result(?:s|ed)\sin|occur(?:s|red)?
    |remain(?:s|ed)?|contribute[sd]?|require[sd]?|include[sd]?|involve[sd]?|play(?:s|ed)?|appear(?:s|ed)?
    |seem(?:s|ed)?|present(?:s|ed)?|develop(?:s|ed)?|receive[sd]?|provide[sd]?|support(?:s|ed)?
    |encode[sd]?|mediate[sd]?|regulate[sd]?|activate[sd]?|promote[sd]?|protect(?:s|ed)?|affect(?:s|ed)?
    |predict(?:s|ed)?|confer(?:s|red)?|exhibit(?:s|ed)?|represent(?:s|ed)?|consist(?:s|ed)?|arise[s]?
    |bind[s]?|bound|act(?:s|ed)?|target(?:s|ed)?|block(?:s|ed)?|enhance[sd]?|found|identified|reported
    |confirm(?:s|ed)?|associate[sd]?\swith|differ(?:s|ed)?|varie[sd]|became|becomes?|exist(?:s|ed)?
    |achieve[sd]?|allow(?:s|ed)?|enable[sd]?|control(?:s|led)?|catalyze[sd]?|express(?:es|ed)?
    |belong(?:s|ed)?|trigger(?:s|ed)?|alter(?:s|ed)?|correlate[sd]?|rose|fell|died|recovered
    |respond(?:s|ed)?|approve[sd]?|recommend(?:s|ed)?|detect(?:s|ed)?|characteri[sz]e[sd]?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
CONCLUDES = re.compile(
    r"\b(?:in conclusion|to conclude|we conclude|in summary|conclude[sd]? that"
    r"|(?:suggest|indicat|show|demonstrat|confirm|reveal|support)(?:s|ed|e|es)?\b.{0,20}\bthat)\b",
    re.IGNORECASE,
)
PRESENTS = re.compile(
    r"\b(?:present(?:s|ed|ing|ation)?|symptoms?|signs?|manifest\w*|characteri[sz]ed|caus(?:e[sd]?|ing)"
    r"|diagnos\w+|syndromes?|infections?|disease|pneumonia|influenza|due to|complain\w*|suffer\w*"
    r"|illness|clinical features?|differential)\b",
    re.IGNORECASE,
)
"""Words of a sentence that tells which condition goes with a sign."""

CONDITION = re.compile(
    r"\b(?:\w{3,}(?:itis|osis|aemia|emia|pathy|oma|iasis)|influenza\w*|flu|covid\S*|sars\S*"
    r"|coronavirus\w*|pneumonia\w*|asthma\w*|malaria\w*|measles|rubella|pertussis|whooping cough"
    r"|typhoid|dengue|ebola|legionnaires\S*|legionell\w*|mycoplasma\w*|\w*virus(?:es)?|common cold"
    r"|(?:yellow|rheumatic|scarlet|q|hay|ha?emorrhagic|relapsing|lassa) fever|cancer|embolism"
    r"|\w+ (?:infections?|syndrome|disease)|abscess\w*|stroke|migraine)\b",
    re.IGNORECASE,
)
"""Names of conditions, by their form: no list is complete."""
DRUG_EFFECT = re.compile(
    r"\b(?:adverse (?:events?|effects?|reactions?)|side[- ]effects?|vaccin\w+|injection|placebo"
    r"|doses?)\b",
    re.IGNORECASE,
)

SHORTEST, LONGEST = 6, 70  # words


_VERB_FORM = re.compile(
    r"(?<=\s)[a-z]{2,}(?:[^sui\W]s|ed)\s+(?!(?:of|in|and|or|for|on|with|to|at|by|from|after)\b)\w"
)
"""Inside a line, a word in -s or -ed that no preposition follows: "willow bark eases pain"."""
_SUBTITLE = re.compile(
    r"\s*(?:[:.?]|\s[–—-])\s+[^:.?]{0,90}\b(?:study|trial|review|meta-analysis|report|series|survey"
    r"|analysis|protocol|update|overview|guidelines?|cohort|experience)\W*$",
    re.IGNORECASE,
)
"""What a title says of its study: ": a randomised crossover trial."."""
_RELATIVE = re.compile(r"\b(?:who|whom|which|that)\s+\w+", re.IGNORECASE)
_NOUN_PLACE = re.compile(r"\b(?:the|an?|of|for|by|in)\s+(?:(?:the|an?)\s+)?[a-z]+", re.IGNORECASE)
"""Where a word is no verb: "for control of", "the result", "patients who take"."""


def has_verb(sentence: str) -> bool:
    """True where a sentence has a verb of its own, by its words.

    A title such as "Zinc and the cough of patients who take it: a randomised trial." has none: it
    names what was studied and states nothing.
    """
    return _has_known_verb(sentence) or bool(_VERB_FORM.search(_own_words(sentence)))


def _has_known_verb(sentence: str) -> bool:
    return bool(_VERB.search(_NOUN_PLACE.sub(" , ", _own_words(sentence))))


def _own_words(sentence: str) -> str:
    """Return a sentence without the subtitle of a study and the verbs of relative clauses."""
    return _RELATIVE.sub(" , ", _SUBTITLE.sub("", sentence))


def needs_antecedent(sentence: str) -> bool:
    """True where a sentence opens by pointing at one before it."""
    return bool(_OPENER.match(sentence))


def _is_cut(sentence: str) -> bool:
    """True where the beginning is missing; "mRNA …" and "p53 …" are names, not cuts."""
    first = sentence.split(maxsplit=1)[0].rstrip(",;:.)")
    return first.isalpha() and first == first.lower()


def is_finding(sentence: str) -> bool:
    """True where a sentence is whole, declarative, says something and imitates no marker."""
    words = len(sentence.split())
    return (
        SHORTEST <= words <= LONGEST
        and is_complete(sentence)
        and not _is_cut(sentence)
        and not sentence.rstrip("\"')]”’ ").endswith(("?", "？"))
        and _has_known_verb(sentence)
        and not _NO_CONTENT.search(sentence)
        and not unsayable(sentence)
        and not MARKER.search(sentence)
        and sentence.count("(") == sentence.count(")")
    )


SHORTEST_PLAIN = 3


def is_plain_statement(sentence: str) -> bool:
    """True where a sentence could be said if it answers word for word.

    Looser than ``is_finding``: short, of a verb that no list has, or without its full stop,
    as the lines of a plain text often are. A heading without a verb is none.
    """
    words = len(sentence.split())
    return (
        SHORTEST_PLAIN <= words <= LONGEST
        and has_verb(sentence)
        and not _is_cut(sentence)
        and not needs_antecedent(sentence)
        and not sentence.rstrip("\"')]”’ ").endswith(("?", "？"))
        and not _NO_CONTENT.search(sentence)
        and not unsayable(sentence)
        and not MARKER.search(sentence)
        and sentence.count("(") == sentence.count(")")
    )
