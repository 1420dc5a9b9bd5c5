"""Possible diseases for a description of symptoms, each with its literature.

Candidates and reasons come from the index alone: diseases that the passages found for the
description are about or name (``rag.clinical.ranking`` has the formula), and sentences of the
literature that link them with the findings. What a finding moves is measured: the description is
searched again without its words. This is a reading list with reasons, and no diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.abstain import THRESHOLDS, features
from rag.answering.evidence import choose_evidence
from rag.answering.hostile import is_hostile
from rag.answering.redflags import red_flags
from rag.answering.similarity import Similarity
from rag.clinical.diseases import Disease, Names, words_of
from rag.clinical.findings import find_findings
from rag.clinical.links import Citing, Sentences, linked
from rag.clinical.ranking import DEPTH, Scored, rank_diseases
from rag.errors import UsageError
from rag.retrieval import Retriever
from rag.types import Candidate, Differential, Experiencer, Finding, FindingLink, Hit

MOST_FINDINGS = 12
"""Findings that the ranking is tried without."""
LONGEST = 1500
"""Characters of a description that are searched as they are; of a longer one its findings are."""
OWN_SEARCH = 12
"""Articles looked at for one candidate by itself."""
AGAINST = 0.5
"""What a denied finding that the literature links with a disease takes from its score."""
NOTHING = "nothing in this index speaks to these findings; index literature on them"


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known besides the description; ``age`` in years, ``sex`` female, male or ""."""

    age: float | None = None
    sex: str = ""


def differential(
    retriever: Retriever,
    description: str,
    *,
    k: int = 10,
    patient: Patient | None = None,
    findings: Sequence[Finding] | None = None,
) -> Differential:
    """Return up to ``k`` candidate diseases for a description, best first.

    Args:
        retriever: of the index that candidates come from.
        description: symptoms in the patient's or the clinician's words, or a record.
        k: how many candidates.
        patient: age and sex, where they are known.
        findings: of a record that was read already; by default they are read in the description.

    Raises:
        UsageError: the description is empty or ``k`` is not positive.
    """
    if k < 1:
        raise UsageError(f"{k} candidates were asked for; ask for at least one")
    if not description.strip():
        raise UsageError("the description is empty; name symptoms or findings")
    read = tuple(findings) if findings is not None else find_findings(description)
    notices = red_flags(description)
    present = [f for f in read if f.holds]
    query = _query(description, present)
    hits = _search(retriever, query, DEPTH)
    names = Names()
    names.learn(h.article for h in hits)
    ranked = _ranked(retriever, hits, names, present)
    index = str(retriever.reader.directory)
    if not ranked or not _speaks(retriever, query, hits):
        return Differential(description, read, (), notices, NOTHING, index=index)
    denied = [f for f in read if f.negated and f.experiencer is not Experiencer.FAMILY]
    without = _without(retriever, query, present, names)
    citing = Citing()
    candidates = [
        _candidate(retriever, scored, present, denied, without, names, citing, patient or Patient())
        for scored in ranked[:k]
    ]
    candidates.sort(key=lambda c: (-c.score, c.name))
    candidates = [replace(c, rank=i) for i, c in enumerate(candidates, start=1)]
    return Differential(
        description, read, tuple(candidates), notices, "", citing.references(), index
    )


def candidates_only(retriever: Retriever, description: str, *, k: int = 10) -> Differential:
    """Return the candidates of ``differential`` by rank, without sentences and leave-one-out.

    What a denied finding takes from a score is not counted. For evaluations of many cases.

    Raises:
        UsageError: see ``differential``.
    """
    if not description.strip():
        raise UsageError("the description is empty; name symptoms or findings")
    read = find_findings(description)
    present = [f for f in read if f.holds]
    query = _query(description, present)
    hits = _search(retriever, query, DEPTH)
    names = Names()
    names.learn(h.article for h in hits)
    ranked = _ranked(retriever, hits, names, present)
    speaks = bool(ranked) and _speaks(retriever, query, hits)
    found = [
        Candidate(
            i,
            s.disease.name,
            "",
            s.score,
            s.log_odds,
            len(s.hits),
            is_dangerous=s.disease.is_dangerous,
        )
        for i, s in enumerate(ranked[:k] if speaks else (), start=1)
    ]
    return Differential(description, read, tuple(found), reason="" if found else NOTHING)


def _query(description: str, present: Sequence[Finding]) -> str:
    if len(description) <= LONGEST:
        return description
    told = list(dict.fromkeys(f.name for f in present))
    return "; ".join(told) or description[:LONGEST]


def _search(retriever: Retriever, query: str, k: int) -> list[Hit]:
    found = retriever.search(query, k)
    return [h for h in found if h.article.status != "notice" and not is_hostile(h.passage.text)]


def _speaks(retriever: Retriever, query: str, hits: Sequence[Hit]) -> bool:
    """True where the best articles hold enough of the description to be about it."""
    similarity = Similarity(retriever.embedder)
    evidence = choose_evidence(hits[:20], limit=8, similarity=similarity)
    found = features(query, evidence, similarity)
    return found.covered >= THRESHOLDS.least_covered and found.cosine >= THRESHOLDS.least_cosine


def _ranked(
    retriever: Retriever, hits: Sequence[Hit], names: Names, present: Sequence[Finding]
) -> list[Scored]:
    """Return the diseases by score, without those that are findings of the patient."""
    lexical = retriever.reader.lexical
    total = lexical.count

    def base_rate(disease: Disease) -> float:
        holders = max(min(lexical.holders(word) for word in one) for one in disease.keys)
        return (holders + 0.5) / (total + 1.0)

    own = {tuple(words_of(words)) for f in present for words in (f.name, f.text)}
    ranked = rank_diseases(hits, names, base_rate)
    return [s for s in ranked if not own & set(s.disease.keys)]


@dataclass(frozen=True, slots=True)
class _Without:
    """The ranking with one finding left out: name of a disease → (rank, score)."""

    finding: Finding
    places: dict[str, tuple[int, float]]


def _without(
    retriever: Retriever, query: str, present: Sequence[Finding], names: Names
) -> list[_Without]:
    """Search again without the words of each finding."""
    out = []
    for finding in present[:MOST_FINDINGS]:
        rest = query.replace(finding.text, " ").strip(" ;,.")
        if finding.text not in query:
            rest = query.replace(finding.name, " ").strip(" ;,.")
        places: dict[str, tuple[int, float]] = {}
        if rest and rest != query and any(c.isalpha() for c in rest):
            hits = _search(retriever, rest, DEPTH)
            names.learn(h.article for h in hits)
            again = _ranked(retriever, hits, names, present)
            places = {s.disease.name: (i, s.score) for i, s in enumerate(again, start=1)}
        out.append(_Without(finding, places))
    return out


def _candidate(
    retriever: Retriever,
    scored: Scored,
    present: Sequence[Finding],
    denied: Sequence[Finding],
    without: Sequence[_Without],
    names: Names,
    citing: Citing,
    patient: Patient,
) -> Candidate:
    disease = scored.disease
    told = ", ".join(dict.fromkeys(f.name for f in [*present, *denied]))
    own = _search(retriever, f"symptoms of {disease.name}: {told}"[:LONGEST], OWN_SEARCH)
    how = _search(retriever, f"how is {disease.name} diagnosed, which tests", OWN_SEARCH)
    about = Sentences(disease, [*scored.hits, *own], names)
    links_for, links_against = linked(present, about), linked(denied, about)
    places = {w.finding: w.places.get(disease.name) for w in without}
    links = []
    for finding in present:
        left = places.get(finding)
        weight = scored.score - left[1] if left else 0.0
        place = links_for.get(finding)
        links.append(
            FindingLink(
                finding,
                round(weight, 4),
                (citing.statement(*place),) if place else (),
                left[0] if left else None,
            )
        )
    for finding, place in links_against.items():
        links.append(FindingLink(finding, -AGAINST, (citing.statement(*place),)))
    links.sort(key=lambda link: (-link.weight, link.finding.start))
    fit = about.fitting(patient.age, patient.sex)
    tests = Sentences(disease, how, names).testing()
    return Candidate(
        rank=0,
        name=disease.name,
        code="",
        score=round(scored.score - AGAINST * len(links_against), 4),
        log_odds=round(scored.log_odds, 4),
        articles=len(scored.hits),
        links=tuple(links),
        is_dangerous=disease.is_dangerous,
        fit=tuple(citing.statement(*place) for place in fit),
        tests=tuple(citing.statement(*place) for place in tests),
        uncertainty=_uncertainty(
            len(scored.hits), len(links_for), len(present), len(links_against)
        ),
    )


def _uncertainty(articles: int, linked_findings: int, findings: int, against: int) -> str:
    """Return in words how far the literature carries a candidate."""
    many = "one article" if articles == 1 else f"{articles} articles"
    said = f"named by {many} of those found"
    if findings:
        said += f"; the literature here links it with {linked_findings} of {findings} findings"
    if against:
        said += f"; {against} of its findings denied"
    if articles == 1 or (findings and linked_findings == 0):
        return f"weak: {said}"
    few = linked_findings * 2 < findings or articles < 4
    return f"{'moderate' if few else 'fair'}: {said}"
