"""medlit's retriever as a langchain retriever and as a tool.

    retriever = MedlitRetriever.open("indexes/default", k=5)
    documents = retriever.invoke("pertussis in adults")
    documents = await retriever.ainvoke("metformin", k=3, filters=Filter(year_from=2015))
    tool = retriever.as_tool()

``docs/langchain.md`` shows both in use. Nothing here calls a language model.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict, Field

from rag.answering.references import pubmed_url
from rag.errors import UsageError
from rag.evidence import level_of
from rag.mesh_tree import MeshTree
from rag.models.embedder import Embedder
from rag.models.reranker import Reranker
from rag.retrieval import Retriever
from rag.types import Filter, Hit, Mode


class MedlitRetriever(BaseRetriever):
    """Returns passages as documents, best first, at most one an article.

    ``k``, ``filters`` and ``mode`` are set here for all calls, or given to one call of
    ``invoke``, ``ainvoke``, ``batch``, ``abatch``. A document's metadata is JSON: ``id``, ``pmid``
    (empty without one), ``title``, ``journal``, ``year``, ``doi``, ``url``, ``section``,
    ``publication_types``, ``evidence_level``, ``status``, ``rank``, ``score``, ``scores`` of the
    stages, ``passage_id``, and ``start`` and ``end`` of the passage in the article's text.

    Raises:
        UsageError: ``invoke`` and the others, where a value makes no sense (see
            ``Retriever.search``) or has the wrong type.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    retriever: Retriever = Field(exclude=True)
    k: int = Field(default=10, ge=1)
    filters: Filter | None = None
    mode: Mode = "hybrid"
    evidence_boost: float = 0.0

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        embedder: Embedder | str | None = None,
        reranker: Reranker | str | None = None,
        device: str = "auto",
        mesh_tree: MeshTree | str | Path | None = None,
        **settings: Any,
    ) -> MedlitRetriever:
        """Open an index as ``Retriever.open`` does; ``settings`` are the fields of this class."""
        opened = Retriever.open(
            path, embedder=embedder, reranker=reranker, device=device, mesh_tree=mesh_tree
        )
        return cls(retriever=opened, **settings)

    def as_tool(
        self,
        args_schema: type[BaseModel] | None = None,
        *,
        name: str | None = None,
        description: str | None = None,
        arg_types: dict[str, type] | None = None,
    ) -> BaseTool:
        """Return a tool for a model that calls tools; see ``rag.integrations.langchain_tool``.

        Args:
            args_schema: as in langchain, whose own form of a tool is returned for it; ``None``
                for medlit's (query, k, years, publication types, headings, evidence …).
            name: by default ``search_medical_literature``.
            description: what the model is told the tool is for.
            arg_types: as ``args_schema``.
        """
        if args_schema is not None or arg_types is not None:
            return super().as_tool(
                args_schema, name=name, description=description, arg_types=arg_types
            )
        from rag.integrations.langchain_tool import search_tool

        return search_tool(self, name=name, description=description)

    def invoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[Document]:
        """Search, as in langchain; the query is not traced to another machine."""
        with untraced():
            return super().invoke(input, config, **kwargs)

    async def ainvoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[Document]:
        """Search without blocking, as in langchain; not traced either."""
        with untraced():
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        k, filters, mode = self._settings(query, kwargs)
        boost = self.evidence_boost
        return documents(self.retriever.search(query, k, filters, mode=mode, evidence_boost=boost))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        # without this method langchain's own would not pass on the arguments of the call
        k, filters, mode = self._settings(query, kwargs)
        boost = self.evidence_boost
        return documents(
            await self.retriever.asearch(query, k, filters, mode=mode, evidence_boost=boost)
        )

    def _settings(self, query: object, given: Mapping[str, Any]) -> tuple[int, Filter | None, Mode]:
        """Return k, filters and mode of a call; what is not given is what was set."""
        if not isinstance(query, str):
            raise UsageError(f"the query must be a text, not {type(query).__name__}")
        unknown = sorted(given.keys() - {"k", "filters", "mode"})
        if unknown:
            raise UsageError(f"unknown argument {unknown[0]!r}; use k, filters or mode")
        k, filters = given.get("k", self.k), given.get("filters", self.filters)
        if isinstance(k, bool) or not isinstance(k, int):
            raise UsageError(f"k must be a whole number, not {k!r}")
        if filters is not None and not isinstance(filters, Filter):
            raise UsageError(f"filters must be a rag.Filter or None, not {type(filters).__name__}")
        mode: Mode = given.get("mode", self.mode)  # the search refuses an unknown one
        return k, filters, mode


def untraced() -> AbstractContextManager[None]:
    """Keep langchain from sending a query to LangSmith, whatever the environment says.

    What a program around medlit traces of itself is that program's: a chain that is traced
    sends its own inputs, and callbacks that it passes are called.
    """
    from langsmith.run_helpers import tracing_context

    return tracing_context(enabled=False)


def documents(hits: list[Hit]) -> list[Document]:
    """Return hits as langchain's documents, in their order."""
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
                "doi": hit.article.doi,
                "url": pubmed_url(hit.article),
                "section": hit.passage.section,
                "publication_types": list(hit.article.publication_types),
                "evidence_level": level_of(hit.article),
                "status": hit.article.status,
                "rank": hit.rank,
                "score": hit.score,
                "scores": {k: v for k, v in asdict(hit.scores).items() if v is not None},
                "passage_id": hit.passage.id,
                "start": hit.passage.start,
                "end": hit.passage.end,
            },
        )
        for hit in hits
    ]
