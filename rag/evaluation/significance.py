"""Whether the difference of two runs over the same queries could be chance.

Two-sided paired t-test and Fisher's randomisation test, the two that Smucker, Allan and Carterette
("A Comparison of Statistical Significance Tests for Information Retrieval Evaluation", CIKM 2007)
advise, and a percentile bootstrap interval of the mean difference (Efron and Tibshirani, "An
Introduction to the Bootstrap", 1993, chapter 13). SciPy does the sums.

The randomisation test asks how often a mean difference as large arises when for each query the
two runs are exchanged at random: all 2^n exchanges where these are few, else ``RESAMPLES`` of them.
Queries without a difference are left out of n there, since their exchange changes nothing.
Nothing is corrected for the number of measures or of runs that are compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import EvaluationError
from rag.evaluation.measures import KEYS, Measured, require_tools

RESAMPLES = 10_000
SEED = 20_070
CONFIDENCE = 0.95
_CELLS = 4_000_000
"""Numbers held at a time while resampling (32 MB)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two runs.

    Attributes:
        measure: its key.
        n: queries.
        mean: of the run.
        against: mean of the other run.
        difference: ``mean - against``.
        low: lower bound of the 95 % bootstrap interval of the difference.
        high: upper bound.
        p_t: of the two-sided paired t-test.
        p_permutation: of the two-sided randomisation test.
    """

    measure: str
    n: int
    mean: float
    against: float
    difference: float
    low: float
    high: float
    p_t: float
    p_permutation: float


def compare(run: Measured, against: Measured, *, seed: int = SEED) -> tuple[Comparison, ...]:
    """Compare two runs measure by measure; the same twice for one ``seed``.

    Raises:
        EvaluationError: the two are not of the same queries, or of fewer than two.
    """
    if run.queries != against.queries:
        raise EvaluationError("the two runs are measured over different queries; use one set")
    if len(run.queries) < 2:
        raise EvaluationError("a test needs two queries or more; raise --limit")
    require_tools()
    return tuple(_compared(key, run, against, seed) for key in KEYS)


def _compared(key: str, run: Measured, against: Measured, seed: int) -> Comparison:
    import numpy as np
    from scipy import stats

    a, b = np.asarray(run.values[key]), np.asarray(against.values[key])
    differences = a - b
    n = len(differences)
    mean = float(differences.mean())
    if np.ptp(differences) == 0:
        # no spread: t is 0/0 or infinite, and every resample of the queries is the same
        p_t, low, high = (1.0 if mean == 0 else 0.0), mean, mean
    else:
        p_t = float(stats.ttest_rel(a, b).pvalue)
        interval = stats.bootstrap(
            (differences,),
            np.mean,
            confidence_level=CONFIDENCE,
            n_resamples=RESAMPLES,
            method="percentile",
            batch=max(1, _CELLS // n),
            rng=np.random.default_rng(seed),
        ).confidence_interval
        low, high = float(interval.low), float(interval.high)
    p_permutation = 1.0
    different = differences[differences != 0]
    if len(different) > 1:  # of one, both exchanges differ by as much: p is 1
        # of one sample SciPy exchanges the signs, which is what exchanging the two runs does
        p_permutation = float(
            stats.permutation_test(
                (different,),
                np.mean,
                permutation_type="samples",
                vectorized=True,
                n_resamples=RESAMPLES,
                batch=max(1, _CELLS // n),
                rng=np.random.default_rng(seed),
            ).pvalue
        )
    return Comparison(key, n, run.mean(key), against.mean(key), mean, low, high, p_t, p_permutation)
