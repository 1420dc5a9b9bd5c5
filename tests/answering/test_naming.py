import math

import pytest

from rag.answering.names import Source, collect
from rag.answering.naming import Signs, chance, find_names, signs
from rag.answering.wanted import wanted
from rag.claims.lexicon import content_terms

GENE = "Which gene is mutated in fin fever?"


def sources(*texts):
    return [Source(text, 0.9, i) for i, text in enumerate(texts)]


def rare(word):
    return 0.9 if word in ("nemo7", "dorynib") else 0.2


def found(question, kind, *texts):
    return find_names(question, kind, sources(*texts), {}, rare)


def test_a_chance_is_logistic_in_the_signs():
    assert chance(Signs(), Signs(near=3.0), 0.0) == 0.5
    assert chance(Signs(near=0.5), Signs(near=2.0), 1.0) == pytest.approx(1 / (1 + math.exp(-2)))


def test_signs_by_hand():
    told = sources("Fin fever is due to the NEMO7 gene.", "NEMO7 is old.")
    want = wanted(GENE)
    name = next(n for n in collect(GENE, told, {}, want) if n.key == "nemo7")
    seen = signs(name, told, want, content_terms(GENE), rare)
    assert (seen.fit, seen.unfit, seen.clash, seen.lead, seen.of) == (1, 0, 0, 1, 0)
    assert (seen.articles, seen.often, seen.share) == (math.log(2), math.log(2), 1)
    assert (seen.rare, seen.rarest, seen.length) == (0.9, 0.9, 1)
    assert seen.whole == 0.5  # once it is a part of "NEMO7 gene"
    assert 0 < seen.best < seen.near


def test_a_gene_is_ranked_before_other_words():
    ranked = found(GENE, "factoid", "Fin fever of old fish is due to mutation of NEMO7 in Rome.")
    assert ranked[0].text == "NEMO7"
    assert [f.chance for f in ranked] == sorted((f.chance for f in ranked), reverse=True)


def test_more_articles_raise_a_name():
    one = found(GENE, "factoid", "The gene NEMO7 is mutated in fin fever.")
    two = found(
        GENE, "factoid",
        "The gene NEMO7 is mutated in fin fever.", "NEMO7 is a gene that is mutated in fin fever.",
    )  # fmt: skip
    assert two[0].text == one[0].text == "NEMO7"
    assert two[0].chance > one[0].chance
    assert two[0].sources == (0, 1)


def test_an_item_that_a_better_one_holds_is_left_out_of_a_list():
    text = "Fin fever leads to severe pale gills, rash and cough; rash is a sign of fin fever."
    names = [f.text for f in found("List signs of fin fever.", "list", text)]
    assert len({frozenset(n.split()) for n in names}) == len(names)
    assert not [(a, b) for a in names for b in names if a != b and set(a.split()) < set(b.split())]


def test_nothing_is_found_where_nothing_is_named():
    assert found(GENE, "factoid", "Fin fever.") == ()
    assert found(GENE, "list") == ()


@pytest.mark.parametrize(("heads", "counts"), [(True, True), (False, False)])
def test_a_name_before_a_colon_counts_in_a_title_alone(heads, counts):
    question = "Which tool aligns reads of fish?"
    told = [Source("FishAlign: fast alignment of the reads of fish.", 0.9, 0, heads)]
    want = wanted(question)
    name = next(n for n in collect(question, told, {}, want) if n.key == "fishalign")
    seen = signs(name, told, want, content_terms(question), rare)
    assert seen.colon == (0.9 if counts else 0.0)
