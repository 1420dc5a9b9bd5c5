"""Pairs of a claim and its evidence with a label, as collections of fact checking give them.

    {"id": "7", "claim": "…", "evidence": "…" or ["…", "…"], "label": "SUPPORT"}

The labels of SciFact, FEVER, HealthVer, PubHealth and of natural language inference are one
of three verdicts here. Other fields of a row are kept and written beside the scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.evaluation.rows import Row, read_rows, spread
from rag.types import Verdict

LABELS: tuple[Verdict, ...] = ("supports", "contradicts", "unclear")
"""The verdicts in the order of every table."""

_NAMES: dict[Verdict, str] = {
    "supports": "supports support supported entailment entails entailed true",
    "contradicts": (
        "contradicts contradict contradicted contradiction refutes refute refuted false"
    ),
    "unclear": (
        "unclear nei notenoughinfo notenoughinformation notenoughevidence neutral noinfo "
        "unverified unverifiable unknown unproven irrelevant none"
    ),
}
_VERDICTS: dict[str, Verdict] = {
    name: verdict for verdict, names in _NAMES.items() for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the text that should bear on it, and what is known of the two."""

    claim: str
    evidence: str
    label: Verdict
    id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def verdict_of(label: object) -> Verdict | None:
    """Return the verdict that a label of the field names, or ``None``.

    Case, blanks, hyphens and underscores do not matter; JSON's ``true`` and ``false`` count.
    """
    if not isinstance(label, (str, bool)):
        return None
    return _VERDICTS.get("".join(c for c in str(label).lower() if c.isalnum()))


def read_pairs(path: Path, limit: int | None = None) -> list[Pair]:
    """Read pairs; with ``limit`` so many, spread over the file, the same every time.

    All rows are read and checked, those that are not taken too.

    Raises:
        EvaluationError: a row lacks the claim, the evidence or a label that is known.
        CorpusError: the file cannot be opened.
    """
    return spread([_pair(row) for row in read_rows(path)], limit)


def _pair(row: Row) -> Pair:
    claim = row.text("claim")
    evidence = " ".join(row.texts("evidence"))
    if not evidence:
        row.refuse("has no text in 'evidence'; mend the row")
    label = row.fields.get("label")
    verdict = verdict_of(label)
    if verdict is None:
        row.refuse(f"has the label {label!r}; use supports, contradicts or unclear")
    known = {"claim", "evidence", "label", "id", "_id"}
    extra = {key: value for key, value in row.fields.items() if key not in known}
    return Pair(claim, evidence, verdict, row.id(), extra)
