"""A ``Filter`` as a condition of SQL, the same set that ``lexical`` states as clauses."""

from __future__ import annotations

from rag.index.store import VISIBLE
from rag.text import fold
from rag.types import Filter


def is_open(filters: Filter) -> bool:
    """True where the filter keeps everything that is not retracted."""
    return filters in (Filter(), Filter(include_retracted=True))


def where(filters: Filter, generation: int) -> tuple[str, dict[str, object]]:
    """Return a condition on ``a`` (articles) and its parameters."""
    clauses = [VISIBLE]
    parameters: dict[str, object] = {"g": generation}

    def any_of(template: str, values: tuple[str, ...], prefix: str) -> None:
        names = []
        for i, value in enumerate(values):
            parameters[f"{prefix}{i}"] = value
            names.append(f":{prefix}{i}")
        clauses.append(template.format(", ".join(names)))

    for kind, values in (("type", filters.publication_types), ("mesh", filters.mesh)):
        if values:
            any_of(
                f"a.row IN (SELECT row FROM terms WHERE kind = '{kind}' AND value IN ({{}}))",
                tuple(fold(v) for v in values),
                kind,
            )
    if filters.journals:
        any_of(
            "(a.journal IN ({0}) OR a.abbreviation IN ({0}))",
            tuple(fold(v) for v in filters.journals),
            "journal",
        )
    if filters.languages:
        # several languages of one article are stored as "eng,fre"
        parts = []
        for i, value in enumerate(filters.languages):
            parameters[f"language{i}"] = f",{value.casefold()},"
            parts.append(f"instr(',' || a.language || ',', :language{i}) > 0")
        clauses.append(f"({' OR '.join(parts)})")
    for column, low, high in (
        ("year", filters.year_from, filters.year_to),
        ("evidence", *(filters.evidence or (None, None))),
    ):
        if low is not None:
            clauses.append(f"a.{column} >= :{column}_low")
            parameters[f"{column}_low"] = low
        if high is not None:
            clauses.append(f"a.{column} <= :{column}_high")
            parameters[f"{column}_high"] = high
    if filters.has_abstract:
        clauses.append("a.has_abstract = 1")
    if not filters.include_retracted:
        clauses.append("a.status != 'retracted'")
    return " AND ".join(clauses), parameters
