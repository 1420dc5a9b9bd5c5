from answering_doubles import evidence

from rag.answering.draft import DraftSentence, split_draft
from rag.answering.verify import Verified, extended, verify

HONEY = "Honey reduced night cough in 45% of children."
SLEEP = "Parents of treated children slept longer than others."
ZINC = "Zinc lozenges shortened the common cold by 2 days."


def test_a_verbatim_sentence_is_its_own_quote_with_its_offsets():
    pieces = evidence(f"We tried remedies. {HONEY} {SLEEP}")
    done = verify([DraftSentence(HONEY, (1,), "A trial:")], pieces)
    (statement,) = done.statements
    (citation,) = statement.citations
    assert (citation.quote, citation.score, citation.verdict) == (HONEY, 1.0, "supports")
    assert (citation.start, citation.end) == (19, 19 + len(HONEY))
    assert (statement.text, statement.lead) == (HONEY, "A trial:")
    assert (citation.article_id, citation.passage_id) == ("pmid:100", 1001)


def test_a_label_is_not_part_of_a_quote():
    pieces = evidence(f"RESULTS: {HONEY} CONCLUSIONS: {SLEEP}")
    done = verify([DraftSentence(HONEY, (1,))], pieces)
    assert done.statements[0].citations[0].quote == HONEY


def test_a_fragment_of_a_denial_is_not_verbatim_support():
    pieces = evidence("There is no evidence that honey reduced night cough in children.")
    done = verify([DraftSentence("Honey reduced night cough in children.", (1,))], pieces)
    assert done.statements == ()


def test_a_wrong_marker_is_cited_anew():
    done = verify(
        split_draft("Zinc lozenges shortened the cold by 2 days [1]."), evidence(HONEY, ZINC)
    )
    (statement,) = done.statements
    assert [(c.n, c.quote) for c in statement.citations] == [(2, ZINC)]


def test_numbers_outside_the_evidence_are_discarded():
    done = verify(split_draft(f"{ZINC[:-1]} [9][2]."), evidence(HONEY, ZINC))
    assert [c.n for c in done.statements[0].citations] == [2]


def test_what_nothing_supports_is_dropped_with_its_reason():
    done = verify(split_draft("Garlic cures the plague in 9 of 10 cats [1]."), evidence(HONEY))
    assert done.statements == ()
    assert "too few words" in done.dropped[0].reason
    wrong = verify(
        split_draft("Honey reduced night cough in 54% of children [1]."), evidence(HONEY)
    )
    assert wrong.statements == ()
    assert "54" in wrong.dropped[0].reason


def test_two_adjacent_sentences_may_carry_one_statement():
    pieces = evidence("Honey was given to 30 children. Night cough became shorter by 2 days.")
    claim = "Honey was given to 30 children and night cough became shorter by 2 days [1]."
    (statement,) = verify(split_draft(claim), pieces).statements
    assert statement.citations[0].quote == pieces[0].hit.article.text


def test_citations_are_minimal_and_at_most_three():
    loose = "Honey reduced cough somewhat in a small group of children of all ages."
    pieces = evidence(ZINC, ZINC, ZINC, ZINC, loose)
    (statement,) = verify([DraftSentence(ZINC, (1, 2, 3, 4, 5))], pieces).statements
    assert [c.n for c in statement.citations] == [1, 2, 3]


def test_a_contradicting_article_stands_beside_the_statement():
    denial = "Zinc lozenges did not shorten the common cold."
    claim = "Zinc lozenges shortened the common cold."
    done = verify([DraftSentence(claim, (1,))], evidence(claim, denial))
    (conflict,) = done.conflicts
    assert (conflict.statement, conflict.citation.quote) == (0, denial)
    assert (conflict.citation.verdict, conflict.citation.n) == ("contradicts", 2)


def test_talk_refusals_questions_and_repeats_are_not_said():
    draft = (
        f"{HONEY[:-1]} [1]. {HONEY[:-1]} [1]. Does honey reduce night cough [1]? "
        "Please consult your doctor about night cough in children [1]. "
        "The passages do not contain the answer to the question."
    )
    done = verify(split_draft(draft), evidence(HONEY))
    assert [s.text for s in done.statements] == [HONEY]
    assert len(done.dropped) == 4


def test_a_preamble_goes_and_the_statement_stays():
    done = verify(
        split_draft("Based on the passages, honey reduced night cough [1]."), evidence(HONEY)
    )
    assert done.statements[0].text == "Honey reduced night cough."


def test_more_statements_follow_and_keep_their_conflicts():
    pieces = evidence(HONEY, "Honey did not reduce night cough in children.", ZINC)
    first = verify([DraftSentence(ZINC, (3,))], pieces)
    more = verify([DraftSentence(HONEY, (1,))], pieces)
    both = extended(first, more)
    assert [s.text for s in both.statements] == [ZINC, HONEY]
    assert [c.statement for c in both.conflicts] == [1 for _ in more.conflicts]
    assert extended(first, Verified(())) == first
