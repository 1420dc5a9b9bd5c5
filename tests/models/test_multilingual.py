"""Which embedders read Chinese, and an XLM-R encoder against the library's own forward pass."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_models import CHINESE_SENTENCE, bert, byte_level, sentence_folder, xlm_roberta

from rag.models.catalog import CATALOG, ModelCard
from rag.models.embedder import load_embedder, open_embedder
from rag.models.fetch import LocalModel
from rag.models.vocabulary import reads
from rag.retrieval.translate import CHINESE


def test_a_wordpiece_of_english_has_unknown_tokens(tmp_path):
    embedder = load_embedder(str(bert(tmp_path / "bert")), "cpu")
    assert embedder.reads("fever")
    assert not embedder.reads("咳嗽")


def test_xlm_roberta_reads_what_its_vocabulary_was_made_from(tmp_path):
    embedder = load_embedder(str(xlm_roberta(tmp_path / "xlmr")), "cpu")
    assert embedder.reads("儿童肺炎")
    assert not embedder.reads("量子纠缠")


def test_bytes_spell_any_writing_and_do_not_count():
    tokenizer = byte_level()
    ids = tokenizer.encode("咳嗽").ids
    assert "".join(tokenizer.id_to_token(i) for i in ids) == "åĴ³åĹ½"  # six bytes, none unknown
    assert not reads(tokenizer, "咳嗽")
    assert reads(tokenizer, "cough")


def test_the_library_embedder_asks_its_vocabulary(tmp_path):
    embedder = load_embedder(str(sentence_folder(tmp_path / "dense", dense=True)), "cpu")
    assert not embedder.reads(CHINESE)


@pytest.mark.parametrize("multilingual", [True, False])
def test_a_card_decides_over_the_vocabulary(tmp_path, multilingual):
    card = ModelCard("t", "embedder", "e/t", "none", max_tokens=40, multilingual=multilingual)
    model = LocalModel(bert(tmp_path / "bert"), card, "t", "main", None)
    assert open_embedder(model, "cpu").reads(CHINESE) is multilingual


@pytest.mark.model
def test_the_embedded_model_reads_english_only():
    embedder = load_embedder("minilm", "cpu")
    assert embedder.reads("fever")
    assert not embedder.reads(CHINESE)
    assert not CATALOG["minilm"].multilingual


def test_xlm_roberta_as_the_library_computes_it(tmp_path):
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = xlm_roberta(tmp_path / "xlmr")
    texts = [CHINESE_SENTENCE, "fever and cough", "发热"]
    ours = load_embedder(str(folder), "cpu").embed_queries(texts)
    model = AutoModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for text, vector in zip(texts, ours, strict=True):
        given = tokenizer(text, return_tensors="pt", truncation=True, max_length=64)
        with torch.inference_mode():
            states = model(given["input_ids"]).last_hidden_state[0]
        mean = states.mean(dim=0).numpy()
        # bf16 on processors that have it
        assert float(vector @ (mean / np.linalg.norm(mean))) > 0.99
    assert ours[0] @ ours[1] < 0.99  # the comparison could fail
