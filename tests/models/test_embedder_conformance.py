"""What every embedder must do, whatever runs it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tiny_models import bert, sentence_folder, xlm_roberta

from rag.models.catalog import ModelCard
from rag.models.embedder import load_embedder, open_embedder
from rag.models.fetch import LocalModel

TEXTS = [
    "Fever and cough in adults with pertussis.",
    "aspirin",
    "the trial of the vaccine in children was positive " * 6,
    "Risk of pain: 3% with placebo, 2% with aspirin.",
    "heart",
]
PROMPTS = {"query": "query: ", "passage": "passage: "}


def dual(root):
    card = ModelCard(
        name="tiny-dual",
        task="embedder",
        hub_id="example/articles",
        query_encoder_hub_id="example/queries",
        licence="none",
        pooling="cls",
        title_pairs=True,
        max_tokens=40,
        query_max_tokens=16,
    )
    articles, queries = bert(root / "articles", 1), bert(root / "queries", 2)
    return LocalModel(articles, card, "tiny-dual", "main", queries)


MAKERS = {
    "minilm": None,
    "plain": lambda root: bert(root / "plain"),
    "mean": lambda root: sentence_folder(root / "mean"),
    "new-form": lambda root: sentence_folder(root / "new", old_form=False),
    "cls": lambda root: sentence_folder(root / "cls", pooling="cls"),
    "last": lambda root: sentence_folder(root / "last", pooling="last"),
    "prompts": lambda root: sentence_folder(root / "prompts", prompts=PROMPTS),
    "dual": dual,
    "xlm-roberta": lambda root: xlm_roberta(root / "xlmr"),
    "library": lambda root: sentence_folder(root / "dense", dense=True),
    "max-pooling": lambda root: sentence_folder(root / "max", pooling="max"),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(n, marks=pytest.mark.model if n == "minilm" else ()) for n in MAKERS],
)
def embedder(request, tmp_path_factory):
    name = request.param
    if name == "minilm":
        made = load_embedder("minilm", "cpu")
    else:
        model = MAKERS[name](tmp_path_factory.mktemp(name))
        if isinstance(model, LocalModel):
            made = open_embedder(model, "cpu")
        else:
            made = load_embedder(str(model), "cpu")
    yield made
    made.close()


def test_shape_type_and_length(embedder):
    for vectors in (
        embedder.embed_documents(TEXTS),
        embedder.embed_queries(TEXTS),
        embedder.embed_documents(TEXTS, titles=["Fever"] * len(TEXTS)),
    ):
        assert vectors.shape == (len(TEXTS), embedder.identity.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_gives_nothing(embedder):
    assert embedder.embed_documents([]).shape == (0, embedder.identity.dimension)
    assert embedder.embed_queries([]).shape == (0, embedder.identity.dimension)
    assert embedder.token_spans([]) == []


def test_vector_does_not_depend_on_order_or_batch(embedder):
    together = embedder.embed_documents(TEXTS)
    shuffled = list(range(len(TEXTS)))
    random.Random(0).shuffle(shuffled)
    again = embedder.embed_documents([TEXTS[i] for i in shuffled])
    alone = np.concatenate([embedder.embed_documents([text]) for text in TEXTS])
    # bf16 keeps 8 bits: other batches round other products
    assert np.min(np.sum(again * together[shuffled], axis=1)) > 0.9998
    assert np.min(np.sum(alone * together, axis=1)) > 0.9998


def test_same_twice(embedder):
    first = embedder.embed_documents(TEXTS)
    assert np.array_equal(first, embedder.embed_documents(TEXTS))


def test_odd_texts(embedder):
    odd = ["", " ", "\n\t", "é ß Ω 漢字 🫀", "x" * 500, "fever " * 5000, "\x00�"]
    vectors = embedder.embed_documents(odd)
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_text_beyond_the_window_is_cut(embedder):
    long = "fever cough " * 2000
    vectors = embedder.embed_documents([long, long + " heart" * 50])
    assert float(vectors[0] @ vectors[1]) > 0.9998


def test_token_spans_cover_the_words_uncut(embedder, recwarn):
    text = "Fever, cough: 3% of ädults " + "heart " * 1500
    (spans,) = embedder.token_spans([text])
    assert spans.dtype == np.int32
    assert len(spans) > 1500
    assert (spans[:, 0] <= spans[:, 1]).all()
    assert (np.diff(spans[:, 0]) >= 0).all()
    start, end = spans[0]
    assert text[start:end].lower() == "fever"
    start, end = spans[-1]
    assert text[start:end] == "heart"
    assert embedder.token_spans([""])[0].shape == (0, 2)
    assert not recwarn.list


def test_identity_names_the_weights(embedder):
    identity = embedder.identity
    assert len(identity.weights_sha256) == 64
    assert identity.max_tokens > 10
    assert identity.spec
