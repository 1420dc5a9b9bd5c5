"""Possible diseases for a description of symptoms, each with its literature.

Candidates and reasons come from the index alone: diseases that the passages found for the
description are about or name (``rag.clinical.ranking`` has the formula), and sentences of the
literature that link them with the findings. What a finding moves is measured: the description is
searched again without its words. This is a reading list with reasons, and no diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.answering.abstain import THRESHOLDS, features
from rag.answering.evidence import choose_evidence
from rag.answering.hostile import is_hostile
from rag.answering.redflags import red_flags
from rag.answering.similarity import Similarity
from rag.clinical.case import ASKED, LONGEST, Case, with_fever
from rag.clinical.described import AGAINST, Moved, Support, described, supports
from rag.clinical.diseases import Disease, Names, words_of
from rag.clinical.findings import find_findings
from rag.clinical.links import Citing, Sentences, Split, linked
from rag.clinical.people import read_age, read_sex
from rag.clinical.ranking import DEPTH, Scored, rank_diseases
from rag.clinical.records import read_record
from rag.clinical.ruleout import rule_out
from rag.clinical.things import of_things
from rag.clinical.who import read_who
from rag.errors import UsageError
from rag.retrieval import Retriever
from rag.types import Candidate, Differential, Finding, Hit, PatientRecord

MOST_FINDINGS = 12
"""Findings that the ranking is tried without."""
LOOKED_AT = 30
"""Diseases whose sentences are read, by rank; of dangerous ones those of all are."""
LINKED = 2.0
"""What it adds that sentences link all of the findings with a disease."""
OWN_SEARCH = 12
"""Articles looked at for one candidate by itself."""
FAR = 0.4
"""Likeness of the best article below which all candidates are weak: none of 75 descriptions of
illness was below (of those that weights were chosen on; the lowest had .43), and 6 of 8 sentences
of idle talk that hold a word for a symptom ("I am tired of politics")."""
NOTHING = "nothing in this index speaks to these findings; index literature on them"
UNREAD = "no symptom or sign was read in the description; name them in plain English words"
NONE_PRESENT = (
    "every symptom read is denied, past, only to be watched for, or another's; "
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
    read = record or read_record(_told(description))
    case = _case(description, read.findings, read.age, read.sex, whole=record is None)
    notices = (
        read.notices if record else tuple(dict.fromkeys((*red_flags(description), *read.notices)))
    )
    index = str(retriever.reader.directory)
    found = _search(retriever, case)
    ranked = _judged(retriever, found) if found else []
    if found is None or not ranked:
        return Differential(description, case.read, (), notices, _why_none(case), index=index)
    shown = _supports(retriever, found, ranked[:k])
    citing = Citing()
    first = rule_out(case, ranked, shown, found.split, citing, near=LOOKED_AT)
    moved = _moved(retriever, found)
    candidates = described(case, shown, moved, citing, is_far=found.likeness < FAR)
    return Differential(
        description, case.read, candidates, notices, "", citing.references(), index, first
    )


def candidates_only(retriever: Retriever, description: str, *, k: int = 10) -> Differential:
    """Return the candidates of ``differential``, without sentences and leave-one-out.

    For evaluations of many cases: names, order and scores are the same.

    Raises:
        UsageError: the description is empty.
    """
    text = _told(description)
    case = _case(text, find_findings(text), read_age(text), read_sex(text))
    found = _search(retriever, case)
    candidates = [
        Candidate(
            rank, s.disease.name, "", round(s.score, 4), round(s.log_odds, 4), len(s.hits),
            is_dangerous=s.disease.is_dangerous,
        )
        for rank, s in enumerate((_judged(retriever, found) if found else [])[:k], start=1)
    ]  # fmt: skip
    reason = "" if candidates else _why_none(case)
    return Differential(description, case.read, tuple(candidates), reason=reason)


@dataclass(frozen=True, slots=True)
class _Found:
    """A case with what was found for it, the sentences of that, and how near it is to the case."""

    case: Case
    hits: tuple[Hit, ...]
    split: Split
    likeness: float


def _told(description: str) -> str:
    if not description.strip():
        raise UsageError("the description is empty; name symptoms or findings")
    return description


def _case(
    text: str, read: Sequence[Finding], age: float | None, sex: str, *, whole: bool = True
) -> Case:
    findings = of_things(text, read) if whole else tuple(read)
    return Case(text, with_fever(findings), read_who(text, findings, age, sex), whole)


def _why_none(case: Case) -> str:
    if case.present:
        return NOTHING
    return NONE_PRESENT if any(f.kind in ASKED for f in case.read) else UNREAD


def _search(retriever: Retriever, case: Case) -> _Found | None:
    """Search for what is present; nothing is searched where nothing is."""
    query = case.query
    if not query:
        return None
    hits = _kept(retriever.search(query, DEPTH))
    names = Names()
    names.learn(h.article for h in hits)
    return _Found(case, tuple(hits), Split(names), _likeness(retriever, query, hits))


def _judged(retriever: Retriever, found: _Found) -> list[Scored]:
    """Return the first diseases by score, then dangerous ones; none where nothing speaks."""
    if found.likeness < THRESHOLDS.least_cosine:
        return []
    case, split = found.case, found.split
    named = _possible(retriever, found.hits, case, split)
    # a cancer that few have stands far below anaemia, and must not be overlooked for that
    further = [s for s in named[LOOKED_AT:] if s.disease.is_dangerous]
    return [*_linked(named[:LOOKED_AT], case, split), *_linked(further, case, split)]


def _kept(hits: Sequence[Hit]) -> list[Hit]:
    return [
        h
        for h in hits
        if h.article.status not in {"retracted", "notice"}
        and not is_hostile(f"{h.article.title}\n{h.passage.text}")
    ]


def _likeness(retriever: Retriever, query: str, hits: Sequence[Hit]) -> float:
    """Return how near the best article is to a description: its cosine above chance.

    0 where the articles hold too few of its words. By words and by the cosines that the search
    brought, so that nothing is embedded for it but the description.
    """
    best = hits[:20]
    covered = features(query, choose_evidence(best, limit=8), Similarity()).covered
    near = max((h.scores.dense for h in best if h.scores.dense is not None), default=0.0)
    if covered < THRESHOLDS.least_covered:
        return 0.0
    return Similarity(retriever.embedder).above_chance(query, near)


def _ranked(retriever: Retriever, hits: Sequence[Hit], case: Case, split: Split) -> list[Scored]:
    """Return the first diseases by score, with what their sentences link."""
    return _linked(_possible(retriever, hits, case, split)[:LOOKED_AT], case, split)


def _possible(retriever: Retriever, hits: Sequence[Hit], case: Case, split: Split) -> list[Scored]:
    """Return the diseases that hits name, without findings of the patient and the impossible."""
    lexical = retriever.reader.lexical
    total = lexical.count

    def base_rate(disease: Disease) -> float:
        holders = max(min(lexical.holders(word) for word in one) for one in disease.keys)
        return (holders + 0.5) / (total + 1.0)

    own = _keys(case.present)
    told = own | _keys(case.diagnosed)
    return [
        s
        for s in rank_diseases(hits, split.names, base_rate, case.who.commoner)
        if not (told if s.disease.is_sign else own) & set(s.disease.keys)
        and case.who.can_have(s.disease)
    ]


def _linked(several: Iterable[Scored], case: Case, split: Split) -> list[Scored]:
    scored = [_with_links(s, case, split) for s in several]
    return sorted(scored, key=lambda s: (-s.score, s.disease.name))


def _keys(findings: Iterable[Finding]) -> set[tuple[str, ...]]:
    return {tuple(words_of(words)) for f in findings for words in (f.name, f.text)}


def _with_links(scored: Scored, case: Case, split: Split) -> Scored:
    """Return a disease with the findings counted that sentences of its articles link with it."""
    about = Sentences(scored.disease, scored.hits, split)
    present = {f.name: f for f in case.present}.values()
    share = len(linked(tuple(present), about)) / len(present) if present else 0.0
    against = len(linked(case.denied, about))
    return replace(scored, score=scored.score + LINKED * share - AGAINST * against)


def _moved(retriever: Retriever, found: _Found) -> dict[Finding, Moved]:
    """Search again without the words of each finding: finding → disease → (rank, score)."""
    case = found.case
    queries: dict[Finding, str] = {}
    firsts = {f.name: f for f in reversed(case.present)}  # named twice, it is left out twice
    for finding in sorted(firsts.values(), key=lambda f: f.start)[:MOST_FINDINGS]:
        rest = case.query_without(finding.name)
        if any(c.isalpha() for c in rest):
            queries[finding] = rest
    out: dict[Finding, Moved] = {}
    searched = retriever.search_many(list(queries.values()), DEPTH)
    for finding, hits in zip(queries, searched, strict=True):
        found.split.names.learn(h.article for h in hits)
        ranked = _ranked(retriever, _kept(hits), case.without(finding.name), found.split)
        out[finding] = {s.disease.name: (i, s.score) for i, s in enumerate(ranked, start=1)}
    return out


def _supports(retriever: Retriever, found: _Found, ranked: Sequence[Scored]) -> list[Support]:
    """Return what sentences say of candidates; a search of their own brings more of them."""
    told = ", ".join(dict.fromkeys(f.name for f in found.case.present))
    names = [s.disease.name for s in ranked]
    asked = [f"symptoms of {name}: {told}"[:LONGEST] for name in names]
    asked += [f"how is {name} diagnosed, which tests" for name in names]
    hits = [_kept(several) for several in retriever.search_many(asked, OWN_SEARCH)]
    return supports(found.case, ranked, hits[: len(ranked)], hits[len(ranked) :], found.split)
