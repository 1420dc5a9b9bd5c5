"""A ``Filter`` as a condition of SQL, the same set that ``lexical`` states as clauses.

Names travel as one JSON array a field, so that a heading with thousands below it needs no
more bound variables than one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from rag.corpus.language_names import language_names
from rag.evidence import RULES, UNKNOWN
from rag.index.store import VISIBLE
from rag.publication_types import narrower, spellings
from rag.text import fold
from rag.types import Filter

_ROWS = "SELECT row FROM terms WHERE kind = '{}' AND value IN (SELECT value FROM json_each(:{}))"
RETRACTED = "a.status != 'current' AND a.status = 'retracted'"
"""The first half is what the index of statuses is made of: SQLite does not infer it."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a filter's names are called in the index, any of them a field; sorted."""

    types: tuple[str, ...]
    mesh: tuple[str, ...]
    journals: tuple[str, ...]
    languages: tuple[str, ...]


def named(filters: Filter) -> Named:
    """Return the stored names that a filter asks for."""
    below = narrower if filters.explode else spellings
    return Named(
        types=_sorted(name for v in filters.publication_types for name in below(v)),
        mesh=_sorted(map(fold, filters.mesh)),
        # "" is what an article without a journal has: no name asks for it
        journals=_sorted(
            {name for v in filters.journals for name in (fold(v), _undotted(v))} - {""}
        ),
        languages=_sorted(name for v in filters.languages for name in language_names(v)),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _undotted(journal: str) -> str:
    """``N. Engl. J. Med.`` as NLM abbreviates it."""
    return fold(journal.replace(".", " "))


def is_open(filters: Filter) -> bool:
    """True where the filter keeps everything that is not retracted, or simply everything."""
    names = (filters.publication_types, filters.mesh, filters.journals, filters.languages)
    return not (
        any(names)
        or filters.year_from is not None
        or filters.year_to is not None
        or levels(filters) is not None
        or filters.has_abstract
        or filters.retracted_only
    )


def levels(filters: Filter) -> tuple[int, int] | None:
    """Return the range of evidence levels, ``None`` where all pass."""
    low, high = filters.evidence or (1, UNKNOWN)
    return None if low <= 1 and high >= UNKNOWN else (low, high)


def where(filters: Filter, generation: int) -> tuple[str, dict[str, object]]:
    """Return a condition on ``a`` (articles) and its parameters."""
    clauses = [VISIBLE]
    parameters: dict[str, object] = {"g": generation}
    names = named(filters)
    for kind, values in (("type", names.types), ("mesh", names.mesh)):
        if values:
            parameters[kind] = json.dumps(values)
            clauses.append(f"a.row IN ({_ROWS.format(kind, kind)})")
    if filters.journals:
        parameters["journal"] = json.dumps(names.journals)
        any_of = "IN (SELECT value FROM json_each(:journal))"
        clauses.append(f"(a.journal {any_of} OR a.abbreviation {any_of})")
    if names.languages:
        # several languages of one article are stored as "eng,fre"; the list is read anew for
        # each of these, which for every article would take ten times as long
        parameters["language"] = json.dumps(names.languages)
        clauses.append(
            "(a.language IN (SELECT value FROM json_each(:language))"
            " OR instr(a.language, ',') > 0 AND EXISTS (SELECT 1 FROM json_each(:language)"
            " WHERE instr(',' || a.language || ',', ',' || value || ',') > 0))"
        )
    if filters.year_from is not None:
        clauses.append("a.year >= :year_from")
        parameters["year_from"] = filters.year_from
    if filters.year_to is not None:
        clauses.append("a.year <= :year_to")
        parameters["year_to"] = filters.year_to
    wanted = levels(filters)
    if wanted is not None:
        clauses.append(_evidence(wanted, parameters))
    if filters.has_abstract:
        clauses.append("a.has_abstract = 1")
    if filters.retracted_only:
        clauses.append(RETRACTED)
    elif not filters.include_retracted:
        clauses.append("a.status != 'retracted'")
    return " AND ".join(clauses), parameters


def _evidence(wanted: tuple[int, int], parameters: dict[str, object]) -> str:
    """Return the condition that the first rule to apply has a level of the range.

    The stored level is of the table that was in force at ingest: it is not asked.
    """
    low, high = wanted
    cases, sources = [], []
    for i, rule in enumerate(RULES):
        parameters[f"rule{i}"] = json.dumps(sorted(rule.names))
        rows = _ROWS.format(rule.kind, f"rule{i}")
        cases.append(f"WHEN a.row IN ({rows}) THEN {rule.level}")
        if low <= rule.level <= high:
            sources.append(rows)
    clause = f"CASE {' '.join(cases)} ELSE {UNKNOWN} END BETWEEN :level_low AND :level_high"
    parameters |= {"level_low": low, "level_high": high}
    if high >= UNKNOWN or not sources:
        return clause
    # the few rows that may pass, so that not every article is looked at
    return f"a.row IN ({' UNION ALL '.join(sources)}) AND {clause}"
