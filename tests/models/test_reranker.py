from __future__ import annotations

import numpy as np
import pytest
from tiny_models import bert

from rag.errors import ModelError
from rag.models.device import Device
from rag.models.reranker import CrossEncoderReranker, load_reranker

PASSAGES = ["Fever and cough in adults.", "aspirin", "the trial of the vaccine " * 60, "heart"]
QUERY = "Is aspirin a risk to the heart?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return bert(tmp_path_factory.mktemp("reranker"), labels=1)


def test_scores_equal_transformers_in_the_order_given(folder):
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    scores = CrossEncoderReranker(folder, Device("cpu", "float32", "")).score(QUERY, PASSAGES)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    wanted = []
    for passage in PASSAGES:
        given = tokenizer(
            QUERY, passage, truncation=True, max_length=64, return_tensors="pt",
            return_token_type_ids=True,
        )  # fmt: skip
        with torch.inference_mode():
            wanted.append(float(model(**given).logits[0, 0]))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, wanted, atol=1e-4)


def test_nothing_gives_nothing(folder):
    reranker = load_reranker(str(folder), "cpu")
    assert reranker.score(QUERY, []).shape == (0,)
    assert reranker.score(QUERY, PASSAGES).shape == (len(PASSAGES),)
    reranker.close()


def test_three_labels_are_no_score(tmp_path):
    with pytest.raises(ModelError, match="3 labels"):
        load_reranker(str(bert(tmp_path, labels=3)), "cpu")


def test_embedder_is_no_reranker(tmp_path):
    with pytest.raises(ModelError, match="labels"):
        load_reranker(str(bert(tmp_path)), "cpu")
    with pytest.raises(ModelError, match="no reranker"):
        load_reranker("minilm", "cpu")
