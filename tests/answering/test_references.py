from dataclasses import replace

from answering_doubles import AUTHORS, article, evidence

from rag.answering.references import (
    nlm_reference,
    number,
    pubmed_url,
    standing_text,
    status_mark,
)
from rag.types import Article, Citation, Conflict, Relation, Statement

FULL = Article(
    id="pmid:123",
    title="Honey for cough.",
    journal="Journal of Remedies",
    journal_abbreviation="J Remedies",
    year=2021,
    volume="10",
    issue="2",
    pages="123-9",
    authors=AUTHORS[:2],
    doi="10.1000/x",
    pmcid="PMC7",
)


def test_nlm_form():
    assert nlm_reference(FULL) == (
        "Name0 AB, Name1 AB. Honey for cough. J Remedies. 2021;10(2):123-9. "
        "doi: 10.1000/x. PMID: 123; PMCID: PMC7."
    )


def test_six_authors_then_et_al():
    text = nlm_reference(replace(FULL, authors=AUTHORS))
    assert text.startswith(", ".join(f"Name{i} AB" for i in range(6)) + ", et al. Honey")


def test_parts_that_are_missing_leave_no_trace():
    assert nlm_reference(Article(id="hash:1", title="Why?", year=1977)) == "Why? 1977."
    assert nlm_reference(replace(FULL, issue="", year=None, doi="", pmcid="")) == (
        "Name0 AB, Name1 AB. Honey for cough. J Remedies. 10:123-9. PMID: 123."
    )


def test_a_language_is_named_but_english():
    german = replace(FULL, title="[Honey for cough].", language="ger", doi="", pmcid="")
    assert nlm_reference(german).endswith(
        "[Honey for cough]. J Remedies. 2021;10(2):123-9. German. PMID: 123."
    )
    assert "English, French. doi" in nlm_reference(replace(FULL, language="eng,fre"))
    assert nlm_reference(replace(FULL, language="eng")) == nlm_reference(FULL)


def test_links_and_marks():
    assert pubmed_url(FULL) == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert pubmed_url(Article(id="doi:10.1/y", title="", doi="10.1/y")) == "https://doi.org/10.1/y"
    assert pubmed_url(Article(id="hash:1", title="")) == ""
    assert status_mark(replace(FULL, status="retracted")).startswith("RETRACTED")
    assert status_mark(FULL) == ""


def test_references_run_in_order_of_first_citation():
    pieces = evidence("A a.", "B b.", "C c.", "D d.")

    def cite(n):
        return Citation(n, f"pmid:{99 + n}", 1, "q", 0, 1, "supports", 1.0)

    done = number(
        [Statement("S", (cite(3), cite(1))), Statement("T", (cite(1),))],
        [Conflict(0, cite(4))],
        pieces,
    )
    assert [[c.n for c in s.citations] for s in done.statements] == [[1, 2], [2]]
    assert [c.article_id for c in done.statements[0].citations] == ["pmid:102", "pmid:100"]
    assert done.conflicts[0].citation.n == 3
    assert [(r.n, r.article.id) for r in done.references] == [
        (1, "pmid:102"),
        (2, "pmid:100"),
        (3, "pmid:103"),
    ]
    assert [(e.n, e.hit.article.id) for e in done.evidence][-1] == (4, "pmid:101")
    assert done.references[0].evidence_level == 6


def test_a_level_is_that_of_the_publication_types():
    found = article(1, "A a.", publication_types=("Meta-Analysis",))
    assert found.pmid == "1"


def test_notes_and_trials():
    note = Article(
        id="note:7",
        title="Nursing: Report",
        publication_date="2120-01-02",
        subject="10",
        encounter="100",
    )
    assert nlm_reference(note) == "Nursing: Report. 2120-01-02. Note 7, patient 10, admission 100."
    assert pubmed_url(note) == ""
    assert pubmed_url(Article(id="nct:NCT00000001", title="T")).endswith("/study/NCT00000001")


def test_what_bears_on_an_article_is_said_gravest_first():
    links = (
        Relation("CommentIn", "pmid:4"),
        Relation("ErratumIn", "pmid:3"),
        Relation("ExpressionOfConcernIn", "", "J Tests. 2020;1:2"),
        Relation("RetractionIn", "pmid:2"),
    )
    said = standing_text(replace(FULL, relations=links))
    assert said == (
        "retracted by pmid:2; expression of concern in J Tests. 2020;1:2; corrected by pmid:3"
    )
