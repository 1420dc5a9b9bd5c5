"""Filters as users write them: ``2015-``, ``1-2``, names of types, journals and headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import UsageError
from rag.mesh_tree import MeshTree
from rag.types import Filter

_RANGE = re.compile(r"\s*(\d{1,4})?\s*(-)?\s*(\d{1,4})?\s*")


def read_filter(
    *,
    year: str | None = None,
    publication_types: Sequence[str] | None = None,
    mesh: Sequence[str] | None = None,
    journals: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    evidence: str | None = None,
    has_abstract: bool = False,
    include_retracted: bool = False,
    retracted_only: bool = False,
    explode: bool = True,
) -> Filter:
    """Return the filter of texts such as ``year="2015-"`` and ``evidence="1-2"``.

    Raises:
        UsageError: a range cannot be read, runs backwards, or is no evidence level; a name is
            empty; a heading has a qualifier.
    """
    year_from, year_to = read_range(year, "--year", "2015, 2015-, -1999 or 2010-2020")
    low, high = read_range(evidence, "--evidence", "1 or 1-2")
    if any(level is not None and not 1 <= level <= 6 for level in (low, high)):
        raise UsageError(f"--evidence {evidence!r} is outside the levels 1 (strongest) to 6")
    for flag, values in (
        ("--type", publication_types),
        ("--mesh", mesh),
        ("--journal", journals),
        ("--language", languages),
    ):
        if any(not value.strip() for value in values or ()):
            raise UsageError(f"{flag} is empty; give a name or leave it out")
    filters = Filter(
        year_from=year_from,
        year_to=year_to,
        publication_types=tuple(publication_types or ()),
        mesh=tuple(mesh or ()),
        journals=tuple(journals or ()),
        languages=tuple(languages or ()),
        evidence=(low or 1, high or 6) if evidence else None,
        has_abstract=has_abstract,
        include_retracted=include_retracted,
        retracted_only=retracted_only,
        explode=explode,
    )
    check(filters)
    return filters


def check(filters: Filter) -> None:
    """Refuse what no article could pass because of the way it is written.

    Raises:
        UsageError: it is no filter, a field of names is a single string or has a name that is
            no text, a heading has a qualifier or the star of a main point, years are no
            whole numbers or run backwards, or ``evidence`` is no range of levels.
    """
    if not isinstance(filters, Filter):
        raise UsageError(f"filters are a rag.Filter, not {type(filters).__name__}")
    years = [y for y in (filters.year_from, filters.year_to) if y is not None]
    if not all(_is_whole(y) and abs(y) < 10_000 for y in years) or years != sorted(years):
        raise UsageError(f"the years of a filter are a first and a last one, not {years}")
    levels = filters.evidence
    if levels is not None and not (
        isinstance(levels, (tuple, list))
        and len(levels) == 2
        and all(map(_is_whole, levels))
        and 1 <= levels[0] <= levels[1] <= 6
    ):
        raise UsageError(
            f"a filter's evidence is a range of levels such as (1, 2), or (2, 2) for one, not "
            f"{levels!r}"
        )
    for name in ("publication_types", "mesh", "journals", "languages"):
        if isinstance(getattr(filters, name), str):
            raise UsageError(f"a filter's {name} are several names; write a tuple of them")
        if not all(map(_is_text, getattr(filters, name))):
            raise UsageError(
                f"a filter's {name} are texts; one of {getattr(filters, name)!r} is none"
            )
    for heading in filters.mesh:
        plain = heading.partition("/")[0].strip(" *")
        if plain != heading.strip():
            raise UsageError(
                f"MeSH heading {heading!r}: qualifiers and main points are not filtered on; "
                f"write {plain!r}"
            )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    # undecodable bytes of a command line arrive as lone surrogates
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def exploded(filters: Filter, tree: MeshTree | None) -> Filter:
    """Return a filter whose headings, and types, have all that the tree has below them.

    Raises:
        UsageError: see ``check``.
    """
    check(filters)
    if tree is None or not filters.explode:
        return filters
    fields = {
        name: tuple(dict.fromkeys(n for v in getattr(filters, name) for n in tree.explode(v)))
        for name in ("mesh", "publication_types")
    }
    return replace(filters, mesh=fields["mesh"], publication_types=fields["publication_types"])


def read_range(text: str | None, flag: str, forms: str) -> tuple[int | None, int | None]:
    """Return the inclusive bounds of ``2015``, ``2015-``, ``-1999`` or ``2010-2020``.

    Raises:
        UsageError: the text is no range; the message names ``flag`` and ``forms``.
    """
    if text is None:
        return None, None
    match = _RANGE.fullmatch(text)
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise UsageError(f"{flag} {text!r} is not a range; write {forms}")
    low, high = (int(g) if g else None for g in (match[1], match[3]))
    if not match[2]:
        return low, low
    if low is not None and high is not None and low > high:
        raise UsageError(f"{flag} {text!r} runs backwards; write the smaller first")
    return low, high
