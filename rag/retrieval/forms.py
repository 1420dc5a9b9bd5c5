"""From what a user typed to the forms that the routes search by.

The lexical route gets the words that search (``cleaning``) and what the literature calls the
same things (``lay``). The dense route gets the text as it was typed: its model was trained on
sentences, and finds less by their remains (docs/decisions/0017-lay-questions.md). A lexical form
that the caller gives is searched as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.errors import UsageError
from rag.filtering import check
from rag.retrieval.cleaning import clean, core
from rag.retrieval.lay import expansion
from rag.retrieval.translate import in_english
from rag.types import Query

MOST = 10_000
"""Hits a query; the engines reserve memory for all that are asked for."""


def form(
    query: Query, reads_chinese: Callable[[], bool] = lambda: False, reading: bool = True
) -> Query:
    """Check a query and fill in its lexical and dense forms.

    Without ``reading`` words search as they are written.

    ``reads_chinese`` says whether the index's embedder does; it is asked only where a query
    is in Chinese, since it loads the embedder.
    """
    if not isinstance(query.text, str):
        raise UsageError(f"the query is a text, not {type(query.text).__name__}")
    if isinstance(query.k, bool) or not isinstance(query.k, int):
        raise UsageError(f"k is a whole number, not {query.k!r}")
    check(query.filters)
    # undecodable bytes of a command line arrive as lone surrogates, which no tokeniser takes
    text = " ".join(query.text.encode("utf-8", "replace").decode("utf-8").split())
    if not text:
        raise UsageError("the query is empty; say what you are looking for")
    if query.k < 1:
        raise UsageError(f"-k must be 1 or more, not {query.k}")
    if query.k > MOST:
        raise UsageError(f"-k must be {MOST:,} or less, not {query.k}")
    if query.mode not in ("hybrid", "dense", "lexical"):
        raise UsageError(f"unknown mode {query.mode!r}; choose hybrid, dense or lexical")
    given = bool(query.lexical)
    query = in_english(replace(query, text=text), reads_chinese)
    if not reading:
        return replace(query, lexical=query.lexical or text, dense=query.dense or text)
    return replace(
        query,
        lexical=query.lexical or clean(text),
        dense=query.dense or text,
        added=query.added if given else expansion(query.lexical or core(text)),
    )
