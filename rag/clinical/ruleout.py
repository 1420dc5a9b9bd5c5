"""What to rule out first: dangerous diseases that the literature links with what is present.

They are taken from all dangerous diseases that what was found names, not from the few that are
shown: a dangerous disease may be rare, and stands then below common ones. One is named where
sentences of the literature link it with at least half of the findings, and one of these weighs:
it is no slight complaint that nearly every illness, and many a healthy day, brings. So a runny
nose lists no sepsis; of those that rank far below, sentences must link all findings. Those with
the most findings go first, then those with the higher score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.clinical.case import Case
from rag.clinical.described import Support
from rag.clinical.links import Citing, Place, Sentences, Split, linked
from rag.clinical.ranking import Scored
from rag.types import Candidate, Finding, FindingLink

MOST = 5
"""Dangerous diseases that are named at most: a longer list is not read."""
SLIGHT = frozenset(
    (
        "Rhinorrhea", "Nasal congestion", "Sneezing", "Sore throat", "Hoarseness", "Cough",
        "Fatigue", "Malaise", "Anorexia", "Pruritus", "Ocular pruritus", "Dry skin", "Dry mouth",
        "Insomnia", "Bloating", "Flatulence", "Dyspepsia", "Heartburn", "Constipation", "Diarrhea",
        "Nausea", "Sweating", "Chills", "Myalgia", "Muscle cramps", "Pain", "Dizziness", "Acne",
        "Irritability", "Weight gain", "Snoring", "Alopecia", "Anxiety", "Skin irritation",
        "Stiffness",
    )
)  # fmt: skip
"""Findings of no weight by themselves, by their names in the vocabulary."""


def rule_out(
    case: Case,
    ranked: Sequence[Scored],
    shown: Sequence[Support],
    split: Split,
    citing: Citing,
    near: int,
) -> tuple[Candidate, ...]:
    """Return the dangerous diseases to be ruled out first, each with its cited sentences.

    Args:
        case: what the patient has.
        ranked: all diseases whose sentences were read, best first.
        shown: the first of them, with the sentences that are shown with them.
        split: the sentences of hits.
        citing: numbers the articles that are cited.
        near: the rank below which a disease must be linked with all of two findings or more.
    """
    present = list({f.name: f for f in reversed(case.present)}.values())
    known = {one.scored.disease.name: one.present for one in shown}
    found: list[tuple[int, Scored, dict[Finding, Place]]] = []
    for rank, scored in enumerate(ranked, start=1):
        disease = scored.disease
        if not disease.is_dangerous:
            continue
        places = known.get(disease.name)
        if places is None:
            places = linked(present, Sentences(disease, scored.hits, split))
        once = {f: places[f] for f in present if f in places}
        is_far = rank > near
        if is_far and not 1 < len(once) == len(present):
            continue
        if 2 * len(once) >= len(present) and not {f.name for f in once} <= SLIGHT:
            found.append((rank, scored, once))
    found.sort(key=lambda one: (-len(one[2]), one[0]))
    return tuple(_candidate(*one, citing) for one in found[:MOST])


def _candidate(
    rank: int, scored: Scored, places: Mapping[Finding, Place], citing: Citing
) -> Candidate:
    # what weighs is cited first
    links = sorted(places, key=lambda f: (f.name in SLIGHT, f.start))
    return Candidate(
        rank=rank,
        name=scored.disease.name,
        code="",
        score=round(scored.score, 4),
        log_odds=round(scored.log_odds, 4),
        articles=len(scored.hits),
        links=tuple(FindingLink(f, 0.0, (citing.statement(places[f]),)) for f in links),
        is_dangerous=True,
    )
