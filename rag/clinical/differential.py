"""Possible diseases for a description of symptoms, each with its literature.

Candidates and reasons come from the index alone: diseases that the passages found for the
description are about or name (``rag.clinical.ranking`` has the formula), and sentences of the
literature that link them with the findings. What a finding moves is measured: the description is
searched again without its words. This is a reading list with reasons, and no diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.abstain import THRESHOLDS, features
from rag.answering.evidence import choose_evidence
from rag.answering.hostile import is_hostile
from rag.answering.redflags import red_flags
from rag.answering.similarity import Similarity
from rag.clinical.diseases import Disease, Names, words_of
from rag.clinical.findings import find_findings
from rag.clinical.links import Citing, Sentences, Split, linked
from rag.clinical.ranking import DEPTH, Scored, rank_diseases
from rag.clinical.records import read_record
from rag.errors import UsageError
from rag.retrieval import Retriever
from rag.types import (
    Candidate,
    Differential,
    Experiencer,
    Finding,
    FindingKind,
    FindingLink,
    FindingTime,
    Hit,
    PatientRecord,
)

MOST_FINDINGS = 12
"""Findings that the ranking is tried without."""
LONGEST = 1500
"""Characters of a description that are searched as they are; of a longer one its findings are."""
LOOKED_AT = 30
"""Diseases whose sentences are read."""
LINKED = 2.0
"""What it adds that sentences link all of the findings with a disease."""
OWN_SEARCH = 12
"""Articles looked at for one candidate by itself."""
AGAINST = 0.5
"""What a denied finding that the literature links with a disease takes from its score."""
_ASKED = (FindingKind.SYMPTOM, FindingKind.SIGN)
"""What diseases are looked for by; a record tells of drugs, values and known diagnoses too."""
NOTHING = "nothing in this index speaks to these findings; index literature on them"

UNREAD = "no symptom or sign was read in the description; name them in plain words"
NONE_PRESENT = (
    "every symptom read is denied, only to be watched for, or another person's; "
    "name those that the patient has"
)


def differential(
    retriever: Retriever,
    description: str,
    *,
    k: int = 10,
    record: PatientRecord | None = None,
) -> Differential:
    """Return up to ``k`` candidate diseases for a description, best first.

    Args:
        retriever: of the index that candidates come from.
        description: symptoms in the patient's or the clinician's words, or a record's text.
        k: how many candidates.
        record: what was read in ``description``, where that is a record: its emergencies are
            those that it tells of as present. By default it is read as a plain description.

    Raises:
        UsageError: the description is empty or ``k`` is not positive.
    """
    if k < 1:
        raise UsageError(f"{k} candidates were asked for; ask for at least one")
    if not description.strip():
        raise UsageError("the description is empty; name symptoms or findings")
    read = record or read_record(description)
    case = _read_case(retriever, description, read.findings, whole=record is None)
    notices = (
        read.notices if record else tuple(dict.fromkeys((*red_flags(description), *read.notices)))
    )
    index = str(retriever.reader.directory)
    ranked = _judged(retriever, case)
    if not ranked:
        return Differential(description, case.read, (), notices, _why_none(case), index=index)
    without = _without(retriever, case)
    citing = Citing()
    candidates = _described(retriever, case, ranked[:k], without, citing, read)
    return Differential(
        description, case.read, tuple(candidates), notices, "", citing.references(), index
    )


def candidates_only(retriever: Retriever, description: str, *, k: int = 10) -> Differential:
    """Return the candidates of ``differential``, without sentences and leave-one-out.

    For evaluations of many cases: names, order and scores are the same.

    Raises:
        UsageError: the description is empty.
    """
    if not description.strip():
        raise UsageError("the description is empty; name symptoms or findings")
    case = _read_case(retriever, description, find_findings(description))
    found = [
        Candidate(
            rank, s.disease.name, "", round(s.score, 4), round(s.log_odds, 4), len(s.hits),
            is_dangerous=s.disease.is_dangerous,
        )
        for rank, s in enumerate(_judged(retriever, case)[:k], start=1)
    ]  # fmt: skip
    reason = "" if found else _why_none(case)
    return Differential(description, case.read, tuple(found), reason=reason)


@dataclass(frozen=True, slots=True)
class _Case:
    """A description as it is searched: findings, the query, what was found, known names."""

    description: str
    read: tuple[Finding, ...]
    query: str
    hits: tuple[Hit, ...]
    split: Split
    whole: bool = True

    @property
    def present(self) -> list[Finding]:
        return _present(self.read, self.whole)

    @property
    def denied(self) -> list[Finding]:
        return [
            f
            for f in self.read
            if f.negated and f.experiencer is Experiencer.PATIENT and f.kind in _ASKED
        ]


def _why_none(case: _Case) -> str:
    if case.present:
        return NOTHING
    return NONE_PRESENT if any(f.kind in _ASKED for f in case.read) else UNREAD


def _read_case(
    retriever: Retriever, description: str, read: tuple[Finding, ...], *, whole: bool = True
) -> _Case:
    """Read and search a description: ``whole``, or by the names of its findings alone.

    A record is searched by its findings: its drugs, values, relatives and what it denies would
    bring diseases of their own.
    """
    present = _present(read, whole)
    query = _query(description if whole else "", present) or description[:LONGEST]
    hits = _kept(retriever.search(query, DEPTH))
    names = Names()
    names.learn(h.article for h in hits)
    return _Case(description, read, query, tuple(hits), Split(names), whole)


def _present(read: Sequence[Finding], whole: bool) -> list[Finding]:
    """Return symptoms and signs of the patient; of a record those of now alone.

    A record tells of old illnesses and of the rash that a drug once gave; people who describe
    how they feel say "I had a fever" of the fever that they ask about.
    """
    told = [f for f in read if f.holds and f.kind in _ASKED]
    return told if whole else [f for f in told if f.time is not FindingTime.PAST]


def _judged(retriever: Retriever, case: _Case) -> list[Scored]:
    """Return the diseases by score, with what their sentences link; none where nothing speaks."""
    if not case.present:
        return []
    ranked = _ranked(retriever, case.hits, case)
    if not ranked or not _speaks(retriever, case.query, case.hits):
        return []
    first = [_with_links(s, case) for s in ranked[:LOOKED_AT]]
    first.sort(key=lambda s: (-s.score, s.disease.name))
    return first


def _with_links(scored: Scored, case: _Case) -> Scored:
    """Return a disease with the findings counted that sentences of its articles link with it."""
    about = Sentences(scored.disease, scored.hits, case.split)
    present = {f.name: f for f in case.present}.values()
    share = len(linked(tuple(present), about)) / len(present) if present else 0.0
    against = len(linked(case.denied, about))
    return replace(scored, score=scored.score + LINKED * share - AGAINST * against)


def _query(description: str, present: Sequence[Finding]) -> str:
    if 0 < len(description) <= LONGEST:
        return description
    told = list(dict.fromkeys(f.name for f in present))
    return "; ".join(told) or description[:LONGEST]


def _query_without(case: _Case, name: str) -> str:
    """Return the query without the words of a finding, wherever they were read."""
    if case.query != case.description:
        whole = case.description if case.whole else ""
        return _query(whole, [f for f in case.present if f.name != name])
    kept, at = "", 0
    for finding in case.present:
        if finding.name == name:
            kept += case.description[at : finding.start] + " "
            at = finding.end
    return (kept + case.description[at:]).strip(" ;,.")


def _kept(hits: Sequence[Hit]) -> list[Hit]:
    return [h for h in hits if h.article.status != "notice" and not is_hostile(h.passage.text)]


def _speaks(retriever: Retriever, query: str, hits: Sequence[Hit]) -> bool:
    """True where the best articles hold enough of the description to be about it."""
    similarity = Similarity(retriever.embedder)
    evidence = choose_evidence(hits[:20], limit=8, similarity=similarity)
    found = features(query, evidence, similarity)
    return found.covered >= THRESHOLDS.least_covered and found.cosine >= THRESHOLDS.least_cosine


def _ranked(retriever: Retriever, hits: Sequence[Hit], case: _Case) -> list[Scored]:
    """Return the diseases by score, without those that are findings of the patient."""
    lexical = retriever.reader.lexical
    total = lexical.count

    def base_rate(disease: Disease) -> float:
        holders = max(min(lexical.holders(word) for word in one) for one in disease.keys)
        return (holders + 0.5) / (total + 1.0)

    own = {tuple(words_of(words)) for f in case.present for words in (f.name, f.text)}
    ranked = rank_diseases(hits, case.split.names, base_rate)
    return [s for s in ranked if not own & set(s.disease.keys)]


def _without(retriever: Retriever, case: _Case) -> dict[Finding, dict[str, tuple[int, float]]]:
    """Search again without the words of each finding: finding → disease → (rank, score)."""
    queries: dict[Finding, str] = {}
    firsts = {f.name: f for f in reversed(case.present)}  # named twice, it is left out twice
    for finding in sorted(firsts.values(), key=lambda f: f.start)[:MOST_FINDINGS]:
        rest = _query_without(case, finding.name)
        if any(c.isalpha() for c in rest):
            queries[finding] = rest
    out: dict[Finding, dict[str, tuple[int, float]]] = {}
    found = retriever.search_many(list(queries.values()), DEPTH)
    for finding, hits in zip(queries, found, strict=True):
        case.split.names.learn(h.article for h in hits)
        left = replace(case, read=tuple(f for f in case.read if f.name != finding.name))
        ranked = _ranked(retriever, _kept(hits), left)[:LOOKED_AT]
        scored = sorted((_with_links(s, left) for s in ranked), key=lambda s: -s.score)
        out[finding] = {s.disease.name: (i, s.score) for i, s in enumerate(scored, start=1)}
    return out


def _described(
    retriever: Retriever,
    case: _Case,
    ranked: Sequence[Scored],
    without: Mapping[Finding, Mapping[str, tuple[int, float]]],
    citing: Citing,
    patient: PatientRecord,
) -> list[Candidate]:
    """Return candidates with their sentences; a search of their own brings more of them."""
    told = ", ".join(dict.fromkeys(f.name for f in case.read))
    asked = [f"symptoms of {s.disease.name}: {told}"[:LONGEST] for s in ranked]
    asked += [f"how is {s.disease.name} diagnosed, which tests" for s in ranked]
    found = [_kept(hits) for hits in retriever.search_many(asked, OWN_SEARCH)]
    out = []
    for i, scored in enumerate(ranked):
        disease = scored.disease
        about = Sentences(disease, [*scored.hits, *found[i]], case.split)
        for_it, against_it = linked(case.present, about), linked(case.denied, about)
        links = []
        for finding in {f.name: f for f in reversed(case.present)}.values():
            left = without.get(finding, {}).get(disease.name)
            place = for_it.get(finding)
            links.append(
                FindingLink(
                    finding,
                    round(scored.score - left[1], 4) if left else 0.0,
                    (citing.statement(place),) if place else (),
                    left[0] if left else None,
                )
            )
        links += [
            FindingLink(finding, -AGAINST, (citing.statement(place),))
            for finding, place in against_it.items()
        ]
        links.sort(key=lambda link: (-link.weight, link.finding.start))
        tests = Sentences(disease, found[len(ranked) + i], case.split).testing()
        fit = about.fitting(patient.age, patient.sex)
        out.append(
            Candidate(
                rank=i + 1,
                name=disease.name,
                code="",
                score=round(scored.score, 4),
                log_odds=round(scored.log_odds, 4),
                articles=len(scored.hits),
                links=tuple(links),
                is_dangerous=disease.is_dangerous,
                fit=tuple(citing.statement(place) for place in fit),
                tests=tuple(citing.statement(place) for place in tests),
                uncertainty=_uncertainty(
                    len(scored.hits), *(_distinct(fs) for fs in (for_it, case.present, against_it))
                ),
            )
        )
    return out


def _distinct(findings: Iterable[Finding]) -> int:
    return len({f.name for f in findings})


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
