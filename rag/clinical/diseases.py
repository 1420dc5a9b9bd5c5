"""Names of diseases in texts: a list of common and dangerous ones, and what titles and MeSH name.

The list (``diseases.tsv``) joins the names of one disease and marks those that are dangerous if
they are missed, with the source of that. A disease outside the list is known by the title of an article that is about it
("What are the symptoms of X ?", "X: diagnosis and treatment") or by a MeSH heading that has the
form of a disease's name. No list and no form is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.clinical.vocabulary import vocabulary
from rag.text import fold
from rag.types import Article
from rag.types.clinical import FindingKind

RARE = 4.0
"""Power of ten of the people who have a disease that medlit's list lacks, in a year."""
LONGEST = 7
"""Words of a name at most."""
_ALIKE = re.compile(
    r"\b\w+-like\b|\bhearing aids?\b|\bstroke volumes?\b"
    r"|\b(?:respiratory|marrow|myelo|immune|cardiac|ST(?:[- ]segment)?) depression\b",
    re.IGNORECASE,
)
"""What holds a disease's name and is none, or another: a "flu-like illness"."""
_SHORT = {
    "PE": "pulmonary embolism", "MI": "myocardial infarction", "CHD": "coronary heart disease",
    "CAD": "coronary artery disease", "TBI": "traumatic brain injury",
}  # fmt: skip
"""Abbreviations that are read in capitals only."""
_CAPITALS = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b")
_A_COLD = re.compile(
    r"\b(?:(?:a|the|your|my|bad) cold|colds)\b(?=\s*(?:[.;:)?!]|$|,\s*(?:the )?(?:flu|influenza|sore throat|cough)\b|or\b|and\b|is\b|are\b|that\b|can\b|may\b"
    r"|with\b|virus\w*|symptoms?|often\b|usually\b|in\b|but\b))",
    re.IGNORECASE,
)
"""The illness; "a cold room" and "the cold" of winter are none."""
_PREVENTED = frozenset(("vaccine", "vaccination", "shot", "immunization", "immunisation"))
"""Behind a name: what is given against the disease, to those who do not have it."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ABOUT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^what (?:is \(are\)|is|are|causes) (?:the )?(?:symptoms? (?:and signs )?of |signs (?:and symptoms )?of |causes? of "
        r"|treatments? (?:for|of) |outlook for |complications of |stages of |genetic changes related to )?"
        r"(?P<name>[^?]+?)\s*\??$",
        r"^(?:how (?:is|to diagnose|to treat|to prevent|many people are affected by)|who is at risk for|do you have information about"
        r"|is) (?P<name>[^?]+?)(?: (?:diagnosed|treated|inherited))?\s*\??$",
        r"^(?:symptoms?|signs|clinical features|diagnosis|treatment|management|epidemiology|causes|overview) (?:and \w+ )?of (?P<name>[^:?.]+)",
        r"^(?P<name>[^:?.,]{3,60}): (?:[^:]*\b)?(?:symptoms?|diagnosis|treatment|review|overview|features|management)\b",
    )
)  # fmt: skip
_FORM = re.compile(
    r"(?:disease|disorder|syndrome|infection|fever|cancer|carcinoma|neoplasm|tumou?r|lymphoma|leuk[a]?emia"
    r"|an[a]?emia|deficiency|dystrophy|dysplasia|palsy|poisoning|intoxication|allergy|hernia|ulcer|stenosis"
    r"|thrombosis|embolism|infarction|insufficiency|atrophy|sclerosis|malformation|atresia|epilepsy|ataxia"
    r"|\w{2,}(?:itis|osis|iasis|pathy|aemia|emia|oma|plegia|uria|rrhea|cele))s?$",
    re.IGNORECASE,
)
_NO_DISEASE = frozenset(
    fold(word)
    for word in (
        "fever", "disease", "diseases", "infection", "infections", "syndrome", "disorder", "disorders",
        "fever of unknown origin", "diagnosis", "prognosis", "acute disease", "chronic disease",
        "cross infection", "communicable diseases", "recurrence", "disease progression",
        "genetic predisposition to disease", "necrosis", "fibrosis", "apoptosis", "mitosis", "meiosis",
        "phagocytosis", "cyanosis", "acidosis", "alkalosis", "stress disorders", "edema", "emesis",
        "hematuria", "proteinuria", "diarrhea", "rhinorrhea", "hyperemia", "ischemia", "neoplasms",
        "cancer", "tumor", "tumour", "carcinoma", "ulcer", "disease outbreaks", "disease management",
        "disease models, animal", "glucose", "rare diseases", "hypoxia", "osmosis", "symbiosis",
        "psychotherapy", "sympathy", "empathy", "homeopathy", "osteopathy", "coma",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disease:
    """A disease: its preferred name, all its names as ``key`` makes them, and marks.

    ``is_listed`` says that it stands in medlit's list of common and dangerous diseases, and
    ``source`` of a dangerous one who says that it is: the title of a page or a guideline.
    ``burden`` is the common logarithm of the people in the world who have it in a year.
    ``only`` says who alone can have it: ``p`` those who are or were just pregnant, ``f`` and
    ``m`` those with the organs of a woman or a man; empty for anyone. ``is_sign`` is true of
    what is a value or a complaint as much as a disease, as hypertension.
    """

    name: str
    keys: tuple[tuple[str, ...], ...]
    is_dangerous: bool = False
    is_listed: bool = False
    source: str = ""
    burden: float = RARE
    only: str = ""
    is_sign: bool = False


@lru_cache(maxsize=65536)
def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """Return the words of a text as names are compared by: folded, singular, without 's."""
    found = (re.sub(r"['’]s$", "", m) for m in _WORD.findall(fold(text)))
    return [_singular(word) for word in found if word]


def key(name: str) -> tuple[str, ...]:
    """Return the words by which a name is compared; "Neoplasms, Lung" is "lung neoplasm"."""
    if name.count(", ") == 1 and "(" not in name:
        head, rest = name.split(", ")
        if len(rest.split()) <= 3 and not rest.startswith(("and ", "or ")):
            name = f"{rest} {head}"
    return tuple(words_of(name))


@lru_cache(maxsize=1)
def burdens() -> dict[str, float]:
    """Return name of a listed disease → common logarithm of the people who have it in a year."""
    text = files("rag.clinical").joinpath("diseases_burden.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(power) for name, power in rows}


@lru_cache(maxsize=1)
def listed() -> dict[tuple[str, ...], Disease]:
    """Return the list: each name's key → its disease."""
    out: dict[tuple[str, ...], Disease] = {}
    text = files("rag.clinical").joinpath("diseases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, others, marks, source = (*line.split("\t"), "", "", "")[:4]
        names = [name, *(n.strip() for n in others.split(";") if n.strip())]
        keys = tuple(dict.fromkeys((*(tuple(words_of(n)) for n in names), *map(key, names))))
        disease = Disease(
            name.strip(),
            keys,
            is_dangerous="d" in marks,
            is_listed=True,
            source=source.strip(),
            burden=burdens()[name.strip()],
            only=next((mark for mark in marks if mark in "pfm"), ""),
            is_sign="s" in marks,
        )
        for one in keys:
            out.setdefault(one, disease)
    return out


def is_disease_name(name: str) -> bool:
    """True where a name has the form of a disease's and is not general or a mere finding."""
    return fold(name) not in _NO_DISEASE and bool(_FORM.search(name.strip()))


_OF_DISEASE = re.compile(r"\b(?:symptoms?|diagnos\w+|inherited|genetic changes)\b", re.IGNORECASE)


def _tells_disease(title: str, about: str) -> bool:
    """True where a name has the form of a disease's, or the title asks what one asks of one."""
    return is_disease_name(about) or bool(_OF_DISEASE.search(title))


_OF_PREGNANCY = re.compile(
    r"\b(?:pregnancy|gestational|placent\w+|puerperal|postpartum|obstetric\w*)\b", re.IGNORECASE
)
"""In a name that the list lacks, as "Acute fatty liver of pregnancy"."""


def subject(article: Article) -> str:
    """Return what a title says that its article is about, or "" where it has no such form."""
    title = article.title.strip().rstrip(".")
    for pattern in _ABOUT:
        if found := pattern.match(title):
            return re.sub(r"^(?:the|an?) ", "", found["name"].strip(), flags=re.IGNORECASE)
    return title if len(title.split()) <= LONGEST else ""


def _is_complaint(name: str) -> bool:
    """True for what a patient feels: "How to diagnose Cough ?" is about no disease."""
    known = vocabulary().names.get(name)
    return known is not None and known.kind is FindingKind.SYMPTOM


class Names:
    """Finds diseases in texts; learns names from the articles that it is shown."""

    def __init__(self) -> None:
        """Know the list."""
        self._known = dict(listed())

    def learn(self, articles: Iterable[Article]) -> None:
        """Take the names of diseases from titles, where the form is one, and MeSH headings."""
        for article in articles:
            about = subject(article)
            names = [about] if about and _tells_disease(article.title, about) else []
            names += [m.descriptor for m in article.mesh if is_disease_name(m.descriptor)]
            for name in names:
                one = key(name)
                if (
                    0 < len(one) <= LONGEST
                    and fold(name) not in _NO_DISEASE
                    and len("".join(one)) > 3
                    and not _is_complaint(name)
                ):
                    only = "p" if _OF_PREGNANCY.search(name) else ""
                    self._known.setdefault(one, Disease(name, (one,), only=only))

    def find(self, text: str) -> list[Disease]:
        """Return the diseases that a text names, longest names first at each place, each once."""
        return list({d.name: d for _, _, d in self.places(self.words(text))}.values())

    def words(self, text: str) -> list[str]:
        """Return the words of a text, as ``places`` counts them."""
        text = _CAPITALS.sub(lambda m: _SHORT[m[0]], _ALIKE.sub(" ", text))
        return words_of(_A_COLD.sub("common cold", text))

    def places(self, words: list[str]) -> Iterator[tuple[int, int, Disease]]:
        """Yield the diseases that words name: first word, the one after the last, disease.

        The longest name at each place; "flu shot" names none.
        """
        at = 0
        while at < len(words):
            length = self._length_at(words, at)
            end = at + length
            if length and not (end < len(words) and words[end] in _PREVENTED):
                yield at, end, self._known[tuple(words[at:end])]
            at += length or 1

    def _length_at(self, words: list[str], at: int) -> int:
        """Return how many words the longest name at a place has, 0 where none begins."""
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            if tuple(words[at : at + length]) in self._known:
                return length
        return 0

    def of(self, name: str) -> Disease | None:
        """Return the disease of a name, or ``None``."""
        return self._known.get(tuple(words_of(name))) or self._known.get(key(name))
