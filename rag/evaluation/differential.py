"""How often the disease of a case is among the first candidates.

A case is a description and its disease. A candidate is right where one of its names is the
label or, where synonyms are given, one of the label's; names are compared as
``rag.clinical.diseases.key`` makes them (case, accents, plurals and "X, acute" for "acute X" do
not matter). Top-k is the share of cases with a right candidate among the first k; MRR the mean of
1/rank, 0 where none is right. A case without candidates is wrong, and counted as abstained.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.clinical.diseases import key, listed, words_of
from rag.errors import UsageError
from rag.evaluation.rows import read_rows
from rag.progress import Progress, Silent
from rag.types import Differential

Names = frozenset[tuple[str, ...]]
SHOWN = 10
"""Candidates that are looked at."""


@dataclass(frozen=True, slots=True)
class Case:
    """A description and the name of its disease."""

    text: str
    label: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case with the names of its candidates and the 1-based rank of the right one, or 0."""

    case: Case
    candidates: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class DifferentialMeasured:
    """All cases, judged, and the seconds they took."""

    cases: tuple[JudgedCase, ...]
    seconds: float

    def top(self, k: int) -> float:
        """Return the share of cases with the right disease among the first ``k``."""
        return sum(0 < c.rank <= k for c in self.cases) / len(self.cases) if self.cases else 0.0

    def flat(self) -> dict[str, int | float]:
        """Return the object of ``eval differential --json``."""
        n = len(self.cases)
        return {
            "n": n,
            "top1": self.top(1),
            "top3": self.top(3),
            "top5": self.top(5),
            "top10": self.top(SHOWN),
            "mrr": sum(1 / c.rank for c in self.cases if c.rank) / n if n else 0.0,
            "abstained": sum(not c.candidates for c in self.cases),
            "seconds": round(self.seconds, 2),
        }


def read_cases(path: Path) -> list[Case]:
    """Read JSON lines of ``{"text", "label"}``, plain or gzip.

    Raises:
        UsageError: the file cannot be read, or a row lacks one of the two.
    """
    return [
        Case(row.text("text", "symptoms", "description"), row.text("label", "disease"), row.id())
        for row in read_rows(path)
    ]


def read_synonyms(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a JSON object label → list of names, or tab-separated lines of a label and its names.

    Raises:
        UsageError: the file cannot be read or has neither form.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); give a file of synonyms") from error
    if not text.lstrip().startswith("{"):
        rows = [line.split("\t") for line in text.splitlines() if line.strip()]
        return {r[0].strip(): tuple(n.strip() for n in r[1:] if n.strip()) for r in rows}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path} is not JSON ({error}); give {{label: [name, …]}}") from error
    if not all(isinstance(v, list) and all(isinstance(n, str) for n in v) for v in found.values()):
        raise UsageError(f"{path} does not hold {{label: [name, …]}}; mend it")
    return {label: tuple(names) for label, names in found.items()}


def names_of(label: str, synonyms: Mapping[str, Sequence[str]]) -> Names:
    """Return the keys of a label and its synonyms."""
    folded = {" ".join(words_of(k)): v for k, v in synonyms.items()}
    names = [label, *folded.get(" ".join(words_of(label)), ())]
    return frozenset(one for n in names for one in (key(n), tuple(words_of(n))) if one)


def rank_of(candidates: Sequence[str], wanted: Names) -> int:
    """Return the 1-based rank of the first candidate of which a name is wanted, or 0."""
    for rank, name in enumerate(candidates, start=1):
        own = {key(name), tuple(words_of(name))}
        known = listed().get(tuple(words_of(name)))
        if known is not None:
            own |= set(known.keys)
        if own & wanted:
            return rank
    return 0


def measure_differential(
    cases: Sequence[Case],
    find: Callable[[str], Differential],
    synonyms: Mapping[str, Sequence[str]] | None = None,
    progress: Progress | None = None,
) -> DifferentialMeasured:
    """Ask ``find`` for the candidates of every case and compare them with its label."""
    progress = progress or Silent()
    progress.start("cases", len(cases), "cases")
    started = time.perf_counter()
    out = []
    for case in cases:
        found = tuple(c.name for c in find(case.text).candidates)
        out.append(JudgedCase(case, found, rank_of(found, names_of(case.label, synonyms or {}))))
        progress.advance(1)
    progress.finish()
    return DifferentialMeasured(tuple(out), time.perf_counter() - started)


def write_cases(path: Path, cases: Sequence[JudgedCase]) -> None:
    """Write a JSON line a case: id, label, rank and candidates; the description is left out.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8") as handle:
        for one in cases:
            row = {"id": one.case.id, "label": one.case.label, "rank": one.rank}
            handle.write(json.dumps(row | {"candidates": list(one.candidates)}) + "\n")
