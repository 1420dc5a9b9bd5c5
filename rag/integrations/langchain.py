"""medlit's retriever as a langchain retriever.

retriever = MedlitRetriever.open("indexes/default", k=5)
documents = retriever.invoke("pertussis in adults")
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.evidence import level_of
from rag.retrieval import Retriever
from rag.types import Filter, Hit, Mode


class MedlitRetriever(BaseRetriever):
    """Returns passages as documents; ``k``, ``filters`` and ``mode`` may be given per call."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Any
    k: int = 10
    filters: Filter | None = None
    mode: Mode = "hybrid"

    @classmethod
    def open(cls, path: str | Path, **settings: Any) -> MedlitRetriever:
        """Open an index; ``settings`` are the fields of this class."""
        return cls(retriever=Retriever.open(path), **settings)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        return self._documents(query, **kwargs)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        return await asyncio.to_thread(self._documents, query, **kwargs)

    def _documents(
        self,
        query: str,
        k: int | None = None,
        filters: Filter | None = None,
        mode: Mode | None = None,
    ) -> list[Document]:
        hits: list[Hit] = self.retriever.search(
            query, k or self.k, filters or self.filters, mode=mode or self.mode
        )
        return [
            Document(
                id=f"{hit.article.id}#{hit.passage.id}",
                page_content=hit.passage.text,
                metadata={
                    "id": hit.article.id,
                    "pmid": hit.article.pmid,
                    "title": hit.article.title,
                    "journal": hit.article.journal,
                    "year": hit.article.year,
                    "status": hit.article.status,
                    "evidence_level": level_of(hit.article),
                    "score": hit.score,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                },
            )
            for hit in hits
        ]
