from rag.answering.names import Source, collect
from rag.answering.wanted import wanted


def names(question, *texts):
    sources = [Source(text, 0.9, i) for i, text in enumerate(texts)]
    return {n.key: n for n in collect(question, sources, {}, wanted(question))}


def test_an_abbreviation_and_its_long_form_are_one_name():
    found = names(
        "Which disease does zinc cause?",
        "Zinc causes fin fever syndrome (FFS).", "FFS is of zinc.", "Zinc: FFS.",
    )  # fmt: skip
    one = found["fin fever syndrom"]
    assert {t.source for t in one.told} == {0, 1, 2}
    assert set(one.wordings) == {"fin fever syndrome", "FFS"}
    assert one.text("disease") == "fin fever syndrome"
    assert one.text("gene") == "FFS"


def test_plurals_and_hyphens_are_one_name():
    found = names("What helps?", "The DORY-8 kinase acts.", "DORY8 kinases act.")
    assert {t.source for t in found["dory8 kinas"].told} == {0, 1}


def test_words_of_the_question_and_their_abbreviations_are_no_names():
    found = names(
        "Which gene is mutated in fin fever?", "In fin fever (FF) the HTX gene is mutated."
    )
    assert "htx" in found
    assert not {"fin fever", "ff", "fever", "gene"} & found.keys()
    assert names("Which virus causes measles?", "Measles virus causes measles.") == {}


def test_nearness_falls_with_distance():
    near, far = "Zinc causes rust.", "Rust was seen, and much later on a very old ship, zinc."
    found = names("What does zinc cause?", near, far)["rust"].told
    assert found[0].near > found[1].near > 0
    assert found[0].after > 0
    assert found[1].after == 0


def test_numbers_alone_answer_how_many():
    found = names("How many genes has a cell?", "A cell has 46 genes and a wall.")
    assert list(found) == ["46 gene", "46"]


def test_a_name_before_a_colon_is_marked():
    question, title = "Which tool aligns reads?", "FishAlign: a tool that aligns reads."
    for heads in (True, False):  # in an abstract "Limitation: …" is a label
        of = collect(question, [Source(title, 0.9, 1, heads)], {}, wanted(question))
        assert next(n for n in of if n.key == "fishalign").told[0].colon is heads
