"""Answers, searches and articles with nasty values, for the tests of exports."""

from __future__ import annotations

import json

from rag.answering.references import references
from rag.answering.to_json import answer_to_dict
from rag.terminal_search import hit_to_dict
from rag.types import (
    Answer,
    Article,
    Author,
    Citation,
    Conflict,
    Evidence,
    Hit,
    Passage,
    Provenance,
    Relation,
    StageScores,
    Statement,
)

HONEY = Article(
    id="pmid:101",
    title="Honey for cough in children: a randomised trial.",
    journal="Journal of Invented Remedies",
    journal_abbreviation="J Invent Remedies",
    issn="1234-5678",
    year=2021,
    publication_date="2021 Jul 3",
    volume="10",
    issue="2 Suppl 1",
    pages="123-9",
    authors=(
        Author("Test", "Anna B", "AB"),
        Author("van der Test", "Jan", "J"),
        Author("O'Test Jr", "Carl", "C"),
        Author(collective="Honey Study Group"),
    ),
    doi="10.1000/honey_1",
    pmcid="PMC7000001",
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    language="eng",
    keywords=("honey", "cough"),
)
MAGNETS = Article(
    id="pmid:102",
    title="Magnets cure cough.",
    journal="Journal of Invented Results",
    year=2015,
    authors=(Author("Example", "", "E"),),
    publication_types=("Journal Article", "Retracted Publication"),
    language="eng",
    relations=(
        Relation("RetractionIn", "pmid:103", "J Invent Results. 2016;4:5. doi: 10.1000/gone"),
        Relation("ErratumIn", "", "J Invent Results. 2015;3:9"),
    ),
    status="retracted",
)


def cited(article, n, quote, verdict="supports"):
    return Citation(n, article.id, 7, quote, 0, len(quote), verdict, 0.93)


def hit(article, rank=1, text="A passage."):
    passage = Passage(rank, article.id, "", text, 0, len(text))
    return Hit(passage, article, 0.5, rank, StageScores(lexical=1.0))


def answer(*articles, statements=None, conflicts=(), **facts):
    made = [Evidence(n, hit(a, n)) for n, a in enumerate(articles, start=1)]
    if statements is None:
        statements = (
            Statement("Honey shortens cough by 2 days.", (cited(articles[0], 1, "It did."),)),
        )
    return Answer(
        question=facts.pop("question", "Does honey help against cough?"),
        status=facts.pop("status", "answered"),
        statements=tuple(statements),
        references=references(made),
        conflicts=tuple(conflicts),
        provenance=Provenance("indexes/cough", 3, "minilm", "extractive", "rules", "", "9.9", ()),
        **facts,
    )


def example():
    """An answer with a conflict and a retracted reference."""
    return answer(
        HONEY,
        MAGNETS,
        statements=(
            Statement(
                "Honey shortens cough by 2 days.",
                (cited(HONEY, 1, "Cough was 2 days shorter with honey."),),
                "A randomised trial (2021):",
            ),
            Statement("Magnets were tried too.", (cited(MAGNETS, 2, "Magnets were tried too."),)),
        ),
        conflicts=(Conflict(0, cited(MAGNETS, 2, "Honey did nothing.", "contradicts")),),
        red_flags=("Seek help at once.",),
    )


def abstention(*articles):
    return answer(*articles, statements=(), status="insufficient_evidence", question="Who won?")


def as_json(one):
    return json.dumps(answer_to_dict(one), ensure_ascii=False)


def search_json(query, *articles):
    hits = [hit_to_dict(hit(a, n)) for n, a in enumerate(articles, start=1)]
    return json.dumps({"query": query, "hits": hits}, ensure_ascii=False)
