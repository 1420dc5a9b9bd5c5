"""Queries in Chinese: which form each route searches by.

The words of the literature are English, so the lexical form is the English terms. The dense
form is the English text too, unless the embedder reads Chinese: then the question itself says
more than its terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.errors import UsageError
from rag.languages import english_form
from rag.types import Query

CHINESE = "咳嗽发热头痛高血压糖尿病的诊断和治疗"
"""Everyday medical Chinese, to ask an embedder whether its vocabulary holds it."""


def in_english(query: Query, reads_chinese: Callable[[], bool]) -> Query:
    """Fill in the forms of a query in Chinese; any other query comes back as it is.

    Args:
        query: with ``text``; a lexical or dense form that is set already stays.
        reads_chinese: whether the index's embedder does; not asked for other queries.

    Raises:
        UsageError: no term of the query is known, so that it cannot be searched.
    """
    reading = english_form(query.text)
    if reading is None:
        return query
    multilingual = query.mode != "lexical" and reads_chinese()
    if not reading.words and not query.lexical and not multilingual:
        raise UsageError(
            "no word of this Chinese question is in medlit's term list, so it cannot be searched; "
            "ask in English, or index with a multilingual embedder "
            "(ingest --embedder multilingual-e5-small)"
        )
    return replace(
        query,
        read_as=reading.english,
        lexical=query.lexical or reading.words,
        dense=query.dense or (query.text if multilingual else reading.english),
    )
