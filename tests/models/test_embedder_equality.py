"""Our forward pass gives the vectors of the reference implementations."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny_models import bert, sentence_folder

from rag.models.bert import BertEncoder
from rag.models.device import Device
from rag.models.embedder import load_embedder
from rag.models.embedder_transformer import TransformerEmbedder
from rag.models.encoder import Encoder, batches_of
from rag.models.fetch import resolve
from rag.models.folder import read_config, read_layout

FP32 = Device("cpu", "float32", "for the test")
SENTENCES = [
    "Pertussis in adults often presents as a prolonged cough without the typical whoop.",
    "Low-dose aspirin did not reduce the risk of cardiovascular events (HR 0.95, 0.83–1.08).",
    "A 54-year-old woman with fever.",
    "Background: " + "randomised controlled trials of vaccines in children were reviewed. " * 40,
    "",
    "METHODS: n = 1,204; P < .001; β-blockers vs. placebo; naïve patients; 漢字",
]


def reference(folder, texts, prompt=None):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(texts, prompt=prompt, normalize_embeddings=True)


def lowest_cosine(a, b):
    return float(np.min(np.sum(a * b, axis=1)))


def test_bert_equals_transformers(tmp_path):
    from transformers import BertModel

    folder = bert(tmp_path / "bert")
    ours = BertEncoder(folder / "model.safetensors", read_config(folder), "cpu", torch.float32)
    theirs = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    ids = torch.randint(5, 40, (3, 17), generator=torch.Generator().manual_seed(0))
    types = torch.zeros_like(ids)
    types[:, 9:] = 1
    mask = torch.ones_like(ids)
    mask[0, 11:] = 0
    mask[2, 4:] = 0
    with torch.inference_mode():
        got = ours(ids, types, mask.bool())
        wanted = theirs(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]
    real = mask.bool()
    torch.testing.assert_close(got[real], wanted[real], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("pooling", ["mean", "cls", "last"])
@pytest.mark.parametrize("old_form", [True, False])
def test_tiny_folder_equals_the_library(tmp_path, pooling, old_form):
    folder = sentence_folder(tmp_path / "m", pooling=pooling, old_form=old_form)
    model = resolve(str(folder))
    ours = TransformerEmbedder(model, read_layout(folder), FP32).embed_documents(SENTENCES)
    assert lowest_cosine(ours, reference(folder, SENTENCES)) > 0.99999


def test_prompts_of_the_folder_are_used(tmp_path):
    folder = sentence_folder(tmp_path / "m", prompts={"query": "query: ", "passage": "passage: "})
    embedder = TransformerEmbedder(resolve(str(folder)), read_layout(folder), FP32)
    queries, documents = embedder.embed_queries(SENTENCES), embedder.embed_documents(SENTENCES)
    assert lowest_cosine(queries, reference(folder, SENTENCES, "query: ")) > 0.99999
    assert lowest_cosine(documents, reference(folder, SENTENCES, "passage: ")) > 0.99999
    assert embedder.identity.query_prompt == "query: "
    # "passage" and ":" are two tokens of the 48 that the folder allows
    assert embedder.identity.max_tokens == 46


def test_library_runs_what_we_do_not(tmp_path):
    folder = sentence_folder(tmp_path / "m", dense=True)
    embedder = load_embedder(str(folder), "cpu")
    assert type(embedder).__name__ == "SentenceTransformerEmbedder"
    assert embedder.identity.dimension == 16
    assert lowest_cosine(embedder.embed_queries(SENTENCES), reference(folder, SENTENCES)) > 0.99999


def test_other_architectures_go_through_transformers(tmp_path):
    from tiny_models import wordpiece
    from transformers import DistilBertConfig, DistilBertModel

    tokenizer = wordpiece(tmp_path)
    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=32,
        n_layers=1,
        n_heads=4,
        hidden_dim=64,
        max_position_embeddings=64,
    )
    DistilBertModel(config).save_pretrained(tmp_path)
    embedder = TransformerEmbedder(resolve(str(tmp_path)), read_layout(tmp_path), FP32)
    assert lowest_cosine(embedder.embed_queries(SENTENCES), reference(tmp_path, SENTENCES)) > 0.9999


@pytest.mark.model
@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_embedded_model_equals_the_library_in_fp32(dtype):
    model = resolve("minilm")
    embedder = TransformerEmbedder(
        model, read_layout(model.path), Device("cpu", dtype, "for the test")
    )
    assert embedder.identity.max_tokens == 256
    assert lowest_cosine(embedder.embed_documents(SENTENCES), reference(model.path, SENTENCES)) > (
        0.9998 if dtype == "bfloat16" else 0.99999
    )


def test_batches_hold_every_text_once_within_the_budget():
    lengths = [5, 300, 7, 7, 120, 1, 64]
    batches = list(batches_of(lengths, 128))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert batches[0] == [1]
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 128


@pytest.mark.model
def test_default_path_imports_neither_library():
    import subprocess
    import sys

    code = (
        "import sys\nfrom rag.models.embedder import load_embedder\n"
        "load_embedder(None, 'cpu').embed_queries(['fever'])\n"
        "assert not {'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_threads_change_no_vector_and_torch_keeps_its_own(tmp_path):
    folder = bert(tmp_path / "m")
    texts = [f"fever and cough in {'adults ' * (i % 17)}" for i in range(200)]
    before = torch.get_num_threads()
    made = {}
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            encoder = Encoder(folder, "mean", 64, Device("cpu", "float32", "test"))
            encoder._budget = 64  # many batches
            made[threads] = encoder.encode(texts)
            assert torch.get_num_threads() == threads
            few = encoder.encode(texts[:2], at_once=True)
            np.testing.assert_allclose(few, made[threads][:2], rtol=1e-3, atol=1e-6)
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(made[1], made[3])
