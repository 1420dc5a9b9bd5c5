"""Short direct answers against the exact answers of BioASQ, by BioASQ's measures.

| question | figures | what |
|---|---|---|
| yes/no | accuracy, macro-F1 | F1 of "yes" and of "no", and their plain mean |
| factoid | strict, lenient accuracy, MRR | the first, any, or 1 / rank of the first right one, among the first five |
| list | precision, recall, F1 | mean over the questions of each question's own |

After Malakasiotis et al., "Evaluation measures for task B" (BioASQ, 2018), and Tsatsaronis et
al., BMC Bioinformatics 2015, doi:10.1186/s12859-015-0564-6. An exact answer may have several
names; any of them is right. BioASQ's program compares strings without case; here accents, signs
between letters and a leading article do not matter either ("the BRCA-1" is "brca 1"). A question
without a direct answer counts as wrong, and a list of nothing has precision 0.
"""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.classification import classify, ratio
from rag.text import fold
from rag.types import Answer

MOST_NAMES = 5
"""Candidates of a factoid that count."""
MOST_ITEMS = 100
"""Items of a list that count."""

Names = tuple[str, ...]
"""One exact answer: its synonyms."""

_NO_SIGN = re.compile(r"[^\w+]+|_+")
_ARTICLE = re.compile(r"^(?:the|an?) ")


@dataclass(frozen=True, slots=True)
class Direct:
    """The short answer of a system.

    Attributes:
        yesno: "yes", "no", "mixed" or empty.
        ranked: names that a factoid could be, best first.
        items: what a list holds, or could hold.
        said: the name or the items that were said first.
    """

    yesno: str = ""
    ranked: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def direct_of(answer: Answer) -> Direct:
    """Read the direct answer of an answer, whatever kind its question was taken for.

    Names and items are those of ``Answer.candidates``, whether they were said or not: BioASQ asks
    for the best names whatever their chance. What was said is ``Answer.direct``, cut at its
    semicolons. An abstention has none.
    """
    text = " ".join(answer.direct.split())
    if answer.status != "answered":
        return Direct()
    if answer.kind == "yesno":
        return Direct(text.lower().rstrip("."))
    said = tuple(filter(None, (i.strip() for i in text.split(";"))))
    ranked = tuple(c.text for c in answer.candidates) or said
    return Direct("", ranked, ranked, said)


def same_name(said: str, names: Names) -> bool:
    """Say whether a name is one of several, but for case, accents, articles and signs."""
    mine = plain(said)
    return bool(mine) and any(mine == plain(name) for name in names)


def plain(name: str) -> str:
    """Return a name as it is compared: folded, signs as blanks, without a leading article."""
    return _ARTICLE.sub("", " ".join(_NO_SIGN.sub(" ", fold(name)).split()))


@dataclass(frozen=True, slots=True)
class YesNoFigures:
    """Figures over yes/no questions; ``said`` counts those with a yes or a no."""

    n: int
    said: int
    accuracy: float
    accuracy_where_said: float
    macro_f1: float
    majority: float


def measure_yesno(gold: Sequence[str], directs: Sequence[Direct]) -> YesNoFigures:
    """Compare yes and no; "mixed" and silence are wrong, whatever the gold."""
    said = [d.yesno for d in directs]
    figures = classify(gold, said, ("yes", "no"))
    decided = [(g, s) for g, s in zip(gold, said, strict=True) if s in ("yes", "no")]
    return YesNoFigures(
        figures.n,
        len(decided),
        figures.accuracy,
        ratio(sum(g == s for g, s in decided), len(decided)),
        figures.macro_f1,
        figures.majority,
    )


@dataclass(frozen=True, slots=True)
class FactoidFigures:
    """Figures over factoid questions; ``said`` counts those with a candidate.

    ``shown`` counts those with a name said first, ``shown_right`` is the share of these where it
    is right; 0 where none was said.
    """

    n: int
    said: int
    strict: float
    lenient: float
    mrr: float
    shown: int
    shown_right: float


def measure_factoids(gold: Sequence[Names], directs: Sequence[Direct]) -> FactoidFigures:
    """Rank the first name that is right among the first five."""
    ranks = [
        next((r for r, name in enumerate(d.ranked[:MOST_NAMES], 1) if same_name(name, names)), 0)
        for names, d in zip(gold, directs, strict=True)
    ]
    shown = [(d.said, names) for names, d in zip(gold, directs, strict=True) if d.said]
    return FactoidFigures(
        len(ranks),
        sum(bool(d.ranked) for d in directs),
        ratio(ranks.count(1), len(ranks)),
        ratio(sum(r > 0 for r in ranks), len(ranks)),
        ratio(sum(1 / r for r in ranks if r), len(ranks)),
        len(shown),
        ratio(sum(same_name(said[0], names) for said, names in shown), len(shown)),
    )


@dataclass(frozen=True, slots=True)
class ListFigures:
    """Means over list questions; ``said`` counts those with an item.

    ``shown`` counts those with items said first, ``shown_right`` is the share of these items that
    are right; 0 where none was said.
    """

    n: int
    said: int
    precision: float
    recall: float
    f1: float
    shown: int
    shown_right: float


def measure_lists(gold: Sequence[Sequence[Names]], directs: Sequence[Direct]) -> ListFigures:
    """Match items with the gold ones, each at most once: a synonym said again is wrong."""
    rows = []
    for wanted, direct in zip(gold, directs, strict=True):
        items = direct.items[:MOST_ITEMS]
        right = _right(items, wanted)
        rows.append(
            (
                ratio(right, len(items)),
                ratio(right, len(wanted)),
                ratio(2 * right, len(items) + len(wanted)),
            )
        )
    n = len(rows)
    precision, recall, f1 = (ratio(sum(row[at] for row in rows), n) for at in range(3))
    shown = [(d.said, wanted) for wanted, d in zip(gold, directs, strict=True) if d.said]
    right = sum(_right(said, wanted) for said, wanted in shown)
    total = sum(len(said) for said, _ in shown)
    offered = sum(bool(d.items) for d in directs)
    return ListFigures(n, offered, precision, recall, f1, len(shown), ratio(right, total))


def _right(items: Sequence[str], wanted: Sequence[Names]) -> int:
    """Return how many of the wanted items are named."""
    left = list(wanted)
    for item in items:
        hit = next((w for w in left if same_name(item, w)), None)
        if hit is not None:
            left.remove(hit)
    return len(wanted) - len(left)
