"""A ``Filter`` as clauses of a Tantivy query, the same set that ``filters`` states in SQL."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from rag.evidence import RULES, UNKNOWN
from rag.index.filters import levels, named
from rag.types import Filter

Clause = tuple[tantivy.Occur, tantivy.Query]
_MOST = (1 << 63) - 1


def clauses_of(schema: tantivy.Schema, filters: Filter) -> list[Clause]:
    """Return the filter as clauses beside the words of a query; they add nothing to scores."""
    must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
    out: list[Clause] = []

    def need(query: tantivy.Query) -> None:
        out.append((must, tantivy.Query.const_score_query(query, 0.0)))

    names = named(filters)
    for name, asked, values in (
        ("type", filters.publication_types, names.types),
        ("mesh", filters.mesh, names.mesh),
        ("journal", filters.journals, names.journals),
        ("language", filters.languages, names.languages),
    ):
        if asked:
            need(_any_of(schema, name, values))
    if filters.year_from is not None or filters.year_to is not None:
        need(_years(schema, filters.year_from or 0, filters.year_to))
    wanted = levels(filters)
    if wanted is not None:
        need(_evidence(schema, *wanted))
    if filters.has_abstract:
        need(tantivy.Query.term_query(schema, "abstract", True))
    retracted = tantivy.Query.term_query(schema, "retracted", True)
    if filters.retracted_only:
        need(retracted)
    elif not filters.include_retracted:
        out.append((must_not, retracted))
    return out


def _any_of(schema: tantivy.Schema, field: str, names: Iterable[str]) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema, field, list(names))


def _years(schema: tantivy.Schema, low: int, high: int | None) -> tantivy.Query:
    low, high = max(0, low), _MOST if high is None else high
    if low > high:
        return tantivy.Query.empty_query()
    return tantivy.Query.range_query(
        schema, "year", tantivy.FieldType.Unsigned, lower_bound=low, upper_bound=high
    )


def _evidence(schema: tantivy.Schema, low: int, high: int) -> tantivy.Query:
    """Return what has a level of the range: one of its rules applies, and none before it."""
    must, must_not, should = tantivy.Occur.Must, tantivy.Occur.MustNot, tantivy.Occur.Should
    rules = [_any_of(schema, rule.kind, sorted(rule.names)) for rule in RULES]
    ways: list[Clause] = []
    for i, rule in enumerate(RULES):
        if low <= rule.level <= high:
            before = [(must_not, earlier) for earlier in rules[:i]]
            ways.append((should, tantivy.Query.boolean_query([(must, rules[i]), *before])))
    if low <= UNKNOWN <= high:
        everything = (must, tantivy.Query.all_query())
        none = [(must_not, query) for query in rules]
        ways.append((should, tantivy.Query.boolean_query([everything, *none])))
    return tantivy.Query.boolean_query(ways) if ways else tantivy.Query.empty_query()
