import pytest
from answering_doubles import article, evidence, hit, hits

from rag.answering.direct import LEAD, direct_answer
from rag.answering.engine import Parts, answer
from rag.answering.entities import Source, draw, enumerated, own_abbreviations, phrases
from rag.answering.extractive import Candidate
from rag.answering.similarity import Similarity
from rag.answering.spans import spans
from rag.answering.to_json import answer_to_dict
from rag.types import Citation, Statement

ASKED = "Does honey reduce night cough in children?"


def carried(done):
    """Every index that the direct answer names is one of a statement with a quote."""
    assert all(done.statements[i].citations for i in done.direct_statements)
    assert bool(done.direct) == bool(done.direct_statements)
    for candidate in done.candidates:
        assert candidate.text in done.statements[candidate.statement].text
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


def test_a_factoid_is_a_phrase_of_its_statement():
    found = hits(article(1, "Cystic fibrosis is caused by mutations of the CFTR gene."))
    done = carried(answer("Which gene is mutated in cystic fibrosis?", found, Parts()))
    assert done.kind == "factoid"
    assert [c.text for c in done.candidates] == ["CFTR gene"]
    # words alone do not make it likely enough to be said first
    assert (done.direct, done.direct_statements) == ("", ())
    assert done.text == f"{found[0].article.text} [1]"


class Composer:
    """Knows the statement, and gives it a chance."""

    def __init__(self, chance):
        self.chance = chance

    def scored(self, question, evidence, style, *, similarity):
        return [Candidate(span, 1.0, self.chance) for e in evidence for span in spans(e)]


@pytest.mark.parametrize(("chance", "said"), [(0.96, "NEMO7"), (0.94, "")])
def test_a_name_is_said_from_a_chance_on(chance, said):
    text = "Fever of the fins is caused by NEMO7."
    pieces = evidence(text)
    citation = Citation(1, "pmid:100", text, 0, len(text), 1001, "supports", 1.0)
    statements = [Statement(text, (citation,))]
    asked = "Which gene causes fever of the fins?"
    short = direct_answer(asked, statements, pieces, Composer(chance), Similarity())
    # a gene by its form (2) and a name by its signs (1.5), near the word "caused"
    assert 0.95 * 3 / 2 < short.lead < 0.97 * 3
    assert short.lead >= LEAD
    assert (short.text, short.statements) == (said, (0,) if said else ())
    assert [c.text for c in short.candidates] == ["NEMO7"]


def test_two_names_alike_are_not_said():
    text = "Fever of the fins is caused by NEMO7 and by DORY8."
    pieces = evidence(text)
    citation = Citation(1, "pmid:100", text, 0, len(text), 1001, "supports", 1.0)
    asked = "Which gene causes fever of the fins?"
    statements = [Statement(text, (citation,))]
    short = direct_answer(asked, statements, pieces, Composer(0.99), Similarity())
    assert [c.text for c in short.candidates] == ["NEMO7", "DORY8"]
    assert 0 < short.lead < LEAD
    assert short.text == ""


def test_the_items_of_a_list_are_those_enumerated():
    text = "Drugs for gout include allopurinol, febuxostat and colchicine."
    done = carried(answer("List drugs for gout.", hits(article(1, text)), Parts()))
    assert done.direct == "allopurinol; febuxostat; colchicine"


def test_items_that_are_long_or_not_enumerated_are_candidates_only():
    text = "Drugs for gout include slow release allopurinol tablets, febuxostat and colchicine."
    done = carried(answer("List drugs for gout.", hits(article(1, text)), Parts()))
    assert (len(done.candidates), done.direct) == (3, "")
    text = "Drugs for gout reduced attacks: allopurinol reduced the most."
    done = carried(answer("List drugs for gout.", hits(article(1, text)), Parts()))
    assert done.candidates
    assert done.direct == ""


@pytest.mark.parametrize(
    ("sentence", "question", "own"),
    [
        ("Huntington's disease (HD) is due to HTT.", "What causes Huntington's disease?", {"HD"}),
        ("HD is due to HTT.", "What causes Huntington's disease?", {"HD"}),
        ("Dihydroorotate dehydrogenase (DHODH) acts.", "What does dihydroorotate dehydrogenase do?",
         {"DHODH"}),
        ("It is due to huntingtin (HTT).", "What causes Huntington's disease?", set()),
        ("Plague (n=4) was seen.", "What is plague?", set()),
    ],
    ids=["brackets", "initials", "inside-words", "another-word", "no-abbreviation"],
)  # fmt: skip
def test_abbreviations_of_the_question_are_known(sentence, question, own):
    assert own_abbreviations(sentence, question) == own


def test_an_abbreviation_of_the_question_is_no_answer():
    source = Source("In Huntington's disease (HD) the HTT gene is mutated.", 1.0, 0)
    found = draw("What gene is mutated in Huntington's disease?", "factoid", [source])
    assert "HD" not in {f.text for f in found}
    assert found[0].text.startswith("HTT")


def test_a_summary_and_an_abstention_have_no_direct_answer():
    found = hits(article(1, "Insulin lowers the output of glucose by the liver."))
    done = answer("How does insulin act on the liver?", found, Parts())
    assert (done.kind, done.direct) == ("summary", "")
    refused = answer("Does garlic cure plague in Rome?", found, Parts())
    assert (refused.status, refused.kind, refused.direct) == ("insufficient_evidence", "yesno", "")


def test_amounts_are_numbers_with_their_units():
    said = [p for p, _ in phrases("A human cell has 46 chromosomes.", "How many chromosomes?")]
    assert said == ["46"]
    assert phrases("It took 3 to 5 days.", "How long does it take?")[0][0] == "3 to 5 days"


def test_words_of_the_question_are_no_answer():
    source = Source("Measles virus causes measles.", 1.0, 0)
    assert draw("Which virus causes measles?", "factoid", [source]) == ()


def test_more_sentences_with_a_name_raise_it():
    sources = [
        Source("Scurvy is due to lack of vitamin C.", 0.5, 0),
        Source("Sailors with scurvy lack vitamin C.", 0.5, 1),
        Source("Scurvy was common in Portsmouth.", 0.6, 2),
    ]
    assert draw("What is lacking in scurvy?", "factoid", sources)[0].text == "vitamin C"


def test_an_enumeration_needs_three():
    two = [Source("Gout is treated with rest and ice.", 1.0, 0)]
    assert enumerated("What treats gout?", two) == ()
