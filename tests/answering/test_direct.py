from answering_doubles import article, evidence, hit, hits

from rag.answering.direct import ITEM, SAID, direct_answer, offered
from rag.answering.draft import Composed, DraftSentence
from rag.answering.engine import Parts, answer
from rag.answering.extractive import Extractive
from rag.answering.naming import Found
from rag.answering.similarity import Similarity
from rag.answering.to_json import answer_to_dict
from rag.types import Citation, Draft, Statement

ASKED = "Does honey reduce night cough in children?"


def carried(done):
    """Every index that the direct answer names is one of a statement with a quote."""
    assert all(done.statements[i].citations for i in done.direct_statements)
    assert bool(done.direct) == bool(done.direct_statements)
    for candidate in done.candidates:
        if candidate.statement is not None:
            assert candidate.text in done.statements[candidate.statement].text
    if done.kind in ("factoid", "list") and done.direct:
        carriers = [done.statements[i] for i in done.direct_statements]
        quoted = " ".join(c.quote for s in carriers for c in s.citations)
        assert all(name in quoted for name in done.direct.split("; "))
    return done


def test_yes_comes_first_and_names_its_statements():
    done = carried(
        answer(ASKED, hits(article(1, "Honey reduced night cough in children.")), Parts())
    )
    assert (done.kind, done.direct, done.direct_statements) == ("yesno", "yes", (0,))
    assert done.text.startswith("Yes [1]. ")
    made = answer_to_dict(done)
    assert (made["kind"], made["direct"], made["candidates"]) == ("yesno", "yes", [])


def test_no_is_carried_by_a_statement_that_denies():
    found = hits(article(1, "Honey did not reduce night cough in children of the trial."))
    done = carried(answer(ASKED, found, Parts()))
    assert (done.direct, done.direct_statements) == ("no", (0,))


def test_the_stronger_study_decides():
    good = article(
        1, "Honey did not reduce night cough in children of the trials at all.", year=2022,
        publication_types=("Meta-Analysis",),
    )  # fmt: skip
    weak = article(
        2, "Honey reduced night cough in two children of one family.", year=1975,
        publication_types=("Case Reports",),
    )  # fmt: skip
    done = carried(answer(ASKED, [hit(good, 1, score=1.0), hit(weak, 2, score=1.0)], Parts()))
    assert done.direct == "no"


GENE = "Which gene is mutated in fin fever?"
LIST = "Which drugs treat fin fever?"
SAYS = "Fin fever is caused by mutations of the NEMO7 gene."


def statement(text, n=1):
    citation = Citation(n, f"pmid:{99 + n}", text, 0, len(text), 1000 + n, "supports", 1.0)
    return Statement(text, (citation,))


def rare(word):
    """Rarity in an index where only invented words are rare."""
    return 0.9 if word in ("nemo7", "dory8", "dorynib", "marlinib", "coralmab") else 0.3


def direct(question, texts, said, **more):
    pieces = evidence(*texts)
    statements = [statement(texts[i], i + 1) for i in said]
    return direct_answer(
        question, statements, pieces, Extractive(), Similarity(), rare=rare, **more
    )


def test_a_factoid_is_a_phrase_of_its_statement():
    done = carried(answer("Which gene is mutated in cystic fibrosis?", hits(
        article(1, "Cystic fibrosis is caused by mutations of the CFTR gene."),
        article(2, "In cystic fibrosis the CFTR gene is mutated, as all know."),
    ), Parts()))  # fmt: skip
    assert done.kind == "factoid"
    assert done.candidates[0].text == "CFTR"
    assert done.candidates[0].score > done.candidates[-1].score


def test_a_likely_name_is_said_with_the_statement_that_holds_it():
    found = direct(GENE, [SAYS, "The NEMO7 gene is mutated in fin fever of fish."], [0])
    assert found.candidates[0].score >= SAID
    assert (found.text, found.statements, found.added) == ("NEMO7", (0,), ())


def test_a_sentence_that_carries_the_name_is_added():
    texts = [
        SAYS,
        "The NEMO7 gene is mutated in fin fever of fish.",
        "Fin fever is a disease of fish in which a gene is mutated.",
    ]
    found = direct(GENE, texts, [2])
    assert found.text == "NEMO7"
    assert found.statements == (1,)  # behind the one of the answer
    (added,) = found.added
    assert added.text == texts[added.markers[0] - 1]
    assert "NEMO7" in added.text
    bare = direct(GENE, texts, [2], most_added=0)
    assert (bare.text, bare.statements, bare.added) == ("", (), ())
    assert bare.candidates[0].text == "NEMO7"
    assert bare.candidates[0].statement is None


def test_an_unlikely_name_is_a_candidate_only():
    found = direct(GENE, ["Fin fever was seen in Rome by a doctor of fish."], [0])
    assert found.candidates
    assert found.candidates[0].score < SAID
    assert (found.text, found.statements) == ("", ())


def test_the_items_of_a_list_are_those_that_are_likely():
    texts = [
        "Drugs that treat fin fever are dorynib, marlinib and coralmab.",
        "Fin fever: to treat it with drugs, dorynib, marlinib and coralmab are used.",
    ]
    found = direct(LIST, texts, [0])
    assert found.text.split("; ") == [c.text for c in found.candidates][: found.text.count(";") + 1]
    assert set(found.text.split("; ")) == {"dorynib", "marlinib", "coralmab"}
    assert found.statements == (0,)


def test_as_many_items_as_asked():
    found = [Found(t, c, (0,)) for t, c in (("a", 0.9), ("b", 0.5), ("c", 0.3), ("d", ITEM / 2))]
    assert [f.text for f in offered("Which two drugs treat it?", "list", found)] == ["a", "b"]
    assert [f.text for f in offered("Which drugs treat it?", "list", found)] == ["a", "b", "c"]
    assert len(offered("Which drug treats it?", "factoid", found * 2)) == 5
    assert offered("Which drugs treat it?", "list", []) == ()


def test_a_summary_and_an_abstention_have_no_direct_answer():
    found = hits(article(1, "Insulin lowers the output of glucose by the liver."))
    done = answer("How does insulin act on the liver?", found, Parts())
    assert (done.kind, done.direct) == ("summary", "")
    refused = answer("Does garlic cure plague in Rome?", found, Parts())
    assert (refused.status, refused.kind, refused.direct) == ("insufficient_evidence", "yesno", "")


class OnlyTheFirst:
    """A composer that quotes one sentence."""

    identity = "first"

    def __init__(self, text):
        self.text = text

    def compose(self, question, evidence, style, *, similarity=None, on_piece=None):
        (n,) = [e.n for e in evidence if self.text in e.hit.passage.text]
        return Composed(Draft(self.text, "first"), (DraftSentence(self.text, (n,)),))


def test_an_added_sentence_is_a_statement_with_its_reference():
    texts = (
        "Fin fever is a disease of fish in which a gene is mutated, as is well known of it.",
        "The NEMO7 gene is mutated in fin fever.",
        "NEMO7: the gene that is mutated in fin fever.",
    )
    found = [hit(article(i, text), i, score=1.0) for i, text in enumerate(texts, start=1)]
    parts = Parts(
        composer=OnlyTheFirst(texts[0]), holders=lambda word: 0 if word == "nemo7" else 400,
        passages=8000,
    )  # fmt: skip
    done = carried(answer(GENE, found, parts))
    assert done.direct == "NEMO7"
    assert [s.text for s in done.statements] == list(texts[:2])
    assert done.direct_statements == (1,)
    assert [r.article.id for r in done.references][:2] == ["pmid:1", "pmid:2"]
    assert done.text.startswith("NEMO7 [2]")
    assert "pmid:2" not in {u.article_id for u in done.unused}
