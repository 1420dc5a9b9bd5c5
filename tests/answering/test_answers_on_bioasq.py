"""On real questions and a real embedder: quotes are verbatim, ids are those found."""

import gzip
import json

import numpy as np
import pytest

from rag.answering.engine import Parts, answer
from rag.claims.lexicon import content_terms, coverage, idf
from rag.types import Article, Hit, Passage, Section, StageScores

QUESTIONS = 10


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.shared
@pytest.mark.model
def test_statements_on_bioasq_are_quotes(shared_data):
    from rag.models.embedder import load_embedder

    embedder = load_embedder("minilm", "cpu")
    documents = read(shared_data / "bioasq" / "corpus.jsonl.gz")[:2500]
    questions = read(shared_data / "bioasq" / "questions.jsonl.gz")
    ids = {d["_id"] for d in documents}
    asked = [q for q in questions if q["batch"].startswith("7B") and ids & set(q["pmids"])]
    articles = [Article(f"pmid:{d['_id']}", "", (Section(d["text"]),)) for d in documents]
    terms = [content_terms(a.text) for a in articles]
    weights = idf(terms)
    statements = answered = 0
    for question in asked[:QUESTIONS]:
        wanted = content_terms(question["question"])
        scores = np.array([coverage(wanted, t, weights) for t in terms])
        found = []
        for rank, at in enumerate(np.argsort(-scores, kind="stable")[:10], start=1):
            source = articles[at]
            passage = Passage(int(at), source.id, "", source.text, 0, len(source.text))
            found.append(Hit(passage, source, float(scores[at]), rank, StageScores()))
        done = answer(question["question"], found, Parts(embedder=embedder))
        by_id = {h.article.id: h for h in found}
        for statement in done.statements:
            assert statement.citations
            for c in statement.citations:
                assert c.quote in by_id[c.article_id].passage.text
                assert by_id[c.article_id].article.text[c.start : c.end] == c.quote
        statements += len(done.statements)
        answered += done.status == "answered"
    assert answered >= QUESTIONS / 2
    assert statements >= answered
