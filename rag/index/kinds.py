"""The types of dense index: which for how many passages, with which parameters.

    flat     exact, fp32 in FAISS                          up to some 200,000 passages
    ivfsq    inverted lists, 8 bits a dimension            d bytes a passage
    rabitq   inverted lists, about 1 bit a dimension       d/8 bytes a passage
    ivfpq    inverted lists, 4-bit product codes           d/8 bytes a passage
    hnsw     graph over fp32 vectors                       4·d + 260 bytes a passage

All but ``flat`` are approximate: they name candidates, whose cosines are then computed from
the stored fp16 vectors. What is chosen here is written into the manifest and read back when
an index is opened. This module loads no FAISS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rag.errors import UsageError

TYPES = ("auto", "flat", "hnsw", "ivfpq", "ivfsq", "rabitq")
TRAINED = ("ivfpq", "ivfsq", "rabitq")
EXACT_UP_TO = 200_000
"""Passages up to which ``auto`` searches exactly: 0.3 GB of fp32 vectors and a few
milliseconds a query on one core."""
LEAST_TRAINED = 10_000
_LEAST_A_LIST = 39
"""Passages a list below which FAISS warns that k-means has too little to learn from."""
_SAMPLE_A_LIST = 64
_DRIFT = 1.5
"""A trained index that has grown by half since its training is trained anew."""


@dataclass(frozen=True, slots=True)
class DenseFacts:
    """How the dense index of a generation was made and is searched.

    Attributes:
        requested: the type that was asked for; ``auto`` may become another as the index grows.
        factory: FAISS's description.
        rows: stored vectors that there were; passages with a higher id are not in it.
        lists: inverted lists, 0 without.
        nprobe: lists that a query reads.
        refine: candidates that are rescored exactly for each hit that is wanted.
        trained_on: vectors of the training sample, 0 without training.
        trained_at: passages that there were at the training.
        recall_at_10: share of the exact ten nearest that were found, ``None`` if not measured.
        recall_queries: queries of that measurement.
    """

    requested: str = "auto"
    factory: str = ""
    rows: int = 0
    lists: int = 0
    nprobe: int = 64
    refine: int = 10
    trained_on: int = 0
    trained_at: int = 0
    recall_at_10: float | None = None
    recall_queries: int = 0

    @property
    def approximate(self) -> bool:
        """True for all types but ``flat``."""
        return bool(self.factory) and "Flat" not in self.factory

    def drifted(self, passages: int) -> bool:
        """True where the training is of another size than the index has now."""
        return self.trained_on > 0 and not (
            self.trained_at / _DRIFT < passages < self.trained_at * _DRIFT
        )


def choose_type(requested: str, passages: int) -> str:
    """Return the index type for a number of passages.

    A trained type needs ``LEAST_TRAINED`` of them; below that it is ``flat`` for the time being.

    Raises:
        UsageError: the type is unknown.
    """
    if requested not in TYPES:
        raise UsageError(f"unknown index type {requested!r}; choose one of {', '.join(TYPES)}")
    if requested == "auto":
        return "flat" if passages <= EXACT_UP_TO else "ivfpq"
    return "flat" if requested in TRAINED and passages < LEAST_TRAINED else requested


def require_enough(index_type: str, passages: int) -> None:
    """Raise ``UsageError`` where a type that is asked for now needs more passages."""
    if index_type in TRAINED and passages < LEAST_TRAINED:
        raise UsageError(
            f"--type {index_type} is trained on {LEAST_TRAINED:,} passages or more, here are "
            f"{passages:,}; use --type flat"
        )


def plan(index_type: str, passages: int, dimension: int, requested: str = "auto") -> DenseFacts:
    """Return the parameters of an index that is built from nothing."""
    if index_type == "flat":
        return DenseFacts(requested, "IDMap,Flat", nprobe=0, refine=1)
    if index_type == "hnsw":
        return DenseFacts(requested, "IDMap,HNSW32", nprobe=0, refine=1)
    lists = max(1, min(int(3 * math.sqrt(passages)), passages // _LEAST_A_LIST))
    codes = max(m for m in range(1, min(96, max(1, dimension // 2)) + 1) if dimension % m == 0)
    factory = {
        "ivfsq": f"IVF{lists},SQ8",
        # a random rotation spreads the variance over all bits
        "rabitq": f"RR{dimension},IVF{lists},RaBitQ",
        # no OPQ: it trains for many times as long as all the rest
        "ivfpq": f"IVF{lists},PQ{codes}x4fs",
    }[index_type]
    return DenseFacts(
        requested=requested,
        factory=factory,
        lists=lists,
        # measured at 200,000: a fifth of the lists; larger indexes have finer lists
        nprobe=max(1, min(lists, int(7 * math.sqrt(lists)))),
        refine={"ivfsq": 2, "rabitq": 16, "ivfpq": 16}[index_type],
        trained_on=min(passages, max(lists * _SAMPLE_A_LIST, 20_000)),
        trained_at=passages,
    )
