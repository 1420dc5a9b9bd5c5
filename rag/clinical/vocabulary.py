"""The names that findings are found by: own lists, the Human Phenotype Ontology, lay words.

Own lists go before the ontology: they know what a note means by a word. A name of a list that
is one of the ontology gets its code, so that "SOB", "breathless" and "Dyspnea" are HP:0002094.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.claims.lay_terms import entries
from rag.clinical.hpo import NEOPLASM, Hpo, HpoTerm, load_hpo
from rag.clinical.words import Names, key_of
from rag.types.clinical import FindingKind

_LEAST_ABBREVIATION = 3
_DISEASE = re.compile(
    r"(?:itis|oma|emia|pathy|osis|iasis|penia|plegia)$|\b(?:disease|syndrome|disorder|failure"
    r"|infection|cancer|carcinoma|insufficiency|diabetes|stroke|infarction|thrombosis|embolism"
    r"|hypertension|fracture|aneurysm|asthma|pneumonia|hernia|deficiency|stenosis|malformation"
    r"|dysplasia|atresia|abscess|ulcer|migraine|seizure|cyst|polyp)s?\b",
    re.IGNORECASE,
)
_FELT = re.compile(r"\b(?:pain|ache|nausea|itch\w*|fatigue|sensation|discomfort)\b", re.IGNORECASE)
_EVERYDAY = frozenset(
    "acute aggression aggressiveness allergy aloneness anger arranging autism birthmark blushing boil bouncing"
    " collecting coldness collarettes contracture corn cutting dissociation dribbling dullness extraversion falls"
    " fisting frailty grandiosity hoarding hopping hostile hostility illusions impulsive inaction inactivity inertia"
    " introversion isomerism jumping languor mole mouthing neologism negativism nonverbal oncology ordering piles"
    " placidity plethora proboscis rigidity rosette sad scarring self-control shyness slowness spinning squawks"
    " squint stereotyped striae tearing tics torpor twirling unibrow cowlick honeycombing maceration gemination"
    " overfriendliness panting prostration stimming worthlessness overgrowth small large recurrent".split()
)
"""Names of the ontology that are everyday words of a note, or words for behaviour in it."""
_LAY_LEFT_OUT = frozenset(
    (
        "stomach", "poop", "pee", "wasting", "weak", "stiff", "sore", "sores", "time of the month", "mole",
        "bipolar", "worms", "smoking", "lump", "swelling", "tired", "weakness", "cramps", "lupus",
        "cancerous", "consumption of the lungs", "mouth sores", "dark patches", "worry", "arthritis",
        "allergy", "corns", "heart disease", "lung disease", "fungal infection", "birth control", "cranky",
    )
)  # fmt: skip
"""First words of lay entries that are no finding by themselves, or that own lists know better."""
_LAY_KINDS = {"symptoms": FindingKind.SYMPTOM, "diseases": FindingKind.DIAGNOSIS}


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that can be found: what it is, its preferred name and code (``HP:…`` or empty).

    ``synonyms`` are names that stand for it in any text; abbreviations are none.
    """

    kind: FindingKind
    name: str
    code: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list: its group, and its columns."""

    group: str
    cells: tuple[str, ...]

    @property
    def synonyms(self) -> tuple[str, ...]:
        """The names of the second column."""
        return names_of(self.cells[1]) if len(self.cells) > 1 else ()


def read_list(name: str) -> Iterator[Listed]:
    """Yield the lines of ``lists/NAME.tsv``."""
    group = ""
    text = files("rag.clinical").joinpath(f"lists/{name}.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("## "):
            group = line[3:].strip()
        elif line and not line.startswith("#"):
            yield Listed(group, tuple(line.split("\t")))


def names_of(cell: str) -> tuple[str, ...]:
    """Return the names in a cell, which are parted by semicolons."""
    return tuple(name.strip() for name in cell.split(";") if name.strip())


def is_exact(name: str) -> bool:
    """True for a name that is read only as it is written: one with a capital letter."""
    return any(c.isupper() for c in name)


class Vocabulary:
    """Concepts by their names."""

    def __init__(self) -> None:
        self.names: Names[Concept] = Names()

    def add(self, concept: Concept, synonyms: Iterable[str] = ()) -> None:
        """Add a concept with its name in any case, and synonyms as ``is_exact`` says."""
        self.names.add(concept.name, concept, exact=concept.name.isupper())
        for name in synonyms:
            self.names.add(name, concept, exact=is_exact(name))

    def add_list(self, name: str, kind: FindingKind | None, codes: dict[str, str]) -> None:
        """Add an own list; its groups are the kinds where ``kind`` is ``None``."""
        for line in read_list(name):
            first = line.cells[0]
            of = kind if kind is not None else FindingKind(line.group)
            # a sign's other names tell its code, a disease's may be narrower than it
            named = (first,) if of is FindingKind.DIAGNOSIS else (first, *line.synonyms)
            code = next((c for n in named if (c := codes.get(key_of(n)))), "")
            others = tuple(n for n in line.synonyms if not is_exact(n))
            self.add(Concept(of, first, code, others), line.synonyms)

    def add_hpo(self, hpo: Hpo) -> None:
        """Add the phenotypic abnormalities of the ontology by names and exact synonyms."""
        tumours = hpo.below(NEOPLASM)
        for term in hpo.terms.values():
            known = self.names.get(term.name)
            if known is None:
                others = tuple(n for n in term.synonyms if n not in term.abbreviations)
                known = Concept(_kind_of(term, tumours), term.name, term.code, others)
            for name in (term.name, *term.synonyms):
                short = name in term.abbreviations or name.isupper()
                if short and len(name) < _LEAST_ABBREVIATION:
                    continue
                if name.lower() not in _EVERYDAY:
                    self.names.add(name, known, exact=short)

    def add_lay(self) -> None:
        """Add the everyday names of ``rag.claims.lay_terms`` for symptoms and diseases."""
        for entry in entries():
            if entry.group not in _LAY_KINDS or entry.lay[0] in _LAY_LEFT_OUT:
                continue
            known = next((c for n in entry.medical if (c := self.names.get(n))), None)
            made = Concept(_LAY_KINDS[entry.group], entry.medical[0].capitalize())
            for name in entry.lay:
                self.names.add(name, known or made)


def is_disease(name: str) -> bool:
    """True for a name that has the form of a disease's."""
    return _DISEASE.search(name) is not None


def _kind_of(term: HpoTerm, tumours: frozenset[str]) -> FindingKind:
    if term.code in tumours or is_disease(term.name):
        return FindingKind.DIAGNOSIS
    return FindingKind.SYMPTOM if _FELT.search(term.name) else FindingKind.SIGN


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary that comes with medlit, made once a process.

    Raises:
        ModelError: the ontology is not installed.
    """
    hpo = load_hpo()
    codes: dict[str, str] = {}
    wanted = {key_of(n) for line in read_list("problems") for n in (line.cells[0], *line.synonyms)}
    for term in hpo.terms.values():
        if (key := key_of(term.name)) in wanted:
            codes[key] = term.code
    for term in hpo.terms.values():
        for name in term.synonyms:
            if (key := key_of(name)) in wanted:
                codes.setdefault(key, term.code)
    made = Vocabulary()
    made.add_list("problems", None, codes)
    made.add_list("procedures", FindingKind.PROCEDURE, {})
    made.add_list("drugs", FindingKind.DRUG, {})
    made.add_hpo(hpo)
    made.add_lay()
    return made
