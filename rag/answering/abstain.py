"""When to say nothing: is what was found about the question at all?

Two features of the evidence: the best cosine of question and passage, and how many of the
question's content words the best passage holds, with a charge for names (``uc.189``,
``CYP2D6``) that no passage holds. A line through them separates answerable questions from
others. The rule does not know whether an answer is right; that is the verifier's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.question import read_question
from rag.answering.similarity import Similarity
from rag.claims.lexicon import content_terms, coverage, identifiers
from rag.types import Evidence


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the line lies: ``cosine + coverage_weight·coverage >= line``.

    Found with all-MiniLM-L6-v2 on 150 questions of BioASQ 7B and 8B against the 7,811 merged
    snippets: the line leaves 95 % of the questions answerable and refuses 43 % of the same
    questions with their gold articles taken out, and 25 of 25 that are nonsense or not
    medical. (At 0.81 it is 90 %, 53 % and 25; above it the loss outruns the gain.) Cosines
    of another embedder lie elsewhere: pass its own thresholds.
    """

    cosine_floor: float = 0.30
    coverage_weight: float = 0.5
    line: float = 0.75
    lexical_line: float = 0.6
    """Least coverage without any cosine: 90 % answerable kept, 51 % and 24 of 25 refused."""


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Whether evidence is enough to answer from, and the features that say so."""

    enough: bool
    cosine: float | None
    coverage: float
    reason: str = ""


def features(
    question: str, evidence: Sequence[Evidence], similarity: Similarity
) -> tuple[float | None, float]:
    """Return the best cosine (None without an embedder) and the best coverage in [0, 1]."""
    asked = read_question(question)
    cosines = [e.hit.scores.dense for e in evidence if e.hit.scores.dense is not None]
    if not cosines and similarity.dense:
        cosines = [similarity.to_question(asked.focus, e.hit.passage.text) for e in evidence]
    texts = [content_terms(e.hit.passage.text) for e in evidence]
    best = max((coverage(asked.terms, t) for t in texts), default=0.0)
    names = identifiers(question) & asked.terms
    held: frozenset[str] = frozenset().union(*texts) if texts else frozenset()
    missing = len(names - held) / len(names) if names else 0.0
    return (max(cosines) if cosines else None), best * (1 - missing / 2)


def sufficiency(
    question: str,
    evidence: Sequence[Evidence],
    similarity: Similarity | None = None,
    thresholds: Thresholds = THRESHOLDS,
) -> Sufficiency:
    """Judge whether the evidence is about the question."""
    if not evidence:
        return Sufficiency(False, None, 0.0, "nothing was found")
    if not read_question(question).terms:
        return Sufficiency(False, None, 0.0, "the question names nothing to look for")
    cosine, covered = features(question, evidence, similarity or Similarity())
    if cosine is None:
        enough = covered >= thresholds.lexical_line
    else:
        mixed = cosine + thresholds.coverage_weight * covered
        enough = cosine >= thresholds.cosine_floor and mixed >= thresholds.line
    reason = "" if enough else "what was found is too far from the question"
    return Sufficiency(enough, cosine, covered, reason)
