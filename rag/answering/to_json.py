"""An answer as plain data for ``--json``: the contract of the command line.

This is output only. Between rooms an answer travels as :class:`rag.types.Answer`.
"""

from __future__ import annotations

from typing import Any

from rag.answering.references import nlm_reference, pubmed_url, standing
from rag.evidence import level_name
from rag.types import Answer, Article, Citation, Provenance, Reference


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Return an answer as nested dicts and lists of JSON types; keys never vary."""
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "statements": [
            {
                "text": s.text,
                "lead": s.lead,
                "citations": [_citation(c) for c in s.citations],
            }
            for s in answer.statements
        ],
        "references": [_reference(r) for r in answer.references],
        "conflicts": [
            {"statement": c.statement, "citation": _citation(c.citation)} for c in answer.conflicts
        ],
        "dropped": [{"text": d.text, "reason": d.reason} for d in answer.dropped],
        "red_flags": list(answer.red_flags),
        "provenance": _provenance(answer.provenance),
        "read_as": answer.read_as,
        "kind": answer.kind,
        "direct": answer.direct,
        "direct_statements": list(answer.direct_statements),
        "candidates": [
            {"text": c.text, "score": round(c.score, 4), "statement": c.statement}
            for c in answer.candidates
        ],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    prefix, _, number = citation.article_id.partition(":")
    return {
        "n": citation.n,
        "id": citation.article_id,
        "pmid": number if prefix == "pmid" else "",
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "passage_id": citation.passage_id,
        "verdict": citation.verdict,
        "score": citation.score,
    }


def _reference(reference: Reference) -> dict[str, Any]:
    article = reference.article
    return {
        "n": reference.n,
        "id": article.id,
        "pmid": article.pmid,
        "authors": [a.name for a in article.authors if a.name],
        "title": article.title,
        "journal": article.journal_abbreviation or article.journal,
        "year": article.year,
        "url": pubmed_url(article),
        "doi": article.doi,
        "evidence_level": reference.evidence_level,
        "evidence": ""
        if reference.evidence_level is None
        else level_name(reference.evidence_level),
        "status": article.status,
        "notices": notices_to_list(article),
        "citation": nlm_reference(article),
    }


def notices_to_list(article: Article) -> list[dict[str, str]]:
    """Return what bears on whether an article still stands: kind, other article, citation."""
    return [{"kind": r.kind, "id": r.target, "citation": r.citation} for r in standing(article)]


def _provenance(provenance: Provenance | None) -> dict[str, Any] | None:
    if provenance is None:
        return None
    return {
        "index": provenance.index,
        "generation": provenance.generation,
        "embedder": provenance.embedder,
        "generator": provenance.generator,
        "verifier": provenance.verifier,
        "prompt_version": provenance.prompt_version,
        "medlit_version": provenance.medlit_version,
        "timings": {t.stage: round(t.seconds, 4) for t in provenance.timings},
    }
