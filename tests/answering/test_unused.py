"""What was found and is not cited has a reason that is true of it."""

import io

import pytest
from answering_doubles import ScriptedGenerator, article, hit, hits
from rich.console import Console

from rag.answering.draft import Composed, DraftSentence
from rag.answering.engine import Parts, answer
from rag.terminal_search import print_hits
from rag.types import Draft

QUESTION = "Does honey reduce night cough in children?"
HONEY = "Honey reduced night cough in 45% of children."


def reasons(*others, draft=None, limit=None):
    found = hits(article(1, HONEY), *others)
    generator = None if draft is None else ScriptedGenerator(draft)
    done = answer(QUESTION, found, Parts(generator=generator, limit=limit))
    assert done.status == "answered"
    cited = {r.article.id for r in done.references}
    listed = {u.article_id: u.reason for u in done.unused}
    assert cited | listed.keys() == {h.article.id for h in found}
    assert not cited & listed.keys()
    numbers = {e.hit.article.id: e.n for e in done.evidence}
    assert all(u.n == numbers.get(u.article_id, 0) for u in done.unused)
    return listed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Honey? Cough.", "no sentence of it states a finding that stands by itself"),
        (
            "The steel of old bridges is weakened by frost.",
            "no finding of it shares a word with the question",
        ),
        (
            "Honey reduced night cough in children in this trial too.",
            "says again what another article is cited for",
        ),
        (
            "The cough of adults with asthma is made worse by long dry winters and by tobacco.",
            "does not name whom or what the question asks about",
        ),
        (
            "The children of the fishing village have honey on bread as long as one has a cough.",
            "its findings fitted the question less than those said",
        ),
    ],
)
def test_the_reason_why_an_article_was_not_used(text, reason):
    listed = reasons(article(2, text), draft=f"{HONEY} [1]")
    assert listed["pmid:2"].startswith(reason)


def test_what_was_drafted_from_it_and_not_said():
    other = article(2, "The cough of adults with asthma is made worse by long dry winters.")
    listed = reasons(other, draft=f"{HONEY} [1] Asthma cured the cough of 9 adults in winter [2].")
    assert listed["pmid:2"].startswith("what was drafted from it was not said: ")


def test_what_was_not_chosen_as_evidence():
    listed = reasons(
        article(2, "Tea is drunk by children."),
        article(3, "This notice retracts an article.", status="notice"),
        limit=1,
    )
    assert "ranked behind the evidence" in listed["pmid:2"]
    assert "notice of retraction" in listed["pmid:3"]


def test_a_composer_may_give_its_own_reason():
    class Choosy:
        identity = "choosy"

        def compose(self, question, evidence, style, *, similarity=None, on_piece=None):
            sentence = DraftSentence(HONEY, (1,))
            return Composed(Draft(HONEY, self.identity), (sentence,), ((2, "I like it less"),))

    found = hits(article(1, HONEY), article(2, "Tea is drunk by most children at night."))
    done = answer(QUESTION, found, Parts(composer=Choosy()))
    assert [(u.article_id, u.reason) for u in done.unused] == [("pmid:2", "I like it less")]


def test_an_abstention_says_that_what_was_found_is_too_far():
    done = answer("Who won the world cup?", [hit(article(1, HONEY), dense=0.1)], Parts())
    assert [u.reason for u in done.unused] == ["what was found is too far from the question"]


def test_hits_steer_no_terminal():
    evil = article(1, f"{HONEY}\nIt \x1b[2Jworked\u202e.", title="T\x1b[31mitle", journal="J\x07")
    out = io.StringIO()
    print_hits(Console(file=out, width=80, markup=False), hits(evil))
    shown = out.getvalue()
    assert "Title" in shown
    assert "It worked." in shown
    assert not any(c in shown for c in "\x1b\x07\u202e")
