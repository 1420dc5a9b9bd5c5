"""Candidates as they are shown: findings for and against, tests, age and sex, doubt in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.clinical.case import Case
from rag.clinical.links import Citing, Place, Sentences, Split, linked
from rag.clinical.ranking import Scored
from rag.types import Candidate, Finding, FindingLink, Hit

AGAINST = 0.5
"""What a denied finding that the literature links with a disease takes from its score."""
Moved = Mapping[str, tuple[int, float]]
"""What a ranking without a finding has: disease → its 1-based rank, its score."""


@dataclass(frozen=True, slots=True)
class Support:
    """What sentences say of a candidate: findings it has, denied ones, tests, age and sex."""

    scored: Scored
    present: Mapping[Finding, Place]
    denied: Mapping[Finding, Place]
    tests: tuple[Place, ...]
    fit: tuple[Place, ...]


def supports(
    case: Case,
    ranked: Sequence[Scored],
    on_symptoms: Sequence[Sequence[Hit]],
    on_tests: Sequence[Sequence[Hit]],
    split: Split,
) -> list[Support]:
    """Read the sentences on candidates.

    Args:
        case: what the patient has and denies.
        ranked: the candidates.
        on_symptoms: hits of a search for each candidate's symptoms, beside its own.
        on_tests: hits of a search for each candidate's tests.
        split: the sentences of hits.
    """
    out = []
    for scored, more, testing in zip(ranked, on_symptoms, on_tests, strict=True):
        about = Sentences(scored.disease, [*scored.hits, *more], split)
        out.append(
            Support(
                scored,
                linked(case.present, about),
                linked(case.denied, about),
                tuple(Sentences(scored.disease, testing, split).testing()),
                tuple(about.fitting(case.who.age, case.who.sex)),
            )
        )
    return out


def described(
    case: Case,
    shown: Sequence[Support],
    moved: Mapping[Finding, Moved],
    citing: Citing,
    *,
    is_far: bool = False,
) -> tuple[Candidate, ...]:
    """Return candidates in the order of ``shown`` with their sentences cited.

    ``moved`` has for each finding the ranking without it. Where all that was found ``is_far``
    from the description, no candidate is more than weak.
    """
    return tuple(
        _candidate(case, i, one, moved, citing, is_far) for i, one in enumerate(shown, start=1)
    )


def _candidate(
    case: Case,
    rank: int,
    one: Support,
    moved: Mapping[Finding, Moved],
    citing: Citing,
    is_far: bool,
) -> Candidate:
    disease, score = one.scored.disease, one.scored.score
    links = []
    for finding in {f.name: f for f in reversed(case.present)}.values():
        left = moved.get(finding, {}).get(disease.name)
        place = one.present.get(finding)
        links.append(
            FindingLink(
                finding,
                round(score - left[1], 4) if left else 0.0,
                (citing.statement(place),) if place else (),
                left[0] if left else None,
            )
        )
    links += [
        FindingLink(finding, -AGAINST, (citing.statement(place),))
        for finding, place in one.denied.items()
    ]
    links.sort(key=lambda link: (-link.weight, link.finding.start))
    return Candidate(
        rank=rank,
        name=disease.name,
        code="",
        score=round(score, 4),
        log_odds=round(one.scored.log_odds, 4),
        articles=len(one.scored.hits),
        links=tuple(links),
        is_dangerous=disease.is_dangerous,
        fit=tuple(citing.statement(place) for place in one.fit),
        tests=tuple(citing.statement(place) for place in one.tests),
        uncertainty=_uncertainty(
            len(one.scored.hits),
            *(_distinct(several) for several in (one.present, case.present, one.denied)),
            is_far=is_far,
        ),
    )


def _distinct(findings: Iterable[Finding]) -> int:
    return len({f.name for f in findings})


def _uncertainty(
    articles: int, linked_findings: int, findings: int, against: int, *, is_far: bool
) -> str:
    """Return in words how far the literature carries a candidate."""
    many = "one article" if articles == 1 else f"{articles} articles"
    said = f"named by {many} of those found"
    denied = f"; {against} of its findings denied" if against else ""
    if linked_findings == 0:
        return f"not supported: {said}, but no sentence links it with a finding{denied}"
    said += f"; the literature here links it with {linked_findings} of {findings} findings"
    said += denied
    if is_far:
        return f"weak: {said}; but no article is near to the whole description"
    if articles == 1:
        return f"weak: {said}"
    few = linked_findings * 2 < findings or articles < 4
    return f"{'moderate' if few else 'fair'}: {said}"
