"""An answer as plain data for ``--json``: the contract of the command line.

This is output only. Between rooms an answer travels as :class:`rag.types.Answer`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from rag.answering.bibliography import bibliography_to_dict
from rag.answering.references import nlm_reference, pubmed_url, standing
from rag.evidence import level_name
from rag.types import Answer, Article, Citation, Conflict, Provenance, Reference, Sufficiency


def answer_to_dict(answer: Answer, explain: bool = False) -> dict[str, Any]:
    """Return an answer as nested dicts and lists of JSON types; keys never vary.

    With ``explain`` there is one key more, ``explanation``: see :func:`explanation_to_dict`.
    """
    made = _answer(answer)
    return {**made, "explanation": explanation_to_dict(answer)} if explain else made


def _answer(answer: Answer) -> dict[str, Any]:
    retracted = {r.article.id for r in answer.references if r.article.status == "retracted"}
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "statements": [
            {
                "text": s.text,
                "lead": s.lead,
                "citations": [_citation(c, retracted) for c in s.citations],
            }
            for s in answer.statements
        ],
        "references": [reference_to_dict(r) for r in answer.references],
        "conflicts": [_conflict(c, retracted) for c in answer.conflicts],
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
        "notes": list(answer.notes),
    }


def explanation_to_dict(answer: Answer) -> dict[str, Any]:
    """Return why each statement was said, what was not said, and what was not used.

    ``sufficiency`` is the judgement whether the evidence can answer, ``null`` where none was
    made. ``statements[].citations[]`` and ``conflicts[]`` follow the order of the answer's own
    lists; ``threshold`` is the verifier's least score of a support. ``unused[].n`` is ``null``
    for an article that was found but not chosen as evidence.
    """
    made = answer.provenance
    judged = answer.sufficiency
    return {
        "sufficiency": None if judged is None else _judged(judged),
        "verifier": made.verifier if made else "",
        "threshold": made.threshold if made else None,
        "statements": [
            {"statement": i, "citations": [_why(c) for c in s.citations]}
            for i, s in enumerate(answer.statements)
        ],
        "conflicts": [
            {"statement": c.statement, "citation": _why(c.citation)} for c in answer.conflicts
        ],
        "dropped": [{"text": d.text, "reason": d.reason} for d in answer.dropped],
        "unused": [
            {
                "n": u.n or None,
                "id": u.article_id,
                "title": u.title,
                "year": u.year,
                "reason": u.reason,
            }
            for u in answer.unused
        ],
    }


def _judged(judged: Sufficiency) -> dict[str, Any]:
    return {
        "enough": judged.enough,
        "chance": round(judged.chance, 4),
        "least": judged.least,
        "reason": judged.reason,
        "features": {k: round(v, 4) for k, v in asdict(judged.features).items()},
        "explained": judged.explained(),
    }


def _why(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "id": citation.article_id,
        "verdict": citation.verdict,
        "score": citation.score,
        "reason": citation.reason,
        "matched": list(citation.matched),
        "missing": list(citation.missing),
        "part": citation.part,
    }


def _conflict(conflict: Conflict, retracted: Collection[str]) -> dict[str, Any]:
    level = conflict.evidence_level
    return {
        "statement": conflict.statement,
        "citation": _citation(conflict.citation, retracted),
        "evidence_level": level,
        "evidence": "" if level is None else level_name(level),
        "year": conflict.year,
        "stronger": conflict.stronger,
        "later": conflict.later,
        "said": conflict.said,
    }


def _citation(citation: Citation, retracted: Collection[str]) -> dict[str, Any]:
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
        "retracted": citation.article_id in retracted,
    }


def reference_to_dict(reference: Reference) -> dict[str, Any]:
    """Return a reference as JSON prints it."""
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
        "bibliography": bibliography_to_dict(article),
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
        "sent_to": provenance.sent.to if provenance.sent else "",
        "question_deidentified": provenance.sent is not None,
        "identifiers_replaced": provenance.sent.identifiers if provenance.sent else 0,
        "temperature": provenance.temperature,
        "seed": provenance.seed,
        "drafts": [asdict(d) for d in provenance.drafts],
        "timings": {t.stage: round(t.seconds, 4) for t in provenance.timings},
    }
