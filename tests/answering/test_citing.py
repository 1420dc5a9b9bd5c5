"""Any verifier, in batches; several citations where several carry a statement, and no more."""

import pytest
from answering_doubles import ScriptedGenerator, article, evidence, hits
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.citing import MOST_AGAINST
from rag.answering.draft import DraftSentence, split_draft
from rag.answering.engine import Parts, answer
from rag.answering.rules import SUPPORT_SCORE, RulesVerifier, assess, matches
from rag.answering.sayable import parts_of
from rag.answering.verify import MOST_IN_CITED, MOST_IN_OTHERS, verify
from rag.models.verifier import Judgement

HONEY = "Honey reduced night cough in 45% of children."
ZINC = "Zinc lozenges shortened the common cold by 2 days."


class Told:
    """A verifier that knows which (claim, quote) pairs hold, and keeps what it was asked."""

    identity, threshold = "told", 0.5

    def __init__(self, **scores: float):
        self.scores = scores
        self.calls: list[list[tuple[str, str]]] = []

    def judge(self, pairs):
        self.calls.append(list(pairs))
        out = []
        for _, quote in pairs:
            score = next((v for k, v in self.scores.items() if k in quote), 0.1)
            verdict = "supports" if score >= self.threshold else "unclear"
            out.append(Judgement(verdict, score, 0.0, "told so", ("cough",), ("tea",)))
        return out

    def close(self):
        pass


def test_the_pairs_of_a_whole_draft_are_judged_in_few_calls():
    told = Told(honey=0.9, zinc=0.9)
    draft = split_draft(
        "Night cough fell with honey in children [1]. The cold was shorter with zinc lozenges [2]. "
        "Night cough of children fell with tea [1]."
    )
    pieces = evidence("Cough fell with honey in children.", "The cold was short with zinc.")
    done = verify(draft, pieces, verifier=told)
    assert [c.n for s in done.statements for c in s.citations] == [1, 2, 1]
    assert len(told.calls) <= 3
    asked = [pair for call in told.calls for pair in call]
    assert len(asked) == len(set(asked))


def test_what_a_verifier_says_is_kept_with_the_citation():
    done = verify(
        [DraftSentence("Cough fell with honey and tea.", (1,))],
        evidence("Cough fell with honey."),
        verifier=Told(honey=0.77),
    )
    (citation,) = done.statements[0].citations
    assert (citation.score, citation.reason) == (0.77, "told so")
    assert (citation.matched, citation.missing) == (("cough",), ("tea",))


def test_few_sentences_of_a_passage_are_judged():
    told = Told()
    long = " ".join(f"Honey and cough were seen in case {i} of the series." for i in range(30))
    strange = " ".join(f"Steel bridges rust in winter {i}." for i in range(30))
    verify([DraftSentence("Honey stops cough.", (1,))], evidence(long, long, strange), None, told)
    singles = [quote for _, quote in told.calls[0]]
    assert len(singles) <= MOST_IN_CITED + MOST_IN_OTHERS
    assert not any("Steel" in quote for call in told.calls for _, quote in call)


def test_few_pairs_are_judged_for_conflict():
    denial = " ".join(f"Zinc did not shorten the cold in series {i}." for i in range(40))
    told = Told()
    claim = "Zinc shortened the cold."
    verify([DraftSentence(claim, (1,))], evidence(claim, *[denial] * 6), None, told)
    assert len(told.calls[-1]) <= MOST_AGAINST


WORDS = st.sampled_from(
    ["Honey", "zinc", "cough", "children", "reduced", "did not", "reduce", "45%", "5 mg", "sleep"]
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=8).map(lambda w: " ".join(w).capitalize() + ".")
PASSAGES = st.lists(
    st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(draft=st.lists(SENTENCES, min_size=1, max_size=4), texts=PASSAGES)
def test_quotes_lie_where_they_say_and_company_changes_nothing(draft, texts):
    pieces = evidence(*texts)
    sentences = [DraftSentence(t, (1,)) for t in draft]
    together = verify(sentences, pieces)
    text_of = {e.hit.article.id: e.hit.article.text for e in pieces}
    cited = [c for s in together.statements for c in s.citations]
    for c in cited + [c.citation for c in together.conflicts]:
        assert text_of[c.article_id][c.start : c.end] == c.quote
    for statement in together.statements:
        ids = [c.article_id for c in statement.citations]
        assert len(ids) == len(set(ids))
        alone = verify([DraftSentence(statement.text, (1,))], pieces)
        assert [s.citations for s in alone.statements] == [statement.citations]


def test_an_article_that_says_as_much_is_cited_too():
    again = "In 45% of the children honey reduced night cough."
    less = "Honey reduced cough in children."
    done = verify(
        [DraftSentence(HONEY, (1,))],
        evidence(HONEY, again, less, ZINC),
        verifier=Told(**{"45%": 0.95, "Honey reduced cough": 0.94}),
    )
    assert [c.quote for c in done.statements[0].citations] == [HONEY, again]


def test_near_copies_of_two_articles_are_two_articles_but_a_part_is_none():
    longer = f"{HONEY[:-1]} and 40% of adults."
    done = verify([DraftSentence(HONEY, (1, 2, 3))], evidence(HONEY, HONEY, longer))
    assert [c.n for c in done.statements[0].citations][:2] == [1, 2]
    told = Told(Honey=0.95)
    part = verify([DraftSentence(f"{longer} Truly.", (1, 2))], evidence(HONEY, longer), None, told)
    assert [c.quote for c in part.statements[0].citations] == [longer]


def test_two_facts_of_two_passages_are_both_cited():
    claim = f"{HONEY[:-1]}, and zinc lozenges shortened the common cold by 2 days."
    done = verify([DraftSentence(claim, (1, 2))], evidence(HONEY, ZINC))
    assert [(c.quote, c.part) for c in done.statements[0].citations] == [
        (HONEY, HONEY),
        (ZINC, ZINC),
    ]


def test_a_quote_that_carries_two_clauses_is_cited_once():
    source = "Zinc lozenges shortened the common cold by 2 days and honey reduced night cough."
    claim = "Honey reduced night cough, and zinc lozenges shortened the common cold by 2 days."
    done = verify([DraftSentence(claim, (1,))], evidence(source))
    (citation,) = done.statements[0].citations
    assert citation.quote == source
    assert citation.part == (
        "Honey reduced night cough. Zinc lozenges shortened the common cold by 2 days."
    )


def test_half_a_statement_is_not_said():
    claim = f"{HONEY[:-1]}, and zinc lozenges cured the plague of 1665 in London."
    done = verify([DraftSentence(claim, (1, 2))], evidence(HONEY, ZINC))
    assert done.statements == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Honey reduced night cough, and zinc shortened long colds.",
            ("Honey reduced night cough.", "Zinc shortened long colds."),
        ),
        (
            "Honey reduced night cough; zinc lozenges shortened colds.",
            ("Honey reduced night cough.", "Zinc lozenges shortened colds."),
        ),
        ("Honey reduced night cough, and improved sleep of children.", ()),
        ("Honey reduced night cough, but significantly increased caries.", ()),
        ("In children, honey reduced night cough, and zinc shortened long colds.", ()),
        ("Honey reduced night cough, and it shortened long colds.", ()),
        ("Honey and zinc shortened cough and colds, respectively, and sleep was long.", ()),
        ("Honey reduced night cough, and sleep improved.", ()),
        ("Honey reduced night cough.", ()),
    ],
)
def test_clauses_that_state_a_fact_each(text, parts):
    assert parts_of(text) == parts


def test_the_rules_as_a_verifier():
    pairs = [(HONEY, HONEY), (HONEY, ZINC), (ZINC, ZINC.replace("shortened", "did not shorten"))]
    rules = RulesVerifier()
    forward = rules.judge(pairs)
    assert forward == rules.judge(pairs[::-1])[::-1]
    assert [j.verdict for j in forward] == [assess(*p).verdict for p in pairs]
    assert forward[0].supports >= SUPPORT_SCORE > forward[1].supports
    assert forward[2].contradicts > forward[2].supports
    assert RulesVerifier().judge([]) == []


def test_matched_and_missing_words_and_numbers():
    held, lacking = matches(
        "Honey reduced cough in 45% of 30 infants.", "Honey reduces coughing in 45 percent."
    )
    assert held == ("Honey", "reduced", "cough", "45 %")
    assert lacking == ("infants", "30")


def test_identifiers_of_a_writer_never_reach_the_answer():
    draft = (
        f"{HONEY[:-1]} (PMID: 99999999) [1]. According to PMC7654321, honey reduced night cough in "
        "45% of children [1]. Jones et al. (2019) found that honey reduced night cough in children "
        "[1]. Night cough in 45% of children was reduced by honey, doi:10.1000/none.1 [1]."
    )
    found = hits(article(1, HONEY))
    done = answer(
        "Does honey reduce night cough?", found, Parts(generator=ScriptedGenerator(draft))
    )
    assert HONEY in [s.text for s in done.statements]
    for made_up in ("99999999", "7654321", "10.1000", "Jones"):
        assert made_up not in done.text
    reasons = " ".join(d.reason for d in done.dropped)
    assert "identifier" in reasons
    assert "Jones" in reasons
