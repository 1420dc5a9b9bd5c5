"""The term list and the table of traditional characters, as they lie in this folder.

``zh_terms.tsv`` has one English term a line and after a tab its Chinese names; a line
``## name`` begins a group. ``zh_traditional.tsv`` has a simplified character and after a tab
its traditional forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Term:
    """A Chinese name, its English term, and the group of the list that it stands in."""

    chinese: str
    english: str
    group: str


def read_lines(name: str) -> list[str]:
    """Return the lines of a data file of this package."""
    return files("rag.languages").joinpath(name).read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def term_list() -> dict[str, Term]:
    """Return all terms by their Chinese name."""
    terms: dict[str, Term] = {}
    group = ""
    for line in read_lines("zh_terms.tsv"):
        if line.startswith("## "):
            group = line[3:]
        elif line and not line.startswith("#"):
            english, _, names = line.partition("\t")
            terms |= {name: Term(name, english, group) for name in names.split()}
    return terms


@lru_cache(maxsize=1)
def _traditional() -> dict[int, str]:
    table: dict[int, str] = {}
    for line in read_lines("zh_traditional.tsv"):
        if line and not line.startswith("#"):
            simplified, _, forms = line.partition("\t")
            table |= {ord(form): simplified for form in forms}
    return table


def simplified(text: str) -> str:
    """Write traditional characters in simplified form, one for one."""
    return text.translate(_traditional())
