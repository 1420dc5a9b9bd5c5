"""A search of the literature as a tool that a language model calls.

The model gets numbered passages with their PMIDs as text, the program the documents as the
message's artifact. What the model asks for can only narrow the filter of the retriever, so a
bound that the program set holds; retracted articles come only where the program lets them in.
A request that makes no sense goes back to the model as one line that it can act on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.v1 import ValidationError as OldValidationError

from rag.errors import UsageError
from rag.evidence import level_name
from rag.publication_types import narrower, spellings
from rag.text import fold
from rag.types import Filter

if TYPE_CHECKING:
    from rag.integrations.langchain import MedlitRetriever

NAME = "search_medical_literature"
DESCRIPTION = (
    "Search an index of medical articles (PubMed abstracts) and get the passages that fit best, "
    "each with its PMID, year, journal and level of evidence. Cite passages by their PMID, and "
    "say nothing that they do not say."
)
MOST = 50
"""Passages a call; more would fill a model's window."""


class SearchArguments(BaseModel):
    """What a model may ask for."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(description="A question or keywords, in English.")
    k: int = Field(5, ge=1, le=MOST, description="How many articles.")
    year_from: int | None = Field(None, ge=1500, le=2200, description="First year of publication.")
    year_to: int | None = Field(None, ge=1500, le=2200, description="Last year of publication.")
    publication_types: list[str] = Field(
        default_factory=list,
        description='PubMed publication types, any of them: "Randomized Controlled Trial", '
        '"Meta-Analysis", "Systematic Review", "Review", "Case Reports".',
    )
    mesh: list[str] = Field(
        default_factory=list, description='MeSH headings, any of them: "Whooping Cough".'
    )
    journals: list[str] = Field(default_factory=list, description="Journals, any of them.")
    evidence_from: int | None = Field(
        None, ge=1, le=6, description="Strongest evidence level wanted; 1 is the strongest."
    )
    evidence_to: int | None = Field(
        None, ge=1, le=6, description="Weakest evidence level wanted; 2 keeps trials and reviews."
    )

    def filter(self, base: Filter) -> Filter:
        """Return ``base`` narrowed by what is asked for.

        Raises:
            UsageError: a range runs backwards, or nothing is left that ``base`` allows.
        """
        low, high = base.evidence or (1, 6)
        evidence = _range("evidence", (self.evidence_from, self.evidence_to), (low, high))
        year_from, year_to = _range(
            "year", (self.year_from, self.year_to), (base.year_from, base.year_to)
        )
        asked = self.evidence_from is not None or self.evidence_to is not None
        return replace(
            base,
            year_from=year_from,
            year_to=year_to,
            publication_types=_names(
                "publication_types",
                self.publication_types,
                base.publication_types,
                narrower if base.explode else spellings,
            ),
            mesh=_names("mesh", self.mesh, base.mesh),
            journals=_names("journals", self.journals, base.journals),
            evidence=(evidence[0] or 1, evidence[1] or 6) if asked else base.evidence,
        )


def search_tool(
    retriever: MedlitRetriever, *, name: str | None = None, description: str | None = None
) -> BaseTool:
    """Return the tool, for ``invoke`` and ``ainvoke``; see ``MedlitRetriever.as_tool``."""

    def search(**given: Any) -> tuple[str, list[Document]]:
        asked = SearchArguments(**given)
        try:
            filters = asked.filter(retriever.filters or Filter())
            found = retriever.invoke(asked.query, k=asked.k, filters=filters)
        except UsageError as error:
            raise ToolException(str(error)) from error
        return as_text(found), found

    async def asearch(**given: Any) -> tuple[str, list[Document]]:
        asked = SearchArguments(**given)
        try:
            filters = asked.filter(retriever.filters or Filter())
            found = await retriever.ainvoke(asked.query, k=asked.k, filters=filters)
        except UsageError as error:
            raise ToolException(str(error)) from error
        return as_text(found), found

    return _Untraced(
        name=name or NAME,
        description=description or DESCRIPTION,
        args_schema=SearchArguments,
        func=search,
        coroutine=asearch,
        response_format="content_and_artifact",
        handle_tool_error=True,
        handle_validation_error=_what_is_wrong,
    )


class _Untraced(StructuredTool):
    """A tool whose arguments are not traced to another machine, as the retriever's are not."""

    def run(self, *given: Any, **named: Any) -> Any:
        from rag.integrations.langchain import untraced

        with untraced():
            return super().run(*given, **named)

    async def arun(self, *given: Any, **named: Any) -> Any:
        from rag.integrations.langchain import untraced

        with untraced():
            return await super().arun(*given, **named)


def as_text(documents: Sequence[Document]) -> str:
    """Return passages as a model reads them: number, PMID, facts, title, text."""
    if not documents:
        return "No article of the index fits. Search with other words or fewer filters."
    return "\n\n".join(_passage(n, d) for n, d in enumerate(documents, start=1))


def _passage(n: int, document: Document) -> str:
    data = document.metadata
    name = f"PMID {data['pmid']}" if data["pmid"] else data["id"]
    facts = [str(data["year"] or ""), data["journal"], level_name(data["evidence_level"])]
    if data["status"] != "current":
        facts.append(f"STATUS: {data['status']}")
    body = document.page_content.removeprefix(data["title"]).strip()
    head = f"[{n}] {name} ({'; '.join(f for f in facts if f)})"
    return "\n".join(line for line in (head, data["title"], body) if line)


def _range(
    what: str, asked: tuple[int | None, int | None], base: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    """Return the tighter bounds of two ranges."""
    if asked[0] is not None and asked[1] is not None and asked[0] > asked[1]:
        raise UsageError(f"{what}_from {asked[0]} is after {what}_to {asked[1]}; swap them")
    low = max((b for b in (asked[0], base[0]) if b is not None), default=None)
    high = min((b for b in (asked[1], base[1]) if b is not None), default=None)
    if low is not None and high is not None and low > high:
        allowed = f"{base[0] or ''} to {base[1] or ''}"
        raise UsageError(f"this search is bound to {what} {allowed}; ask within it or leave it out")
    return low, high


def _itself(name: str) -> frozenset[str]:
    return frozenset((fold(name),))


def _names(
    what: str,
    asked: Sequence[str],
    base: tuple[str, ...],
    holds: Callable[[str], frozenset[str]] = _itself,
) -> tuple[str, ...]:
    """Return the names that are asked for, or those of them that ``base`` allows.

    ``holds`` gives the folded names that one of ``base`` stands for.
    """
    if any(not name.strip() for name in asked):
        raise UsageError(f"a name in {what} is empty; give a name or leave it out")
    if not asked or not base:
        return tuple(asked) or base
    allowed = {name for own in base for name in holds(own)}
    both = tuple(name for name in asked if fold(name) in allowed)
    if not both:
        raise UsageError(f"this search is bound to {what} {', '.join(base)}; ask for one of them")
    return both


def _what_is_wrong(error: ValidationError | OldValidationError) -> str:
    """Return one line for the model: each bad argument and why."""
    said = [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()]
    return f"bad arguments, nothing was searched: {'; '.join(said)}"
