"""Verifiers by name, the rules among them: what evaluations and ``ask --verifier`` may name."""

from __future__ import annotations

from rag.answering.rules import RulesVerifier
from rag.answering.similarity import Similarity
from rag.models.verifier import RULES, Verifier, load_verifier


def judge_named(spec: str | None = None, device: str = "auto") -> Verifier:
    """Load a verifier: ``rules``, or what ``rag.models.verifier.load_verifier`` takes.

    The rules judge with the cosines of the embedded embedder here; in an answer they use those
    of the index's own.

    Raises:
        ModelError: it cannot be had.
    """
    if spec == RULES:
        from rag.models.embedder import load_embedder

        return RulesVerifier(Similarity(load_embedder(None, device)))
    return load_verifier(spec, device)
