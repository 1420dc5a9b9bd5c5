"""medlit: cited answers from the medical literature, on your own machine.

    from rag import Retriever, Assistant, Filter
    hits = Retriever.open("indexes/default").search("pertussis in adults", k=10)
    answer = Assistant.open("indexes/default").ask("I feel that I have a fever and cough.")

Importing this package loads no torch, faiss or transformers: names are resolved on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.version import __version__

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.errors import MedlitError, UsageError
    from rag.retrieval import Retriever
    from rag.retrieval.explain import Explanation, explain
    from rag.types import (
        Answer,
        Article,
        Citation,
        Filter,
        Hit,
        Passage,
        Query,
        StageScores,
        Statement,
    )

_HOMES = {
    "Assistant": "rag.assistant",
    "Retriever": "rag.retrieval",
    "Explanation": "rag.retrieval.explain",
    "MedlitError": "rag.errors",
    "UsageError": "rag.errors",
    "Answer": "rag.types",
    "Article": "rag.types",
    "Citation": "rag.types",
    "Filter": "rag.types",
    "Hit": "rag.types",
    "Passage": "rag.types",
    "Query": "rag.types",
    "StageScores": "rag.types",
    "Statement": "rag.types",
    "explain": "rag.retrieval.explain",
}

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Explanation",
    "Filter",
    "Hit",
    "MedlitError",
    "Passage",
    "Query",
    "Retriever",
    "StageScores",
    "Statement",
    "UsageError",
    "__version__",
    "explain",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
