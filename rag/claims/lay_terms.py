"""Everyday names and those of the literature for one thing, as ``lay_terms.tsv`` lists them.

"Nosebleed" and "epistaxis" name one finding. ``same_thing`` tells which words of one text are
said in another by such a name. The list knows no context and its names are near, not equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.claims.lexicon import normalise, stem, tokens


@dataclass(frozen=True, slots=True)
class Entry:
    """Names of one thing: as people say it and as the literature writes it."""

    lay: tuple[str, ...]
    medical: tuple[str, ...]
    group: str


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Return the list in its order."""
    found: list[Entry] = []
    group = ""
    text = files("rag.claims").joinpath("lay_terms.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("## "):
            group = line[3:]
        elif line and not line.startswith("#"):
            lay, _, medical = line.partition("\t")
            found.append(Entry(_names(lay), _names(medical), group))
    return tuple(found)


def same_thing(claim: str, evidence: str) -> frozenset[str]:
    """Return the tokens of a claim that belong to a name of which the evidence holds another."""
    mine, theirs = _stems(claim), _stems(evidence)
    words = tokens(claim)
    held: set[str] = set()
    for number in {n for s in set(mine) for n in _by_stem().get(s, ())}:
        names = _stemmed()[number]
        said = [name for name in names if _place(name, mine) >= 0]
        if not said or not any(_place(name, theirs) >= 0 for name in names if name not in said):
            continue
        for name in said:
            at = _place(name, mine)
            held.update(words[at : at + len(name)])
    return frozenset(held)


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(t) for t in tokens(normalise(text)))


def _place(name: tuple[str, ...], text: tuple[str, ...]) -> int:
    """Return where a name begins in a text, -1 where it does not stand."""
    return next((i for i in range(len(text)) if text[i : i + len(name)] == name), -1)


@lru_cache(maxsize=1)
def _stemmed() -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(
        tuple(dict.fromkeys(_stems(name) for name in (*entry.lay, *entry.medical)))
        for entry in entries()
    )


@lru_cache(maxsize=1)
def _by_stem() -> dict[str, tuple[int, ...]]:
    """Return the first stem of a name → the entries that hold it."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, names in enumerate(_stemmed()):
        for name in names:
            found[name[0]].append(number)
    return {first: tuple(dict.fromkeys(numbers)) for first, numbers in found.items()}


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split(";") if name.strip())
