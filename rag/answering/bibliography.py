"""What a reference manager needs of an article, as plain data beside what ``--json`` shows.

Not in it: the abstract, MeSH headings and substances, which no reference list prints.
"""

from __future__ import annotations

from typing import Any

from rag.types import Article


def bibliography_to_dict(article: Article) -> dict[str, Any]:
    """Return the bibliographic fields of an article as JSON types; keys never vary.

    ``authors`` are all of them, each with ``last``, ``fore``, ``initials`` and
    ``collective``. ``subject`` and ``encounter`` are empty but for a clinical note.
    """
    return {
        "authors": [
            {"last": a.last, "fore": a.fore, "initials": a.initials, "collective": a.collective}
            for a in article.authors
        ],
        "journal": article.journal,
        "journal_abbreviation": article.journal_abbreviation,
        "issn": article.issn,
        "publication_date": article.publication_date,
        "volume": article.volume,
        "issue": article.issue,
        "pages": article.pages,
        "doi": article.doi,
        "pmcid": article.pmcid,
        "publication_types": list(article.publication_types),
        "language": article.language,
        "keywords": list(article.keywords),
        "subject": article.subject,
        "encounter": article.encounter,
    }
