"""What an explanation says, held to leaving words out by hand."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from rag.errors import UsageError
from rag.index.builder import ingest
from rag.retrieval import Retriever
from rag.retrieval.explain import NOMINATED, Explanation, Pull, explain
from rag.terminal_search import explanation_to_dict, moving, print_hits
from rag.types import StageScores
from tests.support import FakeEmbedder, beir_file, pubmed_file, pubmed_record

TEXT = (
    "Coughing adults were treated with azithromycin. Pertussis causes a cough for weeks; "
    "patients' coughs ended after 2.5 days."
)
LONG = " ".join(
    f"Sentence {n} speaks of {word} in the {word} ward of a clinic where nothing else happened."
    for n, word in enumerate(["asthma", "stroke", "insulin", "aspirin", "placebo", "statins"])
)


def hashed():
    return FakeEmbedder(dimension=256)  # of 64 places, too many words share one


@pytest.fixture(scope="module")
def retriever(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain")
    rows = [
        {"_id": "1", "title": "A trial of macrolides.", "text": TEXT},
        {"_id": "2", "title": "Wards.", "text": LONG},
        {"_id": "3", "title": "Weight.", "text": "Metformin reduced weight."},
    ]
    beir_file(folder / "corpus.jsonl", rows)
    ingest([folder / "corpus.jsonl"], folder / "ix", hashed())
    with Retriever.open(folder / "ix", embedder=hashed()) as opened:
        yield opened


def of(retriever, query, which, mode="hybrid"):
    """The hits of an article and their explanations."""
    hits = [h for h in retriever.search(query, 5, mode=mode) if h.article.id == f"id:{which}"]
    assert hits
    return hits[0], explain(retriever, query, hits)[0]


def test_terms_are_stems_with_the_words_that_stand_there(retriever):
    hit, said = of(retriever, "coughs of adults with the plague", 1)
    words = {t.stem: [hit.passage.text[a:b] for a, b in t.spans] for t in said.terms}
    assert words == {"cough": ["Coughing", "cough", "coughs"], "adult": ["adults"]}
    assert said.missing == ("plagu",)
    assert said.scores == hit.scores


def test_a_term_of_the_title_alone(retriever):
    hits = retriever.search("statins wards", 5, mode="lexical")
    later = next(h for h in hits if h.article.id == "id:2")
    assert later.passage.start > 0  # a later passage is indexed with the title before it
    said = explain(retriever, "statins clinics wards", [later])[0]
    in_title = {t.stem: (t.in_title, bool(t.spans)) for t in said.terms}
    assert in_title == {"statin": (False, True), "clinic": (False, True), "ward": (True, True)}


def test_every_word_of_a_short_passage_by_hand(retriever):
    query = "pertussis cough"
    hit, said = of(retriever, query, 1)
    assert said.complete
    embedder = hashed()
    text = hit.passage.text
    vector = embedder.embed_queries([query])[0]
    whole = float(embedder.embed_documents([text])[0] @ vector)
    assert said.cosine == pytest.approx(whole)
    assert {text[p.start : p.end] for p in said.words} >= {"2.5", "patients'"[:-1], "Pertussis"}
    for pull in said.words:
        rest = f"{text[: pull.start].rstrip()} {text[pull.end :].lstrip()}"
        shorter = float(embedder.embed_documents([rest])[0] @ vector)
        assert pull.weight == pytest.approx(whole - shorter, abs=1e-6)
    assert {text[p.start : p.end].lower() for p in said.words[:2]} == {"pertussis", "cough"}
    assert said.words[-1].weight < 0  # some words lead away from the query
    weights = [p.weight for p in said.words]
    assert weights == sorted(weights, reverse=True)


def test_sentences_and_the_title_are_left_out_too(retriever):
    hits = retriever.search("statins", 5)
    hit = next(h for h in hits if h.article.id == "id:2")
    said = explain(retriever, "statins", [hit])[0]
    text = hit.passage.text
    assert len(said.sentences) == text.count("Sentence")
    assert "statins" in text[said.sentences[0].start : said.sentences[0].end]
    embedder = hashed()
    query, with_title, without = embedder.embed_documents(["statins", f"Wards.\n{text}", text])
    assert said.title == pytest.approx(float(with_title @ query - without @ query), abs=1e-6)


def test_a_long_passage_has_its_nearest_words_left_out(retriever):
    hits = [h for h in retriever.search("insulin", 5) if h.article.id == "id:2"]
    before = retriever.embedder.texts_embedded
    said = explain(retriever, "insulin", hits)[0]
    assert not said.complete
    assert len(said.words) == NOMINATED
    text = hits[0].passage.text
    assert [text[p.start : p.end] for p in said.words[:2]] == ["insulin", "insulin"]
    single = {w.lower() for w in text.replace(".", "").split()}
    variants = 1 + NOMINATED + len(said.sentences) + (said.title is not None)
    assert retriever.embedder.texts_embedded - before == 1 + len(single) + variants


def test_without_a_dense_score_no_model_is_asked(retriever):
    hits = retriever.search("cough", 5, mode="lexical")
    before = retriever.embedder.texts_embedded
    said = explain(retriever, "cough", hits)
    assert retriever.embedder.texts_embedded == before
    assert [(s.cosine, s.words) for s in said] == [(None, ())] * len(hits)
    assert said[0].terms


def test_the_same_twice_and_for_each_hit_alone(retriever):
    hits = retriever.search("cough in adults with asthma", 5)
    assert len(hits) > 1
    together = explain(retriever, "cough in adults with asthma", hits)
    assert together == explain(retriever, "cough in adults with asthma", hits)
    for hit, said in zip(hits, together, strict=True):
        alone = explain(retriever, "cough in adults with asthma", [hit])[0]
        assert alone.terms == said.terms
        assert {(p.start, p.end) for p in alone.words} == {(p.start, p.end) for p in said.words}
        assert alone.cosine == pytest.approx(said.cosine, abs=1e-6)


def test_no_hits_and_no_query(retriever):
    assert explain(retriever, "cough", []) == []
    with pytest.raises(UsageError, match="the query is empty"):
        explain(retriever, "  ", [])


def test_which_words_are_marked():
    def said(*weights):
        pulls = tuple(Pull(i, i + 1, w) for i, w in enumerate(weights))
        return Explanation(1, StageScores(), (), (), 0.5, pulls)

    assert [p.weight for p in moving(said(0.1, 0.02, 0.019, 0.01))] == [0.1, 0.02]
    assert [p.weight for p in moving(said(0.003, 0.002, 0.001))] == [0.003, 0.002]
    assert moving(said(0.001)) == ()
    assert len(moving(said(*[0.1] * 12))) == 8
    assert moving(said()) == ()


@pytest.mark.parametrize("terminal", [True, False])
def test_how_it_is_printed(retriever, terminal):
    hit, said = of(retriever, "pertussis cough", 1)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=200, markup=False)
    print_hits(console, [hit], [said])
    shown = stream.getvalue()
    if terminal:
        assert "\x1b[1;32mPertussis\x1b[0m" in shown
        assert "[[" not in shown
    else:
        assert "[[Pertussis]] causes a [[cough]] for weeks" in shown
        assert "\x1b" not in shown
    assert "terms: pertussi (pertussis); cough (coughing, cough, coughs)" in shown
    assert f"cosine {said.cosine:.3f}, moved by: " in shown
    assert f"dense {hit.scores.dense:.4f}, lexical {hit.scores.lexical:.4f}, fused" in shown


def test_as_json_the_offsets_are_the_passages(retriever):
    hit, said = of(retriever, "pertussis cough", 1)
    shown = explanation_to_dict(said, hit.passage.text)
    spans = [*shown["words"], *shown["sentences"], *(s for t in shown["terms"] for s in t["spans"])]
    assert len(spans) > 15
    assert all(hit.passage.text[s["start"] : s["end"]] == s["text"] for s in spans)
    assert shown["scores"].keys() == {"dense", "lexical", "fused"}


@pytest.mark.model
def test_the_real_model_is_moved_by_what_was_asked(built):
    with Retriever.open(built / "ix") as real:
        hits = real.search("azithromycin for pertussis", 1)
        said = explain(real, "azithromycin for pertussis", hits)[0]
        assert said.cosine == pytest.approx(hits[0].scores.dense, abs=2e-3)
        text = hits[0].passage.text
        first = {text[p.start : p.end].lower() for p in said.words[:4]}
        assert first & {"azithromycin", "pertussis"}
        vector = real.embedder.embed_queries(["azithromycin for pertussis"])[0]
        top = said.words[0]
        rest = text[: top.start] + text[top.end :].lstrip()
        fall = np.subtract(*(real.embedder.embed_documents([text, rest]) @ vector))
        assert top.weight == pytest.approx(float(fall), abs=2e-3)


class ReadsChinese(FakeEmbedder):
    def reads(self, text):
        return True


def test_a_chinese_question_is_explained_by_the_form_that_was_searched(tmp_path):
    rows = [{"_id": "1", "title": "Fever.", "text": "Fever and a cough."}]
    beir_file(tmp_path / "c.jsonl", rows)
    ingest([tmp_path / "c.jsonl"], tmp_path / "ix", ReadsChinese())
    with Retriever.open(tmp_path / "ix", embedder=ReadsChinese()) as retriever:
        for question in ("我发烧咳嗽", "量子纠缠"):  # of the second the term list knows nothing
            hits = retriever.search(question)
            said = explain(retriever, question, hits)[0]
            assert said.cosine == pytest.approx(hits[0].scores.dense, abs=1e-3)
        assert explain(retriever, "量子纠缠", []) == []


def test_the_title_in_the_language_of_the_article_counts(tmp_path):
    title = "<VernacularTitle>Keuchhusten bei Erwachsenen</VernacularTitle>"
    record = pubmed_record(1, "Pertussis in adults.", "It is common.")
    file = pubmed_file(
        tmp_path / "c.xml", record.replace("<PublicationTypeList>", f"{title}<PublicationTypeList>")
    )
    ingest([file], tmp_path / "ix", hashed())
    with Retriever.open(tmp_path / "ix", embedder=hashed()) as retriever:
        hits = retriever.search("Keuchhusten", mode="lexical")
        (said,) = explain(retriever, "Keuchhusten", hits)
    assert [(t.in_title, t.spans) for t in said.terms] == [(True, ())]
    assert said.missing == ()
