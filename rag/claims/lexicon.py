"""Words as the answering room compares them: tokens, stop words, light stems, inverse frequency.

Two texts agree on a word where their stems are equal. The stemmer is light (inflection and
the commonest derivations, after Porter 1980, https://tartarus.org/martin/PorterStemmer/): it
is for comparing a claim with a quote, not for an index, and it never touches identifiers
(``CYP2D6``, ``IL-6``). A small table joins lay and medical names of symptoms.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_IDENTIFIER = re.compile(
    r"\b(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
)
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "µ": "u", "μ": "u"}

_STOP = """
a about above after again all also although am among an and any are as at be became because
been before being between both but by can cannot could did do does doing done due during
each either etc every few for from further get gets got had has have having he her here hers
him his how however i if in into is isn it its itself just let like many may me might more
most much must my neither nevertheless nor not of off on once one only or other our ours out
over own per please rather same shall she should since so some such than that the their
theirs them then there these they this those through thus to too under until up upon us use
used uses using very via was we were what when where whereas whether which while who whom
whose why will with within without would yes no yet you your know known feel feeling feels
felt think list name give describe explain define tell different main common commonly
currently available role s t don didn doesn i'm i've
"""
STOP = frozenset(_STOP.split())
"""Function words and the words of asking; they carry no medical content."""

SYNONYMS = {
    "febrile": "fever", "pyrexia": "fever", "feverish": "fever", "temperature": "fever",
    "dyspnea": "breathless", "dyspnoea": "breathless", "breathlessness": "breathless",
    "breath": "breathless", "tussis": "cough", "pruritus": "itch", "itchy": "itch",
    "cephalgia": "headache", "cephalalgia": "headache", "migraine": "headache",
    "tired": "fatigue", "tiredness": "fatigue", "exhausted": "fatigue", "asthenia": "fatigue",
    "emesis": "vomit", "throwing": "vomit", "exanthem": "rash", "eruption": "rash",
    "stomach": "abdomen", "belly": "abdomen", "tummy": "abdomen", "abdominal": "abdomen",
    "ache": "pain", "aching": "pain", "hurts": "pain", "hurt": "pain", "painful": "pain",
    "heart": "cardiac", "kidney": "renal", "liver": "hepatic", "lung": "pulmonary",
    "cancer": "neoplasm", "tumor": "neoplasm", "neoplasia": "neoplasm", "neoplastic": "neoplasm",
    "dizzy": "dizziness", "vertigo": "dizziness", "mortality": "death", "died": "death",
    "fatal": "death", "deaths": "death", "kids": "child", "children": "child",
    "cured": "cure", "curable": "cure", "infants": "infant", "women": "woman", "men": "man",
    "mice": "mouse",
}  # fmt: skip
"""Words that count as one another when a question is compared with a text."""

_ENDINGS = (
    ("ational", "at"), ("ization", "iz"), ("ations", "at"), ("ation", "at"), ("ements", ""),
    ("ement", ""), ("ments", ""), ("ment", ""), ("ating", "at"), ("ated", "at"), ("ates", "at"),
    ("ate", "at"), ("ions", ""), ("ion", ""), ("ings", ""), ("ing", ""), ("edly", ""),
    ("ed", ""), ("ally", ""), ("ly", ""), ("ical", ""), ("ics", ""), ("ic", ""), ("ories", ""),
    ("ory", ""), ("ives", ""), ("ive", ""), ("ness", ""), ("al", ""),
)  # fmt: skip


def normalise(text: str) -> str:
    """Lower case, Greek letters spelt out, accents and British spellings folded."""
    for letter, name in _GREEK.items():
        text = text.replace(letter, name)
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).lower()
    plain = plain.replace("’", "'").replace("aemi", "emi").replace("oedem", "edem")
    plain = plain.replace("haem", "hem").replace("oea", "ea").replace("paedi", "pedi")
    return re.sub(r"(?<=[a-z]{3})our(?=s?\b|ed\b)", "or", plain).replace("isation", "ization")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the light stem of a lower-case word."""
    if len(word) <= 3 or any(c.isdigit() for c in word):
        return word
    if word.endswith("'s"):
        word = word[:-2]
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif re.search(r"(?:ss|x|ch|sh|z)es$", word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)] + left
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "ey" else word


def tokens(text: str) -> list[str]:
    """Return the lower-case words and numbers of a text in order; ``GDF-15`` is ``gdf15``."""
    joined = _IDENTIFIER.sub(lambda m: m.group().replace("-", ""), text.replace("‐", "-"))
    return _TOKEN.findall(normalise(joined))


@lru_cache(maxsize=16384)
def content_terms(text: str) -> frozenset[str]:
    """Return the stems of the words that carry content; numbers by themselves are left out."""
    return frozenset(
        stem(SYNONYMS.get(t, t))
        for t in tokens(text)
        if t not in STOP and not t.isdigit() and (len(t) > 1)
    )


def identifiers(text: str) -> frozenset[str]:
    """Return names that no paraphrase changes: mixed letters and digits, or inner capitals."""
    found = {m.group().replace("-", "").lower() for m in _IDENTIFIER.finditer(text)}
    found |= {m.lower() for m in re.findall(r"\b[A-Z]{2,}[a-z]?\b|\b[a-z]+[A-Z]\w*\b", text)}
    return frozenset(found)


def idf(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return term → log(1 + (N - df + 0.5) / (df + 0.5)), the form of BM25 (Robertson 2009)."""
    df: Counter[str] = Counter(term for terms in texts for term in terms)
    n = len(texts)
    return {t: math.log(1 + (n - d + 0.5) / (d + 0.5)) for t, d in df.items()}


def coverage(
    wanted: Iterable[str], found: frozenset[str], weights: dict[str, float] | None = None
) -> float:
    """Return the (weighted) share of ``wanted`` terms that are in ``found``, in [0, 1].

    A term without a weight weighs as much as the heaviest: no text of the evidence has it.
    """
    terms = list(wanted)
    if not terms:
        return 0.0
    heaviest = max(weights.values(), default=1.0) if weights else 1.0
    weigh = {t: (weights.get(t, heaviest) if weights else 1.0) for t in terms}
    total = sum(weigh.values())
    return sum(w for t, w in weigh.items() if t in found) / total if total else 0.0


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Return |a ∩ b| / |a ∪ b|, 0 for two empty sets."""
    return len(a & b) / len(a | b) if a or b else 0.0
