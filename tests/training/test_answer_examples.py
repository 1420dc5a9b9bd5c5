"""Examples of cited answers, by hand: which sentence cites what, and what stands beside it."""

from __future__ import annotations

import json

from rag.answering.draft import split_draft
from rag.answering.prompt import REFUSAL_LINE
from rag.training.answer_sources import read_sources
from rag.training.answers import Shape, Source, _cited, _cut, align, make_examples, quoted
from tests.support import pubmed_file, pubmed_record

ZINC = "Zinc lozenges shortened colds by two days in adults."
NAUSEA = "Nausea was frequent among adults given lozenges of zinc."
IDEAL = ("Zinc shortened colds in adults by two days.", "Nausea was frequent with zinc.",
         "Ninety percent were cured by magnets of steel.")  # fmt: skip


def others(n=6):
    return [
        Source(
            f"o{i}",
            f"Does drug{i} lower pressure in adults?",
            (f"Drug{i} lowered blood pressure by {i} mmHg in a trial of adults.",),
            (f"Drug{i} lowered blood pressure by {i} mmHg.",),
            frozenset({f"pmid:{i}"}),
            "bioasq",
        )
        for i in range(1, n)
    ]


def source():
    return Source("z", "Does zinc help colds?", (NAUSEA, ZINC), IDEAL, frozenset({"pmid:99"}), "x")


def test_a_sentence_cites_the_passage_that_holds_it_or_is_left_out():
    assert align(IDEAL, [NAUSEA, ZINC]) == [(IDEAL[0], ZINC), (IDEAL[1], NAUSEA)]
    # the words are there, the number is another one
    assert align(["Zinc shortened colds in adults by 3 days."], [ZINC]) == []
    assert align(["It is."], [ZINC]) == []


def test_the_answer_is_read_back_as_it_was_meant():
    shape = Shape(passages=4, refusals=0, quotes=False)
    (example, *_) = make_examples([source(), *others()], shape, seed=3)
    shown = example.messages[-1].content
    assert shown.count("<passage n=") == 4
    assert shown.rstrip().endswith("Answer:")
    first, second = split_draft(example.answer)
    assert (first.text, second.text) == IDEAL[:2]
    for sentence, passage in ((first, ZINC), (second, NAUSEA)):
        (number,) = sentence.markers
        assert f'<passage n="{number}">{passage}</passage>' in shown
    assert example.gold == {*first.markers, *second.markers}


def test_an_answer_quotes_the_sentence_that_says_what_the_expert_says():
    passage = f"{NAUSEA} {ZINC} Adults were asked."
    spread = "Zinc lozenges frequently shortened colds given adults asked nausea."
    assert quoted([(IDEAL[0], passage), (IDEAL[0], passage)]) == [(ZINC, passage)]
    assert quoted([(IDEAL[1], passage)]) == [(NAUSEA, passage)]
    assert quoted([("Magnets cured colds within weeks of winter.", passage)]) == []
    assert quoted([(spread, "Zinc shortened. Colds were frequent. Adults were asked.")]) == []
    (example, *_) = make_examples([source(), *others()], Shape(passages=4, refusals=0), seed=3)
    first, second = split_draft(example.answer)
    assert (first.text, second.text) == (ZINC, NAUSEA)
    assert f'<passage n="{first.markers[0]}">{ZINC}</passage>' in example.messages[-1].content
    assert example.ideal == " ".join(IDEAL)  # what is measured against stays the expert's


def test_the_order_is_shuffled_and_the_same_for_a_seed():
    all_of_them = [source(), *others()]
    shape = Shape(passages=4, refusals=0)
    golds = {make_examples(all_of_them, shape, seed)[0].gold for seed in range(12)}
    assert len(golds) > 3
    assert make_examples(all_of_them, shape, 5) == make_examples(all_of_them, shape, 5)


def test_an_unanswerable_question_is_shown_nothing_of_its_own():
    for seed in range(5):
        (example, *_) = make_examples([source(), *others()], Shape(refusals=1.0), seed)
        assert example.refuses
        assert example.answer == REFUSAL_LINE
        shown = example.messages[-1].content
        assert ZINC not in shown
        assert NAUSEA not in shown
        assert shown.count("<passage n=") == 4


def test_a_passage_that_may_answer_is_no_distractor():
    twin = Source("t", "What of colds?", (ZINC,), (ZINC,), frozenset({"pmid:7"}), "x")
    for seed in range(5):
        for example in make_examples([source(), twin, *others()], Shape(refusals=1.0), seed)[:2]:
            assert ZINC not in example.messages[-1].content


def test_long_passages_are_cut_after_a_sentence():
    text = f"{ZINC} {NAUSEA}"
    assert _cut(text, 12) == ZINC
    assert _cut(text, 100) == text
    assert _cut(ZINC, 3) == "Zinc lozenges shortened"
    assert _cited("It fell.", 2) == "It fell [2]."
    assert _cited("It fell", 2) == "It fell [2]."


def test_questions_and_literature_are_read(tmp_path):
    row = {"id": "1", "batch": "7B1", "type": "summary", "question": "Does zinc help colds?",
           "snippets": [{"pmid": "9", "text": ZINC}, {"pmid": "8", "text": "Zinc is a metal."},
                        {"pmid": "9", "text": NAUSEA}, {"pmid": "9", "text": ZINC}],
           "pmids": ["9"], "ideal_answer": ["Zinc shortened colds. It did."]}  # fmt: skip
    rows = [row, row | {"id": "2", "batch": "9B1"}, row | {"id": "3", "ideal_answer": []}]
    file = tmp_path / "q.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in rows))
    (one,) = read_sources(file, ("7B",))
    assert one.passages == (f"{ZINC} {NAUSEA}", "Zinc is a metal.")
    assert one.ideal == ("Zinc shortened colds.", "It did.")
    assert one.names == {"pmid:8", "pmid:9"}
    labelled = (
        "<Abstract><AbstractText Label='METHODS'>We asked.</AbstractText>"
        "<AbstractText Label='CONCLUSIONS'>Zinc shortened colds.</AbstractText></Abstract>"
    )
    plain = "<Abstract><AbstractText>@</AbstractText></Abstract>"
    records = [pubmed_record(1, "Does zinc help?", "@").replace(plain, labelled),
               pubmed_record(2, "Zinc helps.", "@").replace(plain, labelled)]  # fmt: skip
    (one,) = read_sources(pubmed_file(tmp_path / "a.xml", *records))
    assert (one.question, one.passages) == ("Does zinc help?", ("Zinc shortened colds.",))
