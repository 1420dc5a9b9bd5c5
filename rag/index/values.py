"""Names in a filter that no article of an index bears, with the closest that it holds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.filtering import exploded
from rag.index.filters import named
from rag.index.lexical import LexicalIndex
from rag.mesh_tree import MeshTree
from rag.text import fold
from rag.types import Article, Filter

Field = Literal["publication type", "MeSH heading", "journal", "language"]
_CLOSE = 3
_ALIKE = 0.6  # difflib's own bound


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A name asked for that no article of the index bears.

    ``closest`` are at most three names that the index does hold, best first, as an article
    spells them.
    """

    field: Field
    value: str
    closest: tuple[str, ...]


def unknown_values(
    lexical: LexicalIndex,
    article_of: Callable[[int], Article],
    filters: Filter,
    tree: MeshTree | None = None,
) -> tuple[UnknownValue, ...]:
    """Return the names of a filter that nothing in the index bears, retracted or not.

    A name counts as known where the index has it in any form that the search looks for: a
    narrower type or heading, another spelling, another code of the language.

    Args:
        lexical: the opened word index, whose dictionaries hold all names.
        article_of: gives the article of a passage.
        filters: as it was asked, headings not exploded.
        tree: the MeSH tree that the search would use.
    """
    explode = filters.explode
    asked: list[tuple[Field, str, str, Filter]] = [
        *(
            ("publication type", "type", v, Filter(publication_types=(v,), explode=explode))
            for v in filters.publication_types
        ),
        *(("MeSH heading", "mesh", v, Filter(mesh=(v,), explode=explode)) for v in filters.mesh),
        *(("journal", "journal", v, Filter(journals=(v,))) for v in filters.journals),
        *(("language", "language", v, Filter(languages=(v,))) for v in filters.languages),
    ]
    out: list[UnknownValue] = []
    for field, stored, value, alone in asked:
        forms = named(exploded(alone, tree))
        names = (*forms.types, *forms.mesh, *forms.journals, *forms.languages)
        if lexical.passage_with(stored, names) is None:
            close = closest(value, lexical.values(stored))
            spelt = tuple(_spelt(lexical, article_of, stored, name) for name in close)
            out.append(UnknownValue(field, value, spelt))
    return tuple(out)


def closest(value: str, held: Sequence[str]) -> list[str]:
    """Return at most three of the folded names ``held`` that are most like ``value``.

    Names that begin with the words of ``value``, or hold them all, come first, the shortest
    before others; the rest by ``difflib.SequenceMatcher.ratio``, at least 0.6.
    """
    asked = fold(value)
    words = set(asked.split())
    inside = [name for name in held if words and words <= set(name.replace(",", " ").split())]
    inside.sort(key=lambda name: (not name.startswith(asked), len(name), name))
    alike = difflib.get_close_matches(asked, held, _CLOSE, _ALIKE)
    return list(dict.fromkeys([*inside, *alike]))[:_CLOSE]


def _spelt(
    lexical: LexicalIndex, article_of: Callable[[int], Article], stored: str, name: str
) -> str:
    """Return a folded name as an article of the index writes it."""
    pid = lexical.passage_with(stored, [name])
    if pid is None:
        return name
    article = article_of(pid)
    written = {
        "type": article.publication_types,
        "mesh": tuple(heading.descriptor for heading in article.mesh),
        "journal": (article.journal_abbreviation, article.journal),
    }.get(stored, ())
    return next((text for text in written if fold(text) == name), name)
