"""ROUGE-2 and ROUGE-SU4: how many pairs of words of an expert's answer does a text hold?

Chin-Yew Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", ACL Workshop Text
Summarization Branches Out, 2004 (https://aclanthology.org/W04-1013). ROUGE-2, over pairs of
neighbours, is computed by Google's ``rouge-score``. That package has no ROUGE-SU, so ROUGE-SU4
is computed here, from section 5 of the paper: pairs of words in their order with at most four
words between them, and single words. Both see the same words: ``rouge-score``'s, lower-cased
runs of a–z and 0–9, without stemming and with stop words. The Perl script of 2005 leaves the
last single word of a text out; the paper and this module do not.

Against several ideal answers the best one counts: the one of the greatest F1, whose recall is
taken too. BioASQ's own figures come from the Perl script and average otherwise: compare
systems that were measured alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.classification import ratio

SKIP = 4
"""Most words between the two of a pair."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Recall, precision and F1 of one text against one other, in [0, 1]."""

    recall: float
    precision: float
    f1: float


@dataclass(frozen=True, slots=True)
class Rouge:
    """ROUGE-2 and ROUGE-SU4 of one text against the best of several."""

    two: Overlap
    su4: Overlap


def require_rouge() -> Any:
    """Return ``rouge_score.rouge_scorer``.

    Raises:
        EvaluationError: the extra ``eval`` is not installed.
    """
    try:
        from rouge_score import rouge_scorer
    except ImportError as error:
        raise EvaluationError(
            f"measuring answers needs {error.name or 'rouge_score'}: pip install 'medlit[eval]'"
        ) from error
    return rouge_scorer


def rouge(text: str, ideals: Sequence[str]) -> Rouge:
    """Compare a text with the best of some ideal ones, for each measure by itself.

    Raises:
        ValueError: there is no ideal text.
        EvaluationError: the extra ``eval`` is not installed.
    """
    if not ideals:
        raise ValueError("there is no ideal text to compare with")
    scorer = require_rouge().RougeScorer(["rouge2"], use_stemmer=False)
    twos = []
    for ideal in ideals:
        score = scorer.score(target=ideal, prediction=text)["rouge2"]
        twos.append(Overlap(float(score.recall), float(score.precision), float(score.fmeasure)))
    return Rouge(
        max(twos, key=lambda o: o.f1),
        max((su4(_words(text), _words(ideal)) for ideal in ideals), key=lambda o: o.f1),
    )


def _words(text: str) -> list[str]:
    from rouge_score.tokenizers import DefaultTokenizer

    words: list[str] = DefaultTokenizer(use_stemmer=False).tokenize(text)
    return words


def su4(said: Sequence[str], ideal: Sequence[str]) -> Overlap:
    """Return ROUGE-SU4 of two lists of words: recall is over what ``ideal`` holds."""
    mine, theirs = _units(said), _units(ideal)
    shared = (mine & theirs).total()
    return Overlap(
        ratio(shared, theirs.total()),
        ratio(shared, mine.total()),
        ratio(2 * shared, mine.total() + theirs.total()),
    )


def _units(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Single words, and pairs with at most ``SKIP`` words between, as often as they occur."""
    units: Counter[tuple[str, ...]] = Counter((word,) for word in words)
    for at, word in enumerate(words):
        units.update((word, later) for later in words[at + 1 : at + SKIP + 2])
    return units
